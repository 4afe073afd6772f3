"""What a Customer is made of: its blank form, and what parameters set in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.protocol.addresses import NO_ADDRESS
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SETTABLE = (
    "balance",
    "business_name",
    "description",
    "email",
    "individual_name",
    "invoice_prefix",
    "name",
    "next_invoice_sequence",
    "phone",
    "preferred_locales",
)
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
    "metadata": {},
    "name": None,
    "next_invoice_sequence": 1,
    "phone": None,
    "preferred_locales": [],
    "shipping": None,
    "tax_exempt": "none",
    "test_clock": None,
}


def new(account: Account, params: Mapping[str, Any]) -> dict[str, Any]:
    """A Customer as it is created, without cards."""
    return {
        "id": account.ids.new("cus"),
        **_BLANK,
        "created": account.now,
        "invoice_prefix": account.ids.token(8).upper(),
        "livemode": account.livemode,
        **settings(_BLANK, params),
    }


def settings(customer: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that parameters set, in their stored form."""
    settings: dict[str, Any] = {name: params[name] for name in _SETTABLE if name in params}
    if "metadata" in params:
        settings["metadata"] = merged_metadata(customer["metadata"], params["metadata"])
    if "address" in params:
        settings["address"] = _address(params["address"])
    if "shipping" in params:
        settings["shipping"] = _shipping(params["shipping"])
    if "tax_exempt" in params:
        settings["tax_exempt"] = params["tax_exempt"] or "none"
    if params.get("invoice_settings") is not None:
        settings["invoice_settings"] = _invoices(customer, params["invoice_settings"])
    return settings


def _address(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if given is None else {**NO_ADDRESS, **given}


def _shipping(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"phone": None, **given, "address": _address(given["address"])}


def _invoices(customer: Resource, given: Mapping[str, Any]) -> dict[str, Any]:
    settings = {**customer["invoice_settings"], **given}
    settings["custom_fields"] = settings["custom_fields"] or None
    rendering = given.get("rendering_options")
    if rendering is not None:
        settings["rendering_options"] = {"amount_tax_display": None, "template": None, **rendering}
    return settings
