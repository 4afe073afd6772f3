"""What is bought: the line items and shipping options that a request names or describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import MAXIMUM, MINIMUM, check_step, written
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import catalogue, shipping_rates
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_MOST_ITEMS, _MOST_RATES = 100, 5
_NO_PRICE = "You must provide one of `price` or `price_data` for each line item when using prices."
_INACTIVE = "The price specified is inactive. This field only accepts active prices."


def is_legacy(params: Mapping[str, Any]) -> bool:
    """Whether a request describes what is bought as before there were prices."""
    return any("name" in (item or {}) for item in params.get("line_items") or ())


def check(account: Account, params: Mapping[str, Any]) -> None:
    """Refuse line items that are not for sale, or not together."""
    wanted = [item or {} for item in params.get("line_items") or []]
    if not wanted:
        raise ApiError("The `line_items` parameter is required in payment mode.", param="line_items")
    if len(wanted) > _MOST_ITEMS:
        raise ApiError(f"Array line_items exceeded maximum {_MOST_ITEMS} allowed elements.", param="line_items")
    priced = [_check_item(account, item, f"line_items[{place}]") for place, item in enumerate(wanted)]
    expected = params.get("currency") or priced[0][0]
    for place, (currency, _) in enumerate(priced):
        if currency != expected:
            message = (
                f"The price specified only supports `{currency}`. "
                f"This doesn't match the expected currency: `{expected}`."
            )
            raise ApiError(message, param=f"line_items[{place}]")
    delivery = _check_rates(account, params.get("shipping_options") or [], expected)
    _check_total(sum(amount for _, amount in priced) + delivery, expected)


def _check_item(account: Account, item: Mapping[str, Any], param: str) -> tuple[str, int]:
    """The currency of a line item that can be sold, and what all of it costs."""
    if item.get("quantity") is None:
        raise ApiError(f"Quantity is required. Add `quantity` to `{param}`", param=f"{param}[quantity]")
    if "price" in item and item.get("price_data") is not None:
        message = "You may only specify one of these parameters: price, price_data."
        raise ApiError(message, code="parameters_exclusive", param=param)
    if "price" in item:
        price = _check_price(account, item["price"], f"{param}[price]")
        return price["currency"], catalogue.total(price["unit_amount_decimal"], item["quantity"])
    data = _described(item)
    if data is None:
        raise ApiError(_NO_PRICE, param=param)
    _check_product(account, data, f"{param}[price_data]")
    return data["currency"], catalogue.total(catalogue.check_price(data), item["quantity"])


def _check_price(account: Account, identifier: str, param: str) -> Resource:
    price = account.require("price", identifier, param=param, status=400)
    if not price["active"]:
        raise ApiError(_INACTIVE, param=param)
    if not account.require("product", price["product"], param=param, status=400)["active"]:
        message = f"Price `{identifier}` is not available to be purchased because its product is not active."
        raise ApiError(message, param=param)
    if price["type"] == "recurring":
        message = (
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices."
        )
        raise ApiError(message, param=param)
    return price


def _check_product(account: Account, data: Mapping[str, Any], param: str) -> None:
    if data.get("product") is not None and data.get("product_data") is not None:
        message = "You may only specify one of these parameters: product, product_data."
        raise ApiError(message, code="parameters_exclusive", param=f"{param}[product]")
    if data.get("product") is not None:
        account.require("product", data["product"], param=f"{param}[product]", status=400)
    elif data.get("product_data") is None:
        raise ApiError("You must specify either `product` or `product_data` when creating a price.", param=param)


def _described(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a line item says of a price that is yet to be made, in today's words."""
    if item.get("price_data") is not None:
        return dict(item["price_data"])
    if "name" not in item or "amount" not in item:
        return None
    product = {name: item[name] for name in ("name", "description", "images") if name in item}
    return {"currency": item.get("currency", "usd"), "unit_amount": item["amount"], "product_data": product}


def _check_rates(account: Account, options: Sequence[Mapping[str, Any]], currency: str) -> int:
    """What delivery costs unless the customer chooses another option than the first."""
    if len(options) > _MOST_RATES:
        message = f"Array shipping_options exceeded maximum {_MOST_RATES} allowed elements."
        raise ApiError(message, param="shipping_options")
    amounts = [_check_rate(account, option or {}, place, currency) for place, option in enumerate(options)]
    return amounts[0] if amounts else 0


def _check_rate(account: Account, option: Mapping[str, Any], place: int, currency: str) -> int:
    param = f"shipping_options[{place}]"
    rate = option.get("shipping_rate_data")
    if "shipping_rate" in option:
        rate = account.require("shipping_rate", option["shipping_rate"], param=f"{param}[shipping_rate]", status=400)
    if rate is None:
        message = "You must provide one of `shipping_rate` or `shipping_rate_data` for each shipping option."
        raise ApiError(message, param=param)
    amount = rate["fixed_amount"]
    if amount["currency"] != currency:
        raise ApiError(f"The shipping rate must be in the currency of the line items: `{currency}`.", param=param)
    return int(amount["amount"])


def _check_total(amount: int, currency: str) -> None:
    """Refuse a sum that cannot be charged; nothing at all can be given away."""
    check_step(amount, currency, param="line_items")
    minimum = MINIMUM.get(currency, 1)
    if 0 < amount < minimum:
        message = (
            f"The Checkout Session's total amount due must add up to at least {written(minimum, currency)} {currency}"
        )
        raise ApiError(message, code="amount_too_small")
    if amount > MAXIMUM:
        message = (
            f"The Checkout Session's total amount due must be no more than {written(MAXIMUM, currency)} {currency}"
        )
        raise ApiError(message, code="amount_too_large")


def add(account: Account, params: Mapping[str, Any]) -> tuple[Resource, ...]:
    """The line items of a new session, and the products and prices that they describe."""
    return tuple(_item(account, wanted) for wanted in params.get("line_items") or ())


def _item(account: Account, wanted: Mapping[str, Any]) -> Resource:
    price = _price(account, wanted)
    product = account.require("product", price["product"], param="product")
    amount = catalogue.total(price["unit_amount_decimal"], wanted["quantity"])
    adjustable = wanted.get("adjustable_quantity")
    return {
        "id": account.ids.new("li"),
        "object": "item",
        "adjustable_quantity": adjustable and {"maximum": None, "minimum": None, **adjustable},
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": wanted.get("metadata") or {},
        "price": price["id"],
        "quantity": wanted["quantity"],
    }


def _price(account: Account, wanted: Mapping[str, Any]) -> Resource:
    data = _described(wanted)
    if data is None:
        return account.require("price", wanted["price"], param="price")
    # Made for this one sale: neither shows among what is on offer.
    if data.get("product") is not None:
        product = account.require("product", data["product"], param="product")
    else:
        product = catalogue.add_product(account, {**data["product_data"], "active": False})
    return catalogue.add_price(account, {**data, "active": False}, product)


def add_rates(account: Account, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shipping options of a new session, and the rates that they describe."""
    return [_option(account, wanted) for wanted in params.get("shipping_options") or []]


def _option(account: Account, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if "shipping_rate" in wanted:
        rate = account.require("shipping_rate", wanted["shipping_rate"], param="shipping_rate")
    else:
        rate = shipping_rates.add(account, wanted["shipping_rate_data"])
    return {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}
