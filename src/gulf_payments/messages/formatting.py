"""Amounts, numbers and dates as people of the Gulf read them.

Latin digits in both languages unless a shop asks for `digits="arab"`, which changes digits and separators together.
`1,234.50 ر.س` and `SAR 1,234.50`, always with a no-break space and all of the currency's decimals; `5 نوفمبر 2026` and
`5 November 2026`, never a date of digits only, which Arabic and English readers read differently. Patterns, months and
the names of currencies are in the catalogues. A locale is its name, or the `Texts` of one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from gulf_payments.errors import InvalidInput
from gulf_payments.messages.catalogues import Texts, texts_for
from gulf_payments.money import Money, unit

Digits = Literal["latn", "arab"]
MINUS = "\u2212"
HOURS = 12
_ARAB = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


def _texts(locale: str | Texts) -> Texts:
    return texts_for(locale) if isinstance(locale, str) else locale


def _as_is(number: str) -> str:
    return number


def format_money(
    money: Money,
    locale: str | Texts,
    *,
    digits: Digits = "latn",
    minus: bool = False,
    isolate: Callable[[str], str] = _as_is,
) -> str:
    """The amount with its currency, exact to the last decimal.

    `minus` shows it as taken off. `isolate` wraps the number alone (`isolate_text`, `isolate_html`), so that the
    currency's Arabic name stays in the Arabic line.
    """
    shape = money_shape(money.currency, _texts(locale), digits)
    return f"{shape.before}{isolate((MINUS if minus else '') + shape.number(money.minor))}{shape.after}"


class MoneyShape(NamedTuple):
    """How a language writes the amounts of one currency: what stands before and after the number, and its units."""

    before: str
    after: str
    exponent: int
    units: int
    is_whole: bool
    is_arab: bool

    def number(self, minor: int) -> str:
        """The number alone, from minor units."""
        whole, fraction = divmod(minor, self.units)
        if self.exponent == 0 or (self.is_whole and not fraction):
            number = f"{whole:,}"
        else:
            number = f"{whole:,}.{fraction:0{self.exponent}d}"
        return number.translate(_ARAB) if self.is_arab else number


@lru_cache(maxsize=1024)
def money_shape(currency: str, texts: Texts, digits: Digits) -> MoneyShape:
    """The shape of a currency's amounts in a language: what never changes from one amount to the next."""
    row = unit(currency)
    name = texts.find(f"currency.{currency}") or currency
    before, _, after = texts.text("money.pattern", amount="\0", currency=name).partition("\0")
    units = 10**row.exponent
    is_whole = row.step == units  # ISK and UGX: hundredths at Stripe, none in people's hands
    return MoneyShape(before, after, row.exponent, units, is_whole, _is_arab(texts, digits))


def plain_amount(money: Money) -> str:
    """The amount for programs: `1234.50`, with a point, without thousands apart and without its currency."""
    exponent = unit(money.currency).exponent
    if exponent == 0:
        return str(money.minor)
    whole, fraction = divmod(money.minor, 10**exponent)
    return f"{whole}.{fraction:0{exponent}d}"


def _is_arab(texts: Texts, digits: Digits) -> bool:
    return digits == "arab" and texts.language.startswith("ar")


def _localised(number: str, texts: Texts, digits: Digits) -> str:
    return number.translate(_ARAB) if _is_arab(texts, digits) else number


def format_number(number: int, locale: str | Texts, *, digits: Digits = "latn") -> str:
    """A whole number with its thousands apart: `1,234`."""
    return _localised(f"{number:,}", _texts(locale), digits)


def format_date(at: datetime, locale: str | Texts, zone: str = "Asia/Riyadh", *, digits: Digits = "latn") -> str:
    """The day of an instant in a time zone: `5 نوفمبر 2026`, `5 November 2026`. Raises InvalidInput for a naive one."""
    return _date(_local(at, zone), _texts(locale), digits)


def format_datetime(at: datetime, locale: str | Texts, zone: str = "Asia/Riyadh", *, digits: Digits = "latn") -> str:
    """The day and time of an instant: `5 نوفمبر 2026، 4:07 م`. Raises InvalidInput for a naive one."""
    local, texts = _local(at, zone), _texts(locale)
    clock = f"{local.hour % HOURS or HOURS}:{local.minute:02d}"
    half = texts.pattern("date.am" if local.hour < HOURS else "date.pm")
    time = texts.text("date.time", clock=_localised(clock, texts, digits), half=half)
    return texts.text("date.with_time", date=_date(local, texts, digits), time=time)


def _date(local: datetime, texts: Texts, digits: Digits) -> str:
    return texts.text(
        "date.pattern",
        day=_localised(str(local.day), texts, digits),
        month=texts.pattern(f"date.month.{local.month}"),
        year=_localised(str(local.year), texts, digits),
    )


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput(f"{at} has no time zone: pass an aware datetime")
    return at.astimezone(ZoneInfo(zone))
