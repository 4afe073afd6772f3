"""Ways out for a mail: what a sender is, and those without a server: the console, a folder, a list.

A sender of your own needs one method, `send(message)`: `message.as_bytes()` is the whole mail, or use its fields. It
raises MailUnavailable for what may pass, MailRejected for what will not; the outbox tries the first again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from gulf_payments.errors import MailUnavailable
from gulf_payments.mail.message import MailMessage


class Sender(Protocol):
    """What `Mail` is given."""

    def send(self, message: MailMessage, /) -> None:
        """Hand the mail over; return once it is accepted. Raises MailUnavailable or MailRejected."""


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
    _conforms: list[Sender] = [ConsoleSender(), FileSender("mails"), MemorySender()]
