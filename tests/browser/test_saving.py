"""A customer saves a card without paying, and pays with a saved one."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Customer
from tests.fake_stripe.shop import Shop

ASKS = "4000000000003220"


@pytest.fixture
def shop(customer: Customer) -> Shop:
    """The shop's server."""
    return Shop(customer.site.stripe.fake)


def _saving(customer: Customer, shop: Shop, **elements: Any) -> tuple[Page, str]:
    """A page with the Payment Element of a SetupIntent."""
    made = shop.post("/v1/setup_intents", customer=shop.post("/v1/customers", name="Sara")["id"])
    customer.site.settings = {"elements": {"clientSecret": made["client_secret"], **elements}}
    return customer.opens_the_checkout(locale="en-AE"), str(made["client_secret"])


CONFIRM = """(redirect) => void stripe.confirmSetup({
  elements, redirect, confirmParams: { return_url: `${location.origin}/complete` },
}).then((result) => (window.result = result))"""


def test_saving_a_card(customer: Customer, shop: Shop) -> None:
    """The card is the customer's afterwards, and the form said what that means."""
    page, secret = _saving(customer, shop)
    expect(customer.form.locator(".Terms")).to_contain_text("you allow this shop to charge your card")
    customer.fills_in()
    page.evaluate(CONFIRM, "if_required")
    saved = customer.result["setupIntent"]
    assert saved["status"] == "succeeded"
    assert shop.get(f"/v1/payment_methods/{saved['payment_method']}")["customer"] is not None
    again = page.evaluate("secret => stripe.retrieveSetupIntent(secret)", secret)
    assert again["setupIntent"]["id"] == saved["id"]


def test_saving_with_a_redirect(customer: Customer, shop: Shop) -> None:
    """The return page's address tells the SetupIntent."""
    page, secret = _saving(customer, shop)
    customer.fills_in()
    page.evaluate(CONFIRM, "always")
    page.wait_for_url("**/complete?**")
    assert parse_qs(urlsplit(page.url).query) == {
        "setup_intent": [secret.partition("_secret_")[0]],
        "setup_intent_client_secret": [secret],
        "redirect_status": ["succeeded"],
    }


@pytest.mark.parametrize(
    ("button", "ends"),
    [("#test-source-authorize-3ds", "succeeded"), ("#test-source-fail-3ds", "setup_intent_authentication_failure")],
)
def test_the_bank_asks_before_a_card_is_saved(customer: Customer, shop: Shop, button: str, ends: str) -> None:
    """The dialog asks for the card, not for money."""
    page, _ = _saving(customer, shop)
    customer.fills_in(ASKS)
    page.evaluate(CONFIRM, "if_required")
    expect(customer.bank.locator("h1")).to_have_text("Confirm your card")
    expect(customer.bank.locator("dt")).to_have_text(["Shop", "Card"])
    customer.bank.locator(button).click()
    result = customer.result
    assert ends == (result["setupIntent"]["status"] if result.get("setupIntent") else result["error"]["code"])


def test_a_card_that_cannot_be_saved(customer: Customer, shop: Shop) -> None:
    """A declined card is an error, in the customer's language."""
    page, _ = _saving(customer, shop, locale="ar")
    customer.fills_in("4000000000000002")
    page.evaluate(CONFIRM, "if_required")
    error = customer.result["error"]
    assert (error["type"], error["setup_intent"]["status"]) == ("card_error", "requires_payment_method")


def test_the_banks_own_page_for_a_card(customer: Customer, shop: Shop) -> None:
    """A SetupIntent that the shop's server confirms leads to the bank's page and back."""
    asking = shop.post(
        "/v1/setup_intents", payment_method="pm_card_threeDSecure2Required", confirm=True,
        payment_method_types=["card"], return_url=f"{customer.site.address}/complete",
    )  # fmt: skip
    page = customer.goes_to(asking["next_action"]["redirect_to_url"]["url"])
    expect(page.locator("h1")).to_have_text("Confirm your card")
    page.locator("#test-source-authorize-3ds").click()
    page.wait_for_url("**/complete?**")
    query = parse_qs(urlsplit(page.url).query)
    assert (query["setup_intent"], query["redirect_status"]) == ([asking["id"]], ["succeeded"])
    assert shop.get(f"/v1/setup_intents/{asking['id']}")["status"] == "succeeded"


def test_confirming_a_card_setup_by_id(customer: Customer, shop: Shop) -> None:
    """`confirmCardSetup`, the older call."""
    page, secret = _saving(customer, shop)
    call = "secret => stripe.confirmCardSetup(secret, { payment_method: 'pm_card_visa' })"
    assert page.evaluate(call, secret)["setupIntent"]["status"] == "succeeded"


def _session(shop: Shop, customer_id: str, **features: Any) -> str:
    enabled = {"payment_method_redisplay": "enabled", "payment_method_save": "enabled", **features}
    components = {"payment_element": {"enabled": True, "features": enabled}}
    return str(shop.post("/v1/customer_sessions", customer=customer_id, components=components)["client_secret"])


@pytest.fixture
def sara(customer: Customer, shop: Shop) -> str:
    """A customer with one saved card, whose checkout page knows her."""
    made = str(shop.post("/v1/customers", name="Sara")["id"])
    method = shop.post("/v1/payment_methods", type="card", card={"token": "tok_mastercard"}, allow_redisplay="always")
    shop.post(f"/v1/payment_methods/{method['id']}/attach", customer=made)
    customer.site.intent = {"customer": made}
    customer.site.settings = {
        "redirect": "if_required",
        "elements": {"customerSessionClientSecret": _session(shop, made)},
    }
    return made


def test_paying_with_a_saved_card(customer: Customer, sara: str) -> None:
    """The saved card is chosen already: one button pays, without a number."""
    customer.goes_to("checkout")
    choice = customer.form.get_by_role("radio", name="Mastercard •••• 4444")
    expect(choice).to_be_checked()
    expect(customer.field("number")).to_be_hidden()
    customer.presses_pay()
    customer.is_told("succeeded")
    paid = customer.site.last_intent
    method = customer.site.stripe.fake.retrieve(paid["payment_method"])
    assert (method["card"]["last4"], method["customer"]) == ("4444", sara)


def test_paying_with_a_new_card_and_keeping_it(customer: Customer, shop: Shop, sara: str) -> None:
    """A customer who knows the shop may take another card, and have it kept for the next time."""
    customer.goes_to("checkout")
    customer.form.get_by_role("radio", name="New card").check()
    customer.presses_pay()
    customer.is_told("Your card number is incomplete.")
    assert customer.heard("change")[-1]["value"] == {"type": "card"}
    customer.fills_in()
    customer.form.get_by_label("Save this card for next time").check()
    customer.presses_pay()
    customer.is_told("succeeded")
    kept = shop.get(f"/v1/customers/{sara}/payment_methods")["data"]
    assert {method["card"]["last4"] for method in kept} == {"4242", "4444"}
    assert {method["allow_redisplay"] for method in kept} == {"always"}


def test_saved_cards_in_arabic(customer: Customer, sara: str) -> None:
    """The list is read from the right, the figures of a card from the left."""
    assert sara
    customer.site.language = "ar"
    customer.site.settings["elements"]["locale"] = "ar"
    customer.goes_to("checkout")
    expect(customer.form.get_by_role("group", name="بطاقاتك")).to_be_visible()
    expect(customer.form.locator(".Choice bdi").first).to_have_attribute("dir", "ltr")
    choice, text = customer.form.locator(".Choice").first, customer.form.locator(".Choice input").first
    outer, inner = choice.bounding_box(), text.bounding_box()
    assert outer is not None
    assert inner is not None
    assert inner["x"] > outer["x"] + outer["width"] / 2


def test_a_session_that_is_over(customer: Customer, sara: str) -> None:
    """After half an hour, or with a secret that opens nothing, the Element does not load."""
    assert sara
    customer.site.stripe.fake.advance(days=1)
    page = customer.goes_to("checkout")
    page.wait_for_function("window.events.some(([name]) => name === 'loaderror')")
    (told,) = customer.heard("loaderror")
    assert told["error"]["type"] == "invalid_request_error"
