"""Pages filled in: every value is escaped unless it is HTML already, every text comes from the one table of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from string import Template

from gulf_payments.testing.fake_stripe.browser.files import read, words

_DIRECTIONS = {"ar": "rtl", "en": "ltr"}


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def joined(pieces: Iterable[str]) -> Html:
    """Pieces of HTML, one after the other."""
    return Html("".join(pieces))


@cache
def in_language(language: str) -> Mapping[str, str]:
    """Every text in one language, with `language` and `direction` beside them."""
    texts = {name: text[language] for name, text in words().items()}
    return {**texts, "language": language, "direction": _DIRECTIONS[language]}


@cache
def _template(name: str) -> Template:
    return Template(read(f"bank/{name}.html"))


def filled(name: str, language: str, **values: str) -> Html:
    """A page or a piece of one, by the name of its file; KeyError if a value is missing."""
    everything = {**in_language(language), **values}
    safe = {key: value if isinstance(value, Html) else escape(value) for key, value in everything.items()}
    return Html(_template(name).substitute(safe))
