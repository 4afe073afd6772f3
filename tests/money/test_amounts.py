"""An amount is exact or refused: what goes in, what comes out, what is never let in."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from contextlib import suppress
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments import Money
from gulf_payments.errors import AmountTooLarge, FloatRefused, MoneyError, NegativeAmount, NotAnAmount, TooPrecise
from gulf_payments.money import HELD_DIGITS, UNITS, unit

currencies = st.sampled_from(sorted(UNITS))
minors = st.integers(min_value=0, max_value=10**HELD_DIGITS - 1)
amounts = st.builds(Money.from_minor, minors, currencies)

HUGE: dict[str, str | int | Decimal] = {
    "seventeen nines": "9" * 17,
    "a hundred thousand nines": "9" * 100_000,
    "an integer Python will not print": 10**5000,
    "an exponent of 400": Decimal("1E+400"),
    "an exponent of a thousand million": Decimal("1E+999999999"),
    "more digits than a context keeps": Decimal("12345678901234567890123456789012.01"),
}


@given(minors, currencies)
def test_stripes_integer_comes_back_unchanged(minor: int, currency: str) -> None:
    """From Stripe's integer to an amount and back nothing is lost, in any currency, at any size."""
    assert Money.from_minor(minor, currency).minor == minor


@given(amounts)
def test_what_is_written_is_what_is_read(money: Money) -> None:
    """The amount as text makes the same amount again, with exactly the currency's decimals."""
    assert Money(str(money.amount), money.currency) == money
    assert Money(money.amount, money.currency) == money
    assert -money.amount.as_tuple().exponent == unit(money.currency).exponent  # type: ignore[operator]


@given(amounts)
def test_its_repr_is_the_code_that_makes_it(money: Money) -> None:
    """What a log or a failing test shows can be pasted into a shell."""
    assert eval(repr(money), {"Money": Money}) == money  # noqa: S307 - the promise is that it evaluates


@given(amounts)
def test_no_float_is_anywhere_in_it(money: Money) -> None:
    """Neither the parts nor the results of arithmetic are ever a float."""
    results = [money.minor, money.amount, money.share(15, 115).minor, money.share(1, 1).amount]
    assert {type(result) for result in results} == {int, Decimal}


@given(amounts)
def test_it_travels_and_is_copied_whole(money: Money) -> None:
    """Pickled for another process, copied or deep-copied, it stays equal and of the same hash."""
    for twin in (pickle.loads(pickle.dumps(money)), copy.copy(money), copy.deepcopy(money)):  # noqa: S301 - our own
        assert twin == money
        assert hash(twin) == hash(money)
        assert repr(twin) == repr(money)


def test_it_never_changes() -> None:
    """Neither its parts nor new ones can be set, and replacing one part unchecked is refused too."""
    money = Money("150.00", "SAR")
    with pytest.raises(dataclasses.FrozenInstanceError):
        money.minor = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="minor"):
        dataclasses.replace(money, minor=-1)
    assert money == Money.from_minor(15000, "SAR")


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "written"),
    [
        ("150.00", "SAR", 15000, "SAR 150.00"),
        ("150", "SAR", 15000, "SAR 150.00"),
        ("0150.5", "SAR", 15050, "SAR 150.50"),
        (150, "SAR", 15000, "SAR 150.00"),
        (Decimal("150.000"), "SAR", 15000, "SAR 150.00"),
        (Decimal(100).normalize(), "SAR", 10000, "SAR 100.00"),
        ("12.340", "KWD", 12340, "KWD 12.340"),
        ("12.34", "KWD", 12340, "KWD 12.340"),
        ("0.001", "BHD", 1, "BHD 0.001"),
        ("500", "JPY", 500, "JPY 500"),
        ("500.00", "JPY", 500, "JPY 500"),
        ("5", "ISK", 500, "ISK 5.00"),
        ("5", "UGX", 500, "UGX 5.00"),
        ("10.45", "HUF", 1045, "HUF 10.45"),
        ("800.45", "TWD", 80045, "TWD 800.45"),
        ("0.00", "SAR", 0, "SAR 0.00"),
        (Decimal("-0.00"), "SAR", 0, "SAR 0.00"),
        (Decimal("0E+99999"), "SAR", 0, "SAR 0.00"),
    ],
)
def test_an_amount_is_the_integer_stripe_expects(
    amount: str | int | Decimal, currency: str, minor: int, written: str
) -> None:
    """Each way to write an amount gives the one integer, shown with all of its decimals."""
    money = Money(amount, currency)
    assert (money.minor, str(money)) == (minor, written)


@pytest.mark.parametrize("amount", [150.0, 0.1, float("nan"), float("inf"), -0.0])
def test_a_float_is_refused_by_name(amount: float) -> None:
    """0.1 is not a tenth in binary, so no float becomes an amount, not even one that looks whole."""
    with pytest.raises(FloatRefused, match=r"pass a string, as in '150\.00'"):
        Money(amount, "SAR")  # type: ignore[arg-type]
    with pytest.raises(FloatRefused, match="is an int"):
        Money.from_minor(amount, "SAR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [True, False, None, b"150", Fraction(3, 2), [150], Money("1", "SAR")])
def test_what_is_no_number_is_refused_by_name(amount: object) -> None:
    """A bool counts as an int in Python and a Fraction as a number, and neither is an amount."""
    with pytest.raises(NotAnAmount, match=r"such as '150\.00'"):
        Money(amount, "SAR")  # type: ignore[arg-type]
    with pytest.raises(NotAnAmount, match="is an int"):
        Money.from_minor(amount, "SAR")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["NaN", "sNaN", "inf", "-Infinity", "1e3", "1e400", "1_000", "1,000.00", "150,00"])
def test_a_text_that_decimal_would_take_or_guess_at_is_refused(text: str) -> None:
    """Exponents, underscores, commas and the names of no-numbers are not how an amount is written."""
    with pytest.raises(NotAnAmount, match="digits 0 to 9 and one point at most"):
        Money(text, "SAR")


@pytest.mark.parametrize(
    "text", ["", " ", " 150", "150 ", "150\n", "+150", ".5", "5.", "1.2.3", "١٥٠", "١٥٠٫٥٠", "\u200f150"]
)
def test_a_text_people_typed_is_read_by_the_form_and_not_here(text: str) -> None:
    """White space, invisible marks and Arabic digits belong to a form, which knows the language; half a guess is none.

    Decimal takes Arabic digits but neither their decimal point nor their thousands mark, so ١٥٠ would
    pass and ١٥٠٫٥٠ would not.
    """
    with pytest.raises(NotAnAmount, match="digits 0 to 9 and one point at most"):
        Money(text, "SAR")


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_a_decimal_that_is_no_number_is_refused_by_name(amount: Decimal) -> None:
    """A NaN would compare unequal to everything and an infinity would be charged to nobody."""
    with pytest.raises(NotAnAmount, match="finite"):
        Money(amount, "SAR")


@pytest.mark.parametrize("amount", ["-0.01", "-150.00", -1, Decimal(-1)])
def test_an_amount_below_zero_is_refused_by_name(amount: str | int | Decimal) -> None:
    """A refund is told by what it is, never by a sign."""
    with pytest.raises(NegativeAmount, match="cannot be below zero"):
        Money(amount, "SAR")
    with pytest.raises(NegativeAmount):
        Money.from_minor(-1, "SAR")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("10.005", "SAR"),
        (Decimal("10.005"), "SAR"),
        ("0.5", "JPY"),
        ("12.3456", "KWD"),
        ("1.005", "ISK"),
        (Decimal("1E-400"), "SAR"),
        (Decimal("1E-99999999999"), "SAR"),
        ("1." + "0" * 60 + "1", "SAR"),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused_and_never_rounded(
    amount: str | Decimal, currency: str
) -> None:
    """However far behind the point it stands, a digit that the currency cannot hold is not dropped."""
    with pytest.raises(TooPrecise, match=f"decimals of {currency}: round it first"):
        Money(amount, currency)


@pytest.mark.parametrize("amount", HUGE.values(), ids=HUGE)
def test_an_absurdly_large_amount_is_refused_without_working_it_out(amount: str | int | Decimal) -> None:
    """A billion digits are refused as quickly as seventeen: nothing is expanded, and none is in the sentence."""
    with pytest.raises(AmountTooLarge, match=f"at most {HELD_DIGITS} digits") as refusal:
        Money(amount, "SAR")
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize(
    "minor", [10**HELD_DIGITS, -(10**5000), 10**5000], ids=["a digit too many", "far below zero", "far above"]
)
def test_an_absurdly_large_integer_is_refused(minor: int) -> None:
    """No amount outgrows a 64-bit column, nor Python's limit on printing integers."""
    with pytest.raises(AmountTooLarge):
        Money.from_minor(minor, "SAR")


@given(amounts)
def test_the_callers_own_decimal_context_changes_nothing(money: Money) -> None:
    """A program that computes with three digits of precision still gets all of an amount's."""
    with localcontext() as context:
        context.prec = 3
        assert Money(f"{money.amount:f}", money.currency) == money


@given(
    st.text() | st.decimals().map(str) | st.integers() | st.floats() | st.decimals() | st.none() | st.booleans(),
    currencies,
)
def test_whatever_is_given_it_is_an_amount_or_a_refusal(given_amount: object, currency: str) -> None:
    """Nothing but a MoneyError leaves, and what is taken is a whole count of minor units."""
    with suppress(MoneyError):
        money = Money(given_amount, currency)  # type: ignore[arg-type]
        assert type(money.minor) is int
        assert 0 <= money.minor < 10**HELD_DIGITS
        assert money.amount == Decimal(given_amount)  # type: ignore[arg-type]
