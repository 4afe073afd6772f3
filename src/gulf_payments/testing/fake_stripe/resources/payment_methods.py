"""PaymentMethods: made from a `pm_card_…` id or from the number of a test card, never from a real one."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from gulf_payments.testing.fake_stripe.cards import BY_METHOD_ID, BY_NUMBER, Card
from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_BLANK_BILLING = {"address": _NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}
_RAW_CARD = (
    "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that "
    "map to the test card you are using, see https://stripe.com/docs/testing."
)
_NOT_A_TEST_CARD = "Your card was declined. Your request was in test mode, but used a non test card."
EXPIRY_MONTH, EXPIRY_YEAR = 12, 2034


def chosen(call: Call) -> Resource | None:
    """The PaymentMethod that a request names or brings along, or None if it has neither."""
    data = call.params.get("payment_method_data")
    if data is not None:
        return _from_data(call, data)
    identifier = call.params.get("payment_method")
    return None if identifier is None else _named(call.account, identifier)


def _named(account: Account, identifier: str) -> Resource:
    card = BY_METHOD_ID.get(identifier)
    if card is not None:
        return create(account, card)
    return account.require("payment_method", identifier, param="payment_method", status=400)


def _from_data(call: Call, data: dict[str, Any]) -> Resource:
    if not call.from_browser:
        raise ApiError(_RAW_CARD, status=402)
    card = BY_NUMBER.get(data["card"]["number"].replace(" ", ""))
    if card is None:
        message = _NOT_A_TEST_CARD
        raise ApiError(
            message,
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    expiry = data["card"]["exp_month"], data["card"]["exp_year"]
    return create(call.account, card, billing=data.get("billing_details"), expiry=expiry)


def create(
    account: Account,
    card: Card,
    *,
    billing: dict[str, Any] | None = None,
    expiry: tuple[int, int] = (EXPIRY_MONTH, EXPIRY_YEAR),
) -> Resource:
    """A new PaymentMethod that holds this test card."""
    address = _NO_ADDRESS | ((billing or {}).get("address") or {})
    method = {
        "id": account.ids.new("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _BLANK_BILLING | (billing or {}) | {"address": address},
        "card": _card_details(card, expiry),
        "created": account.now,
        "customer": None,
        "customer_account": None,
        "livemode": account.livemode,
        "metadata": {},
        "type": "card",
    }
    account.held[str(method["id"])] = card
    return account.add(method)


@cache
def _card_details(card: Card, expiry: tuple[int, int]) -> dict[str, Any]:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": sha256(card.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def attach(account: Account, method: Resource, customer: str) -> Resource:
    """Save the card with its customer."""
    attached = account.change(method, customer=customer)
    account.announce("payment_method.attached", attached)
    return attached


def check_usable(account: Account, method: Resource, customer: str | None) -> None:
    """Refuse a PaymentMethod of another customer, or one used up without a customer."""
    owner = method["customer"]
    if owner is not None and owner != customer:
        message = (
            f"The PaymentMethod {method['id']} belongs to the Customer {owner}. "
            "Please include the Customer in the `customer` parameter on the PaymentIntent."
        )
        raise ApiError(message, param="payment_method")
    if method["id"] in account.spent:
        message = (
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment. "
            "It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first."
        )
        raise ApiError(message, param="payment_method")


def retrieve(call: Call) -> Resource:
    """GET /v1/payment_methods/{payment_method}; a `pm_card_…` id answers as a new PaymentMethod."""
    card = BY_METHOD_ID.get(call.target)
    if card is not None:
        return create(call.account, card)
    found = call.account.find("payment_method", call.target)
    if found is None:
        raise no_such("PaymentMethod", call.target, param="payment_method")
    return found


_ONE = "/v1/payment_methods/{payment_method}"

ROUTES = (Route("GET", _ONE, retrieve, RETRIEVE, "payment_method"),)
