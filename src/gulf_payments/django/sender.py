"""Mails over Django's backends: whatever EMAIL_BACKEND is, it is handed the bytes that `Mail` has put together."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from gulf_payments.errors import MailError, MailRejected, MailUnavailable
from gulf_payments.mail import MailMessage, Sender
from gulf_payments.mail.message import ADDRESS
from gulf_payments.mail.smtp import smtp_errors

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_ENVELOPE = frozenset({"From", "To", "Reply-To", "Subject"})  # what Django's mails have as fields of their own


class _Exact(Parsed):
    """A mail that stays the bytes it was read from."""

    raw = b""

    def as_bytes(self, *_: Any, **__: Any) -> bytes:  # noqa: ANN401 - Django's versions ask in their own ways
        return self.raw


class Letter(EmailMultiAlternatives):
    """One of our mails as Django's backends take it: `message()` is exactly what `Mail` made.

    Its fields say the same again, for backends that hand them to a provider's API, and for tests that look at
    `django.core.mail.outbox`.
    """

    def __init__(self, mail: MailMessage) -> None:
        headers = mail.headers
        super().__init__(
            subject=_CONTROLS.sub(" ", mail.subject),
            body=mail.text,
            from_email=_CONTROLS.sub(" ", headers["From"]),
            to=list(mail.recipients),
            reply_to=[mail.reply_to] if mail.reply_to else None,
            headers={name: value for name, value in headers.items() if name not in _ENVELOPE},
            alternatives=[(mail.html, "text/html")] if mail.html else None,
        )
        self.raw = mail.as_bytes()

    def message(self, *_: Any, **__: Any) -> Parsed:  # noqa: ANN401 - Django 6 passes a policy
        """The mail, whose `as_bytes()` are those that `Mail` made."""
        exact = cast("_Exact", message_from_bytes(self.raw, _class=_Exact, policy=policy.SMTP))
        exact.raw = self.raw
        return exact


@dataclass(frozen=True, slots=True)
class DjangoSender:
    """Sends over Django's mail backend: EMAIL_BACKEND, or the one named; each mail over a connection of its own.

    Django's own EMAIL_ settings say where. Set EMAIL_TIMEOUT: without it a server that hangs holds the worker up.
    """

    backend: str | None = None

    def send(self, message: MailMessage, /) -> None:
        """Hand the mail over. An error names codes and types only: servers repeat addresses in their words."""
        _check_lines(message)
        letter = Letter(message)
        with smtp_errors(str(settings.EMAIL_HOST), settings.EMAIL_PORT):
            taken = self._handed_over(letter)
        if taken == 0:  # a backend that fails silently says so
            raise MailUnavailable("Django's mail backend did not take the mail")

    def _handed_over(self, letter: Letter) -> int | None:
        connection = get_connection(self.backend)
        try:
            return connection.send_messages([letter])
        except (MailError, OSError):  # smtplib's errors are OSErrors
            _close(connection)
            raise
        except Exception as error:  # noqa: BLE001 - each provider's backend has errors of its own
            _close(connection)
            name = type(error).__name__
            raise MailUnavailable(f"{type(connection).__name__} did not take the mail: {name}") from None


def _close(connection: Any) -> None:  # noqa: ANN401 - Django has no types
    """Hang up, as Django does not when a server turns down STARTTLS or the login."""
    with suppress(Exception):
        connection.close()


def _check_lines(mail: MailMessage) -> None:
    """Refuse what could begin a header or a recipient of its own; names and subject are encoded anyway."""
    addresses = (mail.sender, *mail.recipients, *filter(None, [mail.reply_to]))
    if not all(ADDRESS.fullmatch(address) for address in addresses):
        raise MailRejected("an address of the mail cannot be written in a form that mail servers take")
    if _CONTROLS.search("".join((mail.message_id, *mail.references, mail.language))):
        raise MailRejected("a header of the mail would break its line")


if TYPE_CHECKING:
    _conforms: Sender = DjangoSender()
