"""What runs from right to left, and what must not be turned around by it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.mail.checks.opened import ISOLATES, Opened, plain
from tests.mail.checks.registry import check

MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e"
_LATIN_TOKEN = re.compile(
    r"\+\d[\d ]{6,}|[\w.]+@[\w.]+|#?[A-Z]{2,}-[\d-]+|•+ ?\d{4}|[-−]\d|\d[\d,]*\.\d{2,}|\d{3}-\d{3}|#\d+|https?://|\d{9,}"
)
_ARABIC = re.compile("[\u0600-\u06ff]")


@check
def every_level_says_its_direction(mail: Opened) -> Iterator[str]:
    """Each table, paragraph and heading has a dir of its own: clients drop the outer ones."""
    for node in mail.body.find("table", "p", "h1", "h2", "h3"):
        if node.get("dir") != mail.direction:
            yield f"{node.tag} dir={node.get('dir')!r}: {node.text[:40]}"


@check
def no_link_has_a_direction(mail: Opened) -> Iterator[str]:
    """Outlook breaks links that have dir: a span inside them has it."""
    yield from (link.text for link in mail.links if "dir" in link.attributes)


@check
def phones_stay_on_one_line(mail: Opened) -> Iterator[str]:
    """A number to call has no-break spaces."""
    for link in mail.links:
        if link.get("href").startswith("tel:"):
            yield from (words for _, words in link.words() if re.search(r"\d \d", words))


@check
def no_element_isolates_that_clients_do_not_know(mail: Opened) -> Iterator[str]:
    """Gmail and Outlook know no bdi, and bdo forces letters apart."""
    yield from (node.tag for node in mail.body.find("bdi", "bdo"))


@check
def text_is_aligned_by_words_and_by_attribute(mail: Opened) -> Iterator[str]:
    """Each cell with text spells its side out, in CSS and as an attribute, and they agree."""
    for node, words in mail.body.words():
        block = next(up for up in node.up() if up.tag in ("td", "th", "p", "h1", "h2", "h3", "div", "body"))
        aligned = block.get("align") == block.style.get("text-align") in ("left", "right", "center")
        if words.strip() and block.tag in ("td", "th") and not aligned:
            yield f"{block.get('align')!r} and {block.style.get('text-align')!r}: {block.text[:40]}"


@check
def lines_begin_where_their_language_begins(mail: Opened) -> Iterator[str]:
    """Headings and paragraphs stand at the start side, or in the middle."""
    for node in mail.body.find("h1", "h2", "p"):
        if node.computed("text-align") not in (mail.sides[0], "center"):
            yield f"{node.computed('text-align')!r}: {node.text[:40]}"


@check
def sides_are_physical(mail: Opened) -> Iterator[str]:
    """No logical property or value: Gmail and Outlook know none."""
    logical = (
        r"(?:inline|block)-(?:start|end|size)|(?:padding|margin|border)-(?:inline|block)|\binset\b|:\s*(?:start|end)\b"
    )
    yield from re.findall(logical, " ".join([mail.css, *(node.get("style") for node in mail.body.walk())]))


@check
def latin_tokens_are_isolated(mail: Opened) -> Iterator[str]:
    """In an Arabic mail, phones, numbers, cards, amounts and addresses stand in an element that runs left to right."""
    if not mail.is_arabic:
        return
    for node, words in mail.body.words():
        if node.inherited("dir") != "ltr" and (found := _LATIN_TOKEN.search(plain(words))):
            yield f"{found.group()} in {plain(words)[:60]!r}"


@check
def arabic_in_english_is_isolated(mail: Opened) -> Iterator[str]:
    """In an English mail, Arabic that does not stand alone is in an element with a dir of its own."""
    if mail.is_arabic:
        return
    for node, words in mail.body.words():
        if _ARABIC.search(words) and not (node.tag == "span" and node.get("dir")):
            yield plain(words)[:60]


@check
def no_mark_turns_text_around(mail: Opened) -> Iterator[str]:
    """No invisible mark or embedding of direction in any part: some clients show them, all may misplace them."""
    for name, part in (("html", mail.html), ("text", mail.text), ("subject", mail.subject)):
        yield from (f"U+{ord(mark):04X} in {name}" for mark in sorted(set(part) & set(MARKS)))
    if set(mail.said) & set(ISOLATES) or set("".join(words for _, words in mail.body.words())) & set(ISOLATES):
        yield "isolates in the HTML, which has elements for it"


@check
def fonts_have_arabic_letters(mail: Opened) -> Iterator[str]:
    """Every text names fonts that draw Arabic on Windows, Apple and Android, and a generic one at last."""
    for node, words in mail.body.words():
        if words.strip():
            stack = node.computed("font-family")
            if not all(name in stack for name in ("Tahoma", "Noto Sans Arabic")) or not stack.endswith("sans-serif"):
                yield f"{stack!r}: {plain(words)[:40]}"


@check
def arabic_letters_are_left_whole(mail: Opened) -> Iterator[str]:
    """No spacing between letters, no italics, no capitals, no justified lines: each harms Arabic."""
    harm = r"letter-spacing|font-style:\s*(?:italic|oblique)|text-transform|text-align:\s*justify|word-spacing"
    yield from re.findall(harm, mail.html)
    yield from (node.tag for node in mail.body.find("em", "i"))


@check
def lines_have_room(mail: Opened) -> Iterator[str]:
    """Lines are 1.5 times as high as letters or more: Arabic has strokes above and below."""
    for node, words in mail.body.words():
        height = node.computed("line-height")
        if words.strip() and not (re.fullmatch(r"\d(\.\d+)?", height) and float(height) >= 1.5):
            yield f"{height!r}: {plain(words)[:40]}"


@check
def digits_are_of_one_kind(mail: Opened) -> Iterator[str]:
    """Latin and Arabic-Indic digits are not mixed."""
    for part in (mail.said, plain(mail.text), mail.subject):
        if re.search("[٠-٩۰-۹]", part) and re.search(r"\d{1,3}(,\d{3})*\.\d\d", part):
            yield "both kinds"


@check
def dates_have_a_months_name(mail: Opened) -> Iterator[str]:
    """No date of digits alone: readers of the two languages read them differently."""
    for part in (mail.said, plain(mail.text), mail.preview_line):
        yield from re.findall(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b", part)


@check
def currencies_have_their_signs(mail: Opened) -> Iterator[str]:
    """No Iranian rial sign for the Saudi one, none that no font has; it follows in Arabic and leads in English."""
    said = f"{mail.said} {plain(mail.text)}"
    yield from re.findall("[\ufdfc\u20c1]", said)
    amounts = r"(\S+ )?[-−]?\b\d{1,3}(?:,\d{3})*\.\d{2,3}\b( \S+)?"
    for before, after in re.findall(amounts, said):
        named = re.match(r" [رد]\.[سإكبعق]", after) if mail.is_arabic else re.fullmatch(r"[(]?[A-Z]{3} ", before)
        if not named:
            yield f"{before!r} amount {after!r}"
