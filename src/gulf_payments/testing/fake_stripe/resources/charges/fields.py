"""What a Charge is made of, from the terms it is made on and what it is paid with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from gulf_payments.testing.fake_stripe.cards import Card
from gulf_payments.testing.fake_stripe.instruments import Decline, Instrument
from gulf_payments.testing.fake_stripe.resources import legacy_cards
from gulf_payments.testing.fake_stripe.resources.payment_methods.fields import type_of
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

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
_SHOP = "FAKE SHOP"
# What a bank account shows as a PaymentMethod and not on its charges.
_NOT_OF_CHARGES = frozenset(("generated_from", "networks", "status_details"))
_RECEIPTS = "https://pay.stripe.com/receipts/payment/"
# Copied when the charge is made; a later change of the PaymentIntent does not reach it.
_FROM_TERMS = (
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
    "source_transfer": None,
    "transfer_data": None,
}


class Means(NamedTuple):
    """What a charge is paid with: the id, type and details of a PaymentMethod, or of a customer's card."""

    id: str
    instrument: Instrument
    details: Mapping[str, Any]
    billing: Mapping[str, Any]
    source: Resource | None = None

    @property
    def type(self) -> str:
        """The type of the PaymentMethod."""
        return type_of(self.instrument)


def by_method(account: Account, method: Resource) -> Means:
    """Paying with a PaymentMethod."""
    return Means(method["id"], account.held[method["id"]], method[method["type"]], method["billing_details"])


def by_card(account: Account, card: Resource) -> Means:
    """Paying with a card of the older kind: a token's, or one that a customer keeps."""
    billing = legacy_cards.billing(card)
    return Means(card["id"], account.held[card["id"]], legacy_cards.details(account, card), billing, card)


def new(
    account: Account,
    terms: Mapping[str, Any],
    means: Means,
    *,
    authenticated: bool,
    decline: Decline | None,
) -> dict[str, Any]:
    """A charge as it is attempted: declined, or approved and neither captured nor booked yet.

    `terms` is the PaymentIntent it belongs to, or the like of one without an `id`.
    """
    paid = decline is None
    return {
        "id": account.ids.new("ch"),
        **_BLANK,
        **{name: terms[name] for name in _FROM_TERMS},
        "billing_details": means.billing,
        "calculated_statement_descriptor": _on_statement(terms),
        "created": account.now,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {"stripe_report": "fraudulent"} if decline and decline.blocked else {},
        "livemode": account.livemode,
        "outcome": outcome(decline),
        "paid": paid,
        "payment_intent": terms.get("id"),
        "payment_method": means.id,
        "payment_method_details": _details(account, terms, means, authenticated=authenticated, paid=paid),
        "receipt_url": _RECEIPTS + account.ids.token(40) if paid else None,
        "source": means.source,
        "status": "succeeded" if paid else "failed",
    }


def _on_statement(terms: Mapping[str, Any]) -> str:
    suffix = terms["statement_descriptor_suffix"]
    name = terms["statement_descriptor"] or _SHOP
    return f"{name}* {suffix}"[:22] if suffix else str(name)


@cache
def outcome(decline: Decline | None) -> dict[str, Any]:
    """How the network judged the charge."""
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
    terms: Mapping[str, Any],
    means: Means,
    *,
    authenticated: bool,
    paid: bool,
) -> dict[str, Any]:
    if not isinstance(means.instrument, Card):
        return {means.type: _of_debit(means.details), "type": means.type}
    card, amount = means.details, terms["amount"]
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
    if paid and captured_by_hand(terms):
        details["capture_before"] = account.now + AUTHORISATION_SECONDS
    return {"card": details, "type": "card"}


def captured_by_hand(terms: Mapping[str, Any]) -> bool:
    """Whether the shop captures a card's payment itself: said for the whole payment, or for cards alone."""
    for_cards = terms["payment_method_options"].get("card") or {}
    return "manual" in {terms["capture_method"], for_cards.get("capture_method")}


def _of_debit(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name not in _NOT_OF_CHARGES}


def _proof(account: Account) -> dict[str, Any]:
    return {**_AUTHENTICATED, "transaction_id": account.ids.token(36)}
