"""The words a template has: the same ones in an HTML template and in a text one, each giving what is safe there.

In HTML a word gives markup with foreign text escaped and isolated in spans; in text the same with isolate characters.
In a line that runs left to right, text is isolated only if something in it runs the other way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gulf_payments.mail.brand import Brand
from gulf_payments.messages import (
    Digits,
    Direction,
    Texts,
    clean,
    direction_of,
    format_date,
    format_datetime,
    format_money,
    format_number,
    isolate_html,
    isolate_text,
)
from gulf_payments.money import Money

_RUNS_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
UNBROKEN = 24  # a phone, an amount, an order's number of so many characters stays on one line, even on a phone
FONTS = "Tahoma,'Segoe UI','Noto Sans Arabic',Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's words, in HTML or in text."""

    texts: Texts
    brand: Brand
    digits: Digits
    isolate: Callable[[str, Direction], str]
    escape: Callable[[object], str] = str
    mark: Callable[[str], str] = str

    def filters(self) -> dict[str, Callable[..., str]]:
        """The words that take one thing: `{{ order.total | money }}`."""
        words = (
            self.text,
            self.number,
            self.money,
            self.minus,
            self.date,
            self.datetime,
            self.ltr,
            self.auto,
            self.ref,
        )
        return {word.__name__: word for word in words}

    def functions(self) -> dict[str, object]:
        """The other words, and what never changes within one language."""
        words = (self.t, self.has, self.count, self.shop, self.reason, self.card, self.flag)
        return {**{word.__name__: word for word in words}, **self.constants(), "brand": self.brand}

    def constants(self) -> dict[str, str]:
        """The language, its direction, and the sides where a line starts and ends."""
        right_to_left = self.texts.direction == "rtl"
        return {
            "lang": self.texts.language.replace("_", "-"),
            "dir": self.texts.direction,
            "start": "right" if right_to_left else "left",
            "end": "left" if right_to_left else "right",
            "face": self.mark(f"font-family:{FONTS};"),
        }

    def text(self, key: str) -> str:
        """The text of a key that has no placeholders."""
        return self.mark(str(self.escape(self.texts.pattern(key))))

    def t(self, key: str, /, **values: object) -> str:
        """The text of a key; what fills it is escaped unless it is a word's own result."""
        return self._fill(self.texts.pattern(key), values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has this key."""
        return self.texts.find(key) is not None

    def count(self, key: str, count: int) -> str:
        """The text of a plural key for this many."""
        return self._fill(self.texts.plural_pattern(key, count), {"count": self.number(count)})

    def _fill(self, pattern: str, values: dict[str, object]) -> str:
        safe = {name: self.escape(value) for name, value in values.items()}
        return self.mark(str(self.escape(pattern)).format_map(safe))

    def number(self, number: int) -> str:
        """A whole number."""
        return format_number(number, self.texts, digits=self.digits)

    def money(self, money: Money) -> str:
        """An amount, its number isolated."""
        return self.mark(format_money(money, self.texts, digits=self.digits, isolate=self.ltr))

    def minus(self, money: Money) -> str:
        """An amount taken off."""
        return self.mark(format_money(money, self.texts, digits=self.digits, minus=True, isolate=self.ltr))

    def date(self, at: datetime) -> str:
        """The day, in the shop's time zone."""
        return format_date(at, self.texts, self.brand.time_zone, digits=self.digits)

    def datetime(self, at: datetime) -> str:
        """The day and time, in the shop's time zone."""
        return format_datetime(at, self.texts, self.brand.time_zone, digits=self.digits)

    def ltr(self, text: str) -> str:
        """What always runs left to right: a phone, an address of mail or web, a card, a code."""
        return self.isolate(text, "ltr")

    def auto(self, text: str) -> str:
        """What runs as its first letter does: names, titles, addresses."""
        return self.isolate(text, "auto")

    def ref(self, number: str) -> str:
        """An order's number with its #."""
        return self.isolate("#" + number.removeprefix("#"), direction_of(number))

    def shop(self) -> str:
        """The shop's name."""
        return self.auto(self.brand.name(self.texts.language))

    def reason(self, key: str) -> str:
        """Why a payment was declined, by its key; empty if it has no words."""
        return self.texts.find(f"decline.{key}") or ""

    def card(self, method: str, last4: str) -> str:
        """A way to pay: its name, and the card's last digits if it is one."""
        name = self.texts.find(f"method.{method}")
        parts = [self.auto(name or method)] if method else []
        return self.mark(" ".join([*parts, self.ltr(f"•••• {last4}")] if last4 else parts))

    def flag(self, name: str) -> str:
        """What an alert is about, by its flag."""
        return self.t(f"alert.{name}") if self.has(f"alert.{name}") else self.t("alert.other", flag=self.ltr(name))


def text_wording(texts: Texts, brand: Brand, digits: Digits) -> Wording:
    """The words of a text template, and of subjects."""
    return Wording(texts, brand, digits, isolate_text if texts.direction == "rtl" else _isolate_if_needed)


def html_wording(texts: Texts, brand: Brand, digits: Digits) -> Wording:
    """The words of an HTML template."""
    from markupsafe import Markup, escape

    def isolate(text: str, direction: Direction) -> str:
        isolated = isolate_html(text, direction)
        if direction == "ltr" and len(text) <= UNBROKEN:
            isolated = isolated.replace("<span ", '<span style="white-space:nowrap;" ', 1)
        return Markup(isolated)  # noqa: S704 - isolate_html escapes

    return Wording(texts, brand, digits, isolate, escape, Markup)


def _isolate_if_needed(text: str, direction: Direction) -> str:
    return isolate_text(text, direction) if _RUNS_LEFT.search(text) else clean(text)
