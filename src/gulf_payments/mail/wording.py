"""The words a template has: the same ones in an HTML template and in a text one, each giving what is safe there.

In HTML a word gives markup with foreign text escaped and isolated in spans; in text the same with isolate characters.
In a line that runs left to right, text is isolated only if something in it runs the other way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from gulf_payments.mail.brand import Brand
from gulf_payments.messages import (
    Digits,
    Direction,
    MoneyShape,
    Texts,
    clean,
    direction_of,
    format_date,
    format_datetime,
    format_number,
    isolate_html,
    isolate_text,
    money_shape,
)
from gulf_payments.messages.formatting import MINUS
from gulf_payments.money import Money

_RUNS_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
UNBROKEN = 20  # a phone, an order's number of so many characters stays on one line, even on a phone
TOGETHER = 'class="together"'  # what `layout.html.j2` keeps on one line
FONTS = "Tahoma,'Segoe UI','Noto Sans Arabic',Arial,sans-serif"
# Keeps what follows out of the preview line; it holds no mark of direction, which could turn that line around.
FILLER = "&#8199;&#65279;&#847; " * 60


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's words, in HTML or in text."""

    texts: Texts
    brand: Brand
    digits: Digits
    isolate: Callable[[str, Direction], str]
    figure: Callable[[str], str]
    together: Callable[[str], str] = str
    escape: Callable[[object], str] = str
    mark: Callable[[str], str] = str
    _escaped: dict[str, str] = field(default_factory=dict, repr=False)
    _shapes: dict[str, MoneyShape] = field(default_factory=dict, repr=False)

    def filters(self) -> dict[str, Callable[..., str]]:
        """The words by their names: `{{ order.total | money }}`, `{{ "mail.total" | text }}`."""
        words = (
            self.text, self.before, self.after, self.count, self.number, self.money, self.minus, self.date,
            self.datetime, self.ltr, self.auto, self.line, self.ref, self.item, self.card, self.named, self.reason,
            self.flag,
        )  # fmt: skip
        return {word.__name__: word for word in words}

    def constants(self) -> dict[str, str]:
        """What never changes: the language, its direction, the sides where a line starts and ends, font, shop."""
        right_to_left = self.texts.direction == "rtl"
        return {
            "lang": self.texts.language.replace("_", "-"),
            "dir": self.texts.direction,
            "start": "right" if right_to_left else "left",
            "end": "left" if right_to_left else "right",
            "face": self.mark(f"font-family:{FONTS};"),
            "filler": self.mark(FILLER),
            "shop": self.auto(self.brand.name(self.texts.language)),
        }

    def text(self, key: str, /, **values: object) -> str:
        """The text of a key; what fills it is escaped unless it is a word's own result."""
        return self._fill(self.texts.pattern(key), values)

    def count(self, count: int, key: str) -> str:
        """The text of a plural key for this many."""
        return self._fill(self.texts.plural_pattern(key, count), {"count": self.number(count)})

    def _fill(self, pattern: str, values: dict[str, object]) -> str:
        escaped = self._escaped.get(pattern)
        if escaped is None:
            escaped = self._escaped[pattern] = str(self.escape(pattern))
        return self.mark(escaped.format_map({name: self.escape(value) for name, value in values.items()}))

    def before(self, key: str) -> str:
        """What a text says before its one value; together with `after`, for a value that is an element of its own."""
        return self._own(self.texts.pattern(key).partition("{")[0])

    def after(self, key: str) -> str:
        """What a text says after its one value."""
        return self._own(self.texts.pattern(key).rpartition("}")[2])

    def _own(self, words: str) -> str:
        """Words of a catalogue as they are."""
        return self.mark(str(self.escape(words)))

    def number(self, number: int) -> str:
        """A whole number."""
        return self.mark(format_number(number, self.texts, digits=self.digits))

    def money(self, money: Money) -> str:
        """An amount, its number isolated."""
        shape = self._shapes.get(money.currency) or self._shape(money.currency)
        return self.mark(f"{shape.before}{shape.number(money.minor)}{shape.after}")

    def minus(self, money: Money) -> str:
        """An amount taken off."""
        shape = self._shapes.get(money.currency) or self._shape(money.currency)
        return self.mark(f"{shape.before}{MINUS}{shape.number(money.minor)}{shape.after}")

    def _shape(self, currency: str) -> MoneyShape:
        """How amounts of a currency are written here, isolation included: a mail has dozens of them."""
        shape = money_shape(currency, self.texts, self.digits)
        before, _, after = self.together(f"{shape.before}{self.figure('|')}{shape.after}").partition("|")
        self._shapes[currency] = shape = shape._replace(before=before, after=after)
        return shape

    def date(self, at: datetime) -> str:
        """The day, in the shop's time zone."""
        return self._own(format_date(at, self.texts, self.brand.time_zone, digits=self.digits))

    def datetime(self, at: datetime) -> str:
        """The day and time, in the shop's time zone."""
        return self._own(format_datetime(at, self.texts, self.brand.time_zone, digits=self.digits))

    def ltr(self, text: str) -> str:
        """What always runs left to right: a phone, an address of mail or web, a card, a code."""
        return self.isolate(text, "ltr")

    def auto(self, text: str) -> str:
        """What runs as its first letter does: names, titles, addresses."""
        return self.isolate(text, "auto")

    def line(self, parts: Sequence[str]) -> str:
        """Names and numbers on one line, each in its own direction: a line of an address."""
        return self.mark(" ".join(map(self.auto, parts)))

    def ref(self, number: str) -> str:
        """An order's number with its #."""
        return self.isolate("#" + number.removeprefix("#"), direction_of(number))

    def item(self, title: str) -> str:
        """What a line of an order is called; one without a title is a product."""
        return self.auto(title) if clean(title) else self.text("mail.order.unnamed")

    def card(self, method: str, last4: str) -> str:
        """A way to pay: its name, and the card's last digits if it is one."""
        parts = [self.named(method, "method")] if method else []
        return self.mark(" ".join([*parts, self.ltr(f"•••• {last4}")] if last4 else parts))

    def named(self, code: str, group: str) -> str:
        """What a code of a group (`country`, `method`, `dispute_reason`) is called; the code if it has no name."""
        name = self.texts.find(f"{group}.{code}")
        return self.auto(code) if name is None else self._own(name)

    def reason(self, key: str) -> str:
        """Why a payment was declined, by its key; empty if it has no words."""
        return self._own(self.texts.find(f"decline.{key}") or "")

    def flag(self, name: str) -> str:
        """What an alert is about, by its flag."""
        known = self.texts.find(f"alert.{name}")
        return self.text("alert.other", flag=self.ltr(name)) if known is None else self._own(known)


def text_wording(texts: Texts, brand: Brand, digits: Digits) -> Wording:
    """The words of a text template, and of subjects."""
    if texts.direction == "rtl":
        return Wording(texts, brand, digits, isolate_text, "\u2066{}\u2069".format)
    return Wording(texts, brand, digits, _isolate_if_needed, str)


def html_wording(texts: Texts, brand: Brand, digits: Digits) -> Wording:
    """The words of an HTML template."""
    from markupsafe import Markup, escape

    # What `Markup` does, without its asking what it is given.
    mark: Callable[[str], str] = partial(str.__new__, Markup)

    def isolate(text: str, direction: Direction) -> str:
        isolated = isolate_html(text, direction)
        if direction == "ltr" and len(text) <= UNBROKEN:
            isolated = isolated.replace("<span ", f"<span {TOGETHER} ", 1)
        return mark(isolated)

    return Wording(
        texts,
        brand,
        digits,
        isolate,
        figure='<span dir="ltr">{}</span>'.format,  # digits, separators and a sign: nothing to escape
        together=f"<span {TOGETHER}>{{}}</span>".format,
        escape=escape,
        mark=mark,
    )


def _isolate_if_needed(text: str, direction: Direction) -> str:
    return isolate_text(text, direction) if _RUNS_LEFT.search(text) else clean(text)
