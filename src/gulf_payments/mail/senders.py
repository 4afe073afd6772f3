"""Ways out for a mail: an SMTP server, the console, a folder, a list.

A sender of your own needs one method, `send(message)`: `message.as_bytes()` is the whole mail, or use its fields. It
raises MailUnavailable for what may pass, MailRejected for what will not; the outbox tries the first again.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from gulf_payments.errors import ConfigurationError, MailRejected, MailUnavailable
from gulf_payments.mail.message import MailMessage

TLS_FROM_THE_START = 465
PERMANENT = range(500, 600)
OUR_LOGIN = frozenset({530, 534, 535, 538})  # about the login: the mail itself may be fine
_ENHANCED = re.compile(rb"\d\.\d{1,3}\.\d{1,3}")


class Sender(Protocol):
    """What `Mail` is given."""

    def send(self, message: MailMessage, /) -> None:
        """Hand the mail over; return once it is accepted. Raises MailUnavailable or MailRejected."""


@dataclass(frozen=True, slots=True)
class SMTPSender:
    """Sends through an SMTP server: STARTTLS with the certificate checked, then a login if a username is given.

    Port 465 speaks TLS from the first byte. `use_tls=False` is for a server on this machine. `tls_context` trusts
    other authorities than the system's. One connection for each mail; safe to share between threads. Raises
    ConfigurationError for a login that Python's SMTP client cannot send.
    """

    host: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = field(default=True, kw_only=True)
    timeout_seconds: float = field(default=20, kw_only=True)
    tls_context: ssl.SSLContext | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if not (self.username.isascii() and self.password.isascii()):
            raise ConfigurationError(
                "an SMTP username and password must be ASCII: ask your provider for an app password"
            )

    def send(self, message: MailMessage, /) -> None:
        """Deliver to the server. An error names codes only: servers repeat addresses in their words."""
        with self._errors(), self._session() as server:
            server.sendmail(message.sender, message.recipients, message.as_bytes())

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            if self.use_tls and self.port != TLS_FROM_THE_START:
                server.starttls(context=self._context())
            if self.username:
                server.login(self.username, self.password)
            yield server
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()  # the mail is accepted: a rude goodbye must not send it twice
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.port == TLS_FROM_THE_START:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        # Raised from None: the driver's error holds the recipient's address.
        try:
            yield
        except smtplib.SMTPRecipientsRefused as refused:
            code, reply = max(refused.recipients.values(), key=lambda answer: answer[0] not in PERMANENT)
            raise _refusal(self.host, code, reply) from None
        except smtplib.SMTPResponseException as refused:
            raise _refusal(self.host, refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise MailUnavailable(f"{self.host} does not offer the STARTTLS or the login that is asked of it") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(f"{self.host}:{self.port} did not take the mail: {type(error).__name__}") from None


def _refusal(host: str, code: int, reply: bytes | str) -> MailRejected | MailUnavailable:
    words = reply.encode("utf-8", "replace") if isinstance(reply, str) else reply
    enhanced = _ENHANCED.match(words)
    answer = f"{code} {enhanced.group().decode()}" if enhanced else str(code)
    if code in OUR_LOGIN:
        return MailUnavailable(f"{host} refused the login with {answer}: check the username and password")
    if code in PERMANENT:
        return MailRejected(f"{host} refused the mail for good with {answer}")
    return MailUnavailable(f"{host} put the mail off with {answer}")


@dataclass(frozen=True, slots=True)
class ConsoleSender:
    """Prints each mail's text part, for development; `stream` is standard output unless given."""

    stream: TextIO | None = None

    def send(self, message: MailMessage, /) -> None:
        """Print who, what and the text."""
        rule = "-" * 72
        lines = [
            rule,
            f"From: {message.sender_name} <{message.sender}>",
            f"To: {', '.join(message.recipients)}",
            f"Subject: {message.subject}",
            "",
            message.text,
            rule,
        ]
        print(*lines, sep="\n", file=self.stream or sys.stdout, flush=True)


@dataclass(frozen=True, slots=True)
class FileSender:
    """Writes each mail into a folder, as `.eml` and `.html`; the same mail sent again replaces itself."""

    folder: str | Path

    def send(self, message: MailMessage, /) -> None:
        """Write `<name>-<language>-<first of its Message-ID>`; makes the folder. Raises MailUnavailable."""
        stem = f"{message.name}-{message.language}-{message.message_id[1:13]}"
        folder = Path(self.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{stem}.eml").write_bytes(message.as_bytes())
            if message.html:
                (folder / f"{stem}.html").write_text(message.html, encoding="utf-8")
        except OSError as error:
            raise MailUnavailable(f"{folder} did not take the mail: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class MemorySender:
    """Keeps each mail in `sent`, for tests."""

    sent: list[MailMessage] = field(default_factory=list, repr=False)

    def send(self, message: MailMessage, /) -> None:
        """Keep it."""
        self.sent.append(message)


if TYPE_CHECKING:
    _conforms: list[Sender] = [SMTPSender("localhost"), ConsoleSender(), FileSender("mails"), MemorySender()]
