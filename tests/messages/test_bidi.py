"""Foreign text stays inside its own isolate, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.messages import clean, direction_of, isolate_html, isolate_text

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(f"{CONTROLS}\r\n\t\x00<>&\"'")), max_size=60)


@given(HOSTILE)
def test_nothing_that_turns_text_survives(text: str) -> None:
    """After cleaning there is one line, no control character, no bidi control, and it can be encoded."""
    cleaned = clean(text)
    assert not set(cleaned) & set(CONTROLS)
    assert all(unicodedata.category(mark) not in ("Cc", "Cs", "Zl", "Zp") for mark in cleaned)
    assert cleaned.encode() == clean(cleaned).encode()


@given(HOSTILE, st.sampled_from(["ltr", "rtl", "auto"]))
def test_an_isolate_opens_and_closes_once(text: str, direction: str) -> None:
    """Nothing inside an isolate can end it early."""
    isolated = isolate_text(text, direction)  # type: ignore[arg-type]
    assert isolated[0] == {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}[direction]
    assert isolated[-1] == "\u2069"
    assert not set(isolated[1:-1]) & set(CONTROLS)


@given(HOSTILE)
def test_html_cannot_leave_its_span(text: str) -> None:
    """Markup in foreign text is text."""
    inner = isolate_html(text, "auto").removeprefix('<span dir="ltr">').removeprefix('<span dir="rtl">')
    assert not set(inner.removesuffix("</span>")) & set("<>\"'")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("سارة", "rtl"),
        ("Sara", "ltr"),
        ("123 شارع", "rtl"),
        ("(Oud) عود", "ltr"),
        ("4242", "ltr"),
        ("", "ltr"),
        ("שרה", "rtl"),
    ],
)
def test_the_first_letter_decides(text: str, direction: str) -> None:
    """Digits and signs have no say in the direction of a name."""
    assert direction_of(text) == direction
    assert isolate_html(text, "auto").startswith(f'<span dir="{direction}">')


def test_lines_become_spaces_and_joiners_stay() -> None:
    """A line break in a name is a space; the joiners that shape letters and emoji are kept."""
    assert clean("  سارة\r\nBcc: x\u2028y ") == "سارة Bcc: x y"
    assert clean("👨\u200d👩\u200d👧 می\u200cخواهم") == "👨\u200d👩\u200d👧 می\u200cخواهم"
    assert clean("\ud800half") == "half"
