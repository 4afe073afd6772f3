"""The texts of one language, by key, read from gettext catalogues.

A key names what is said (`mail.order_confirmation.subject`); its words, and the plural forms of its language, are in
`locales/<language>/LC_MESSAGES/messages.po`. The compiled `.mo` beside it is what is read here. After editing a `.po`:

    pybabel compile --directory src/gulf_payments/messages/locales --domain messages
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Literal

DOMAIN = "messages"
FALLBACK = "en"
FOLDER = Path(__file__).parent / "locales"
_LOCALE = re.compile(r"[A-Za-z]{2,3}(_[A-Za-z0-9]+)*", re.ASCII)


class Texts:
    """One language's texts. `language` is its code; `direction` is `rtl` or `ltr`. Made by `texts_for`."""

    def __init__(self, translations: NullTranslations, *, language: str) -> None:
        self._translations = translations
        self._found: dict[str, str | None] = {}
        self.language = language
        right_to_left = self.text("language.direction") == "rtl"
        self.direction: Literal["rtl", "ltr"] = "rtl" if right_to_left else "ltr"

    def find(self, key: str) -> str | None:
        """The words of a key as the catalogue has them, with their `{placeholders}`; None if it has no such key."""
        if key not in self._found:
            words = self._translations.gettext(key)
            if words == key:
                return None
            self._found[key] = words
        return self._found[key]

    def pattern(self, key: str) -> str:
        """Like `find`, for a key that must be there. Raises KeyError."""
        words = self.find(key)
        if words is None:
            raise KeyError(f"no text has the key {key!r}")
        return words

    def text(self, key: str, /, **values: object) -> str:
        """The words of a key with its placeholders filled in. Raises KeyError for an unknown key or a missing value."""
        return self.pattern(key).format_map(values)

    def plural_pattern(self, key: str, count: int, /) -> str:
        """The form of a key's words that this language uses for `count`. Raises KeyError."""
        words = self._translations.ngettext(key, key, count)
        if words == key:
            raise KeyError(f"no text has the plural key {key!r}")
        return words

    def plural(self, key: str, count: int, /, **values: object) -> str:
        """The words of a key for this many; `{count}` is filled in too, as a plain number unless given."""
        return self.plural_pattern(key, count).format_map({"count": count, **values})


@lru_cache(maxsize=256)  # locales come from customers: a bounded number of them
def texts_for(locale: str, folder: str | None = None) -> Texts:
    """The texts for a locale such as "ar", "ar_SA" or "en-GB": its language's, else English.

    `folder` holds a shop's own catalogues in the same layout; what they have wins, what they lack is ours.
    """
    wanted = _normal(locale)
    ours = translation(DOMAIN, FOLDER, languages=[wanted, FALLBACK])
    if folder is None:
        return Texts(ours, language=ours.info()["language"])
    shop = translation(DOMAIN, folder, languages=[wanted], fallback=True)
    shop.add_fallback(ours)
    return Texts(shop, language=shop.info().get("language", ours.info()["language"]))


def _normal(locale: str) -> str:
    """The locale as a folder could be named: `ar-SA.UTF-8` becomes `ar_SA`; what is no locale becomes English."""
    named = re.split("[.@]", locale)[0].replace("-", "_")
    if not _LOCALE.fullmatch(named):
        return FALLBACK
    language, *rest = named.split("_")
    return "_".join([language.lower(), *rest])


def languages() -> list[str]:
    """The languages that have a catalogue here, sorted."""
    return sorted(found.parent.parent.name for found in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
