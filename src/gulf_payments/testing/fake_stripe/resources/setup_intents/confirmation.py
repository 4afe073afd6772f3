"""Confirming a SetupIntent: 3-D Secure, the bank's consent, and a PaymentMethod that can be charged from then on."""

from __future__ import annotations

from typing import Any, Literal

from gulf_payments.testing.fake_stripe.instruments import Decline
from gulf_payments.testing.fake_stripe.resources import confirmable, payment_methods
from gulf_payments.testing.fake_stripe.resources.setup_intents import attempts
from gulf_payments.testing.fake_stripe.state.account import Account, Challenge
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DOCS = "https://stripe.com/docs/error-codes/"
_AUTHENTICATION_FAILED = {
    "code": "setup_intent_authentication_failure",
    "doc_url": f"{_DOCS}setup-intent-authentication-failure",
    "message": (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this SetupIntent again."
    ),
    "type": "invalid_request_error",
}


def confirm(account: Account, intent: Resource, *, return_url: str | None) -> Resource:
    """Try to set up the PaymentMethod the SetupIntent has; it succeeds, asks the customer, or is declined."""
    method = _method(account, intent)
    attempt = attempts.begin(account, intent, method)
    intent = account.change(intent, latest_attempt=attempt["id"])
    if _asks(account, intent, method):
        return _ask(account, intent, return_url)
    return _set_up(account, intent, method)


def answer_challenge(account: Account, intent: Resource, outcome: Literal["pass", "fail"]) -> Resource:
    """The customer came back from the bank's page: set up if the card allows, else asked for another card."""
    method = _method(account, intent)
    if outcome == "fail":
        return _reject(account, intent, {**_AUTHENTICATION_FAILED, "payment_method": method}, asked=True)
    return _set_up(account, intent, method, asked=True)


def _method(account: Account, intent: Resource) -> Resource:
    return account.require("payment_method", intent["payment_method"], param="payment_method")


def _asks(account: Account, intent: Resource, method: Resource) -> bool:
    match account.held[method["id"]].authentication:
        case "always" | "on_session":
            return True
        case "unless_set_up":
            return method["id"] not in account.set_up
        case "on_request":
            return bool(intent["payment_method_options"]["card"]["request_three_d_secure"] != "automatic")
        case "never":
            return False


def _ask(account: Account, intent: Resource, return_url: str | None) -> Resource:
    asking = account.change(
        intent,
        last_setup_error=None,
        next_action=confirmable.next_action(account, Challenge("setup_intent", intent["id"], return_url)),
        status="requires_action",
    )
    attempt = account.require("setup_attempt", intent["latest_attempt"], param="setup_attempt")
    account.change(attempt, status="requires_action")
    account.announce("setup_intent.requires_action", asking)
    return asking


def _set_up(account: Account, intent: Resource, method: Resource, *, asked: bool = False) -> Resource:
    decline = account.held[method["id"]].decline_on_saving
    if decline is not None:
        return _reject(account, intent, _card_error(decline, method), asked=asked)
    attempts.end(account, intent, asked=asked)
    account.set_up.add(method["id"])
    if intent["customer"] is not None:
        payment_methods.attach(account, method, intent["customer"])
    succeeded = account.change(
        intent,
        last_setup_error=None,
        mandate=_mandate(account, method),
        next_action=None,
        status="succeeded",
    )
    account.announce("setup_intent.succeeded", succeeded)
    return succeeded


def _mandate(account: Account, method: Resource) -> str | None:
    """A debit needs the customer's written consent; a card does not."""
    kind = method["type"]
    if kind == "card":
        return None
    mandate = account.add(
        {
            "id": account.ids.new("mandate"),
            "object": "mandate",
            "customer_acceptance": {"accepted_at": account.now, "offline": {}, "type": "offline"},
            "livemode": account.livemode,
            "multi_use": {},
            "payment_method": method["id"],
            "payment_method_details": {kind: {}, "type": kind},
            "status": "active",
            "type": "multi_use",
        },
    )
    return str(mandate["id"])


def _reject(account: Account, intent: Resource, error: dict[str, Any], *, asked: bool) -> Resource:
    attempts.end(account, intent, error=error, asked=asked)
    rejected = account.change(
        intent,
        last_setup_error=error,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    account.announce("setup_intent.setup_failed", rejected)
    return rejected


def _card_error(decline: Decline, method: Resource) -> dict[str, Any]:
    # Unlike a payment's, this error always has a decline code, and names the field of an expired card.
    members = {
        "advice_code": decline.advice_code,
        "code": decline.code,
        "decline_code": decline.decline_code or decline.code,
        "doc_url": _DOCS + decline.code.replace("_", "-"),
        "message": decline.message,
        "network_decline_code": decline.network_decline_code,
        "param": "exp_month" if decline.code == "expired_card" else None,
        "payment_method": method,
        "type": "card_error",
    }
    return {name: value for name, value in members.items() if value is not None}
