"""Foreign text made safe to show beside ours: cleaned, and isolated so that it cannot reorder its neighbours.

Rules of Unicode's bidirectional algorithm (UAX 9): a phone number, an amount or a Latin name inside an Arabic line is
shown in the wrong order unless it is isolated. Mail clients know no `<bdi>`, so HTML uses `<span dir>`; text and
subjects use the isolate characters.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Literal

Direction = Literal["ltr", "rtl", "auto"]

POP = "\u2069"
_OPENERS: dict[Direction, str] = {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}
_STRONG: dict[str, Literal["ltr", "rtl"]] = {"L": "ltr", "R": "rtl", "AL": "rtl"}

_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
# Control characters, every bidi control and mark, invisible joiners but the two that shape letters and emoji
# (U+200C, U+200D), and halves of surrogate pairs, which no encoding can carry.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]+"
)


def clean(text: str) -> str:
    """The text on one line, without control characters and without anything that could turn other text around."""
    if text.isprintable():  # nearly always, and ten times as fast
        return text.strip()
    return _INVISIBLE.sub("", _BREAKS.sub(" ", text)).strip()


def direction_of(text: str) -> Literal["ltr", "rtl"]:
    """The direction of the first letter that has one; left to right when none has."""
    if text.isascii():
        return "ltr"
    for mark in text:
        if found := _STRONG.get(unicodedata.bidirectional(mark)):
            return found
    return "ltr"


def isolate_text(text: str, direction: Direction = "ltr") -> str:
    """The cleaned text between an isolate character and its end, for text parts and subjects."""
    return f"{_OPENERS[direction]}{clean(text)}{POP}"


def isolate_html(text: str, direction: Direction = "ltr") -> str:
    """The cleaned text, escaped, in a `<span>` of its own direction; `auto` is decided here, not by the mail client."""
    cleaned = clean(text)
    settled = direction_of(cleaned) if direction == "auto" else direction
    return f'<span dir="{settled}">{escape(cleaned)}</span>'
