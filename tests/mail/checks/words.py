"""The text part, and the facts in both parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.mail.checks.opened import Opened, first_strong, plain
from tests.mail.checks.registry import check

_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{2,3}\b")


def shown(value: str) -> str:
    """A fact as a mail shows it: a plain decimal with its thousands apart, anything else as it is."""
    if not re.fullmatch(r"\d+\.\d+", value):
        return plain(value)
    whole, _, decimals = value.partition(".")
    return f"{int(whole):,}.{decimals}"


def _lines(mail: Opened) -> list[str]:
    return [plain(line) for line in mail.text.splitlines()]


@check
def the_text_part_says_something(mail: Opened) -> Iterator[str]:
    """It is a letter of several lines, not an apology for the HTML."""
    if len([line for line in _lines(mail) if line]) < 5 or re.search(
        "view .{0,20}html|html .{0,20}client", mail.text, re.IGNORECASE
    ):
        yield mail.text[:60]


@check
def the_text_part_holds_no_markup(mail: Opened) -> Iterator[str]:
    """No tag, no entity, no Markdown."""
    yield from re.findall(r"</?\w+[^>]*>|&#?\w+;|\*\*|\]\(|^#+ |^[=*_-]{3,}$", mail.text, re.MULTILINE)


@check
def the_text_part_is_tidy(mail: Opened) -> Iterator[str]:
    """No indentation, no space at a line's end, no tab, one empty line between paragraphs, one newline at the end."""
    yield from (repr(line) for line in mail.text.splitlines() if line != line.strip() or "\t" in line)
    if "\n\n\n" in mail.text or not re.search(r"[^\n]\n\Z", mail.text):
        yield "empty lines"


@check
def isolates_are_balanced(mail: Opened) -> Iterator[str]:
    """Each isolate ends on the line where it began."""
    for line in (mail.subject, *mail.text.splitlines()):
        depth = 0
        for letter in line:
            depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
            if depth < 0:
                break
        if depth:
            yield repr(line)


@check
def tokens_are_isolated_in_the_text(mail: Opened) -> Iterator[str]:
    """In Arabic lines, numbers, phones and amounts stand between isolates."""
    if not mail.is_arabic:
        return
    for line in (mail.subject, *mail.text.splitlines()):
        outside = re.sub("[\u2066-\u2068][^\u2069]*\u2069", "", line)
        if first_strong(line) == "rtl" and (found := re.search(r"\+\d|@|[A-Z]-\d|•|[-−]\d|\d\.\d", outside)):
            yield f"{found.group()} in {line!r}"


@check
def lines_begin_in_their_language(mail: Opened) -> Iterator[str]:
    """A client that guesses a line's direction by its first letter guesses right; only web addresses run alone."""
    for line in (mail.subject, *mail.text.splitlines()):
        if not line.startswith("https://") and first_strong(line) not in ("", mail.direction):
            yield repr(line)


@check
def addresses_stand_bare(mail: Opened) -> Iterator[str]:
    """Each address of the web has a line of its own, with nothing around it."""
    yield from (line for line in mail.text.splitlines() if "://" in line and not re.fullmatch(r"https://\S+", line))


@check
def both_parts_lead_to_the_same_places(mail: Opened) -> Iterator[str]:
    """Each link of the HTML is in the text, and the other way round."""
    web = {link.get("href") for link in mail.links if link.get("href").startswith("https://")}
    written = set(re.findall(r"^https://\S+", mail.text, re.MULTILINE))
    yield from sorted(web ^ written)
    mails = {link.get("href").removeprefix("mailto:") for link in mail.links if link.get("href").startswith("mailto:")}
    yield from sorted(address for address in mails if address not in mail.text)


@check
def each_fact_has_its_line(mail: Opened) -> Iterator[str]:
    """Each row of the HTML's facts is a line of the text: label and value."""
    lines = _lines(mail)
    for label, value in mail.fact_rows:
        if not any(line.startswith(label) and line.endswith(value) for line in lines):
            yield f"{label}: {value}"


@check
def no_line_holds_two_facts(mail: Opened) -> Iterator[str]:
    """Different facts stand on different lines."""
    for line in _lines(mail):
        labels = {label for label, _ in mail.fact_rows if re.search(rf"(^|\s){re.escape(label)}:", line)}
        if len(labels) > 1:
            yield line


@check
def both_parts_show_the_same_amounts(mail: Opened) -> Iterator[str]:
    """No amount is in one part alone."""
    html, text = set(_AMOUNT.findall(mail.said)), set(_AMOUNT.findall(plain(mail.text)))
    yield from sorted(html ^ text)


@check
def both_parts_say_the_same_words(mail: Opened) -> Iterator[str]:
    """Each sentence of the HTML is in the text."""
    text = plain(mail.text)
    links = {link.text for link in mail.links}
    for node in mail.body.find("p"):
        for sentence in re.split(r"(?<=[.!؟])\s", node.text):
            if (
                node.text not in links
                and not node.find("br")
                and len(sentence) > 12
                and sentence.rstrip(".:") not in text
            ):
                yield sentence


@check
def the_facts_are_flat(mail: Opened) -> Iterator[str]:
    """Facts are strings with names, and the subject is one of them."""
    yield from (f"{name}: {value!r}" for name, value in mail.facts.items() if not isinstance(value, str) or not value)
    if "subject" not in mail.facts:
        yield "no subject"


@check
def the_html_tells_each_fact(mail: Opened) -> Iterator[str]:
    """Each fact is seen in the HTML part (the subject is its title)."""
    for name, value in mail.facts.items():
        if name != "subject" and shown(value) not in mail.said:
            yield f"{name}: {shown(value)}"


@check
def the_text_tells_each_fact(mail: Opened) -> Iterator[str]:
    """Each fact is seen in the text part."""
    for name, value in mail.facts.items():
        if name != "subject" and shown(value) not in plain(mail.text):
            yield f"{name}: {shown(value)}"


@check
def each_fact_stands_alone_in_the_html(mail: Opened) -> Iterator[str]:
    """An order's number, a phone and an amount are pieces of text of their own, which nothing can reorder."""
    pieces = {plain(words).removeprefix("#") for _, words in mail.body.words()}
    for name, value in mail.facts.items():
        in_words = any(shown(value) in piece for piece in pieces) if not mail.is_arabic else shown(value) in pieces
        if name != "subject" and not in_words:
            yield f"{name}: {shown(value)}"


@check
def the_subject_names_the_order(mail: Opened) -> Iterator[str]:
    """A customer with two orders sees which one it is about."""
    number = mail.facts.get("order_number", "")
    if not mail.name.startswith("failed_payments") and (not number or number not in plain(mail.subject)):
        yield plain(mail.subject)


@check
def it_prints_as_text(mail: Opened) -> Iterator[str]:
    """Every character of the text part is a letter, a digit, a mark or a space that a printer knows."""
    yield from sorted(
        {
            f"U+{ord(one):04X}"
            for one in mail.text
            if not (one.isprintable() or one in "\n\u2066\u2067\u2068\u2069\u00a0")
        }
    )
