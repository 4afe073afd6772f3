"""Amounts and dates as the policy says, checked against CLDR through Babel."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date as cldr_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.errors import InvalidInput
from gulf_payments.messages import (
    format_date,
    format_datetime,
    format_money,
    format_number,
    isolate_html,
    isolate_text,
    texts_for,
)
from gulf_payments.money import UNITS, WHOLE_IN_HUNDREDTHS, Money, unit

NBSP = "\u00a0"
AFTERNOON = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)


def _pattern(currency: str) -> str:
    places = unit(currency).exponent
    return "#,##0." + "0" * places if places else "#,##0"


def _number(shown: str) -> str:
    return next(part for part in shown.split(NBSP) if any(mark.isdigit() for mark in part))


@pytest.mark.parametrize(
    ("amount", "currency", "arabic", "english"),
    [
        ("1234.5", "SAR", "1,234.50 ر.س", "SAR 1,234.50"),
        ("12.34", "KWD", "12.340 د.ك", "KWD 12.340"),
        ("1234", "JPY", "1,234 JPY", "JPY 1,234"),
        ("0.5", "AED", "0.50 د.إ", "AED 0.50"),
        ("1000000", "QAR", "1,000,000.00 ر.ق", "QAR 1,000,000.00"),
        ("7.001", "BHD", "7.001 د.ب", "BHD 7.001"),
        ("3", "OMR", "3.000 ر.ع", "OMR 3.000"),
        ("9", "JOD", "9.000 د.أ", "JOD 9.000"),
        ("8", "TND", "8.000 د.ت", "TND 8.000"),
        ("6", "EGP", "6.00 ج.م", "EGP 6.00"),
        ("1500", "ISK", "1,500 ISK", "ISK 1,500"),
        ("1500.50", "ISK", "1,500.50 ISK", "ISK 1,500.50"),
    ],
)
def test_an_amount_reads_as_the_policy_says(amount: str, currency: str, arabic: str, english: str) -> None:
    """Latin digits, every decimal of the currency, a no-break space, the Gulf's names in Arabic."""
    money = Money(amount, currency)
    assert format_money(money, "ar") == arabic.replace(" ", NBSP)
    assert format_money(money, "en") == english.replace(" ", NBSP)


@pytest.mark.parametrize("currency", sorted(set(UNITS) - set(WHOLE_IN_HUNDREDTHS.split())))
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_every_currency_is_grouped_as_cldr_does(locale: str, currency: str) -> None:
    """With Stripe's decimals the number is the one that CLDR writes for the language."""
    for minor in (0, 7, 99, 1_234, 123_456, 1_234_567_890):
        money = Money.from_minor(minor, currency)
        cldr = format_decimal(money.amount, format=_pattern(currency), locale=locale, numbering_system="latn")
        assert _number(format_money(money, locale)) == cldr


@given(minor=st.integers(0, 10**12), currency=st.sampled_from(["SAR", "KWD", "JPY", "ISK"]))
def test_no_amount_is_rounded(minor: int, currency: str) -> None:
    """Whatever is shown, read back, is the amount to the last unit."""
    money = Money.from_minor(minor, currency)
    assert Decimal(_number(format_money(money, "en")).replace(",", "")) == money.amount


def test_arabic_digits_come_whole() -> None:
    """With `digits="arab"` digits and separators change together, to CLDR's; English stays as it is."""
    money = Money("1234.50", "SAR")
    cldr = format_decimal(money.amount, format="#,##0.00", locale="ar", numbering_system="arab")
    assert _number(format_money(money, "ar", digits="arab")) == "١٬٢٣٤٫٥٠"
    assert cldr.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) == "١٬٢٣٤٫٥٠"  # Babel changes the separators only
    assert format_money(money, "en", digits="arab") == f"SAR{NBSP}1,234.50"
    assert format_number(1234, "ar", digits="arab") == "١٬٢٣٤"
    assert format_date(AFTERNOON, "ar", digits="arab") == "٥ نوفمبر ٢٠٢٦"
    assert format_datetime(AFTERNOON, "ar", digits="arab") == f"٥ نوفمبر ٢٠٢٦، ٤:٠٧{NBSP}م"


def test_what_is_taken_off_has_a_true_minus_inside_the_isolate() -> None:
    """A discount is isolated with its sign, so that the sign stays on the left of the number."""
    off = Money("25.00", "SAR")
    assert format_money(off, "ar", minus=True, isolate=isolate_text) == f"\u2066\u221225.00\u2069{NBSP}ر.س"
    assert format_money(off, "ar", isolate=isolate_html) == f'<span dir="ltr">25.00</span>{NBSP}ر.س'


def test_no_direction_mark_is_left_in_an_amount() -> None:
    """CLDR's own right-to-left marks are not in what we show."""
    shown = [format_money(Money("1.00", currency), "ar") for currency in ("SAR", "AED", "KWD")]
    assert not any(mark in text for text in shown for mark in "\u200e\u200f\u061c")


@pytest.mark.parametrize("month", range(1, 13))
def test_the_months_are_cldrs(month: int) -> None:
    """Each day reads as CLDR's long date for Arabic and for British English."""
    day = datetime(2026, month, 5, 9, tzinfo=UTC)
    assert format_date(day, "ar") == cldr_date(day, "long", locale="ar")
    assert format_date(day, "en") == cldr_date(day, "long", locale="en_GB")


@pytest.mark.parametrize(
    ("hour", "arabic", "english"),
    [
        (21, "6 نوفمبر 2026، 12:07·ص", "6 November 2026, 12:07·AM"),
        (9, "5 نوفمبر 2026، 12:07·م", "5 November 2026, 12:07·PM"),
        (13, "5 نوفمبر 2026، 4:07·م", "5 November 2026, 4:07·PM"),
    ],
)
def test_the_time_is_the_shops(hour: int, arabic: str, english: str) -> None:
    """An instant is shown in the shop's zone, in twelve hours, midnight and noon as 12."""
    at = AFTERNOON.replace(hour=hour)
    assert format_datetime(at, "ar") == arabic.replace("·", NBSP)
    assert format_datetime(at, "en", "Asia/Riyadh") == english.replace("·", NBSP)


def test_a_zone_moves_the_day() -> None:
    """Late evening in London is already tomorrow in Riyadh."""
    late = datetime(2026, 11, 5, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    assert format_date(late, "en") == "6 November 2026"
    assert format_date(late, "en", "Europe/London") == "5 November 2026"


def test_a_naive_instant_is_refused() -> None:
    """Without a time zone nobody knows which day it is."""
    with pytest.raises(InvalidInput, match="no time zone"):
        format_date(datetime(2026, 11, 5), "ar")  # noqa: DTZ001 - the very thing that is refused


@pytest.mark.parametrize("locale", ["en_SA", "xx", "", "ar_SA"])
def test_no_locale_raises(locale: str) -> None:
    """An unknown locale is shown in a known language."""
    expected = "ar" if locale.startswith("ar") else "en"
    assert format_money(Money("1", "SAR"), locale) == format_money(Money("1", "SAR"), expected)
    assert format_money(Money("1", "SAR"), texts_for(locale)) == format_money(Money("1", "SAR"), expected)
