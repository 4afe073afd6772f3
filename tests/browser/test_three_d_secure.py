"""The bank asks whether it is the customer: in a dialog of the shop's page, or on a page of its own."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Customer
from tests.fake_stripe.shop import Shop

ASKS = "4000000000003220"
ASKS_THEN_DECLINES = "4000008400001629"
PASS, FAIL = "#test-source-authorize-3ds", "#test-source-fail-3ds"
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


def _is_asked(customer: Customer, number: str = ASKS, *, redirect: str = "if_required") -> Page:
    customer.site.settings = {**customer.site.settings, "redirect": redirect}
    page = customer.opens_the_checkout()
    customer.pays(number)
    expect(customer.bank.locator("h1")).to_be_visible()
    return page


def test_passing_in_the_dialog(customer: Customer) -> None:
    """The dialog closes and the promise resolves with the paid PaymentIntent."""
    page = _is_asked(customer)
    expect(page.get_by_role("dialog", name="Check by your bank")).to_be_visible()
    customer.bank.locator(PASS).click()
    customer.is_told("succeeded")
    assert customer.result["paymentIntent"]["status"] == "succeeded"
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_passing_in_the_dialog_and_going_on(customer: Customer) -> None:
    """With `redirect: "always"` the customer goes on to the return page after the dialog."""
    page = _is_asked(customer, redirect="always")
    customer.bank.locator(PASS).click()
    expect(page.locator("#status")).to_have_text("succeeded")
    assert parse_qs(urlsplit(page.url).query)["redirect_status"] == ["succeeded"]


WAYS_OUT = {
    "fail": lambda customer: customer.bank.locator(FAIL).click(),
    "cancel": lambda customer: customer.bank.get_by_role("button", name="Cancel and go back to the shop").click(),
    "close": lambda customer: customer.page.get_by_role("button", name="Close").click(),
    "escape in the shop's page": lambda customer: customer.page.get_by_role("button", name="Close").press("Escape"),
    "escape in the bank's page": lambda customer: customer.bank.locator(PASS).press("Escape"),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_not_passing_in_the_dialog(customer: Customer, way: str) -> None:
    """Whoever fails, cancels or closes is not authenticated: an error, nothing paid, nobody redirected."""
    page = _is_asked(customer, redirect="always")
    WAYS_OUT[way](customer)
    customer.is_told(NOT_AUTHENTICATED)
    error = customer.result["error"]
    assert error["code"] == "payment_intent_authentication_failure"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_method"]["card"]["last4"] == "3220"
    assert page.url == f"{customer.site.address}/checkout"
    assert customer.site.last_intent["status"] == "requires_payment_method"
    expect(page.get_by_role("dialog")).to_have_count(0)

    customer.field("number").fill("4242424242424242")
    customer.presses_pay()
    expect(page.locator("#status")).to_have_text("succeeded")


def test_passing_with_a_card_that_is_declined_then(customer: Customer) -> None:
    """The bank knows the customer and refuses all the same: a card error."""
    _is_asked(customer, ASKS_THEN_DECLINES)
    customer.bank.locator(PASS).click()
    customer.is_told("Your card was declined.")
    assert customer.result["error"]["type"] == "card_error"


def test_answering_from_outside(customer: Customer) -> None:
    """A test that answers by the fake's own driver closes the dialog as a customer would."""
    page = _is_asked(customer)
    customer.site.stripe.fake.challenge(customer.site.made[0]["id"], "pass")
    customer.is_told("succeeded")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_dialog_by_keyboard(customer: Customer) -> None:
    """The focus is inside the dialog, and Tab and Enter answer; then it is back in the shop."""
    page = _is_asked(customer)
    for _ in range(6):
        page.keyboard.press("Tab")
        if customer.bank.locator(f"{PASS}:focus").count():
            break
    expect(customer.bank.locator(PASS)).to_be_focused()
    page.keyboard.press("Enter")
    customer.is_told("succeeded")


def test_the_dialog_in_arabic(customer: Customer) -> None:
    """Bank, shop, amount and card are told in Arabic, figures from left to right each on their own."""
    customer.site.language = "ar"
    customer.site.settings = {"stripe": {"locale": "ar"}}
    customer.site.intent = {"amount": 123450, "statement_descriptor_suffix": "GULF"}
    page = _is_asked(customer)
    expect(page.get_by_role("dialog", name="تحقق من البنك")).to_be_visible()
    expect(customer.bank.locator("html")).to_have_attribute("dir", "rtl")
    expect(customer.bank.locator("h1")).to_have_text("تأكيد عملية الدفع")
    expect(customer.bank.locator("dd [dir=ltr]")).to_have_text(
        [re.compile(r"127\.0\.0\.1"), "1,234.50", "Visa •••• 3220"]
    )
    customer.bank.locator(FAIL).click()
    customer.is_told("تعذّر التحقق من وسيلة الدفع. اختر وسيلة دفع أخرى وحاول مرة أخرى.")


# The page on its own: the shop's server confirms with a return_url and sends the customer there.


def _is_sent_to_the_bank(customer: Customer, *, return_url: str, card: str = "pm_card_threeDSecureRequired") -> None:
    intent = Shop(customer.site.stripe.fake).paid(card, return_url=return_url)
    customer.site.made.append(intent)
    url = intent["next_action"]["redirect_to_url"]["url"]
    customer.goes_to(url)


@pytest.mark.parametrize(
    ("button", "told", "status"),
    [
        (PASS, "succeeded", "succeeded"),
        (FAIL, "failed", "requires_payment_method"),
        ("button.cancel", "failed", "requires_payment_method"),
    ],
)
def test_the_page_of_its_own(customer: Customer, button: str, told: str, status: str) -> None:
    """The customer answers and goes back to the shop's address, which keeps its own query and gets the outcome."""
    _is_sent_to_the_bank(customer, return_url=f"{customer.site.address}/complete?order=%D9%A7&x=1#top")
    customer.page.locator(button).click()
    expect(customer.page.locator("#status")).to_have_text(status)
    address = urlsplit(customer.page.url)
    intent = customer.site.last_intent
    assert address.fragment == "top"
    assert parse_qs(address.query) == {
        "order": ["٧"],
        "x": ["1"],
        "payment_intent": [intent["id"]],
        "payment_intent_client_secret": [intent["client_secret"]],
        "redirect_status": [told],
    }


def test_being_sent_by_the_script(customer: Customer) -> None:
    """`handleNextAction` takes the customer to the bank's page where the intent was confirmed with a return_url."""
    customer.site.intent = {
        "payment_method": "pm_card_threeDSecureRequired",
        "confirm": True,
        "return_url": f"{customer.site.address}/complete",
    }
    secret = customer.site.make_intent()
    page = customer.opens_the_checkout()
    page.evaluate("secret => void stripe.handleNextAction({ clientSecret: secret })", secret)
    page.locator(PASS).click()
    expect(page.locator("#status")).to_have_text("succeeded")


def test_the_back_button_after_the_answer(customer: Customer) -> None:
    """Whoever goes back to the bank's page reads that it is over, and finds the way to the shop."""
    _is_sent_to_the_bank(customer, return_url=f"{customer.site.address}/complete")
    customer.page.locator(PASS).click()
    expect(customer.page.locator("#status")).to_have_text("succeeded")
    customer.page.go_back()
    expect(customer.page.locator("h1")).to_have_text("Already answered")
    customer.page.get_by_role("link", name="Back to the shop").click()
    expect(customer.page.locator("#status")).to_have_text("succeeded")


def test_a_double_click(customer: Customer) -> None:
    """Two clicks in a row are one answer."""
    _is_sent_to_the_bank(customer, return_url=f"{customer.site.address}/complete")
    customer.page.locator(PASS).dblclick()
    expect(customer.page.locator("#status")).to_have_text("succeeded")
    assert [event["type"] for event in customer.site.stripe.fake.events("payment_intent.succeeded")] == [
        "payment_intent.succeeded"
    ]
