"""Cards of the older kind, `card_…`: what a token stands for, and what a customer keeps as a source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.cards import Card
from gulf_payments.testing.fake_stripe.protocol.parameters import Kind, currency, hash_of, integer, text
from gulf_payments.testing.fake_stripe.resources.payment_methods import fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "MasterCard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_FROM_DETAILS = ("country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status", "wallet")
_ADDRESS = ("address_city", "address_country", "address_line1", "address_line2", "address_state", "address_zip")
_CHECKED = {"address_line1_check": "address_line1", "address_zip_check": "address_zip"}

EDITABLE: dict[str, Kind] = {
    **dict.fromkeys((*_ADDRESS, "name"), text()),
    "exp_month": integer(least=1, most=12),
    "exp_year": integer(),
}
"""What a shop may change on a customer's card."""
NUMBERED: dict[str, Kind] = {
    **EDITABLE,
    "currency": currency,
    "cvc": text(),
    "networks": hash_of({"preferred": text()}),
    "number": text(),
}
"""What describes a card by its number."""


def new(account: Account, card: Card, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A card of nobody's yet; `given` holds the parameters that describe it."""
    given = given or {}
    identifier = account.ids.new("card")
    account.held[identifier] = card
    month, year = given.get("exp_month", fields.EXPIRY_MONTH), given.get("exp_year", fields.EXPIRY_YEAR)
    details = fields.card_details(card, month, year)
    return {
        "id": identifier,
        "object": "card",
        **{name: given.get(name) for name in _ADDRESS},
        **{check: "pass" if given.get(name) else None for check, name in _CHECKED.items()},
        "brand": _BRANDS[card.brand],
        "customer": None,
        "cvc_check": details["checks"]["cvc_check"],
        "dynamic_last4": None,
        **{name: details[name] for name in _FROM_DETAILS},
        "metadata": {},
        "name": given.get("name"),
        "networks": {"preferred": None},
        "tokenization_method": None,
    }


def details(account: Account, card: Resource) -> dict[str, Any]:
    """The card as the `card` hash of a PaymentMethod would show it."""
    instrument = account.held[card["id"]]
    assert isinstance(instrument, Card), "only cards have card ids"
    shown = fields.card_details(instrument, card["exp_month"], card["exp_year"])
    checks = {
        "address_line1_check": card["address_line1_check"],
        "address_postal_code_check": card["address_zip_check"],
        "cvc_check": card["cvc_check"],
    }
    return {**shown, "checks": checks}


def billing(card: Resource) -> dict[str, Any]:
    """The card's name and address as billing details."""
    address = {name.removeprefix("address_"): card[name] for name in _ADDRESS}
    address["postal_code"] = address.pop("zip")
    return fields.billing({"address": address, "name": card["name"]})
