"""What a screen reader, a keyboard and weak eyes need; what is seen is measured in `views`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from tests.mail.checks.opened import Opened, plain
from tests.mail.checks.registry import check

ROLES = frozenset(("article", "main", "presentation", "img", "none"))
SMALLEST = 14
_VAGUE = re.compile(r"(click )?here|more|link|this link|read more|هنا|اضغط هنا|انقر هنا|المزيد|الرابط", re.IGNORECASE)


@check
def layout_is_not_read_aloud(mail: Opened) -> Iterator[str]:
    """A table arranges (role presentation, no header cells) or holds facts (header cells with a scope)."""
    for table in mail.body.find("table"):
        own = [cell for cell in table.find("th") if next(up for up in cell.up() if up.tag == "table") is table]
        if table.get("role") == "presentation":
            yield from (f"a header cell in layout: {cell.text}" for cell in own)
        elif not own:
            yield f"neither: {table.text[:40]}"


@check
def header_cells_have_a_scope(mail: Opened) -> Iterator[str]:
    """Each says whether it heads a row or a column."""
    yield from (cell.text for cell in mail.body.find("th") if cell.get("scope") not in ("row", "col"))


@check
def rows_of_facts_are_headed(mail: Opened) -> Iterator[str]:
    """Each row of a table of facts starts with its header."""
    for table in mail.data_tables:
        for row in table.find("tr"):
            first = row.find("th", "td")[0]
            if first.tag != "th":
                yield row.text[:60]


@check
def the_role_of_a_table_is_the_only_one(mail: Opened) -> Iterator[str]:
    """Roles are those that exist and that mail clients keep."""
    yield from (f"{node.tag} {node.get('role')}" for node in mail.body.walk() if node.get("role") not in {"", *ROLES})


@check
def there_is_one_main_heading(mail: Opened) -> Iterator[str]:
    """One h1, and it says something."""
    headings = [node.text for node in mail.body.find("h1")]
    if len(headings) != 1 or len(headings[0]) < 5:
        yield f"{headings}"


@check
def headings_go_down_by_one(mail: Opened) -> Iterator[str]:
    """The first heading is the h1, and no level is left out."""
    levels = [int(node.tag[1]) for node in mail.body.find("h1", "h2", "h3", "h4")]
    steps = zip([0, *levels], levels, strict=False)
    yield from (f"h{after} after h{before}" for before, after in steps if after > before + 1)


@check
def what_looks_like_a_heading_is_one(mail: Opened) -> Iterator[str]:
    """Nothing but headings and facts is set larger than text."""
    for node, words in mail.body.words():
        size = float(node.computed("font-size").removesuffix("px") or 16)
        on_colour = any(up.tag == "td" and up.get("bgcolor") for up in node.up())
        if words.strip() and size > 18 and not on_colour and not any(up.tag in ("h1", "h2") for up in node.up()):
            yield f"{size}: {plain(words)[:40]}"


@check
def links_say_where_they_lead(mail: Opened) -> Iterator[str]:
    """Each has words of its own, which are not "here"."""
    for link in mail.links:
        words = link.text or " ".join(image.get("alt") for image in link.find("img"))
        if len(words) < 3 or _VAGUE.fullmatch(words):
            yield f"{words!r} to {link.get('href')}"


@check
def same_words_lead_to_the_same_place(mail: Opened) -> Iterator[str]:
    """Two links of one name have one address."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for link in mail.links:
        places[link.text].add(link.get("href"))
    yield from (words for words, addresses in places.items() if len(addresses) > 1)


@check
def links_are_seen_without_colour(mail: Opened) -> Iterator[str]:
    """Each is underlined or a button, and says so itself."""
    for link in mail.links:
        is_button = "background-color" in link.style or (link.parent and link.parent.get("bgcolor"))
        if link.style.get("text-decoration") != "underline" and not is_button:
            yield link.text


@check
def letters_are_large_enough(mail: Opened) -> Iterator[str]:
    """No text is smaller than 14 pixels, and each says its size, in pixels."""
    for node, words in mail.body.words():
        size = node.computed("font-size")
        if words.strip() and not (re.fullmatch(r"\d+px", size) and int(size[:-2]) >= SMALLEST):
            yield f"{size!r}: {plain(words)[:40]}"


@check
def images_have_words(mail: Opened) -> Iterator[str]:
    """An image has alt; one that is a link or the brand has words in it."""
    for image in mail.body.find("img"):
        if "alt" not in image.attributes or (not image.get("alt") and any(up.tag == "a" for up in image.up())):
            yield image.get("src")


@check
def nothing_jumps_the_queue(mail: Opened) -> Iterator[str]:
    """No tabindex, no accesskey, no autofocus; nothing that is seen is hidden from readers."""
    for node in mail.body.walk():
        yield from (f"{node.tag} {name}" for name in ("tabindex", "accesskey", "autofocus") if name in node.attributes)
        if node.get("aria-hidden") == "true" and node.text:
            yield f"aria-hidden: {node.text[:40]}"


@check
def nothing_is_said_by_a_symbol_alone(mail: Opened) -> Iterator[str]:
    """No emoji and no arrows or ticks made of letters."""
    yield from re.findall("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]", mail.said + mail.subject)
