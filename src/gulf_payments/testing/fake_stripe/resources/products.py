"""Products: what a shop sells; a price belongs to each."""

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
    url,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE
from gulf_payments.testing.fake_stripe.protocol.search import FieldType, searching
from gulf_payments.testing.fake_stripe.resources import catalogue
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DEFAULT_PRICE = hash_of(
    {
        **dict.fromkeys(("currency_options", "custom_unit_amount", "recurring"), unsupported),
        "currency": currency,
        "metadata": metadata,
        "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
        "unit_amount": integer(least=0),
        "unit_amount_decimal": catalogue.decimal,
    },
    required=("currency",),
)
_PRODUCT: dict[str, Kind] = {
    **EXPAND,
    **dict.fromkeys(("package_dimensions", "tax_details"), unsupported),
    "active": boolean,
    "description": text(),
    "images": array_of(url),
    "marketing_features": array_of(hash_of({"name": text(80, unsettable=False)}, required=("name",))),
    "metadata": metadata,
    "name": text(250, unsettable=False),
    "shippable": boolean,
    "statement_descriptor": text(22),
    "tax_code": text(),
    "unit_label": text(12),
    "url": url,
}
_CREATE = Accepts(
    {
        **_PRODUCT,
        "default_price_data": _DEFAULT_PRICE,
        "id": text(unsettable=False),
        "type": choice("good", "service"),
    },
    required=("name",),
)
_UPDATE = Accepts({**_PRODUCT, "default_price": text(unsettable=False)})
_FILTERS: dict[str, Kind] = {
    "active": boolean,
    "shippable": boolean,
    "type": choice("good", "service"),
    "url": text(),
}
_LIST = Accepts({**PAGE, **_FILTERS, "ids": array_of(text(unsettable=False))})
_SEARCHED: dict[str, FieldType] = {
    **dict.fromkeys(("active", "metadata", "shippable"), "token"),
    **dict.fromkeys(("description", "name", "url"), "string"),
}
_MOST_IMAGES = 8


def create(call: Call) -> Resource:
    """POST /v1/products, with its first price if `default_price_data` says so."""
    _check_images(call)
    first = call.params.get("default_price_data")
    if first is None:
        return catalogue.add_product(call.account, call.params)
    catalogue.check_price(first)
    product = catalogue.add_product(call.account, call.params)
    price = catalogue.add_price(call.account, first, product)
    priced = call.account.change(product, default_price=price["id"])
    call.account.announce("product.updated", priced, before=product)
    return priced


def update(call: Call) -> Resource:
    """POST /v1/products/{id}."""
    account, params = call.account, call.params
    product = account.require("product", call.target, param="id")
    _check_images(call)
    if "default_price" in params:
        _check_price(call, product)
    settings = catalogue.given(params, {**catalogue.BLANK_PRODUCT, "name": product["name"]})
    if "metadata" in params:
        settings["metadata"] = merged_metadata(product["metadata"], params["metadata"])
    if all(product[name] == value for name, value in settings.items()):
        return product
    updated = account.change(product, **settings, updated=account.now)
    account.announce("product.updated", updated, before=product)
    return updated


def _check_images(call: Call) -> None:
    if len(call.params.get("images") or ()) > _MOST_IMAGES:
        raise ApiError(f"Array images exceeded maximum {_MOST_IMAGES} allowed elements.", param="images")


def _check_price(call: Call, product: Resource) -> None:
    price = call.account.require("price", call.params["default_price"], param="default_price", status=400)
    if price["product"] != product["id"]:
        message = f"The price `{price['id']}` belongs to another product than `{product['id']}`."
        raise ApiError(message, param="default_price")


def delete(call: Call) -> Resource:
    """DELETE /v1/products/{id}: only while nobody has given it a price."""
    product = call.account.require("product", call.target, param="id")
    if next(call.account.tables["price"].having("product", product["id"]), None) is not None:
        raise ApiError("This product cannot be deleted because it has one or more user-created prices.", began=True)
    gone = call.account.delete(product)
    call.account.announce("product.deleted", product)
    return gone


def listing(call: Call) -> Resource:
    """GET /v1/products."""
    params = call.params
    where: dict[str, tuple[Any, ...]] = {"id": tuple(dict.fromkeys(params["ids"]))} if params.get("ids") else {}
    where |= {name: (params[name],) for name in _FILTERS if name in params}
    return page(call, "product", "/v1/products", where=where)


_ONE = "/v1/products/{id}"

ROUTES = (
    Route("POST", "/v1/products", create, _CREATE, "product"),
    Route("GET", "/v1/products", listing, _LIST, "list of product"),
    searching("product", "/v1/products", _SEARCHED),
    reading("product", "/v1/products"),
    Route("POST", _ONE, update, _UPDATE, "product"),
    Route("DELETE", _ONE, delete, Accepts({}), "product"),
)
