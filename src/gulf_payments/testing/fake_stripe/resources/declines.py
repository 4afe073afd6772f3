"""A card that the bank declines already while it is saved."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.instruments import Decline
from gulf_payments.testing.fake_stripe.state.account import Account


def check_savable(account: Account, identifier: str) -> None:
    """Refuse to save a card, or a PaymentMethod, that the bank declines when it is asked."""
    decline = account.held[identifier].decline_on_saving
    if decline is not None:
        raise _declined(decline)


def _declined(decline: Decline) -> ApiError:
    # No charge, and an empty `param`.
    return ApiError(
        decline.message,
        status=402,
        kind="card_error",
        code=decline.code,
        param="",
        began=True,
        advice_code=decline.advice_code,
        decline_code=decline.decline_code,
        network_decline_code=decline.network_decline_code,
    )
