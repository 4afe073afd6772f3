"""Charges: one for each attempt on a card, and what becomes of it."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from gulf_payments.testing.fake_stripe.cards import Card, Decline
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, text, unsupported
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE
from gulf_payments.testing.fake_stripe.resources import balance, disputes
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_LIST = Accepts({**PAGE, "customer": text(), "payment_intent": text(), "transfer_group": unsupported})

AUTHORISATION_SECONDS = 7 * 24 * 60 * 60
_APPROVED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 24,
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_AUTHENTICATED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "version": "2.2.0",
}
_FROM_CARD = (
    "brand",
    "checks",
    "country",
    "exp_month",
    "exp_year",
    "fingerprint",
    "funding",
    "last4",
    "regulated_status",
    "wallet",
)
_CARD_FEATURES = {
    "extended_authorization": {"status": "disabled"},
    "incremental_authorization": {"status": "unavailable"},
    "installments": None,
    "mandate": None,
    "multicapture": {"status": "unavailable"},
    "network_token": {"used": False},
}
_RECEIPTS = "https://pay.stripe.com/receipts/payment/"
# Copied when the charge is made; a later change of the PaymentIntent does not reach it.
_FROM_INTENT = (
    "amount",
    "currency",
    "customer",
    "description",
    "metadata",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
_BLANK = {
    "object": "charge",
    "amount_captured": 0,
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "captured": False,
    "destination": None,
    "dispute": None,
    "disputed": False,
    "failure_balance_transaction": None,
    "on_behalf_of": None,
    "order": None,
    "radar_options": {},
    "receipt_number": None,
    "refunded": False,
    "review": None,
    "source": None,
    "source_transfer": None,
    "transfer_data": None,
}


def attempt(
    account: Account,
    intent: Resource,
    method: Resource,
    *,
    authenticated: bool,
    decline: Decline | None,
) -> Resource:
    """Charge the card behind `method`: a new Charge, declined, captured or only authorised."""
    manual = intent["capture_method"] == "manual"
    charge: Resource = _new(account, intent, method, authenticated=authenticated, decline=decline)
    if decline is not None:
        account.add(charge)
        account.announce("charge.failed", charge)
        return charge
    if manual:
        account.add(charge)
        account.announce("charge.succeeded", charge)
        return charge
    charge = account.add({**charge, "amount_captured": charge["amount"], "captured": True})
    if intent["capture_method"] == "automatic":
        charge = _book(account, charge)
    else:
        account.later(0, partial(_book_later, account, charge))
    account.announce("charge.succeeded", charge)
    _follow_up(account, charge)
    return charge


def capture(account: Account, charge: Resource, amount: int) -> Resource:
    """Take what was authorised, or a part of it; the rest is released."""
    charge = account.change(charge, amount_captured=amount, captured=True)
    charge = _book(account, charge)
    account.announce("charge.captured", charge)
    _follow_up(account, charge)
    return charge


def expire(account: Account, charge: Resource) -> None:
    """The authorisation lapsed uncaptured."""
    account.announce("charge.expired", charge)


def fail_late(account: Account, charge: Resource) -> Resource:
    """The money that was already paid is taken back, as bank debits may be."""
    booking = balance.record(account, -charge["amount_captured"], charge, kind="payment_failure_refund")
    failed = account.change(
        charge,
        status="failed",
        paid=False,
        failure_balance_transaction=booking["id"],
        failure_code="insufficient_funds",
        failure_message="The customer's account has insufficient funds to cover this payment.",
    )
    account.announce("charge.failed", failed)
    return failed


def _book(account: Account, charge: Resource) -> Resource:
    amount = charge["amount_captured"]
    fee = balance.charge_fee(amount, charge["currency"])
    at_once = _card(account, charge).available_at_once
    booking = balance.record(account, amount, charge, kind="charge", fee=fee, at_once=at_once)
    return account.change(charge, balance_transaction=booking["id"])


def _book_later(account: Account, charge: Resource) -> None:
    before = account.current(charge)
    account.announce("charge.updated", _book(account, before), before=before)


def _follow_up(account: Account, charge: Resource) -> None:
    card = _card(account, charge)
    if card.fraud_warning:
        account.later(0, partial(disputes.warn_of_fraud, account, charge["id"]))
    if card.dispute:
        account.later(0, partial(_open_dispute, account, charge["id"], card.dispute, inquiry=card.inquiry))


def _open_dispute(account: Account, charge_id: str, reason: str, *, inquiry: bool) -> None:
    disputes.open_dispute(account, charge_id, reason=reason, inquiry=inquiry)


def _card(account: Account, charge: Resource) -> Card:
    return account.held[charge["payment_method"]]


def _new(
    account: Account,
    intent: Resource,
    method: Resource,
    *,
    authenticated: bool,
    decline: Decline | None,
) -> dict[str, Any]:
    paid = decline is None
    return {
        "id": account.ids.new("ch"),
        **_BLANK,
        **{name: intent[name] for name in _FROM_INTENT},
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": intent["statement_descriptor"] or "FAKE SHOP",
        "created": account.now,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {"stripe_report": "fraudulent"} if decline and decline.blocked else {},
        "livemode": account.livemode,
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(account, intent, method, authenticated=authenticated, paid=paid),
        "receipt_url": _RECEIPTS + account.ids.token(40) if paid else None,
        "status": "succeeded" if paid else "failed",
    }


@cache
def _outcome(decline: Decline | None) -> dict[str, Any]:
    if decline is None:
        return _APPROVED
    by_issuer = {"network_status": "declined_by_network", "risk_level": "normal", "type": "issuer_declined"}
    by_stripe = {"network_status": "not_sent_to_network", "risk_level": "highest", "type": "blocked"}
    return {
        **_APPROVED,
        **(by_stripe if decline.blocked else by_issuer),
        "advice_code": decline.advice_code,
        "network_decline_code": decline.network_decline_code,
        "reason": decline.reason,
        "risk_score": 92 if decline.blocked else 24,
        "seller_message": decline.seller_message,
    }


def _details(
    account: Account,
    intent: Resource,
    method: Resource,
    *,
    authenticated: bool,
    paid: bool,
) -> dict[str, Any]:
    card, amount = method["card"], intent["amount"]
    details = {
        **_CARD_FEATURES,
        **{name: card[name] for name in _FROM_CARD},
        "amount_authorized": amount if paid else None,
        "authorization_code": account.ids.digits(6) if paid else None,
        "network": card["brand"],
        "network_transaction_id": account.ids.digits(15),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": _proof(account) if authenticated else None,
    }
    if paid and intent["capture_method"] == "manual":
        details["capture_before"] = account.now + AUTHORISATION_SECONDS
    return {"card": details, "type": "card"}


def _proof(account: Account) -> dict[str, Any]:
    return {**_AUTHENTICATED, "transaction_id": account.ids.token(36)}


ROUTES = (
    listing("charge", "/v1/charges", _LIST, "payment_intent", "customer"),
    reading("charge", "/v1/charges"),
)
