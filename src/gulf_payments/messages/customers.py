"""What to tell a customer about an error or a decline: never a code, never the provider's own words."""

from __future__ import annotations

from gulf_payments.errors import (
    ConfigurationError,
    GatewayError,
    GatewayRejected,
    GatewayUnavailable,
    InvalidInput,
    OrderLocked,
    OrderNotFound,
    OutcomeUnknown,
    PaymentNotFound,
    StoreUnavailable,
    TransitionRefused,
)
from gulf_payments.messages.catalogues import Texts, texts_for

UNEXPECTED = "error.unexpected"
REFUSED_SAFELY = "decline.contact_bank"  # what every unknown code says
# These reasons are not the card's fault, so they stand alone.
NOT_THE_CARD = frozenset({"authenticate_again", "check_your_orders", "temporary_problem", "try_again"})

_BY_ERROR: dict[type[Exception], str] = {
    OutcomeUnknown: "page.checking",
    GatewayUnavailable: "decline.try_again",
    GatewayRejected: "error.invalid_request",
    ConfigurationError: "error.authentication",
    GatewayError: "error.authentication",
    InvalidInput: "error.invalid_request",
    OrderLocked: "page.already_paid",
    OrderNotFound: "page.not_found",
    PaymentNotFound: "page.not_found",
    StoreUnavailable: "decline.try_again",
}

_BY_REFUSAL = {
    "already_paid": "page.already_paid",
    "authorized": "page.confirming",
    "being_canceled": "page.session_expired",
    "canceled": "page.session_expired",
    "expired": "page.session_expired",
    "in_review": "page.confirming",
    "processing": "page.confirming",
}  # why an order cannot be paid now, as TransitionRefused tells it


def customer_message(problem: str | Exception, locale: str | Texts) -> str:
    """The sentence a customer reads, in their language; it never raises and never reveals.

    `problem` is a key of the catalogues (`page.session_expired`), a decline key (`use_other_card`, as
    `Payment.failure_message_key` has it), or an exception: one of `errors`, one with a `message_key` of its own, or
    any other, which is told as unexpected. A string that is none of these is taken for an unknown decline.
    """
    texts = texts_for(locale) if isinstance(locale, str) else locale
    key = _key(problem)
    if texts.find(key) is None:
        key = REFUSED_SAFELY
    reason = texts.pattern(key)
    if key.startswith("decline.") and key.removeprefix("decline.") not in NOT_THE_CARD:
        return texts.text("error.card_declined", reason=reason)
    return reason


def _key(problem: str | Exception) -> str:
    if isinstance(problem, TransitionRefused):
        return _BY_REFUSAL.get(problem.why, UNEXPECTED)
    if isinstance(problem, Exception):
        known = (_BY_ERROR[kind] for kind in type(problem).__mro__ if kind in _BY_ERROR)
        return getattr(problem, "message_key", "") or next(known, UNEXPECTED)
    if not problem:
        return UNEXPECTED
    return problem if "." in problem else f"decline.{problem}"
