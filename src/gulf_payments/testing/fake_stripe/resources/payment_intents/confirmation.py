"""Confirming a PaymentIntent: 3-D Secure, the attempt on the card, and where that leaves the PaymentIntent."""

from __future__ import annotations

from typing import Any, Literal

from gulf_payments.testing.fake_stripe.cards import AUTHENTICATION_REQUIRED, Card, Decline
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import charges, payment_methods
from gulf_payments.testing.fake_stripe.state.account import Account, Challenge
from gulf_payments.testing.fake_stripe.state.tables import Resource

_AUTHENTICATION_FAILED = {
    "code": "payment_intent_authentication_failure",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
    "message": (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again."
    ),
    "type": "invalid_request_error",
}


def confirm(
    account: Account,
    intent: Resource,
    *,
    off_session: bool = False,
    return_url: str | None = None,
) -> Resource:
    """Try to pay with the PaymentMethod the PaymentIntent has: it ends succeeded, authorised, asking or declined."""
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    card = account.held[method["id"]]
    if not _asks(account, card, intent, method, off_session=off_session):
        return _charge(account, intent, method, decline=card.decline)
    if off_session:
        return _charge(account, intent, method, decline=AUTHENTICATION_REQUIRED)
    return _ask(account, intent, return_url)


def answer_challenge(account: Account, intent: Resource, outcome: Literal["pass", "fail"]) -> Resource:
    """The customer came back from the bank's page: paid if the card allows, else asked for another card."""
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    if outcome == "fail":
        error = {**_AUTHENTICATION_FAILED, "payment_method": method}
        return _reject(account, intent, error, latest_charge=intent["latest_charge"])
    card = account.held[method["id"]]
    return _charge(account, intent, method, decline=card.decline, authenticated=True)


def declined(intent: Resource) -> ApiError:
    """The 402 that tells of `last_payment_error`, with the PaymentIntent as it stands."""
    error = intent["last_payment_error"]
    members = {name: value for name, value in error.items() if name not in {"type", "message", "doc_url"}}
    return ApiError(
        error["message"],
        status=402,
        kind=error["type"],
        began=True,
        payment_intent=intent,
        **members,
    )


def _asks(account: Account, card: Card, intent: Resource, method: Resource, *, off_session: bool) -> bool:
    match card.authentication:
        case "always":
            return True
        case "unless_set_up":
            return method["id"] not in account.set_up
        case "on_session":
            return not off_session
        case "on_request":
            return bool(intent["payment_method_options"]["card"]["request_three_d_secure"] != "automatic")
        case "never":
            return False


def _ask(account: Account, intent: Resource, return_url: str | None) -> Resource:
    action = next_action(account, Challenge("payment_intent", intent["id"], return_url))
    asking = account.change(
        intent,
        status="requires_action",
        next_action=action,
        last_payment_error=None,
    )
    account.announce("payment_intent.requires_action", asking)
    return asking


def next_action(account: Account, challenge: Challenge) -> dict[str, Any]:
    """What the customer must do: go to the bank's page and come back, or pass through Stripe.js without leaving."""
    source = account.ask(challenge)
    about = f"{challenge.kind}={challenge.target}"
    if challenge.return_url:
        url = f"{account.hosted_at}/3d_secure_2/hosted?{about}&source={source}"
        return {"type": "redirect_to_url", "redirect_to_url": {"return_url": challenge.return_url, "url": url}}
    sdk = {
        "type": "three_d_secure_redirect",
        "stripe_js": f"{account.hosted_at}/redirect/authenticate/{source}?{about}",
        "source": source,
    }
    return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}


def _charge(
    account: Account,
    intent: Resource,
    method: Resource,
    *,
    decline: Decline | None,
    authenticated: bool = False,
) -> Resource:
    charge = charges.attempt(account, intent, method, authenticated=authenticated, decline=decline)
    if decline is not None:
        return _reject(account, intent, _card_error(charge, method, decline), latest_charge=charge["id"])
    return _accept(account, intent, method, charge)


def _accept(account: Account, intent: Resource, method: Resource, charge: Resource) -> Resource:
    held = not charge["captured"]
    accepted = account.change(
        intent,
        amount_capturable=charge["amount"] if held else 0,
        amount_received=charge["amount_captured"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        status="requires_capture" if held else "succeeded",
    )
    if held:
        account.announce("payment_intent.amount_capturable_updated", accepted, before=intent)
    else:
        account.announce("payment_intent.succeeded", accepted)
    _remember(account, accepted, method)
    return accepted


def _remember(account: Account, intent: Resource, method: Resource) -> None:
    if intent["customer"] is None:
        account.spent.add(method["id"])
    elif intent["setup_future_usage"]:
        account.set_up.add(method["id"])
        if method["customer"] is None:
            payment_methods.attach(account, method, intent["customer"])


def _reject(account: Account, intent: Resource, error: dict[str, Any], *, latest_charge: str | None) -> Resource:
    rejected = account.change(
        intent,
        last_payment_error=error,
        latest_charge=latest_charge,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    account.announce("payment_intent.payment_failed", rejected)
    return rejected


def _card_error(charge: Resource, method: Resource, decline: Decline) -> dict[str, Any]:
    members = {
        "advice_code": decline.advice_code,
        "charge": charge["id"],
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "network_decline_code": decline.network_decline_code,
        "payment_method": method,
        "type": "card_error",
    }
    return {name: value for name, value in members.items() if value is not None}
