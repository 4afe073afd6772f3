"""CustomerSessions: what a page may show of a customer's saved cards, for half an hour."""

from __future__ import annotations

from typing import Any

import pytest

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources.customer_sessions import saved_methods
from tests.fake_stripe.shop import Shop

URL = "/v1/customer_sessions"
SHOWING: dict[str, Any] = {"enabled": True, "features": {"payment_method_redisplay": "enabled"}}


def _saved(shop: Shop, customer: str, allow_redisplay: str, card: str = "pm_card_visa") -> str:
    method = shop.post(f"/v1/payment_methods/{card}/attach", customer=customer)["id"]
    shop.post(f"/v1/payment_methods/{method}", allow_redisplay=allow_redisplay)
    return str(method)


def _shown(shop: Shop, session: dict[str, Any]) -> list[str]:
    methods = shop.fake._core.act(lambda account: saved_methods(account, session["client_secret"]))
    return [method["id"] for method in methods]


def test_a_session_says_what_a_page_may_do(shop: Shop, customer: str) -> None:
    """What was asked for is there beside what Stripe takes for granted; what was not is off."""
    features = {"payment_method_redisplay": "enabled", "payment_method_save": "enabled"}
    session = shop.post(URL, customer=customer, components={"payment_element": {"enabled": True, "features": features}})
    assert session.pop("client_secret").startswith("cuss_secret_")
    off, without = {"enabled": False}, {"enabled": False, "features": None}
    assert session == {
        "object": "customer_session",
        "components": {
            "active_entitlements": off,
            "buy_button": off,
            "customer_portal": off,
            "customer_sheet": without,
            "mobile_payment_element": without,
            "payment_element": {
                "enabled": True,
                "features": {
                    "payment_method_allow_redisplay_filters": ["always"],
                    "payment_method_redisplay": "enabled",
                    "payment_method_redisplay_limit": 3,
                    "payment_method_remove": "disabled",
                    "payment_method_save": "enabled",
                    "payment_method_save_usage": None,
                },
            },
            "pricing_table": off,
        },
        "created": 1793534400,
        "customer": customer,
        "customer_account": None,
        "expires_at": 1793534400 + 1800,
        "livemode": False,
    }


def test_a_session_for_a_button(shop: Shop, customer: str) -> None:
    """A buy button and a pricing table are only on or off; the customer expands."""
    components = {"buy_button": {"enabled": True}, "pricing_table": {"enabled": True}}
    session = shop.post(URL, customer=customer, components=components, expand=["customer"])
    assert session["components"]["buy_button"] == session["components"]["pricing_table"] == {"enabled": True}
    assert session["customer"]["name"] == "سارة"


def test_saved_cards_are_shown_as_the_customer_allowed(shop: Shop, customer: str) -> None:
    """Only cards that may always be shown are, unless the session asks for others too; never another customer's."""
    always, limited = _saved(shop, customer, "always"), _saved(shop, customer, "limited")
    _saved(shop, str(shop.post("/v1/customers")["id"]), "always")
    session = shop.post(URL, customer=customer, components={"payment_element": SHOWING})
    assert _shown(shop, session) == [always]
    filters = {**SHOWING["features"], "payment_method_allow_redisplay_filters": ["always", "limited"]}
    wider = shop.post(URL, customer=customer, components={"payment_element": {"enabled": True, "features": filters}})
    assert _shown(shop, wider) == [limited, always]


def test_no_more_cards_than_the_limit_are_shown(shop: Shop, customer: str) -> None:
    """The newest three, or as many as the session says."""
    made = [_saved(shop, customer, "always") for _ in range(5)][::-1]
    session = shop.post(URL, customer=customer, components={"payment_element": SHOWING})
    assert _shown(shop, session) == made[:3]
    features = {**SHOWING["features"], "payment_method_redisplay_limit": 4}
    longer = shop.post(URL, customer=customer, components={"payment_element": {"enabled": True, "features": features}})
    assert _shown(shop, longer) == made[:4]


def test_a_session_that_shows_nothing(shop: Shop, customer: str) -> None:
    """Without redisplay, or without a Payment Element, no card is shown."""
    _saved(shop, customer, "always")
    for components in ({"payment_element": {"enabled": True}}, {"buy_button": {"enabled": True}}):
        assert _shown(shop, shop.post(URL, customer=customer, components=components)) == []


def test_a_session_ends_after_half_an_hour(shop: Shop, customer: str) -> None:
    """Until then its secret opens the customer's cards; then it opens nothing, like one that never was."""
    session = shop.post(URL, customer=customer, components={"payment_element": SHOWING})
    shop.fake.advance(seconds=1799)
    assert _shown(shop, session) == []
    shop.fake.advance(seconds=1)
    for secret in (session["client_secret"], "cuss_secret_x"):
        with pytest.raises(ApiError, match="invalid or has expired"):
            _shown(shop, {"client_secret": secret})


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "components"),
        ({"components": {"payment_element": {"enabled": False}}}, None, "components"),
        ({"components": {"bogus": {"enabled": True}}}, "parameter_unknown", "components[bogus]"),
        ({"components": {"payment_element": ""}}, None, "components"),
        ({"components": {"buy_button": {"features": {}}}}, None, None),
        (
            {"components": {"payment_element": {"features": {"payment_method_save": "enabled"}}}},
            "parameter_missing",
            "components[payment_element][enabled]",
        ),
        (
            {"components": {"payment_element": {"enabled": True, "features": {"payment_method_redisplay": "on"}}}},
            None,
            "components[payment_element][features][payment_method_redisplay]",
        ),
    ],
)
def test_a_wrong_session_is_refused(
    shop: Shop, customer: str, params: dict[str, Any], code: str | None, param: str | None
) -> None:
    """A session needs a customer and something to be for."""
    error = shop.refused("post", URL, customer=customer, **params)
    assert error["status"] == 400
    if param is not None:
        assert (error.get("code"), error["param"]) == (code, param)


def test_a_session_needs_a_customer(shop: Shop) -> None:
    """Nobody's cards cannot be shown, nor those of a customer that never was."""
    components = {"payment_element": {"enabled": True}}
    assert shop.refused("post", URL, components=components)["param"] == "customer"
    error = shop.refused("post", URL, components=components, customer="cus_x")
    assert (error["status"], error["code"]) == (400, "resource_missing")
