"""What a shop sells: how products and prices are made, also on the way to something else, as Checkout does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import MAXIMUM, check_currency
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

BLANK_PRODUCT: dict[str, Any] = {
    "object": "product",
    "active": True,
    "default_price": None,
    "description": None,
    "images": [],
    "marketing_features": [],
    "package_dimensions": None,
    "shippable": None,
    "statement_descriptor": None,
    "tax_code": None,
    "tax_details": None,
    "type": "service",
    "unit_label": None,
    "url": None,
}
BLANK_PRICE: dict[str, Any] = {
    "object": "price",
    "active": True,
    "billing_scheme": "per_unit",
    "custom_unit_amount": None,
    "lookup_key": None,
    "nickname": None,
    "recurring": None,
    "tax_behavior": "unspecified",
    "tiers_mode": None,
    "transform_quantity": None,
    "type": "one_time",
}


_RHYTHM = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}


def add_product(account: Account, params: Mapping[str, Any]) -> Resource:
    """A new product of these parameters, and its event; ApiError if its id is taken."""
    identifier = params.get("id")
    if identifier and account.find("product", identifier) is not None:
        raise ApiError("Product already exists.", code="resource_already_exists", param="id")
    product = account.add(
        {
            "id": identifier or account.ids.new("prod"),
            **BLANK_PRODUCT,
            "created": account.now,
            "livemode": account.livemode,
            **given(params, BLANK_PRODUCT, "name"),
            "metadata": merged_metadata({}, params.get("metadata")),
            "updated": account.now,
        },
    )
    account.announce("product.created", product)
    return product


def check_price(params: Mapping[str, Any]) -> str:
    """Refuse a currency or an amount that no price can have, before anything is made; else the exact amount."""
    check_currency(params["currency"])
    return _amount(params)[1]


def add_price(account: Account, params: Mapping[str, Any], product: Resource) -> Resource:
    """A new price of a product, and its event; its parameters were looked at by `check_price`."""
    unit_amount, exactly = _amount(params)
    price = account.add(
        {
            "id": account.ids.new("price"),
            **BLANK_PRICE,
            "created": account.now,
            "currency": params["currency"],
            "livemode": account.livemode,
            **given(params, BLANK_PRICE),
            "metadata": merged_metadata({}, params.get("metadata")),
            "product": product["id"],
            **_recurring(params.get("recurring")),
            "unit_amount": unit_amount,
            "unit_amount_decimal": exactly,
        },
    )
    account.announce("price.created", price)
    return price


def _recurring(rhythm: Mapping[str, Any] | None) -> dict[str, Any]:
    if rhythm is None:
        return {}
    return {"recurring": {**_RHYTHM, **rhythm}, "type": "recurring"}


def given(params: Mapping[str, Any], blank: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """Those parameters that a blank object has a field for; one that was unset gets the blank's value back."""
    named = [name for name in (*blank, *more) if name in params]
    return {name: blank.get(name) if params[name] is None else params[name] for name in named}


def _amount(params: Mapping[str, Any]) -> tuple[int | None, str]:
    """The unit amount as an integer, if it is one, and in full precision."""
    whole, exactly = params.get("unit_amount"), params.get("unit_amount_decimal")
    if whole is not None and exactly is not None:
        message = "You may only specify one of these parameters: unit_amount, unit_amount_decimal."
        raise ApiError(message, code="parameters_exclusive", param="unit_amount")
    if whole is None and exactly is None:
        raise ApiError("Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.")
    amount = Decimal(whole or 0) if exactly is None else exactly
    if amount > MAXIMUM:
        raise ApiError(f"This value must be less than or equal to {MAXIMUM}.", param="unit_amount")
    is_whole = amount == amount.to_integral_value()
    return (int(amount) if is_whole else None), f"{amount.normalize():f}"


def total(unit_amount: str, quantity: int) -> int:
    """What so many cost at this exact amount, in the minor unit; halves are rounded up."""
    return int((Decimal(unit_amount) * quantity).to_integral_value(ROUND_HALF_UP))


def decimal(name: str, raw: Any, /) -> Decimal:  # noqa: ANN401 - JSON
    """A parameter kind: an amount in the minor unit with up to twelve decimals."""
    places = 12
    try:
        amount = Decimal(str(raw))
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or -int(amount.as_tuple().exponent) > places:
        raise ApiError(f"Invalid decimal: {raw}; must have at most {places} decimal places", param=name)
    return amount
