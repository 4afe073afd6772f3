"""Money: one integer in Stripe's own minor unit, and a currency. Never a float, never rounded silently.

The table is Stripe's (docs.stripe.com/currencies), not ISO's and not CLDR's: between them these two disagree with it
about twelve currencies, and a disagreement is a hundredfold error. `exponent` is how many decimals Stripe's minor unit
has; `step` is the smallest multiple of the minor unit that can be charged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import total_ordering
from reprlib import repr as shown
from types import MappingProxyType
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
    """How Stripe counts a currency: decimals of the minor unit, smallest chargeable step."""

    exponent: int = 2
    step: int = 1


ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
THREE_DECIMAL = "BHD JOD KWD OMR TND"  # sent as thousandths whose last digit is 0
WHOLE_IN_HUNDREDTHS = "ISK UGX"  # have no minor unit of their own, yet Stripe wants two decimals, always 00
TWO_DECIMAL = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD "
    "KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS "
    "WST XCD XCG YER ZAR ZMW"
)  # HUF and TWD are charged in hundredths too; only their payouts are whole

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        **dict.fromkeys(TWO_DECIMAL.split(), Unit()),
        **dict.fromkeys(ZERO_DECIMAL.split(), Unit(exponent=0)),
        **dict.fromkeys(THREE_DECIMAL.split(), Unit(exponent=3, step=10)),
        **dict.fromkeys(WHOLE_IN_HUNDREDTHS.split(), Unit(step=100)),
    }
)

CHARGED_DIGITS = 12  # the widest that Stripe takes (most cards); a network, method or country may take less
HELD_DIGITS = 18  # the widest in a 64-bit column: no amount, sum or product is larger

_ONE_PER_CENT = 100  # in the hundredths of a per cent that a rate is counted in
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_EXACT = Context(prec=HELD_DIGITS, traps=[Inexact, InvalidOperation])  # the caller's own context may round


def unit(currency: str) -> Unit:
    """The currency's row in the table. Raises UnknownCurrency."""
    code = str(currency)
    row = UNITS.get(code.upper()) if code.isascii() else None
    if row is None:
        raise UnknownCurrency(
            f"{shown(code)} is not a currency that Stripe charges; use a three-letter code such as 'SAR'"
        )
    return row


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
        self._set(_units(amount, unit(currency).exponent, of=currency), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """An amount from Stripe's integer: `from_minor(12340, "KWD")` is KWD 12.340."""
        _must_be_int(minor, "an amount in minor units")
        unit(currency)
        money = object.__new__(cls)
        money._set(minor, currency)
        return money

    def _set(self, minor: int, currency: str) -> None:
        if abs(minor) >= 10**HELD_DIGITS:
            raise AmountTooLarge(f"an amount has at most {HELD_DIGITS} digits in minor units of {currency}")
        if minor < 0:
            raise NegativeAmount(f"an amount cannot be below zero: {minor} minor units of {currency}")
        object.__setattr__(self, "minor", minor)
        object.__setattr__(self, "currency", str(currency).upper())

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, with exactly the currency's decimals."""
        return Decimal(self.minor).scaleb(-unit(self.currency).exponent, context=_EXACT)

    def chargeable(self) -> Money:
        """This amount, if Stripe can charge or refund exactly it. Raises NotChargeable or AmountTooLarge."""
        if self.minor >= 10**CHARGED_DIGITS:
            raise AmountTooLarge(f"{self} has more than {CHARGED_DIGITS} digits, the most that Stripe takes")
        step = unit(self.currency).step
        if over := self.minor % step:
            lower = Money.from_minor(self.minor - over, self.currency)
            each = Money.from_minor(step, self.currency)
            raise NotChargeable(
                f"{self} cannot be charged: Stripe takes {self.currency} in steps of {each.amount}; "
                f"decide between {lower} and {lower + each}, or ask for rounded_to_charge()"
            )
        return self

    def rounded_to_charge(self) -> Money:
        """The nearest amount that can be charged, halves up: KWD 5.124 becomes 5.120, KWD 5.125 becomes 5.130."""
        step = unit(self.currency).step
        return Money.from_minor((2 * self.minor + step) // (2 * step) * step, self.currency)

    def share(self, numerator: int, denominator: int) -> Money:
        """This amount times a fraction, halves up: the included VAT of 15 % is `total.share(15, 115)`."""
        _must_be_int(numerator, "a numerator")
        _must_be_int(denominator, "a denominator")
        if denominator <= 0:
            raise NotAnAmount(f"a share's denominator is above zero, as in share(15, 115), not {denominator}")
        return Money.from_minor((2 * self.minor * numerator + denominator) // (2 * denominator), self.currency)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix: convert one of them first")
        return other.minor

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money.from_minor(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money.from_minor(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        _must_be_int(times, "what money is multiplied by (for a fraction take share)")
        return Money.from_minor(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor > 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    def __repr__(self) -> str:
        return f"Money('{self.amount:f}', '{self.currency}')"


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that must all be in `currency`. Raises CurrencyMismatch."""
    nothing = Money.from_minor(0, currency)
    return Money.from_minor(sum(map(nothing._same, amounts)), nothing.currency)  # noqa: SLF001 - its own


def rate_percent(rate: str) -> tuple[int, int]:
    """A tax rate as an exact fraction of the net price: "15" (per cent) gives (1500, 10000). Raises MoneyError.

    Between 0 and 1 it is refused: whoever writes 0.15 means fifteen per cent, and would charge a hundredth of the tax.
    """
    if not isinstance(rate, str):
        raise NotAnAmount(f"a tax rate is a str such as '15', for fifteen per cent, not {shown(rate)}")
    hundredths = _units(rate, 2, of="a tax rate in per cent")
    if hundredths < 0 or 0 < hundredths < _ONE_PER_CENT:
        raise MoneyError(f"a tax rate is '0' or from '1' per cent up, '15' for fifteen, not {shown(rate)}")
    return hundredths, 100 * _ONE_PER_CENT


def _units(amount: str | int | Decimal, places: int, *, of: str) -> int:
    """How many units of `places` decimals an amount is, exactly."""
    number = _decimal(amount)
    try:
        exact = number.quantize(Decimal((0, (1,), -places)), context=_EXACT)
    except Inexact:
        raise TooPrecise(f"{shown(amount)} has more than the {places} decimals of {of}: round it first") from None
    except InvalidOperation:
        raise AmountTooLarge(f"an amount has at most {HELD_DIGITS} digits in minor units of {of}") from None
    return int(exact.scaleb(places, context=_EXACT))


def _decimal(amount: str | int | Decimal) -> Decimal:
    if isinstance(amount, float):
        raise FloatRefused(f"{amount!r} is a float, which cannot hold money exactly: pass a string, as in '150.00'")
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        raise NotAnAmount(f"{shown(amount)} is no amount: pass a string such as '150.00', an int or a Decimal")
    if isinstance(amount, str) and not _PLAIN.fullmatch(amount):
        raise NotAnAmount(f"{shown(amount)} is no amount: write digits 0 to 9 and one point at most, as in '150.00'")
    number = Decimal(amount)
    if not number.is_finite():
        raise NotAnAmount(f"{number} is no amount: pass a finite number")
    return number


def _must_be_int(value: object, what: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        refusal = FloatRefused if isinstance(value, float) else NotAnAmount
        raise refusal(f"{what} is an int, not {type(value).__name__}")
