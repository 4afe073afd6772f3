"""One mail, ready to send, and its bytes.

The bytes are put together here rather than by `email.message`: the parts are two texts in UTF-8, so it costs a tenth,
and long Arabic subjects come back exactly (the library's own folding drops spaces between encoded words).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, encodebytes
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, formataddr

from gulf_payments.errors import MailRejected

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WORD_BYTES = 36  # of UTF-8 in one encoded word: 48 characters of base64, so that a line stays below 76
_PLAIN_HEADER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMessage:
    """A mail as a sender gets it.

    `name` says which mail it is, `key` which effect it belongs to; `sender` and `recipients` are bare addresses, for
    the envelope; `html` may be empty. `message_id` is the same whenever the same mail is composed again.
    """

    name: str
    key: str
    language: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...] = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    date: datetime
    message_id: str
    reply_to: str = ""
    references: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers as people read them, without those that tell of the parts."""
        named = {
            "From": formataddr((self.sender_name, self.sender)) if self.sender_name else self.sender,
            "To": ", ".join(self.recipients),
            "Reply-To": self.reply_to,
            "Subject": self.subject,
            "Date": format_datetime(self.date),
            "Message-ID": self.message_id,
            "In-Reply-To": self.references,
            "References": self.references,
            "Content-Language": self.language,
            "Auto-Submitted": "auto-generated",
        }
        return {name: value for name, value in named.items() if value}

    def __getitem__(self, header: str) -> str:
        return self.headers[header]

    def as_bytes(self) -> bytes:
        """The mail as it goes over the wire: multipart/alternative, the text first, CRLF throughout."""
        if not self.html:
            return "\r\n".join([*_headers(self), _part("plain", self.text)]).encode("ascii")
        boundary = f"=_{hashlib.sha256(self.message_id.encode()).hexdigest()[:32]}"  # "=_" is never in base64
        return "\r\n".join(
            [
                *_headers(self),
                f'Content-Type: multipart/alternative; boundary="{boundary}"',
                "",
                f"--{boundary}",
                _part("plain", self.text),
                f"--{boundary}",
                _part("html", self.html),
                f"--{boundary}--",
                "",
            ]
        ).encode("ascii")


def _headers(mail: MailMessage) -> list[str]:
    encoded = {
        **mail.headers,
        "From": _mailbox(mail.sender_name, mail.sender),
        "To": ",\r\n ".join(mail.recipients),
        "Subject": header_text(mail.subject),
        "MIME-Version": "1.0",
    }
    return [f"{name}: {value}" for name, value in encoded.items()]


def _part(subtype: str, content: str) -> str:
    body = encodebytes(content.replace("\n", "\r\n").encode()).decode("ascii").replace("\n", "\r\n")
    return f"Content-Type: text/{subtype}; charset=utf-8\r\n" + f"Content-Transfer-Encoding: base64\r\n\r\n{body}"


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    return formataddr((name, address)) if _is_plain(name) else f"{header_text(name)}\r\n <{address}>"


def header_text(text: str) -> str:
    """A header's text as RFC 2047 wants it; control characters, so also line breaks, become spaces."""
    safe = _CONTROLS.sub(" ", text)
    if _is_plain(safe):
        return safe
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in _words(safe))


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _PLAIN_HEADER and "=?" not in text and not _CONTROLS.search(text)


def _words(text: str) -> list[bytes]:
    """UTF-8 in pieces that each fit an encoded word and end between two characters."""
    words = [b""]
    for letter in text:
        encoded = letter.encode()
        if len(words[-1]) + len(encoded) > _WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    return words


def message_id(key: str, recipients: tuple[str, ...], sender: str) -> str:
    """The Message-ID of the mail for an effect: the same each time, so that a repeated mail is recognised."""
    digest = hashlib.sha256("\n".join([key, *recipients]).encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def mail_address(address: str) -> str:
    """The address in the form every mail server takes: its domain in ASCII. Raises MailRejected if it has no such form.

    An address with other letters before the `@` needs a mail server that few shops have.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        plain = ""
    if not ADDRESS.fullmatch(plain):
        raise MailRejected("the recipient's address cannot be written in a form that mail servers take")
    return plain
