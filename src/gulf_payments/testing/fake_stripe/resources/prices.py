"""Prices: what one piece of a product costs. A recurring one is kept as it is said; nothing of the fake charges it."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
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
from gulf_payments.testing.fake_stripe.protocol.search import FieldType, searching
from gulf_payments.testing.fake_stripe.resources import catalogue
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_PRODUCT = hash_of(
    {
        "active": boolean,
        "id": text(unsettable=False),
        "metadata": metadata,
        "name": text(250, unsettable=False),
        "statement_descriptor": text(22),
        "tax_code": text(),
        "tax_details": unsupported,
        "unit_label": text(12),
    },
    required=("name",),
)
RECURRING = hash_of(
    {
        "interval": choice("day", "month", "week", "year"),
        "interval_count": integer(least=1),
        "meter": unsupported,
        "trial_period_days": integer(least=1),
        "usage_type": choice("licensed"),
    },
    required=("interval",),
)
_PRICE: dict[str, Kind] = {
    **EXPAND,
    "active": boolean,
    "currency_options": unsupported,
    "lookup_key": text(200),
    "metadata": metadata,
    "nickname": text(),
    "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
    "transfer_lookup_key": boolean,
}
_CREATE = Accepts(
    {
        **_PRICE,
        **dict.fromkeys(("custom_unit_amount", "tiers", "tiers_mode"), unsupported),
        "billing_scheme": choice("per_unit"),
        "currency": currency,
        "product": text(unsettable=False),
        "product_data": _PRODUCT,
        "recurring": RECURRING,
        "transform_quantity": unsupported,
        "unit_amount": integer(least=0),
        "unit_amount_decimal": catalogue.decimal,
    },
    required=("currency",),
)
_UPDATE = Accepts(_PRICE)
_LIST = Accepts(
    {
        **PAGE,
        "active": boolean,
        "currency": currency,
        "lookup_keys": array_of(text(unsettable=False)),
        "product": text(unsettable=False),
        "recurring": hash_of({"interval": text(), "meter": text(), "usage_type": text()}),
        "type": choice("one_time", "recurring"),
    },
)
_FILTERS = ("product", "active", "currency", "type")
_SEARCHED: dict[str, FieldType] = {
    **dict.fromkeys(("active", "currency", "metadata", "product", "type"), "token"),
    "lookup_key": "string",
}


def create(call: Call) -> Resource:
    """POST /v1/prices, of a product that is there or that comes along in `product_data`."""
    account, params = call.account, call.params
    catalogue.check_price(params)
    former = _holder(account, params.get("lookup_key"), transfer=params.get("transfer_lookup_key", False))
    price = catalogue.add_price(account, params, _product(call))
    _take_over(account, former)
    return price


def _product(call: Call) -> Resource:
    identifier, data = call.params.get("product"), call.params.get("product_data")
    if identifier and data:
        message = "You may only specify one of these parameters: product, product_data."
        raise ApiError(message, code="parameters_exclusive", param="product")
    if identifier:
        return call.account.require("product", identifier, param="product", status=400)
    if data:
        return catalogue.add_product(call.account, data)
    raise ApiError("You must specify either `product` or `product_data` when creating a price.")


def update(call: Call) -> Resource:
    """POST /v1/prices/{price}: anything but what it costs."""
    account, params = call.account, call.params
    price = account.require("price", call.target, param="price")
    key = params.get("lookup_key")
    former = None
    if key != price["lookup_key"]:
        former = _holder(account, key, transfer=params.get("transfer_lookup_key", False))
    settings = catalogue.given(params, catalogue.BLANK_PRICE)
    if "metadata" in params:
        settings["metadata"] = merged_metadata(price["metadata"], params["metadata"])
    return _changed(account, price, settings, former)


def _changed(account: Account, price: Resource, settings: dict[str, Any], former: Resource | None) -> Resource:
    if all(price[name] == value for name, value in settings.items()):
        return price
    changed = account.change(price, **settings)
    account.announce("price.updated", changed, before=price)
    _take_over(account, former)
    return changed


def _holder(account: Account, key: str | None, *, transfer: bool) -> Resource | None:
    """The price that has this lookup key; ApiError if it is not to be taken from it."""
    former = next(account.tables["price"].having("lookup_key", key), None) if key else None
    if former is not None and not transfer:
        message = f"A price (`{former['id']}`) already uses that lookup key."
        raise ApiError(message, param="lookup_key")
    return former


def _take_over(account: Account, former: Resource | None) -> None:
    if former is not None:
        account.announce("price.updated", account.change(former, lookup_key=None), before=former)


def listing(call: Call) -> Resource:
    """GET /v1/prices."""
    params = call.params
    where: dict[str, tuple[Any, ...]] = {}
    if params.get("lookup_keys"):
        where["lookup_key"] = tuple(dict.fromkeys(params["lookup_keys"]))
    where |= {name: (params[name],) for name in _FILTERS if name in params}
    return page(call, "price", "/v1/prices", where=where)


_ONE = "/v1/prices/{price}"

ROUTES = (
    Route("POST", "/v1/prices", create, _CREATE, "price"),
    Route("GET", "/v1/prices", listing, _LIST, "list of price"),
    searching("price", "/v1/prices", _SEARCHED),
    reading("price", "/v1/prices", param="price"),
    Route("POST", _ONE, update, _UPDATE, "price"),
)
