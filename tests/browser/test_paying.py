"""A customer pays on a real checkout page, in a real browser, from another origin than the fake's server."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser.customer import Customer

REAL_LOOKING = "4539578763621486"


def test_paying_inline(customer: Customer) -> None:
    """A good card pays where the customer is, and the page gets the PaymentIntent."""
    customer.site.settings = {"redirect": "if_required"}
    customer.opens_the_checkout()
    customer.pays()
    customer.is_told("succeeded")
    paid = customer.result["paymentIntent"]
    assert (paid["id"], paid["status"], paid["amount"]) == (customer.site.made[0]["id"], "succeeded", 11500)
    assert customer.site.last_intent["status"] == "succeeded"


def test_paying_with_a_redirect(customer: Customer) -> None:
    """Without further wishes the customer ends on the shop's own page, with the outcome in its address."""
    customer.site.settings = {"confirmParams": {"return_url": f"{customer.site.address}/complete?order=7#top"}}
    page = customer.opens_the_checkout()
    customer.pays()
    expect(page.locator("#status")).to_have_text("succeeded")
    address = urlsplit(page.url)
    assert (address.path, address.fragment) == ("/complete", "top")
    made = customer.site.made[0]
    assert parse_qs(address.query) == {
        "order": ["7"],
        "payment_intent": [made["id"]],
        "payment_intent_client_secret": [made["client_secret"]],
        "redirect_status": ["succeeded"],
    }


def test_what_the_api_is_told(customer: Customer) -> None:
    """The card, its expiry and the country go to the API; so do the shop's own billing details."""
    billing = {"name": "سارة أحمد", "email": "sara@example.com"}
    customer.site.settings = {
        "redirect": "if_required",
        "confirmParams": {"payment_method_data": {"billing_details": billing}},
    }
    customer.opens_the_checkout()
    customer.pays()
    customer.is_told("succeeded")
    method = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])
    details = method["billing_details"]
    assert (details["name"], details["email"], details["address"]["country"]) == ("سارة أحمد", "sara@example.com", "SA")
    assert (method["card"]["last4"], method["card"]["exp_month"], method["card"]["exp_year"]) == ("4242", 12, 2040)


def test_a_declined_card_in_arabic(customer: Customer) -> None:
    """The refusal is told in Arabic, the error has Stripe's members, and another card pays the same intent."""
    customer.site.language = "ar"
    customer.site.settings = {"redirect": "if_required", "stripe": {"locale": "ar"}}
    customer.opens_the_checkout()
    customer.pays("4000000000009995")
    customer.is_told("رصيد بطاقتك غير كافٍ.")
    error = customer.result["error"]
    assert (error["type"], error["code"], error["decline_code"]) == (
        "card_error",
        "card_declined",
        "insufficient_funds",
    )
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_method"]["card"]["last4"] == "9995"

    customer.field("number").fill("4242 4242 4242 4242")
    customer.presses_pay()
    customer.is_told("succeeded")
    assert len(customer.site.made) == 1


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009987", "Your card was declined."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card's security code is incorrect."),
        ("4000000000000119", "An error occurred while processing your card. Try again in a little bit."),
    ],
)
def test_a_declined_card_in_english(customer: Customer, number: str, message: str) -> None:
    """The refusal is told in the API's own words; a lost card is not told apart."""
    customer.site.settings = {"redirect": "if_required"}
    customer.opens_the_checkout()
    customer.pays(number)
    customer.is_told(message)
    assert customer.result["error"]["message"] == message


def test_paying_by_keyboard_alone(customer: Customer) -> None:
    """Tab leads through the fields in their order, and Enter in a field pays, as the shop's button would."""
    customer.site.settings = {"redirect": "if_required"}
    page = customer.opens_the_checkout()
    for expected, text in (("number", "4242424242424242"), ("expiry", "1240"), ("cvc", "123"), ("country", "")):
        page.keyboard.press("Tab")
        expect(customer.field(expected)).to_be_focused()
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    expect(page.locator("#submit")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    customer.is_told("succeeded")


def test_an_incomplete_form(customer: Customer) -> None:
    """Nothing is sent; every gap is told beside its field, the first has the focus and is the promise's error."""
    customer.site.settings = {"redirect": "if_required"}
    customer.opens_the_checkout()
    customer.presses_pay()
    customer.is_told("Your card number is incomplete.")
    error = customer.result["error"]
    assert error == {
        "type": "validation_error",
        "code": "incomplete_number",
        "message": "Your card number is incomplete.",
    }
    for name, text in (
        ("number", "Your card number is incomplete."),
        ("expiry", "Your card's expiration date is incomplete."),
        ("cvc", "Your card's security code is incomplete."),
    ):
        expect(customer.error_of(name)).to_have_text(text)
        expect(customer.field(name)).to_have_attribute("aria-invalid", "true")
    expect(customer.field("number")).to_be_focused()
    assert customer.site.stripe.confirmations() == []

    customer.fills_in()
    expect(customer.error_of("number")).to_have_text("")
    customer.presses_pay()
    customer.is_told("succeeded")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("number", "4242424242424241", "Your card number is invalid."),
        ("number", "424242", "Your card number is incomplete."),
        ("expiry", "1221", "Your card's expiration year is in the past."),
        ("expiry", "1299", "Your card's expiration year is invalid."),
        ("cvc", "12", "Your card's security code is incomplete."),
    ],
)
def test_mistakes_are_told_on_leaving_the_field(customer: Customer, name: str, text: str, message: str) -> None:
    """What is wrong is said once the customer goes on, aloud too, and it is forgiven with the next stroke."""
    page = customer.opens_the_checkout()
    customer.field(name).press_sequentially(text)
    expect(customer.error_of(name)).to_have_text("")
    page.keyboard.press("Tab")
    expect(customer.error_of(name)).to_have_text(message)
    expect(customer.error_of(name)).to_have_attribute("role", "alert")
    expect(customer.field(name)).to_have_attribute("aria-describedby", re.compile(rf"payment-{name}Input-error"))
    customer.field(name).press("End")
    customer.field(name).press("Backspace")
    expect(customer.error_of(name)).to_have_text("")


def test_a_number_that_is_no_test_card(customer: Customer) -> None:
    """It is refused in the form with the reason, forgotten at once, and never leaves the page."""
    customer.site.settings = {"redirect": "if_required"}
    page = customer.opens_the_checkout()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url} {request.post_data}"))
    customer.fills_in(REAL_LOOKING)
    expect(customer.error_of("number")).to_contain_text("This is not a test card.")
    expect(customer.field("number")).to_have_value("")
    customer.presses_pay()
    customer.is_told("Your card number is incomplete.")
    assert [request for request in requests if "POST" in request or "4539" in request] == []
    assert customer.site.stripe.confirmations() == []
    assert (
        page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, window.events])").count("4539")
        == 0
    )


def test_a_lost_connection(customer: Customer) -> None:
    """Where the API cannot be reached the promise resolves with an error, in the customer's language."""
    customer.site.settings = {"redirect": "if_required", "stripe": {"locale": "ar"}}
    page = customer.opens_the_checkout()

    def hang_up(route: Route) -> None:
        route.abort()

    page.route("**/confirm", hang_up)
    customer.pays()
    customer.is_told("تعذّر الاتصال بخدمة الدفع. تحقق من اتصالك بالإنترنت وحاول مرة أخرى.")
    assert customer.result["error"]["type"] == "api_connection_error"
    page.unroute("**/confirm")
    customer.presses_pay()
    customer.is_told("succeeded")


def test_an_intent_that_is_paid_already(customer: Customer) -> None:
    """The API's refusal comes through as it is, with the intent as it stands."""
    customer.site.settings = {"redirect": "if_required"}
    customer.opens_the_checkout()
    customer.site.stripe.fake.pay(customer.site.made[0]["id"])
    customer.pays()
    error = customer.result["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "payment_intent_unexpected_state")
    assert error["payment_intent"]["status"] == "succeeded"


def test_the_events_of_a_payment(customer: Customer) -> None:
    """The Element tells when it loads, is ready, has the focus, is filled in, and of Escape."""
    page = customer.opens_the_checkout()
    customer.fills_in()
    page.keyboard.press("Escape")
    page.wait_for_function("window.events.some(([name]) => name === 'escape')")
    page.locator("#submit").focus()
    page.wait_for_function("window.events.some(([name]) => name === 'blur')")
    assert [name for name, _ in page.evaluate("window.events")] == [
        "loaderstart", "ready", "focus", "change", "change", "escape", "blur",
    ]  # fmt: skip
    told = {"elementType": "payment", "collapsed": False, "value": {"type": "card"}}
    assert customer.heard("change") == [
        {**told, "complete": False, "empty": False},
        {**told, "complete": True, "empty": False},
    ]


def test_a_client_secret_that_opens_nothing(customer: Customer) -> None:
    """The Element says so by `loaderror`, with the API's error."""
    secret = "pi_000000000000000000000000_secret_0000000000000000000000000"
    customer.site.settings = {"elements": {"clientSecret": secret}}
    page = customer.goes_to("checkout")
    page.wait_for_function("window.events.some(([name]) => name === 'loaderror')")
    (told,) = customer.heard("loaderror")
    assert (told["elementType"], told["error"]["code"]) == ("payment", "resource_missing")
