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
from gulf_payments.messages.declines import MESSAGE_KEYS, message_key

UNEXPECTED = "error.unexpected"
REFUSED_SAFELY = "decline.contact_bank"  # what every unknown code says
# These reasons are not the card's fault, so they stand alone.
NOT_THE_CARD = frozenset(
    {"authenticate_again", "check_details", "check_your_orders", "temporary_problem", "try_again", "use_other_method"}
)
OURS = "temporary_problem"  # what the codes say that the customer can do nothing about

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

_BY_STRIPES = {
    "APIConnectionError": "error.authentication",
    "AuthenticationError": "error.authentication",
    "PermissionError": "error.authentication",
    "InvalidRequestError": "error.invalid_request",
    "IdempotencyError": "error.invalid_request",
    "RateLimitError": "decline.try_again",
}  # errors of Stripe's own SDK, by name: a shop may call it beside us


def customer_message(problem: str | Exception, locale: str | Texts) -> str:
    """The sentence a customer reads, in their language; it never raises and never reveals.

    `problem` is an exception (one of `errors`, one of Stripe's SDK, one with a `message_key` of its own, or any other,
    which is told as unexpected), a key of the catalogues (`page.session_expired`), a decline key (`use_other_card`, as
    `Payment.failure_message_key` has it) or one of Stripe's codes. A word that is none of these is an unknown decline.
    """
    texts = texts_for(locale) if isinstance(locale, str) else locale
    key = _named(problem) if isinstance(problem, str) else _raised(problem)
    if "{" in (texts.find(key) or "{"):  # no such text, or one that waits for values
        key = REFUSED_SAFELY
    reason = texts.pattern(key)
    if key.startswith("decline.") and key.removeprefix("decline.") not in NOT_THE_CARD:
        return texts.text("error.card_declined", reason=reason)
    return reason


def _named(word: str) -> str:
    if not word:
        return UNEXPECTED
    return word if "." in word else f"decline.{MESSAGE_KEYS.get(word, word)}"


def _raised(error: Exception) -> str:
    if isinstance(error, TransitionRefused):
        return _BY_REFUSAL.get(error.why, UNEXPECTED)
    return getattr(error, "message_key", "") or _declined(error) or _by_class(error)


def _declined(error: Exception) -> str:
    """The key of a decline that came as an error, Stripe's or ours; empty if the code is no news for the customer."""
    code = str(getattr(error, "code", None) or "")
    if _is_stripes(type(error)) and type(error).__name__ == "CardError":
        detail = getattr(error, "error", None)
        return f"decline.{message_key(code, str(getattr(detail, 'decline_code', None) or ''))}"
    is_news = isinstance(error, GatewayRejected) and MESSAGE_KEYS.get(code, OURS) != OURS
    return f"decline.{MESSAGE_KEYS[code]}" if is_news else ""


def _by_class(error: Exception) -> str:
    """What the error's own class says, or the nearest one that it is made from."""
    if isinstance(error, GatewayRejected) and error.code == "authentication":
        return "error.authentication"
    for kind in type(error).__mro__:
        if kind in _BY_ERROR:
            return _BY_ERROR[kind]
        if _is_stripes(kind) and kind.__name__ in _BY_STRIPES:
            return _BY_STRIPES[kind.__name__]
    return UNEXPECTED


def _is_stripes(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "stripe"
