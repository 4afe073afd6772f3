"""A card as a customer types it in: what Stripe refuses before any bank is asked, and whose test number it is.

No number is ever repeated in an error: it might be a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gulf_payments.testing.fake_stripe.cards import BY_NUMBER, Card
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.state.account import Account

_MONTHS = range(1, 13)
_YEARS_AHEAD = 50
_CVC_LENGTHS = (3, 4)
_NOT_A_TEST_CARD = "Your card was declined. Your request was in test mode, but used a non test card."


def read(account: Account, typed: Mapping[str, Any]) -> Card:
    """The test card with this `number`, `exp_month`, `exp_year` and perhaps `cvc`; ApiError 402 for any other."""
    number = str(typed["number"]).replace(" ", "")
    if not (number.isascii() and number.isdecimal() and _check_digit_holds(number)):
        raise _invalid("Your card number is incorrect.", "incorrect_number", "number")
    _check_expiry(account, typed["exp_month"], typed["exp_year"])
    cvc = typed.get("cvc")
    if cvc is not None and not (cvc.isdecimal() and len(cvc) in _CVC_LENGTHS):
        raise _invalid("Your card's security code is invalid.", "invalid_cvc", "cvc")
    card = BY_NUMBER.get(number)
    if card is None:
        raise _invalid(_NOT_A_TEST_CARD, "card_declined", None, decline_code="test_mode_live_card")
    return card


def _check_digit_holds(number: str) -> bool:
    """Luhn's sum over the digits, every second one from the right doubled."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _check_expiry(account: Account, month: int, year: int) -> None:
    today = datetime.fromtimestamp(account.now, UTC)
    if year < 100:  # noqa: PLR2004 - two digits mean this century
        year += 2000
    if month not in _MONTHS:
        raise _invalid("Your card's expiration month is invalid.", "invalid_expiry_month", "exp_month")
    if not today.year <= year <= today.year + _YEARS_AHEAD:
        raise _invalid("Your card's expiration year is invalid.", "invalid_expiry_year", "exp_year")
    if (year, month) < (today.year, today.month):
        raise _invalid("Your card's expiration month is invalid.", "invalid_expiry_month", "exp_month")


def _invalid(message: str, code: str, param: str | None, decline_code: str | None = None) -> ApiError:
    return ApiError(message, status=402, kind="card_error", code=code, param=param, decline_code=decline_code)
