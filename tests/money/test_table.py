"""The currencies are counted as Stripe counts them, whatever the standards say."""

from __future__ import annotations

import pytest
from babel.numbers import get_currency_precision

from gulf_payments.errors import UnknownCurrency
from gulf_payments.money import UNITS, Money, Unit, unit
from gulf_payments.testing.fake_stripe import currencies as fake

HUNDREDFOLD = {"AFN", "ALL", "ISK", "LAK", "LBP", "MMK", "RSD", "SOS", "STD", "UGX", "YER"}


def test_where_babel_disagrees_stripe_is_followed() -> None:
    """CLDR, from which Babel reads, gives eleven currencies no decimals; Stripe wants two for each of them."""
    differing = {code for code, row in UNITS.items() if get_currency_precision(code) != row.exponent}
    assert differing == HUNDREDFOLD
    assert {(get_currency_precision(code), unit(code).exponent) for code in differing} == {(0, 2)}


def test_the_ariary_has_no_decimals_at_stripe() -> None:
    """ISO 4217 gives MGA two decimals, and Stripe none: 500 ariary are the integer 500."""
    assert Money("500", "MGA").minor == 500


def test_the_fake_stripe_counts_alike() -> None:
    """Two tables written apart, ours and the fake's, agree about decimals and steps wherever both know a currency."""
    known = {code.lower() for code in UNITS} & fake.SUPPORTED
    assert len(known) > 130
    ours = {code: (unit(code).exponent, unit(code).step) for code in known}
    assert ours == {code: (fake.decimals(code), fake.step(code)) for code in known}


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("SAR AED QAR EGP USD EUR GBP", Unit(exponent=2, step=1)),
        ("BHD JOD KWD OMR TND", Unit(exponent=3, step=10)),
        ("ISK UGX", Unit(exponent=2, step=100)),
        ("HUF TWD", Unit(exponent=2, step=1)),
        ("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF", Unit(exponent=0, step=1)),
    ],
)
def test_each_family_has_its_decimals_and_its_step(codes: str, expected: Unit) -> None:
    """The families of Stripe's page: two decimals, three ending in 0, whole ones sent as hundredths, none."""
    assert {unit(code) for code in codes.split()} == {expected}


def test_each_code_is_three_letters_and_in_one_family() -> None:
    """No currency stands in two lists, and the whole table has the size of their sum."""
    assert len(UNITS) == 140
    assert {code for code in UNITS if not (len(code) == 3 and code.isascii() and code.isupper())} == set()


def test_a_currency_is_known_in_either_case() -> None:
    """Stripe writes codes small, people write them large; an amount has them large."""
    assert unit("sar") == unit("SAR")
    assert Money("1", "sar") == Money("1", "SAR")
    assert Money("1", "sar").currency == "SAR"


@pytest.mark.parametrize("code", ["", "SR", "SAR ", "XXX", "ريال", "ſAR", "ınr", None, 682, b"SAR"])
def test_what_is_no_currency_is_refused_by_name(code: object) -> None:
    """Misspelt, padded, foreign or look-alike codes are refused, and the sentence shows one that works."""
    with pytest.raises(UnknownCurrency, match="such as 'SAR'"):
        Money("1", code)  # type: ignore[arg-type]
    with pytest.raises(UnknownCurrency):
        Money.from_minor(1, code)  # type: ignore[arg-type]


def test_the_table_cannot_be_changed_by_accident() -> None:
    """A shop that wants another precision has a misunderstanding, and finds out at once."""
    with pytest.raises(TypeError):
        UNITS["SAR"] = Unit(exponent=3)  # type: ignore[index]
