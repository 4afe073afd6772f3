"""The files that browsers load: the script put together from its parts, what the fields' page is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from gulf_payments.testing.fake_stripe.cards import CARDS

PARTS = ("words", "errors", "lacking", "api", "frame", "element", "elements", "challenge", "confirming", "stripe")
"""The parts of the script, in the order in which they stand in it."""

_STATIC = files("gulf_payments.testing.fake_stripe.browser") / "static"
_SCRIPT = re.compile(r"(/[^/]+)*/(v3/?|[^/]+/stripe\.js)")
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_ELEMENTS = tuple(_STATIC.joinpath("elements").iterdir())
_PLACES = {f"/elements/{file.name}": file for file in _ELEMENTS} | {
    f"/bank/{name}": _STATIC / "bank" / name for name in ("bank.css", "bank.js")
}

Words = Mapping[str, Mapping[str, str]]


@cache
def words() -> Words:
    """Every text by its name and language: `words()["number"]["ar"]`."""
    table: Words = json.loads(read("words.json"))
    return table


def read(name: str) -> str:
    """The text of one file."""
    return (_STATIC / name).read_text(encoding="utf-8")


def find(path: str) -> tuple[str, str] | None:
    """The content type and the text behind an address, or None."""
    if path == "/elements/words.js":
        return _TYPES["js"], f"export const WORDS = {_json(words())};\n"
    if path == "/elements/cards.js":
        return _TYPES["js"], f"export const TEST_CARDS = {_json({card.number: card.brand for card in CARDS})};\n"
    if path in _PLACES:
        return _TYPES[path.rpartition(".")[2]], _PLACES[path].read_text(encoding="utf-8")
    return (_TYPES["js"], script()) if _SCRIPT.fullmatch(path) else None


@cache
def script() -> str:
    """The stand-in for Stripe.js."""
    parts = "\n".join(read(f"stripe/{name}.js") for name in PARTS)
    return f'(() => {{\n"use strict";\n\nconst WORDS = {_json(words())};\n\n{parts}\n}})();\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
