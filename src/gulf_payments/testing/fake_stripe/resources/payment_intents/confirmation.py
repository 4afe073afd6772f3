"""Confirming a PaymentIntent: 3-D Secure, the attempt to charge, and where that leaves the PaymentIntent."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, NamedTuple

from gulf_payments.testing.fake_stripe.cards import AUTHENTICATION_REQUIRED
from gulf_payments.testing.fake_stripe.instruments import Decline
from gulf_payments.testing.fake_stripe.resources import confirmable, payment_methods
from gulf_payments.testing.fake_stripe.resources.charges import fields as charge_fields
from gulf_payments.testing.fake_stripe.resources.charges import lifecycle
from gulf_payments.testing.fake_stripe.resources.payment_intents import bank_transfers
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


class Circumstances(NamedTuple):
    """How a payment is confirmed: without the customer, refusing to ask, and where to go after a redirect."""

    off_session: bool = False
    refuses_action: bool = False
    return_url: str | None = None


def confirm(account: Account, intent: Resource, how: Circumstances) -> Resource:
    """Try to pay with the PaymentMethod the PaymentIntent has; it is paid, held, asking, processing or declined."""
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    if method["type"] == "customer_balance":
        return bank_transfers.await_funds(account, intent, method)
    decline = account.held[method["id"]].immediate_decline
    if intent["id"] in account.authenticated:
        account.authenticated.discard(intent["id"])
        return _pay(account, intent, method, decline=decline, authenticated=True)
    if not _asks(account, intent, method, off_session=how.off_session):
        return _pay(account, intent, method, decline=decline)
    if how.off_session or how.refuses_action:
        return _pay(account, intent, method, decline=AUTHENTICATION_REQUIRED)
    return _ask(account, intent, how.return_url)


def answer_challenge(account: Account, intent: Resource, outcome: Literal["pass", "fail"]) -> Resource:
    """The customer came back from the bank's page: paid if the card allows, else asked for another card."""
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    if outcome == "fail":
        error = {**_AUTHENTICATION_FAILED, "payment_method": method}
        return _reject(account, intent, error, latest_charge=intent["latest_charge"])
    if intent["confirmation_method"] == "manual":
        account.authenticated.add(intent["id"])
        return account.change(intent, next_action=None, status="requires_confirmation")
    decline = account.held[method["id"]].immediate_decline
    return _pay(account, intent, method, decline=decline, authenticated=True)


def _asks(account: Account, intent: Resource, method: Resource, *, off_session: bool) -> bool:
    match account.held[method["id"]].authentication:
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
    asking = account.change(
        intent,
        status="requires_action",
        next_action=confirmable.next_action(account, Challenge("payment_intent", intent["id"], return_url)),
        last_payment_error=None,
    )
    account.announce("payment_intent.requires_action", asking)
    return asking


def _pay(
    account: Account,
    intent: Resource,
    method: Resource,
    *,
    decline: Decline | None,
    authenticated: bool = False,
) -> Resource:
    means = charge_fields.by_method(account, method)
    charge = lifecycle.attempt(account, intent, means, authenticated=authenticated, decline=decline)
    if decline is not None:
        return _reject(account, intent, _card_error(charge, method, decline), latest_charge=charge["id"])
    if charge["status"] == "pending":
        return _await_settlement(account, intent, method, charge)
    return _accept(account, intent, method, charge)


def _await_settlement(account: Account, intent: Resource, method: Resource, charge: Resource) -> Resource:
    waiting = account.change(
        intent, last_payment_error=None, latest_charge=charge["id"], next_action=None, status="processing"
    )
    account.announce("payment_intent.processing", waiting)
    delay = account.held[method["id"]].settles_after_seconds or 0
    account.later(delay, partial(_settle, account, charge["id"]))
    return waiting


def _settle(account: Account, charge_id: str) -> None:
    charge = account.require("charge", charge_id, param="charge")
    intent = account.require("payment_intent", charge["payment_intent"], param="intent")
    if intent["status"] != "processing":
        return
    method = account.require("payment_method", charge["payment_method"], param="payment_method")
    decline = account.held[method["id"]].decline
    charge = lifecycle.settle(account, charge, decline)
    if decline is None:
        _accept(account, intent, method, charge)
    else:
        _reject(account, intent, _card_error(charge, method, decline), latest_charge=charge_id)


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
        account.later(charge_fields.AUTHORISATION_SECONDS, partial(expire, account, charge["id"]))
    else:
        account.announce("payment_intent.succeeded", accepted)
    _remember(account, accepted, method)
    return accepted


def _remember(account: Account, intent: Resource, method: Resource) -> None:
    card = intent["payment_method_options"].get("card") or {}
    usage = card.get("setup_future_usage") or intent["setup_future_usage"]
    if intent["customer"] is None:
        account.spent.add(method["id"])
    elif usage and usage != "none":
        account.set_up.add(method["id"])
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


def expire(account: Account, charge_id: str) -> Resource:
    """Let an authorisation lapse that was never captured; nothing happens to any other charge. The Charge."""
    charge = account.require("charge", charge_id, param="charge")
    if charge["captured"] or charge["status"] != "succeeded" or charge["payment_intent"] is None:
        return charge
    intent = account.require("payment_intent", charge["payment_intent"], param="intent")
    if intent["status"] == "requires_capture":
        lifecycle.expire(account, charge)
        cancel(account, intent, "expired")
    return charge


def cancel(account: Account, intent: Resource, reason: str | None) -> Resource:
    """End a PaymentIntent for good, and release what was authorised."""
    canceled = account.change(
        intent,
        amount_capturable=0,
        canceled_at=account.now,
        cancellation_reason=reason,
        next_action=None,
        status="canceled",
    )
    account.announce("payment_intent.canceled", canceled)
    return canceled
