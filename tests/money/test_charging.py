"""What Stripe can charge: whole steps only, refused rather than rounded, and a way to round on purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments import Money
from gulf_payments.errors import AmountTooLarge, NotChargeable
from gulf_payments.money import CHARGED_DIGITS, UNITS, unit

amounts = st.builds(Money.from_minor, st.integers(min_value=0, max_value=10**11), st.sampled_from(sorted(UNITS)))


@pytest.mark.parametrize(
    ("amount", "currency", "advice"),
    [
        ("12.345", "KWD", "steps of 0.010; decide between KWD 12.340 and KWD 12.350"),
        ("0.004", "BHD", "steps of 0.010; decide between BHD 0.000 and BHD 0.010"),
        ("1.235", "OMR", "decide between OMR 1.230 and OMR 1.240"),
        ("1.001", "JOD", "decide between JOD 1.000 and JOD 1.010"),
        ("9.999", "TND", "decide between TND 9.990 and TND 10.000"),
        ("1.50", "ISK", "steps of 1.00; decide between ISK 1.00 and ISK 2.00"),
        ("1000.01", "UGX", "decide between UGX 1000.00 and UGX 1001.00"),
    ],
)
def test_what_lies_between_two_steps_is_refused_with_both_neighbours(amount: str, currency: str, advice: str) -> None:
    """A peer that charges KWD 12.345 or ISK 1.50 is rejected by Stripe or off by a hundred; here nothing is sent."""
    with pytest.raises(NotChargeable, match=f"{amount} cannot be charged.*{advice}"):
        Money(amount, currency).chargeable()


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("12.340", "KWD"),
        ("0.010", "BHD"),
        ("5", "ISK"),
        ("5", "UGX"),
        ("10.45", "HUF"),
        ("800.45", "TWD"),
        ("500", "JPY"),
        ("0.01", "SAR"),
    ],
)
def test_whole_steps_are_charged_as_they_are(amount: str, currency: str) -> None:
    """The forint and the new dollar are charged in hundredths, although they are paid out whole."""
    money = Money(amount, currency)
    assert money.chargeable() is money


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("5.124", "KWD", "5.120"),
        ("5.125", "KWD", "5.130"),
        ("0.004", "BHD", "0.000"),
        ("1.49", "ISK", "1.00"),
        ("1.50", "UGX", "2.00"),
        ("1.01", "SAR", "1.01"),
        ("7", "JPY", "7"),
    ],
)
def test_rounding_is_asked_for_by_name(amount: str, currency: str, rounded: str) -> None:
    """Halves go up, and what can be charged stays as it is."""
    assert Money(amount, currency).rounded_to_charge() == Money(rounded, currency)


@given(amounts)
def test_what_is_rounded_can_be_charged_and_is_the_nearest(money: Money) -> None:
    """It lies on a step, at most half a step away; rounding it again changes nothing."""
    rounded = money.rounded_to_charge()
    assert rounded.chargeable() == rounded.rounded_to_charge() == rounded
    assert 2 * abs(rounded.minor - money.minor) <= unit(money.currency).step


@given(amounts)
def test_an_amount_is_charged_unchanged_or_not_at_all(money: Money) -> None:
    """Nothing is rounded on the way to Stripe, whatever the currency."""
    on_a_step = money.minor % unit(money.currency).step == 0
    try:
        charged = money.chargeable()
    except NotChargeable:
        assert not on_a_step
    else:
        assert on_a_step
        assert charged == money


def test_more_digits_than_any_card_takes_are_refused() -> None:
    """Stripe takes up to twelve digits; a million riyals are an ordinary amount, a thousand times twelve nines not."""
    assert Money("1000000.00", "SAR").chargeable()
    assert Money.from_minor(10**CHARGED_DIGITS - 1, "SAR").chargeable()
    with pytest.raises(AmountTooLarge, match="more than 12 digits"):
        Money.from_minor(10**CHARGED_DIGITS, "SAR").chargeable()
