"""A customer pays on the Flask shop's payment page, in a real Chromium, by card and through the bank's question."""

from __future__ import annotations

from time import time

import pytest
from playwright.sync_api import expect

from tests.examples.houses import House
from tests.examples.paying_customer import CONFIRM, GOOD, NOT_CHARGED, PHONE, POOR, Comes

DESK = {"width": 1280, "height": 900}
PAY = "ادفع 1,035.00\N{NO-BREAK SPACE}ر.س"
HIDDEN = "Object.defineProperty(document, 'hidden', { value: ?, configurable: true })"
NOT_AUTHENTICATED = "لم يكتمل التحقق لدى البنك. حاول مرة أخرى."


def test_paying_in_arabic(customer: Comes, house: House) -> None:
    """The button names the amount; a good card is paid, and the result page takes the place of the payment page."""
    sara = customer()
    sara.is_ready()
    expect(sara.page.get_by_role("button", name=PAY)).to_be_visible()
    assert sara.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    sara.pays()
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_not_enough_funds_then_another_card(customer: Comes, house: House) -> None:
    """The reason is told, and that nothing was taken; the form is still there, and the same intent is paid."""
    sara = customer()
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    sara.is_told("تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى.", NOT_CHARGED)
    assert sara.page.title().startswith("تم رفض البطاقة")
    expect(sara.form.locator("[name=cvc]")).to_have_value("123")
    sara.pays()
    sara.sees_result()
    assert [one["status"] for one in sara.intents] == ["succeeded"]
    assert len(house.confirmations()) == 2


def test_english_on_a_desk(customer: Comes) -> None:
    """The same in English at 1280 px: a lost card reads like any refused one, then a good one is paid."""
    sam = customer(viewport=DESK, locale="en-GB")
    sam.is_ready("en")
    expect(sam.page.get_by_role("button", name="Pay SAR\N{NO-BREAK SPACE}1,035.00")).to_be_visible()
    sam.pays("4000000000009987")
    sam.is_told(
        "The card was declined: Your bank declined it. Try another card or call the bank.", "You have not been charged."
    )
    sam.pays()
    sam.sees_result()


def test_coming_back_after_a_failed_try(customer: Comes) -> None:
    """Whoever opens the page again reads why the last try failed, and the focus is there."""
    sara = customer()
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    sara.page.reload()
    sara.sees("declined")
    sara.is_told("تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى.", NOT_CHARGED)
    sara.pays()
    sara.sees_result()


# --- 3-D Secure ------------------------------------------------------------------------------------------------------


def test_the_bank_is_answered(customer: Comes) -> None:
    """While the bank asks, the page behind is out of reach; who passes has paid."""
    sara = customer()
    sara.is_asked()
    sara.bank.locator("#test-source-authorize-3ds").click()
    sara.sees_result()


@pytest.mark.parametrize("way", ["fails", "closes"])
def test_the_bank_is_not_answered(customer: Comes, way: str) -> None:
    """Who fails or closes the question has not paid; the page is within reach again and another card pays."""
    sara = customer()
    sara.is_asked()
    if way == "fails":
        sara.bank.locator("#test-source-fail-3ds").click()
    else:
        sara.page.get_by_role("dialog").get_by_role("button").first.click()
    sara.is_told(NOT_AUTHENTICATED, NOT_CHARGED)
    assert not sara.page.locator("main").evaluate("main => main.inert")
    sara.pays()
    sara.sees_result()


# --- fingers and keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["click", "enter"])
def test_twice_is_once(customer: Comes, house: House, way: str) -> None:
    """A double click and a second Enter are one payment; the button keeps the focus and says that it is busy."""
    sara = customer()
    sara.is_ready()
    sara.fills_in()
    release = sara.held(CONFIRM)
    with sara.page.expect_request(CONFIRM):
        if way == "click":
            sara.button.dblclick()
        else:
            sara.form.locator("[name=cvc]").press("Enter")
            sara.form.locator("[name=cvc]").press("Enter")
            sara.button.focus()
            sara.page.keyboard.press("Enter")
    sara.sees("submitting")
    expect(sara.page.locator("form[data-part=form]")).to_have_attribute("aria-busy", "true")
    expect(sara.button).to_be_focused()
    sara.button.click(force=True)
    release()
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_by_keyboard_alone(customer: Comes) -> None:
    """Tab leads from field to field to the button, and Enter pays."""
    sara = customer()
    sara.is_ready()
    sara.form.locator("[name=number]").focus()
    for name, text in (("number", GOOD), ("expiry", "1240"), ("cvc", "123"), ("country", "")):
        expect(sara.form.locator(f"[name={name}]")).to_be_focused()
        sara.page.keyboard.type(text)
        sara.page.keyboard.press("Tab")
    expect(sara.button).to_be_focused()
    sara.page.keyboard.press("Enter")
    sara.sees_result()


def test_a_gap_in_the_form(customer: Comes, house: House) -> None:
    """The form itself says what is missing; the page is ready again and nothing was sent."""
    sara = customer()
    sara.is_ready()
    sara.button.click()
    expect(sara.form.locator("#payment-numberInput-error")).not_to_be_empty()
    sara.sees("ready")
    expect(sara.alert).to_have_count(0)
    assert house.confirmations() == []


# --- back, and away --------------------------------------------------------------------------------------------------


def test_the_back_button_after_success(customer: Comes, house: House) -> None:
    """Going back shows no form for what is paid; the payment page's address leads to the result."""
    sara = customer()
    sara.page.goto(house.address)
    sara.is_ready()
    path = sara.page.url
    sara.pays()
    sara.sees_result()
    sara.page.go_back()
    expect(sara.button).to_have_count(0)
    sara.page.goto(path)
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_coming_out_of_the_browsers_memory(customer: Comes, house: House) -> None:
    """A page that the browser had kept whole asks what has become of the order before it shows anything else."""
    sara = customer()
    sara.is_ready()
    house.shop.payments.start_payment(sara.order_id)
    house.fake.pay(sara.intents[0]["id"], card="visa")
    sara.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    sara.sees_result()


def test_nobody_looks(customer: Comes, house: House) -> None:
    """The result page asks ever more rarely, not at all while it is hidden, and in the end promises a mail."""
    sara = customer()
    path = sara.orders()
    attempt = house.shop.payments.start_payment(sara.order_id, capture_method="manual")
    house.fake.pay(attempt.client_secret.partition("_secret")[0], card="visa")
    sara.page.add_init_script(HIDDEN.replace("?", "true"))
    sara.page.clock.install()
    asked: list[str] = []
    sara.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/status/") else None)
    sara.page.goto(house.address + path)
    sara.sees_result("processing")
    sara.page.clock.pause_at(time() + 600)
    assert asked == []
    sara.page.evaluate(HIDDEN.replace("?", "false"))
    with sara.page.expect_response("**/status/"):
        sara.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    for seconds in (2, 3, 5, 8, 13, 21, 34, 60):
        count, quarters = len(asked), 0
        while len(asked) == count and quarters < 40:
            sara.page.clock.fast_forward(seconds * 250)
            sara.page.wait_for_timeout(20)
            quarters += 1
        assert 3 <= quarters < 40
    expect(sara.page.get_by_role("status")).to_have_text("سنرسل لك بريداً عند تأكيد الدفع.")


def test_the_secret_stays_in_the_script(customer: Comes) -> None:
    """The client secret is in no address, no storage and nowhere in the page; no code of Stripe's is shown."""
    sara = customer()
    said: list[str] = []
    addresses: list[str] = []
    sara.page.on("console", lambda line: said.append(line.text))
    sara.page.on("framenavigated", lambda frame: addresses.append(frame.url))
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    secret = sara.intents[0]["client_secret"]
    kept = sara.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert not any(secret in text for text in (sara.page.content(), kept, *said, *addresses))
    assert "insufficient_funds" not in sara.page.locator("main").inner_text()
