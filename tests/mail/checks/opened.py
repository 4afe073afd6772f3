"""A mail opened from its bytes, with everything a check looks at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any

import html5lib
import tinycss2

ISOLATES = "\u2066\u2067\u2068\u2069"
HIDDEN = ("head", "script", "style", "title")
_SPACES = re.compile(r"\s+")
_MSO = re.compile(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)


@dataclass(eq=False)
class Node:
    """An element of the HTML part, as a browser builds it."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Itself and every element in it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def up(self) -> Iterator[Node]:
        """Itself and what it stands in."""
        yield self
        if self.parent:
            yield from self.parent.up()

    def find(self, *tags: str) -> list[Node]:
        """Every element of these tags in it."""
        return [node for node in self.walk() if node.tag in tags]

    def get(self, attribute: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(attribute, "")

    @property
    def style(self) -> dict[str, str]:
        """Its inline declarations."""
        pairs = (part.partition(":") for part in self.get("style").split(";") if part.strip())
        return {name.strip().lower(): value.strip() for name, _, value in pairs}

    @property
    def is_hidden(self) -> bool:
        """Whether readers never see it."""
        return self.tag in HIDDEN or self.style.get("display") == "none"

    @property
    def text(self) -> str:
        """What it says."""
        return plain("".join(words for _, words in self.words()))

    def words(self) -> Iterator[tuple[Node, str]]:
        """Each piece of visible text with the element it stands in."""
        for child in self.children:
            if isinstance(child, str):
                yield self, child
            elif not child.is_hidden:
                yield from child.words()
                if child.tag in ("p", "td", "th", "h1", "h2", "h3", "div", "br", "tr", "li"):
                    yield child, " "

    def inherited(self, name: str) -> str:
        """An attribute of its own or of the nearest element around it."""
        return next((node.get(name) for node in self.up() if node.get(name)), "")

    def computed(self, name: str) -> str:
        """An inline declaration of its own or of the nearest element around it."""
        return next((node.style[name] for node in self.up() if name in node.style), "")


def plain(text: str) -> str:
    """Text as it reads: without isolates, every space the same."""
    shown = text.translate(dict.fromkeys(map(ord, ISOLATES)))
    return _SPACES.sub(" ", shown.replace("\u00a0", " ")).strip()


def first_strong(text: str) -> str:
    """The direction of the first letter that has one, isolates left out, as a client guesses a line's."""
    outside = re.sub("[\u2066-\u2068][^\u2069]*\u2069", "", text)
    classes = (unicodedata.bidirectional(letter) for letter in outside)
    return next(({"L": "ltr", "R": "rtl", "AL": "rtl"}[found] for found in classes if found in ("L", "R", "AL")), "")


@dataclass(eq=False)
class Opened:
    """One mail, its name, and the facts it must tell."""

    name: str
    raw: bytes
    facts: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, as Python reads it."""
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @cached_property
    def parts(self) -> list[EmailMessage]:
        """Its parts, or itself if it has none."""
        inside = [part for part in self.message.iter_parts() if isinstance(part, EmailMessage)]
        return inside or [self.message]

    def _content(self, subtype: str) -> str:
        found = [part for part in self.parts if part.get_content_type() == f"text/{subtype}"]
        return str(found[0].get_content()).replace("\r\n", "\n") if found else ""

    @cached_property
    def html(self) -> str:
        """The HTML part, or nothing."""
        return self._content("html")

    @cached_property
    def text(self) -> str:
        """The text part, or nothing."""
        return self._content("plain")

    @cached_property
    def subject(self) -> str:
        """The subject as it is decoded."""
        return str(self.message["Subject"] or "")

    @cached_property
    def language(self) -> str:
        """The language its headers name, else its HTML."""
        return str(self.message["Content-Language"] or self.root.get("lang") or "en")[:2]

    @property
    def is_arabic(self) -> bool:
        """Whether it runs from right to left."""
        return self.language == "ar"

    @property
    def direction(self) -> str:
        """How its language runs."""
        return "rtl" if self.is_arabic else "ltr"

    @property
    def sides(self) -> tuple[str, str]:
        """Where its lines start, and where they end."""
        return ("right", "left") if self.is_arabic else ("left", "right")

    @cached_property
    def _parsed(self) -> tuple[Node, list[str]]:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        root = _node(parser.parse(self.html), None)
        return root, [f"{code} at {place} {data}" for place, code, data in parser.errors]

    @property
    def root(self) -> Node:
        """The html element."""
        return self._parsed[0]

    @property
    def parse_errors(self) -> list[str]:
        """What a conforming parser had to forgive."""
        return self._parsed[1]

    @property
    def head(self) -> Node:
        """The head element."""
        return self.root.find("head")[0]

    @property
    def body(self) -> Node:
        """The body element."""
        return self.root.find("body")[0]

    @cached_property
    def said(self) -> str:
        """Everything the HTML part shows."""
        return self.body.text

    @cached_property
    def outlook(self) -> str:
        """What only Outlook reads: the insides of its conditional comments."""
        return "\n".join(_MSO.findall(self.html))

    @cached_property
    def css(self) -> str:
        """The style elements that every client reads."""
        return "\n".join("".join(map(str, node.children)) for node in self.root.find("style"))

    @cached_property
    def rules(self) -> list[Any]:
        """The rules of these, as a CSS parser reads them."""
        return list(tinycss2.parse_stylesheet(self.css, skip_comments=True, skip_whitespace=True))

    @property
    def data_tables(self) -> list[Node]:
        """Tables that hold facts; the others only arrange."""
        return [table for table in self.body.find("table") if table.get("role") != "presentation"]

    @property
    def fact_rows(self) -> list[tuple[str, str]]:
        """Labels and values: the rows of tables that have no head."""
        tables = [table for table in self.data_tables if not table.find("thead")]
        rows = [row for table in tables for row in table.find("tr")]
        cells = [[cell.text for cell in row.find("th", "td")] for row in rows]
        return [(row[0], row[1]) for row in cells if len(row) == 2]

    @property
    def links(self) -> list[Node]:
        """Its links."""
        return self.body.find("a")

    @property
    def preview(self) -> Node | None:
        """The hidden line that an inbox shows beside the subject."""
        first = next((child for child in self.body.children if isinstance(child, Node)), None)
        return first if first and first.is_hidden else None

    @property
    def preview_line(self) -> str:
        """Its words, without what fills the rest of the line."""
        whole = "".join(map(str, self.preview.children)) if self.preview else ""
        return plain(re.split("\u2007|\u034f|\ufeff", whole)[0])


def _node(element: Any, parent: Node | None) -> Node:
    """A node of the parsed tree, comments left out."""
    node = Node(str(element.tag), dict(element.attrib), parent)
    if element.text:
        node.children.append(element.text)
    for child in element:
        if isinstance(child.tag, str):
            node.children.append(_node(child, node))
        if child.tail:
            node.children.append(child.tail)
    return node
