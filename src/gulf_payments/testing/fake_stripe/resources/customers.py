"""Customers, as far as a payment needs them."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import reading
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    array_of,
    choice,
    email,
    merged_metadata,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import ADDRESS, EXPAND, SHIPPING
from gulf_payments.testing.fake_stripe.protocol.search import FieldType, searching
from gulf_payments.testing.fake_stripe.state.tables import Resource

_CREATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("balance", "business_name", "cash_balance", "individual_name"), unsupported),
        **dict.fromkeys(("invoice_prefix", "invoice_settings", "next_invoice_sequence"), unsupported),
        **dict.fromkeys(("payment_method", "source", "tax", "tax_id_data", "test_clock"), unsupported),
        "address": ADDRESS,
        "description": text(),
        "email": email,
        "metadata": metadata,
        "name": text(256),
        "phone": text(),
        "preferred_locales": array_of(text(unsettable=False)),
        "shipping": SHIPPING,
        "tax_exempt": choice("exempt", "none", "reverse"),
    },
)
_SEARCHED: dict[str, FieldType] = {
    "created": "numeric",
    "email": "string",
    "metadata": "token",
    "name": "string",
    "phone": "string",
}
_BLANK: dict[str, Any] = {
    "object": "customer",
    "address": None,
    "balance": 0,
    "currency": None,
    "customer_account": None,
    "default_source": None,
    "delinquent": False,
    "description": None,
    "discount": None,
    "email": None,
    "invoice_settings": {
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
    },
    "name": None,
    "next_invoice_sequence": 1,
    "phone": None,
    "preferred_locales": [],
    "shipping": None,
    "tax_exempt": "none",
    "test_clock": None,
}


def create(call: Call) -> Resource:
    """POST /v1/customers."""
    account, params = call.account, call.params
    given = {name: value for name, value in params.items() if name != "expand" and value is not None}
    customer = {
        "id": account.ids.new("cus"),
        **_BLANK,
        "created": account.now,
        "invoice_prefix": account.ids.token(8).upper(),
        "livemode": account.livemode,
        **given,
        "metadata": merged_metadata({}, params.get("metadata")),
    }
    account.add(customer)
    account.announce("customer.created", customer)
    return customer


ROUTES = (
    Route("POST", "/v1/customers", create, _CREATE, "customer"),
    searching("customer", "/v1/customers", _SEARCHED),
    reading("customer", "/v1/customers"),
)
