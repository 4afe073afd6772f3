"""What Gmail, Outlook and Apple Mail do with the HTML and CSS that is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

from tests.mail.checks.opened import Node, Opened
from tests.mail.checks.registry import check

Support = Mapping[str, Mapping[str, str]]
EVERYWHERE = frozenset(("color",))  # so old that nobody has tested it
ELEMENTS_OF = {"h1": "h1-h6", "h2": "h1-h6", "h3": "h1-h6", "ul": "lists", "ol": "lists", "li": "lists"}
STRUCTURE = frozenset(("html", "head", "meta", "title", "style", "script", "body", "thead", "tbody", "tr", "td", "th"))
OLD = frozenset(("br", "a", "b"))
_COLOURED = re.compile(r"color|background-color|border(-(top|right|bottom|left))?(-color)?")


@cache
def support() -> Support:
    """Of each feature, what each client does with it."""
    lines = Path(__file__).with_name("client_support.tsv").read_text("utf-8").splitlines()
    names, *rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}


def feature_of(declared: str, value: str) -> str:
    """The feature that a declaration uses, as the data calls it; empty if nobody has tested it."""
    tried = [f"css-{declared}-{value}", f"css-{declared}"]
    while "-" in declared:
        declared = declared.rpartition("-")[0]
        tried.append(f"css-{declared}")
    return next((slug for slug in tried if slug in support()), "")


def without(slug: str) -> list[str]:
    """The clients that do not support a feature."""
    return [client for client, answer in support()[slug].items() if answer == "n"]


def declarations(rules: list[Any]) -> Iterator[tuple[Any, str]]:
    """Each declaration of a style sheet, with the at-rule it stands in."""
    for rule in rules:
        if rule.type == "at-rule" and rule.content is not None:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from ((one, rule.at_keyword) for one, _ in declarations(inside))
        elif rule.type == "qualified-rule":
            found = tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from ((one, "") for one in found)


def _dark(mail: Opened) -> list[Any]:
    """The rules for readers in the dark."""
    return [
        rule
        for rule in mail.rules
        if rule.type == "at-rule" and "prefers-color-scheme" in tinycss2.serialize(rule.prelude)
    ]


def _colours(mail: Opened) -> Iterator[str]:
    for node in mail.body.walk():
        yield from (value for name, value in node.style.items() if _COLOURED.fullmatch(name))
        if node.get("bgcolor"):
            yield node.get("bgcolor")


@check
def inline_styles_work_in_every_client(mail: Opened) -> Iterator[str]:
    """No inline declaration that Gmail, Outlook or Apple Mail drops."""
    seen = {(name, value) for node in mail.body.walk() for name, value in node.style.items()}
    for name, value in sorted(seen):
        if name.startswith("mso-") or name in EVERYWHERE:
            continue
        slug = feature_of(name, value)
        if not slug:
            yield f"{name}: nobody knows who supports it"
        elif lacking := without(slug):
            yield f"{name} in {', '.join(lacking)}"


@check
def elements_work_in_every_client(mail: Opened) -> Iterator[str]:
    """No element that one of them drops."""
    for tag in sorted({node.tag for node in mail.root.walk()} - STRUCTURE - OLD):
        slug = f"html-{ELEMENTS_OF.get(tag, tag)}"
        if slug not in support():
            yield f"{tag}: nobody knows who supports it"
        elif lacking := without(slug):
            yield f"{tag} in {', '.join(lacking)}"


@check
def attributes_work_in_every_client(mail: Opened) -> Iterator[str]:
    """No attribute that one of them drops."""
    for name in sorted({name for node in mail.body.walk() for name in node.attributes}):
        if f"html-{name}" in support() and (lacking := without(f"html-{name}")):
            yield f"{name} in {', '.join(lacking)}"


@check
def the_style_element_is_valid(mail: Opened) -> Iterator[str]:
    """Gmail drops a whole style element over one mistake."""
    found = [*mail.rules, *(one for one, _ in declarations(mail.rules))]
    yield from (one.message for one in found if one.type == "error")
    if not mail.rules:
        yield "there is none"


@check
def the_style_element_is_old_fashioned(mail: Opened) -> Iterator[str]:
    """No nesting, no variables, no functions, no colours that Gmail cannot read."""
    yield from re.findall(
        r"var\(|calc\(|clamp\(|min\(|max\(|light-dark\(|rgb\([^,)]*\)|@supports|@layer|@container", mail.css
    )
    yield from (
        one.name for one, _ in declarations(mail.rules) if one.type == "declaration" and one.name.startswith("--")
    )


@check
def nothing_floats_or_flexes(mail: Opened) -> Iterator[str]:
    """Tables arrange: no flex, grid, float or position, anywhere."""
    everything = " ".join([mail.css, *(node.get("style") for node in mail.body.walk())])
    yield from re.findall(r"display:\s*(?:inline-)?(?:flex|grid)|float:|position:|columns?:\s*\d", everything)


@check
def colours_have_six_digits(mail: Opened) -> Iterator[str]:
    """Outlook misreads short hex and knows no rgba."""
    for value in _colours(mail):
        yield from (
            value
            for found in re.findall(r"#[0-9a-fA-F]*|rgba?\(|hsla?\(", value)
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", found)
        )
        if not re.search("#|^0$|none", value):
            yield value


@check
def backgrounds_are_said_twice(mail: Opened) -> Iterator[str]:
    """Beside each background-color of a table stands bgcolor, of the same colour."""
    for node in mail.body.find("body", "table", "td", "th", "tr"):
        if node.style.get("background-color", "") != node.get("bgcolor"):
            yield f"{node.tag} {node.style.get('background-color')!r} {node.get('bgcolor')!r}"


@check
def only_cells_are_padded(mail: Opened) -> Iterator[str]:
    """Outlook ignores padding elsewhere; a button's link repeats its cell's in mso-padding-alt."""
    for node in mail.body.walk():
        padded = any(name.startswith("padding") and value != "0" for name, value in node.style.items())
        in_button = node.tag == "a" and node.parent and "mso-padding-alt" in node.parent.style
        if padded and node.tag not in ("td", "th") and not in_button:
            yield f"{node.tag}: {node.text[:40]}"


@check
def tables_have_no_gaps_of_their_own(mail: Opened) -> Iterator[str]:
    """Each table has cellpadding, cellspacing and border, all 0."""
    for table in mail.body.find("table"):
        if {table.get(name) for name in ("cellpadding", "cellspacing", "border")} != {"0"}:
            yield table.text[:40]


@check
def the_column_is_600_pixels(mail: Opened) -> Iterator[str]:
    """It is fluid up to 600 pixels, centred, and Outlook has a table of that width for it."""
    columns = [node for node in mail.body.find("table") if node.style.get("max-width") == "600px"]
    if len(columns) != 1 or columns[0].get("width") != "100%":
        yield f"{len(columns)} columns"
    if not re.search(r'<table role="presentation"[^>]*width="600"', mail.outlook):
        yield "nothing for Outlook"


@check
def nothing_is_wider_than_a_phone(mail: Opened) -> Iterator[str]:
    """No width of more than 300 pixels is fixed."""
    for node in mail.body.walk():
        for value in (node.get("width"), node.style.get("width", ""), node.style.get("min-width", "")):
            if re.fullmatch(r"\d+(px)?", value) and int(value.removesuffix("px")) > 300:
                yield f"{node.tag} {value}"


@check
def the_dark_is_thought_of(mail: Opened) -> Iterator[str]:
    """There are rules for the dark, each of which outdoes the inline style."""
    dark = list(declarations(_dark(mail)))
    if len(dark) < 5:
        yield f"{len(dark)} rules"
    yield from (one.name for one, _ in dark if one.type == "declaration" and not one.important)


@check
def outlooks_own_dark_is_thought_of(mail: Opened) -> Iterator[str]:
    """Outlook.com and its apps, which mark what they darken, are given the same colours."""
    for mark in ("[data-ogsc]", "[data-ogsb]"):
        if mark not in mail.css:
            yield f"{mark} is missing"


@check
def classes_are_those_of_the_style_element(mail: Opened) -> Iterator[str]:
    """Each class that is used has a rule."""
    defined = set(re.findall(r"\.([a-z][\w-]*)", mail.css))
    used = {name for node in mail.root.walk() for name in node.get("class").split()}
    yield from sorted(used - defined)


@check
def every_colour_has_its_like_in_the_dark(mail: Opened) -> Iterator[str]:
    """What has a colour has a class that the dark can change; only what stands on the brand's colour keeps its own."""
    darkened = set(re.findall(r"\.([a-z][\w-]*)", "".join(tinycss2.serialize(_dark(mail)))))
    for node, words in mail.body.words():
        holder = next((up for up in node.up() if "color" in up.style), None)
        if words.strip() and holder and not (_classes(holder) & darkened) and not _stands_on_colour(holder):
            yield f"{holder.tag} {holder.get('class')!r}: {words.strip()[:40]}"


def _classes(node: Node) -> set[str]:
    return set(node.get("class").split())


def _stands_on_colour(node: Node) -> bool:
    """Whether it brings its own background."""
    return any("background-color" in up.style and up.tag in ("td", "a") for up in node.up())


@check
def margins_pull_nothing(mail: Opened) -> Iterator[str]:
    """No negative margin, which Gmail and Outlook drop."""
    for node in mail.body.walk():
        yield from (
            f"{node.tag} {value}" for name, value in node.style.items() if name.startswith("margin") and "-" in value
        )
