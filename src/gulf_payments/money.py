"""Money: one integer in Stripe's own minor unit, and a currency. Never a float, never rounded silently.

The table is Stripe's (docs.stripe.com/currencies), not ISO's and not CLDR's: they disagree about twelve currencies, and
a disagreement is a hundredfold error. `exponent` is how many decimals Stripe's minor unit has; `step` is the smallest
multiple of the minor unit that can be charged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import NamedTuple

from gulf_payments.errors import (
    AmountTooLarge,
    CurrencyMismatch,
    FloatRefused,
    MoneyError,
    NegativeAmount,
    NotAnAmount,
    NotChargeable,
    TooPrecise,
    UnknownCurrency,
)


class Unit(NamedTuple):
    """How Stripe counts a currency: decimals of the minor unit, smallest chargeable step, most digits."""

    exponent: int = 2
    step: int = 1
    digits: int = 8


ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
THREE_DECIMAL = "BHD JOD KWD OMR TND"  # sent as thousandths whose last digit is 0
WHOLE_IN_HUNDREDTHS = "ISK UGX"  # have no minor unit of their own, yet Stripe wants two decimals, always 00
TWO_DECIMAL = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD "
    "KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS "
    "WST XCD YER ZAR ZMW"
)  # HUF and TWD are charged in hundredths too; only their payouts are whole

UNITS: dict[str, Unit] = {
    **dict.fromkeys(TWO_DECIMAL.split(), Unit()),
    **dict.fromkeys(ZERO_DECIMAL.split(), Unit(exponent=0)),
    **dict.fromkeys(THREE_DECIMAL.split(), Unit(exponent=3, step=10)),
    **dict.fromkeys(WHOLE_IN_HUNDREDTHS.split(), Unit(step=100)),
    **dict.fromkeys(("COP", "HUF", "IDR", "LBP"), Unit(digits=12)),  # large numbers: left to Stripe to bound
}


def unit(currency: str) -> Unit:
    """The currency's row in the table. Raises UnknownCurrency."""
    try:
        return UNITS[currency.upper()]
    except (KeyError, AttributeError):
        raise UnknownCurrency(
            f"{currency!r} is not a currency that Stripe charges; use a three-letter code such as 'SAR'"
        ) from None


@total_ordering
@dataclass(frozen=True, slots=True, init=False)
class Money:
    """An exact, non-negative amount: `Money("150.00", "SAR")`, `Money.from_minor(15000, "SAR")`.

    `minor` counts Stripe's minor units (halalas for SAR, fils for KWD); `currency` is upper case. Amounts are given
    as a string, an int (whole units) or a Decimal. Raises a MoneyError that names what is wrong.
    """

    minor: int
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        scaled = _decimal(amount).scaleb(unit(currency).exponent)
        if scaled != scaled.to_integral_value():
            places = unit(currency).exponent
            raise TooPrecise(f"{amount} {currency} has more than the {places} decimals that {currency} has")
        self._set(int(scaled), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """An amount from Stripe's integer: `from_minor(12340, "KWD")` is KWD 12.340."""
        if isinstance(minor, bool) or not isinstance(minor, int):
            refusal = FloatRefused if isinstance(minor, float) else NotAnAmount
            raise refusal(f"an amount in minor units is an int, not {type(minor).__name__}")
        unit(currency)
        money = object.__new__(cls)
        money._set(minor, currency)
        return money

    def _set(self, minor: int, currency: str) -> None:
        if minor < 0:
            raise NegativeAmount(f"an amount cannot be below zero: {minor} minor units of {currency}")
        object.__setattr__(self, "minor", minor)
        object.__setattr__(self, "currency", currency.upper())

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, with exactly the currency's decimals."""
        return Decimal(self.minor).scaleb(-unit(self.currency).exponent)

    def chargeable(self) -> Money:
        """This amount, if Stripe can charge or refund exactly it. Raises NotChargeable or AmountTooLarge."""
        row = unit(self.currency)
        if self.minor % row.step:
            raise NotChargeable(
                f"{self} cannot be charged: Stripe takes {self.currency} in steps of "
                f"{Decimal(row.step).scaleb(-row.exponent)}; decide on {self.rounded_to_charge()} yourself"
            )
        if len(str(self.minor)) > row.digits:
            raise AmountTooLarge(f"{self} has more than {row.digits} digits, the most that Stripe takes")
        return self

    def rounded_to_charge(self) -> Money:
        """The nearest amount that can be charged, halves up: KWD 5.124 becomes 5.120, KWD 5.125 becomes 5.130."""
        step = unit(self.currency).step
        return Money.from_minor((2 * self.minor + step) // (2 * step) * step, self.currency)

    def share(self, numerator: int, denominator: int) -> Money:
        """This amount times a fraction, halves up: the included VAT of 15 % is `total.share(15, 115)`."""
        return Money.from_minor((2 * self.minor * numerator + denominator) // (2 * denominator), self.currency)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix: convert one of them first")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money.from_minor(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money.from_minor(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        if isinstance(times, bool) or not isinstance(times, int):
            raise NotAnAmount(f"money is multiplied by an int, not by {type(times).__name__}; see share()")
        return Money.from_minor(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor > 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    def __repr__(self) -> str:
        return f"Money('{self.amount:f}', '{self.currency}')"


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that must all be in `currency`. Raises CurrencyMismatch."""
    total = Money.from_minor(0, currency)
    for amount in amounts:
        total += amount
    return total


def _decimal(amount: str | int | Decimal) -> Decimal:
    if isinstance(amount, float):
        raise FloatRefused(f"{amount!r} is a float, which cannot hold money exactly: write '{amount}' in quotes")
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        raise NotAnAmount(f"{amount!r} is no amount: pass a string such as '150.00', an int or a Decimal")
    try:
        number = Decimal(amount)
    except InvalidOperation:
        raise NotAnAmount(f"{amount!r} is no decimal number") from None
    if not number.is_finite():
        raise NotAnAmount(f"{amount!r} is not a finite number")
    return number


def rate_percent(rate: str | int | Decimal) -> tuple[int, int]:
    """A tax rate as an exact fraction of the net price: "15" (per cent) gives (1500, 10000). Raises MoneyError."""
    basis_points = _decimal(rate).scaleb(2)
    if basis_points != basis_points.to_integral_value() or basis_points < 0:
        raise MoneyError(f"a tax rate is a per cent with at most two decimals, not {rate!r}")
    return int(basis_points), 10_000
