"""Amounts add, subtract, multiply and compare exactly, and only with their own kind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments import CurrencyMismatch, Money
from gulf_payments.errors import AmountTooLarge, FloatRefused, MoneyError, NegativeAmount, NotAnAmount
from gulf_payments.money import HELD_DIGITS, rate_percent, total_of

minors = st.integers(min_value=0, max_value=10**12)
whole = st.integers(min_value=1, max_value=10**6)


def riyals(minor: int) -> Money:
    """Saudi riyals from halalas."""
    return Money.from_minor(minor, "SAR")


@given(minors, minors, minors)
def test_sums_are_sums_of_integers(first: int, second: int, third: int) -> None:
    """Adding is exact in any order, and subtracting undoes it."""
    assert riyals(first) + riyals(second) == riyals(first + second)
    assert riyals(first) + riyals(second) - riyals(second) == riyals(first)
    assert total_of([riyals(first), riyals(second), riyals(third)], "SAR") == riyals(first + second + third)


@given(minors, st.integers(min_value=0, max_value=1000))
def test_a_price_times_a_quantity_is_exact(minor: int, times: int) -> None:
    """The quantity stands on either side."""
    assert riyals(minor) * times == times * riyals(minor) == riyals(minor * times)


@given(minors, minors)
def test_amounts_of_one_currency_are_ordered_as_their_integers(first: int, second: int) -> None:
    """All six comparisons say what the integers say, and equal amounts hash alike."""
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(riyals(first), riyals(second)) is compare(first, second)
    assert len({riyals(first), riyals(first), riyals(second)}) == len({first, second})


def test_the_same_number_in_another_currency_is_another_amount() -> None:
    """Equality never raises: 5 riyals and 5 dollars are simply two different keys."""
    assert Money("5", "SAR") != Money("5", "USD")
    assert Money("5", "SAR") not in [500, "5", None]
    assert len({Money("5", "SAR"), Money("5", "USD")}) == 2


@pytest.mark.parametrize(
    "mix",
    [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda mix: mix.__name__,
)
def test_two_currencies_do_not_mix(mix: Callable[[Any, Any], object]) -> None:
    """Adding or comparing across currencies is refused, and the sentence names both."""
    with pytest.raises(CurrencyMismatch, match="SAR and USD do not mix: convert one"):
        mix(Money("5", "SAR"), Money("5", "USD"))


@pytest.mark.parametrize("other", [5, 5.0, "5", None])
@pytest.mark.parametrize(
    "mix",
    [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda mix: mix.__name__,
)
def test_a_bare_number_is_no_money(mix: Callable[[Any, Any], object], other: object) -> None:
    """Python's own TypeError answers, on either side."""
    with pytest.raises(TypeError, match="Money"):
        mix(Money("5", "SAR"), other)
    with pytest.raises(TypeError, match="Money"):
        mix(other, Money("5", "SAR"))


def test_less_than_nothing_is_refused() -> None:
    """Taking more than there is does not quietly turn into a credit."""
    with pytest.raises(NegativeAmount):
        riyals(100) - riyals(101)
    with pytest.raises(NegativeAmount):
        riyals(100) * -1


@pytest.mark.parametrize(("times", "error"), [(1.5, FloatRefused), (True, NotAnAmount), ("2", NotAnAmount)])
def test_money_is_multiplied_by_whole_numbers_only(times: object, error: type[MoneyError]) -> None:
    """A fraction of an amount is a share, which says how it rounds."""
    with pytest.raises(error, match="take share"):
        riyals(100) * times  # type: ignore[operator]


def test_a_product_too_large_is_refused() -> None:
    """A billion of the dearest thing is no amount."""
    with pytest.raises(AmountTooLarge):
        Money.from_minor(10**HELD_DIGITS - 1, "SAR") * 10**9


def test_money_is_true_when_there_is_some() -> None:
    """A zero amount is false, as an empty purse is."""
    assert Money("0.01", "SAR")
    assert not Money("0.00", "SAR")


def test_a_sum_of_nothing_is_nothing_in_its_currency() -> None:
    """An empty sum still knows its currency, and one stranger among many is refused."""
    assert total_of([], "KWD") == Money("0", "KWD")
    with pytest.raises(CurrencyMismatch):
        total_of([Money("1", "KWD"), Money("1", "BHD")], "KWD")


@pytest.mark.parametrize(("total", "vat"), [(11500, 1500), (10000, 1304), (1, 0), (4, 1), (0, 0)])
def test_the_vat_in_a_price_is_fifteen_of_a_hundred_and_fifteen(total: int, vat: int) -> None:
    """SAR 115.00 hold 15.00 of VAT and SAR 100.00 hold 13.04, halves rounded up."""
    assert riyals(total).share(15, 115) == riyals(vat)


@given(minors, whole, whole)
def test_a_share_is_the_nearest_whole_one_with_halves_up(minor: int, numerator: int, denominator: int) -> None:
    """It is off by at most half a minor unit, and by exactly half only upwards."""
    share = riyals(minor).share(numerator, denominator).minor
    assert -denominator < 2 * (minor * numerator - share * denominator) < denominator or (
        2 * (share * denominator - minor * numerator) == denominator
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "error"),
    [
        (0.15, 1, FloatRefused),
        (1, 0.5, FloatRefused),
        (1, 0, NotAnAmount),
        (1, -2, NotAnAmount),
        (-1, 2, NegativeAmount),
    ],
)
def test_a_share_is_a_fraction_of_whole_numbers(numerator: Any, denominator: Any, error: type[MoneyError]) -> None:
    """Floats, a zero below the line and negative shares are refused by name."""
    with pytest.raises(error):
        riyals(100).share(numerator, denominator)


@pytest.mark.parametrize(
    ("rate", "fraction"),
    [("15", 1500), ("5", 500), ("0", 0), ("7.75", 775), ("10.00", 1000), ("100", 10000), ("1", 100)],
)
def test_a_tax_rate_is_a_per_cent(rate: str, fraction: int) -> None:
    """Fifteen per cent are fifteen hundred of ten thousand parts of the net price."""
    assert rate_percent(rate) == (fraction, 10_000)


@pytest.mark.parametrize(
    ("rate", "error", "advice"),
    [
        ("0.15", MoneyError, "'15' for fifteen, not '0.15'"),
        ("0.99", MoneyError, "from '1' per cent up"),
        ("-5", MoneyError, "not '-5'"),
        ("15%", NotAnAmount, "digits 0 to 9"),
        ("15.125", MoneyError, "more than the 2 decimals"),
        ("1" * 40, AmountTooLarge, "digits"),
        (0.15, NotAnAmount, "a str such as '15'"),
        (15, NotAnAmount, "a str such as '15'"),
        (None, NotAnAmount, "a str such as '15'"),
    ],
)
def test_what_is_no_per_cent_is_refused(rate: Any, error: type[MoneyError], advice: str) -> None:
    """Who writes 0.15 means fifteen per cent; taken at its word it would charge a hundredth of the tax."""
    with pytest.raises(error, match=advice):
        rate_percent(rate)
