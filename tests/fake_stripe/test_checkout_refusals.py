"""Checkout Sessions that Stripe would not open."""

from __future__ import annotations

import pytest

from tests.fake_stripe.checkout import LINE, PAGES, SESSIONS, a_session
from tests.fake_stripe.shop import JSON, Shop, types

HALF_AN_HOUR, A_DAY = 1800, 86400
_USD = {"price_data": {"currency": "usd", "unit_amount": 1, "product_data": {"name": "x"}}, "quantity": 1}
_BARE = {"currency": "sar", "unit_amount": 500}
_RATE = {"display_name": "x", "fixed_amount": {"amount": 1, "currency": "usd"}}
_GIFT = {"quantity": 1}
_ASKED = {"key": "size", "label": {"custom": "Size", "type": "custom"}, "type": "dropdown"}


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        ({"mode": None}, "parameter_missing", "mode", "Missing required param: mode."),
        ({"mode": "subscription"}, None, "mode", "FakeStripe does not carry out the mode subscription"),
        ({"success_url": None}, "parameter_missing", "success_url", "Missing required param: success_url."),
        ({"success_url": "shop.example"}, "url_invalid", "success_url", "Invalid URL: An explicit scheme"),
        ({"cancel_url": "https://"}, "url_invalid", "cancel_url", "Not a valid URL"),
        ({"return_url": "https://a.example"}, None, "return_url", "`return_url` cannot be passed when"),
        ({"ui_mode": "embedded"}, None, "success_url", "`success_url` cannot be passed when `ui_mode` is `embedded`."),
        ({"line_items": None}, None, "line_items", "The `line_items` parameter is required in payment mode."),
        ({"line_items": [_GIFT]}, None, "line_items[0]", "You must provide one of `price` or `price_data`"),
        ({"line_items": [{"price": "price_x"}]}, None, "line_items[0][quantity]", "Quantity is required."),
        (
            {"line_items": [{"price": "price_x", "quantity": 1}]},
            "resource_missing",
            "line_items[0][price]",
            "No such price: 'price_x'",
        ),
        ({"line_items": [{**LINE, "price": "price_x"}]}, "parameters_exclusive", "line_items[0]", "You may only"),
        (
            {"line_items": [{"price_data": _BARE, "quantity": 1}]},
            None,
            "line_items[0][price_data]",
            "You must specify either `product` or `product_data`",
        ),
        (
            {"line_items": [{"price_data": {**_BARE, "product": "prod_x"}, "quantity": 1}]},
            "resource_missing",
            "line_items[0][price_data][product]",
            "No such product: 'prod_x'",
        ),
        ({"line_items": [LINE, _USD]}, None, "line_items[1]", "The price specified only supports `usd`."),
        ({"currency": "aed"}, None, "line_items[0]", "The price specified only supports `sar`."),
        ({"line_items": [_USD]}, "amount_too_small", None, "The Checkout Session's total amount due must add up to"),
        ({"line_items": [{**LINE, "quantity": 999_999}]}, "amount_too_large", None, "The Checkout Session's total"),
        ({"line_items": [LINE] * 101}, None, "line_items", "Array line_items exceeded maximum 100"),
        (
            {"shipping_options": [{"shipping_rate": "shr_x"}]},
            "resource_missing",
            None,
            "No such shipping rate: 'shr_x'",
        ),
        (
            {"shipping_options": [{"shipping_rate_data": _RATE}]},
            None,
            "shipping_options[0]",
            "The shipping rate must be",
        ),
        ({"customer": "cus_x"}, "resource_missing", "customer", "No such customer: 'cus_x'"),
        ({"customer": "cus_x", "customer_email": "a@b.example"}, "parameters_exclusive", "customer", "You may only"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email", "Invalid email address"),
        ({"payment_method_collection": "always"}, None, "payment_method_collection", "You can only set"),
        ({"locale": "ar"}, None, "locale", "Invalid locale: must be one of auto"),
        ({"bogus": "1"}, "parameter_unknown", "bogus", "Received unknown parameter: bogus"),
        ({"automatic_tax": {"enabled": True}}, None, "automatic_tax[enabled]", "FakeStripe does not carry out"),
        ({"custom_fields": [_ASKED]}, "parameter_missing", "custom_fields[0][dropdown][options]", "Missing required"),
        ({"custom_fields": [{**_ASKED, "type": "text"}] * 2}, None, "custom_fields", "Each custom field must have"),
        ({"custom_fields": [_ASKED] * 4}, None, "custom_fields", "Array custom_fields exceeded maximum 3"),
        ({"discounts": [{"coupon": "x"}]}, None, "discounts", "FakeStripe does not carry out"),
    ],
)
def test_what_stripe_would_not_open(
    shop: Shop, params: JSON, code: str | None, param: str | None, message: str
) -> None:
    """A session that cannot be is refused before anything is made for it."""
    wanted = {**PAGES, "mode": "payment", "line_items": [LINE], **params}
    error = shop.refused("post", SESSIONS, **wanted)
    assert (error["status"], error.get("code")) == (400, code)
    assert error["message"].startswith(message)
    assert param in {None, error.get("param")}
    assert (types(shop.fake), shop.get(SESSIONS)["data"]) == ([], [])


@pytest.mark.parametrize(
    ("seconds", "bound"),
    [(HALF_AN_HOUR - 1, "at least 30 minutes from"), (A_DAY + 1, "less than 24 hours from")],
)
def test_a_session_lives_between_half_an_hour_and_a_day(shop: Shop, seconds: int, bound: str) -> None:
    """An end too soon or too late is refused."""
    now = a_session(shop)["created"]
    error = shop.refused("post", SESSIONS, **PAGES, mode="payment", line_items=[LINE], expires_at=now + seconds)
    assert error["param"] == "expires_at"
    assert error["message"] == f"The `expires_at` timestamp must be {bound} Checkout Session creation."


def test_what_is_not_on_offer_is_not_sold(shop: Shop) -> None:
    """An inactive price, or the price of an inactive product, opens no session."""
    product = shop.post("/v1/products", name="Musk")["id"]
    price = shop.post("/v1/prices", product=product, currency="sar", unit_amount=5000)["id"]
    wanted = {**PAGES, "mode": "payment", "line_items": [{"price": price, "quantity": 1}]}
    shop.post(f"/v1/products/{product}", active=False)
    error = shop.refused("post", SESSIONS, **wanted)
    assert error["message"].startswith(f"Price `{price}` is not available to be purchased")
    shop.post(f"/v1/prices/{price}", active=False)
    error = shop.refused("post", SESSIONS, **wanted)
    assert error["message"] == "The price specified is inactive. This field only accepts active prices."


def test_an_embedded_page_needs_a_way_back(shop: Shop) -> None:
    """Without a `return_url` an embedded page is opened only if it never redirects."""
    wanted = {"mode": "payment", "ui_mode": "embedded_page", "line_items": [LINE]}
    error = shop.refused("post", SESSIONS, **wanted)
    assert (error["code"], error["param"]) == ("parameter_missing", "return_url")
    stays = shop.post(SESSIONS, **wanted, redirect_on_completion="never")
    assert (stays["redirect_on_completion"], stays["return_url"]) == ("never", None)


def test_a_recurring_price_is_kept_and_not_sold(shop: Shop) -> None:
    """It can be listed with its rhythm; a single payment cannot be made of it."""
    rhythm = {"interval": "month"}
    price = shop.post("/v1/prices", currency="sar", unit_amount=900, product_data={"name": "Club"}, recurring=rhythm)
    assert (price["type"], price["recurring"]["interval_count"]) == ("recurring", 1)
    error = shop.refused(
        "post", "/v1/checkout/sessions", mode="payment", success_url="https://shop.example/done",
        line_items=[{"price": price["id"], "quantity": 1}],
    )  # fmt: skip
    assert "recurring price" in error["message"]
