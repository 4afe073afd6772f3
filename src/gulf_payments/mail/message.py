"""One mail, ready to send, and its bytes.

The bytes are put together here rather than by `email.message`: the parts are two texts in UTF-8, so it costs a tenth,
and long Arabic subjects come back exactly (the library's own folding drops spaces between encoded words).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import b2a_base64
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, formataddr
from struct import iter_unpack

from gulf_payments.errors import MailRejected

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WORD_BYTES = 36  # of UTF-8 in one encoded word: 48 characters of base64, so that a line stays below 76
_CONTINUES = 0b1000_0000  # how each byte of a character in UTF-8 begins, but for the first
_PLAIN_HEADER = 60
_LINE = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMessage:
    """A mail as a sender gets it.

    `name` says which mail it is, `key` which effect it belongs to; `sender` and `recipients` are bare addresses, for
    the envelope; `html` may be empty. `message_id` is the same whenever the same mail is composed again; `references`
    are those of the mails that it follows, the nearest last.
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
    references: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The headers as people read them, without those that tell of the parts."""
        sender = formataddr((self.sender_name, self.sender)) if self.sender_name else self.sender
        return self._named(sender, ", ".join(self.recipients), self.subject)

    def _named(self, sender: str, recipients: str, subject: str) -> dict[str, str]:
        named = {
            "From": sender,
            "To": recipients,
            "Reply-To": self.reply_to,
            "Subject": subject,
            "Date": format_datetime(self.date),
            "Message-ID": self.message_id,
            "In-Reply-To": self.references[-1] if self.references else "",
            "References": " ".join(self.references),
            "Content-Language": self.language,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",  # the same to Exchange, which knows only this
        }
        return {name: value for name, value in named.items() if value}

    def __getitem__(self, header: str) -> str:
        return self.headers[header]

    def as_bytes(self) -> bytes:
        """The mail as it goes over the wire: multipart/alternative, the text first, CRLF throughout."""
        sender = _mailbox(self.sender_name, self.sender)
        named = self._named(sender, ",\r\n ".join(self.recipients), header_text(self.subject))
        named["References"] = named.get("References", "").replace(" ", "\r\n ")
        headers = [f"{name}: {value}" for name, value in (*named.items(), ("MIME-Version", "1.0")) if value]
        if not self.html:
            return b"\r\n".join([_lines(*headers), *_part("plain", self.text)])
        boundary = f"=_{hashlib.sha256(self.message_id.encode()).hexdigest()[:24]}"  # "=_" is never in base64
        return b"\r\n".join(
            [
                _lines(
                    *headers, f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"', "", f"--{boundary}"
                ),
                *_part("plain", self.text),
                _lines(f"--{boundary}"),
                *_part("html", self.html),
                _lines(f"--{boundary}--", ""),
            ]
        )


def _lines(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("ascii")


def _part(subtype: str, content: str) -> list[bytes]:
    body = b2a_base64(content.encode().replace(b"\n", b"\r\n"), newline=False)
    whole = len(body) // _LINE * _LINE
    lines = [line for (line,) in iter_unpack(f"{_LINE}s", memoryview(body)[:whole])]  # the fastest way to cut
    kind = _lines(f"Content-Type: text/{subtype}; charset=utf-8", "Content-Transfer-Encoding: base64", "")
    return [kind, *lines, body[whole:], b""]


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
    encoded, start, words = text.encode(), 0, []
    while start < len(encoded):
        end = min(start + _WORD_BYTES, len(encoded))
        while end < len(encoded) and encoded[end] & 0b1100_0000 == _CONTINUES:
            end -= 1
        words.append(encoded[start:end])
        start = end
    return words or [b""]


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
