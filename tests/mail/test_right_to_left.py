"""What makes a mail right in Arabic, in clients that drop styles, attributes and good intentions."""

from __future__ import annotations

import re
import unicodedata

import pytest

from gulf_payments.mail import MailMessage
from gulf_payments.messages.catalogues import FOLDER
from tests.mail.samples import Page, an_order, composed, confirmed, declined, every_mail, flagged, without_isolates

LOCALES = ["ar", "en"]
SIDES = {"ar": "right", "en": "left"}


def _each(locale: str) -> list[MailMessage]:
    return every_mail(locale)


def _strong(line: str) -> str:
    """The class of the first letter outside isolates, as a client that guesses the direction sees it."""
    outside = re.sub("[\u2066-\u2068][^\u2069]*\u2069", "", line)
    return next((found for mark in outside if (found := unicodedata.bidirectional(mark)) in ("L", "AL", "R")), "")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_level_says_its_direction(locale: str) -> None:
    """The page, the wrapper in the body and each table have a direction of their own: webmail drops the outer ones."""
    direction = "rtl" if locale == "ar" else "ltr"
    for message in _each(locale):
        tags = Page(message.html).tags
        assert ("html", direction) in [(tag, attributes.get("dir")) for tag, attributes in tags]
        assert {attributes.get("dir") for tag, attributes in tags if tag in ("table", "p", "h1", "h2")} == {direction}
        article = next(attributes for _, attributes in tags if attributes.get("role") == "article")
        assert (article["dir"], article["lang"]) == (direction, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_alignment_is_physical(locale: str) -> None:
    """Sides are spelled out: no logical property, nothing that Outlook or Gmail would drop."""
    for message in _each(locale):
        css = " ".join(attributes.get("style") or "" for _, attributes in Page(message.html).tags)
        assert not re.search(r"inline-start|inline-end|text-align:\s*(start|end)|flex|grid|float|position|var\(", css)
        assert f"text-align:{SIDES[locale]}" in css
        assert "letter-spacing" not in css
        assert "italic" not in css


@pytest.mark.parametrize("locale", LOCALES)
def test_no_layout_table_is_read_aloud(locale: str) -> None:
    """A table is presentation, or a table of facts with header cells."""
    for message in _each(locale):
        page = Page(message.html)
        scopes = {attributes.get("scope") for tag, attributes in page.tags if tag == "th"}
        assert scopes <= {"row", "col"}
        assert sum(tag == "h1" for tag, _ in page.tags) == 1
        layout = [attributes for tag, attributes in page.tags if tag == "table" and "role" in attributes]
        assert {attributes["role"] for attributes in layout} == {"presentation"}
        assert "<title></title>" not in message.html


def test_the_arabic_mail_with_number_and_amount_keeps_their_digits_in_order() -> None:
    """Every token that runs left to right stands alone in a span of its own, or between isolates."""
    message = composed(confirmed(an_order()))
    isolated = Page(message.html).isolated
    for token in ("#ORD-2026-10457", "1,284.50", "\u221250.00", "•••• 4242", "+966 50 123 4567", "300000000000003"):
        assert token in isolated
        assert f"\u2066{token}\u2069" in message.text
        assert message.text.count(token) == message.text.count(f"\u2066{token}\u2069")


def test_short_tokens_stay_on_one_line_and_long_ones_may_break() -> None:
    """An order's number is not cut in two at its hyphen; one of a hundred letters must be, on a narrow phone."""
    short = composed(declined(an_order(number="ORD-2026-10457"))).html
    assert '<span class="together" dir="ltr">#ORD-2026-10457</span>' in short
    long = composed(declined(an_order(number="A" * 100))).html
    assert f'<span dir="ltr">#{"A" * 100}</span>' in long


@pytest.mark.parametrize("locale", LOCALES)
def test_isolates_are_balanced(locale: str) -> None:
    """In subject, text and HTML each isolate ends on the line where it began."""
    for message in _each(locale):
        for line in (message.subject, *message.text.splitlines(), *message.html.splitlines()):
            depth = 0
            for mark in line:
                depth += (mark in "\u2066\u2067\u2068") - (mark == "\u2069")
                assert depth in (0, 1)
            assert depth == 0


def test_english_text_needs_no_isolates_for_english() -> None:
    """In an English mail only what runs the other way is isolated."""
    text = composed(confirmed(an_order("en"))).text
    marked = [line for line in text.splitlines() if "\u2068" in line or "\u2066" in line]
    assert marked
    assert all(re.search("[\u0600-\u06ff]", line) for line in marked)
    assert composed(declined(an_order("en"))).text.isascii() is False  # the dots of the card
    assert "\u2068" not in composed(declined(an_order("en"))).text


def test_arabic_lines_begin_in_arabic() -> None:
    """A client that guesses a line's direction guesses right: no Arabic line begins with a Latin letter."""
    for message in _each("ar"):
        lines = [line for line in message.text.splitlines() if line and not line.startswith("https://")]
        assert {_strong(line) for line in lines} <= {"AL", ""}
        assert _strong(message.subject) == "AL"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_preview_line_adds_to_the_subject(locale: str) -> None:
    """The first thing in the body is hidden, short, free of markup, and not the subject again."""
    for message in _each(locale):
        hidden = re.search(r'<div style="display:none;mso-hide:all;">([^<]*)</div>', message.html)
        assert hidden is not None
        preview = hidden.group(1).split("&#8199;")[0]
        assert 30 <= len(without_isolates(preview)) <= 140
        assert preview not in message.subject
        assert not set("\u200e\u200f") & set(message.html)
        assert message.html.split("<body", 1)[1].split(">", 1)[1].startswith("\n" + hidden.group())


@pytest.mark.parametrize("locale", LOCALES)
def test_a_subject_fits_the_list_of_mails(locale: str) -> None:
    """No subject is longer than what programs show, not even an alert's; and each names the order it is about."""
    order = an_order(locale)
    flags = [key.removeprefix("alert.") for key in _keys() if key.startswith("alert.")]
    alerts = [composed(flagged(order, flag), alert_locale=locale) for flag in flags]
    for message in (*_each(locale), *alerts):
        assert 15 <= len(without_isolates(message.subject)) <= 70
        assert "10457" in message.subject or message.name in ("alert", "failed_payments_digest")


def _keys() -> list[str]:
    source = (FOLDER / "en" / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    return re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)


@pytest.mark.parametrize("locale", LOCALES)
def test_both_parts_tell_the_same(locale: str) -> None:
    """Every number and every token of the HTML stands in the text, and none stands in the text alone."""
    for message in _each(locale):
        html, text = Page(message.html).text, re.sub(r"https?://\S+", "", message.text)
        told, written = (set(re.findall(r"[\d][\d,.:+-]*\d|\d", without_isolates(part))) for part in (html, text))
        assert told == written


@pytest.mark.parametrize("locale", LOCALES)
def test_dark_mode_and_outlook_are_thought_of(locale: str) -> None:
    """The colour schemes, the dark block, Outlook's own, and a column of 600 pixels."""
    for message in _each(locale):
        for needed in (
            '<meta name="color-scheme" content="light dark">', "prefers-color-scheme:dark", "[data-ogsc]",
            "<!--[if mso]>", 'width="600"', "max-width:600px", "PixelsPerInch>96",
        ):  # fmt: skip
            assert needed in message.html


@pytest.mark.parametrize("locale", LOCALES)
def test_coloured_cells_say_it_twice(locale: str) -> None:
    """Beside a background colour stands the attribute that Outlook reads, and colours have six digits."""
    for message in _each(locale):
        for tag, attributes in Page(message.html).tags:
            style = attributes.get("style") or ""
            if tag in ("td", "table", "body") and "background-color" in style:
                assert f"background-color:{attributes.get('bgcolor')}" in style
            assert all(len(colour) == 6 for colour in re.findall(r"#([0-9a-fA-F]+)", style))
