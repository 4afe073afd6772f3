"""Shipping rates: what delivery costs and how long it takes; a Checkout Session offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import check_currency
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    boolean,
    choice,
    currency,
    hash_of,
    integer,
    merged_metadata,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SPAN = hash_of(
    {"unit": choice("business_day", "day", "hour", "month", "week"), "value": integer(least=1)},
    required=("unit", "value"),
)
_TAXED = choice("exclusive", "inclusive", "unspecified")
DATA: dict[str, Kind] = {
    "delivery_estimate": hash_of({"maximum": _SPAN, "minimum": _SPAN}),
    "display_name": text(100, unsettable=False),
    "fixed_amount": hash_of(
        {"amount": integer(least=0), "currency": currency, "currency_options": unsupported},
        required=("amount", "currency"),
    ),
    "metadata": metadata,
    "tax_behavior": _TAXED,
    "tax_code": text(),
    "type": choice("fixed_amount"),
}
"""What describes a new shipping rate, by itself or inside a Checkout Session."""
REQUIRED = ("display_name", "fixed_amount")

_CREATE = Accepts({**EXPAND, **DATA}, required=REQUIRED)
_UPDATE = Accepts(
    {
        **EXPAND,
        "active": boolean,
        "fixed_amount": unsupported,
        "metadata": metadata,
        "tax_behavior": _TAXED,
    },
)
_LIST = Accepts({**PAGE, "active": boolean, "currency": currency})


def add(account: Account, params: Mapping[str, Any]) -> Resource:
    """A new shipping rate of these parameters. No event tells of it, as with Stripe."""
    amount = params["fixed_amount"]
    check_currency(amount["currency"])
    estimate = params.get("delivery_estimate")
    return account.add(
        {
            "id": account.ids.new("shr"),
            "object": "shipping_rate",
            "active": True,
            "created": account.now,
            "delivery_estimate": estimate and {"maximum": None, "minimum": None, **estimate},
            "display_name": params["display_name"],
            "fixed_amount": {"amount": amount["amount"], "currency": amount["currency"]},
            "livemode": account.livemode,
            "metadata": merged_metadata({}, params.get("metadata")),
            "tax_behavior": params.get("tax_behavior") or "unspecified",
            "tax_code": params.get("tax_code"),
            "type": "fixed_amount",
        },
    )


def create(call: Call) -> Resource:
    """POST /v1/shipping_rates."""
    return add(call.account, call.params)


def update(call: Call) -> Resource:
    """POST /v1/shipping_rates/{shipping_rate}: anything but what it costs."""
    rate = call.account.require("shipping_rate", call.target, param="shipping_rate")
    settings = {name: call.params[name] for name in ("active", "tax_behavior") if name in call.params}
    if "metadata" in call.params:
        settings["metadata"] = merged_metadata(rate["metadata"], call.params["metadata"])
    return call.account.change(rate, **settings)


def listing(call: Call) -> Resource:
    """GET /v1/shipping_rates, by whether they are on offer and by currency."""
    params = call.params
    where = {"active": (params["active"],)} if "active" in params else {}
    wanted = params.get("currency")
    return page(
        call,
        "shipping_rate",
        "/v1/shipping_rates",
        where=where,
        matches=lambda row: wanted in {None, row["fixed_amount"]["currency"]},
    )


_ONE = "/v1/shipping_rates/{shipping_rate}"

ROUTES = (
    Route("POST", "/v1/shipping_rates", create, _CREATE, "shipping_rate"),
    Route("GET", "/v1/shipping_rates", listing, _LIST, "list of shipping_rate"),
    reading("shipping_rate", "/v1/shipping_rates", param="shipping_rate"),
    Route("POST", _ONE, update, _UPDATE, "shipping_rate"),
)
