"""Paying by bank transfer: the customer sends money at leisure, in parts, and the PaymentIntent waits for it."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.resources.charges import fields as charge_fields
from gulf_payments.testing.fake_stripe.resources.charges import lifecycle
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_INSTRUCTIONS = "https://payments.stripe.com/bank_transfers/instructions/"
_TRANSFER_TYPES = {
    "eur": "eu_bank_transfer",
    "gbp": "gb_bank_transfer",
    "jpy": "jp_bank_transfer",
    "mxn": "mx_bank_transfer",
    "usd": "us_bank_transfer",
}


def await_funds(account: Account, intent: Resource, method: Resource) -> Resource:
    """Take what the customer has sent already; what is missing is asked for."""
    waiting = account.change(intent, payment_method=method["id"], last_payment_error=None, status="requires_action")
    left = _apply(account, waiting)
    if left == 0:
        return _paid(account, waiting)
    asking = account.change(waiting, next_action=_instructions(intent, left))
    account.announce("payment_intent.requires_action", asking)
    return asking


def fund(account: Account, customer: str, currency: str, amount: int) -> None:
    """Money arrives from a customer: it pays what waits for it, oldest first."""
    _put(account, customer, currency, _cash(account, customer, currency) + amount)
    rows = [*account.tables["payment_intent"].having("customer", customer)]
    for intent in reversed(rows):
        if intent["currency"] == currency and waits(intent):
            receive(account, intent)


def receive(account: Account, intent: Resource, *, most: int | None = None) -> None:
    """Pay a waiting PaymentIntent with what the customer has sent, or with no more than `most` of it."""
    before = intent["next_action"]["display_bank_transfer_instructions"]["amount_remaining"]
    left = _apply(account, intent, most=most)
    if left == 0:
        _paid(account, intent)
    elif left < before:
        funded = account.change(intent, next_action=_instructions(intent, left))
        account.announce("payment_intent.partially_funded", funded)


def waits(intent: Resource) -> bool:
    """Whether a PaymentIntent waits for the customer's transfer."""
    action = intent["next_action"] or {}
    return action.get("type") == "display_bank_transfer_instructions" and intent["status"] == "requires_action"


def _apply(account: Account, intent: Resource, *, most: int | None = None) -> int:
    """Take the customer's money for this PaymentIntent; what is still missing."""
    action = intent["next_action"] or {}
    missing = action.get("display_bank_transfer_instructions", {}).get("amount_remaining", intent["amount"])
    cash = _cash(account, intent["customer"], intent["currency"])
    taken = min(cash, missing) if most is None else min(cash, missing, most)
    _put(account, intent["customer"], intent["currency"], cash - taken)
    return int(missing - taken)


def _cash(account: Account, customer: str, currency: str) -> int:
    return account.cash.get((customer, currency), 0)


def _put(account: Account, customer: str, currency: str, amount: int) -> None:
    account.cash[customer, currency] = amount


def _paid(account: Account, intent: Resource) -> Resource:
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    charge = lifecycle.attempt(account, intent, charge_fields.by_method(account, method))
    paid = account.change(
        intent, amount_received=intent["amount"], latest_charge=charge["id"], next_action=None, status="succeeded"
    )
    account.announce("payment_intent.succeeded", paid)
    return paid


def _instructions(intent: Resource, left: int) -> dict[str, Any]:
    currency = intent["currency"]
    instructions = {
        "amount_remaining": left,
        "currency": currency,
        "financial_addresses": [],
        "hosted_instructions_url": _INSTRUCTIONS + intent["id"],
        "reference": intent["id"][-8:].upper(),
        "type": _TRANSFER_TYPES.get(currency, "us_bank_transfer"),
    }
    kind = "display_bank_transfer_instructions"
    return {"type": kind, kind: instructions}
