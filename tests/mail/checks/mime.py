"""The mail as it goes over the wire: its parts, their encoding, its headers."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from email.utils import parseaddr, parsedate_to_datetime
from quopri import decodestring as unquoted

from tests.mail.checks.opened import Opened, plain
from tests.mail.checks.registry import check

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language")
UNWANTED = ("Bcc", "Return-Path", "Received", "Sender", "X-Mailer", "X-Priority", "Importance", "Precedence")
_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def _headers(mail: Opened) -> str:
    return mail.raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].decode("ascii", "replace")


@check
def a_parser_finds_no_defect(mail: Opened) -> Iterator[str]:
    """Neither the mail nor a part nor a header is malformed."""
    for part in (mail.message, *mail.parts):
        yield from (repr(defect) for defect in part.defects)
        for name, value in part.items():
            yield from (f"{name}: {defect!r}" for defect in getattr(value, "defects", ()))


@check
def the_text_comes_before_the_html(mail: Opened) -> Iterator[str]:
    """It is multipart/alternative of text/plain and text/html, in this order."""
    kinds = [mail.message.get_content_type(), *(part.get_content_type() for part in mail.parts)]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"it is {kinds}"


@check
def each_part_declares_utf_8(mail: Opened) -> Iterator[str]:
    """The charset is named, and it is UTF-8."""
    for part in mail.parts:
        if (part.get_content_charset() or "").lower() != "utf-8":
            yield f"{part.get_content_type()} has the charset {part.get_content_charset()}"


@check
def each_part_is_encoded_for_any_server(mail: Opened) -> Iterator[str]:
    """Parts are quoted-printable or base64: 8bit does not get everywhere."""
    for part in mail.parts:
        if part.get("Content-Transfer-Encoding", "").lower() not in ("quoted-printable", "base64"):
            yield f"{part.get_content_type()} is {part.get('Content-Transfer-Encoding')}"


@check
def every_byte_is_ascii(mail: Opened) -> Iterator[str]:
    """Nothing on the wire needs SMTPUTF8 or 8BITMIME."""
    if not mail.raw.isascii():
        yield "there are other bytes"


@check
def lines_are_short(mail: Opened) -> Iterator[str]:
    """No line is longer than the 78 characters that RFC 5322 recommends."""
    for line in mail.raw.split(b"\r\n"):
        if len(line) > 78:
            yield f"{len(line)}: {line[:60]!r}"


@check
def lines_end_as_smtp_wants(mail: Opened) -> Iterator[str]:
    """Lines end in CR LF, and neither stands alone."""
    if re.search(rb"\r(?!\n)|(?<!\r)\n", mail.raw):
        yield "a bare CR or LF"


@check
def each_header_stands_once(mail: Opened) -> Iterator[str]:
    """The headers a mail needs are there, and none of them twice."""
    for name in ONCE:
        if (count := len(mail.message.get_all(name, []))) != 1:
            yield f"{name} stands {count} times"
    if mail.message["MIME-Version"] != "1.0":
        yield f"MIME-Version is {mail.message['MIME-Version']}"


@check
def no_header_is_anothers(mail: Opened) -> Iterator[str]:
    """Headers that servers write, that tell of the software or that shout are left out."""
    yield from (f"{name} is there" for name in UNWANTED if mail.message[name])


@check
def the_subject_is_what_was_meant(mail: Opened) -> Iterator[str]:
    """The subject decodes to exactly the one among the facts."""
    if mail.subject != mail.facts.get("subject"):
        yield f"{mail.subject!r} for {mail.facts.get('subject')!r}"


@check
def the_subject_is_one_short_line(mail: Opened) -> Iterator[str]:
    """It says something, in at most 78 characters, without control characters or shouting."""
    shown = plain(mail.subject)
    if not 10 <= len(shown) <= 78:
        yield f"{len(shown)} characters"
    if re.search(r"[\x00-\x1f\x7f]|!!|\?\?|RE:|FW", mail.subject):
        yield mail.subject


@check
def encoded_words_are_whole(mail: Opened) -> Iterator[str]:
    """Each encoded word is at most 75 characters and ends between two characters (RFC 2047)."""
    for charset, encoding, word in re.findall(r"=\?([^?]*)\?([^?]*)\?([^?]*)\?=", _headers(mail)):
        if len(f"=?{charset}?{encoding}?{word}?=") > 75:
            yield f"{word} is long"
        try:
            (unquoted(word.encode(), header=True) if encoding.lower() == "q" else b64decode(word)).decode(charset)
        except ValueError:
            yield f"{word} ends within a character"


@check
def the_sender_has_a_name_and_an_address(mail: Opened) -> Iterator[str]:
    """From is one mailbox with the shop's name."""
    name, address = parseaddr(str(mail.message["From"] or ""))
    if not name or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        yield str(mail.message["From"])


@check
def answers_reach_people(mail: Opened) -> Iterator[str]:
    """Reply-To is a plain address, and no robot's."""
    address = str(mail.message["Reply-To"] or "")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) or re.match("no-?reply", address):
        yield f"Reply-To is {address!r}"


@check
def the_date_has_a_zone(mail: Opened) -> Iterator[str]:
    """Date is an instant."""
    try:
        if parsedate_to_datetime(str(mail.message["Date"])).tzinfo is None:
            yield "no zone"
    except ValueError:
        yield f"Date is {mail.message['Date']}"


@check
def the_message_id_is_of_our_domain(mail: Opened) -> Iterator[str]:
    """Message-ID is one id, at the domain that sends."""
    identifier = str(mail.message["Message-ID"] or "")
    domain = parseaddr(str(mail.message["From"] or ""))[1].rpartition("@")[2]
    if not _ID.fullmatch(identifier) or not identifier.endswith(f"@{domain}>"):
        yield f"{identifier} from {domain}"


@check
def references_are_ids(mail: Opened) -> Iterator[str]:
    """A mail that follows another names ids only, the nearest one last and in In-Reply-To; a first mail has neither."""
    named, nearest = str(mail.message["References"] or "").split(), str(mail.message["In-Reply-To"] or "")
    if (named[-1:] or [""])[0] != nearest or not all(_ID.fullmatch(one) for one in named):
        yield f"{named}, {nearest!r}"
    if mail.name.startswith("refund_") and not named:
        yield "a refund's mail belongs under its order's"


@check
def it_says_that_a_machine_wrote_it(mail: Opened) -> Iterator[str]:
    """Auto-Submitted keeps holiday notes from answering."""
    if mail.message["Auto-Submitted"] != "auto-generated":
        yield f"Auto-Submitted is {mail.message['Auto-Submitted']}"


@check
def headers_and_html_agree_on_the_language(mail: Opened) -> Iterator[str]:
    """Content-Language is the lang of the HTML part."""
    if str(mail.message["Content-Language"]) != mail.root.get("lang"):
        yield f"{mail.message['Content-Language']} and {mail.root.get('lang')!r}"


@check
def no_personal_address_is_in_the_headers_twice(mail: Opened) -> Iterator[str]:
    """The reader's address stands in To alone."""
    address = parseaddr(str(mail.message["To"] or ""))[1]
    if not address:
        yield "nobody is addressed"
    elif mail.raw.count(address.encode()) != 1:
        yield "To's address stands elsewhere too"
