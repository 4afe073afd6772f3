"""Mail out through an SMTP server, over connections that are kept from one mail to the next.

A mail is handed over once. When the server hangs up in the middle, nobody knows whether it kept the mail; that is told
as MailUnavailable, and only whoever asked may decide to send again, under the same Message-ID.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from gulf_payments.errors import ConfigurationError, MailRejected, MailUnavailable
from gulf_payments.mail.message import MailMessage
from gulf_payments.mail.senders import Sender

logger = logging.getLogger("gulf_payments.mail")

TLS_FROM_THE_START = 465
OK, CLOSING = 250, 421
PERMANENT = range(500, 600)
OUR_LOGIN = frozenset({530, 534, 535, 538})  # about the login: the mail itself may be fine
_ENHANCED = re.compile(rb"\d\.\d{1,3}\.\d{1,3}")


@dataclass(slots=True)
class KeptConnections:
    """Idle connections, each in one thread's hands at a time; those that waited too long or died are let go."""

    seconds: float
    clock: Callable[[], float] = field(default=monotonic, repr=False)
    _idle: list[tuple[smtplib.SMTP, float]] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _process: int = field(default_factory=os.getpid, repr=False)

    def take(self) -> smtplib.SMTP | None:
        """The one used last that still answers, no longer kept here; None if there is none."""
        while (server := self._pop()) is not None:
            if _answers(server):
                return server
            server.close()
        return None

    def keep(self, server: smtplib.SMTP) -> None:
        """Keep a connection that is between two mails; without time to keep it, say goodbye."""
        if self.seconds <= 0:
            _say_goodbye(server)
        else:
            with self._lock:
                self._idle.append((server, self.clock()))

    def close(self) -> None:
        """Say goodbye to all of them."""
        while (server := self._pop()) is not None:
            _say_goodbye(server)

    def _pop(self) -> smtplib.SMTP | None:
        self._forget_the_parents()
        with self._lock:
            late = [server for server, since in self._idle if self.clock() - since > self.seconds]
            self._idle = [(server, since) for server, since in self._idle if server not in late]
            found = self._idle.pop()[0] if self._idle else None
        for server in late:
            _say_goodbye(server)
        return found

    def _forget_the_parents(self) -> None:
        """After a fork the parent goes on speaking over these: close our copies without a word."""
        if self._process != os.getpid():
            inherited, self._idle = self._idle, []
            self._lock, self._process = Lock(), os.getpid()
            for server, _ in inherited:
                server.close()

    def __del__(self) -> None:
        for server, _ in self._idle:
            server.close()


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == OK
    except (smtplib.SMTPException, OSError):
        return False


def _say_goodbye(server: smtplib.SMTP) -> None:
    with contextlib.suppress(smtplib.SMTPException, OSError):
        server.quit()  # every mail was accepted before: a rude goodbye is no failure
    server.close()


@dataclass(frozen=True, slots=True)
class SMTPSender:
    """Sends through an SMTP server: STARTTLS with the certificate checked, then a login if a username is given.

    Port 465 speaks TLS from the first byte. `use_tls=False` is for a server on this machine. `tls_context` trusts
    other authorities than the system's. A connection is kept for `keep_seconds` after a mail (0: one for each mail) and
    asked whether it lives before the next. Safe to share between threads, each of which has a connection of its own,
    and across a fork. Raises ConfigurationError for a login that Python's SMTP client cannot send.
    """

    host: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = field(default=True, kw_only=True)
    timeout_seconds: float = field(default=20, kw_only=True)
    keep_seconds: float = field(default=30, kw_only=True)
    tls_context: ssl.SSLContext | None = field(default=None, kw_only=True, repr=False)
    _kept: KeptConnections = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (self.username.isascii() and self.password.isascii()):
            raise ConfigurationError(
                "an SMTP username and password must be ASCII: ask your provider for an app password"
            )
        object.__setattr__(self, "_kept", KeptConnections(self.keep_seconds))

    def send(self, message: MailMessage, /) -> None:
        """Deliver to the server. An error names codes only: servers repeat addresses in their words."""
        with smtp_errors(self.host, self.port):
            if not self._sent_over_a_kept_one(message):
                self._hand_over(self._connected(), message)

    def close(self) -> None:
        """Say goodbye to the server; the next mail connects again."""
        self._kept.close()

    def _sent_over_a_kept_one(self, message: MailMessage) -> bool:
        server = self._kept.take()
        if server is None:
            return False
        try:
            self._hand_over(server, message)
        except smtplib.SMTPSenderRefused as refused:
            if refused.smtp_code != CLOSING:
                raise
            return False  # it has taken enough over this connection; of this mail it has heard nothing yet
        return True

    def _hand_over(self, server: smtplib.SMTP, message: MailMessage) -> None:
        try:
            refused = server.sendmail(message.sender, message.recipients, message.as_bytes())
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException):
            self._let_go(server)  # it said no, and waits for the next mail
            raise
        except BaseException:
            server.close()
            raise
        self._let_go(server)
        if refused:
            codes = sorted({code for code, _ in refused.values()})
            logger.warning("%s: %s refused %d of its readers with %s", message.key, self.host, len(refused), codes)

    def _let_go(self, server: smtplib.SMTP) -> None:
        if server.sock is not None:  # smtplib has closed it when the server did
            self._kept.keep(server)

    def _connected(self) -> smtplib.SMTP:
        server = self._called()
        try:
            if self.use_tls and self.port != TLS_FROM_THE_START:
                server.starttls(context=self._context())
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _called(self) -> smtplib.SMTP:
        if self.use_tls and self.port == TLS_FROM_THE_START:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()


@contextlib.contextmanager
def smtp_errors(host: str, port: int) -> Iterator[None]:
    """Raise what smtplib raises as MailUnavailable or MailRejected, which name codes only.

    Raised from None: the driver's error holds the recipient's address.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code, reply = max(refused.recipients.values(), key=lambda answer: answer[0] not in PERMANENT)
        raise _refusal(host, code, reply) from None
    except smtplib.SMTPResponseException as refused:
        raise _refusal(host, refused.smtp_code, refused.smtp_error) from None
    except smtplib.SMTPNotSupportedError:
        raise MailUnavailable(f"{host} does not offer the STARTTLS or the login that is asked of it") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(f"{host}:{port} did not take the mail: {type(error).__name__}") from None


def _refusal(host: str, code: int, reply: bytes | str) -> MailRejected | MailUnavailable:
    words = reply.encode("utf-8", "replace") if isinstance(reply, str) else reply
    enhanced = _ENHANCED.match(words)
    answer = f"{code} {enhanced.group().decode()}" if enhanced else str(code)
    if code in OUR_LOGIN:
        return MailUnavailable(f"{host} refused the login with {answer}: check the username and password")
    if code in PERMANENT:
        return MailRejected(f"{host} refused the mail for good with {answer}")
    return MailUnavailable(f"{host} put the mail off with {answer}")


if TYPE_CHECKING:
    _conforms: Sender = SMTPSender("localhost")
