"""The Payment Element's form: how it looks, writes, speaks and lets itself be dressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.customer import Customer


def _box(locator: Locator) -> dict[str, float]:
    box = locator.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def _style(locator: Locator, name: str) -> str:
    value: str = locator.evaluate("(node, name) => getComputedStyle(node)[name]", name)
    return value


WRITTEN = [
    ("number", "4242424242424242", "4242 4242 4242 4242"),
    ("number", "378282246310005", "3782 822463 10005"),
    ("number", "4242-4242 4242x42429999", "4242 4242 4242 4242"),
    ("number", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "4242 4242 4242 4242"),
    ("expiry", "1234", "12 / 34"),
    ("expiry", "434", "04 / 34"),
    ("expiry", "1/34", "01 / 34"),
    ("expiry", "1334", "01 / 33"),
    ("expiry", "12/2034", "12 / 34"),
    ("expiry", "12 / 34", "12 / 34"),
    ("expiry", "۱۲۳۴", "12 / 34"),
    ("cvc", "12a34567", "1234"),
]


def test_writing_as_cards_are_written(customer: Customer) -> None:
    """Groups of figures and the stroke of a date come by themselves, stroke by stroke and pasted; letters do not."""
    customer.opens_the_checkout()
    for name, strokes, written in WRITTEN:
        customer.field(name).fill("")
        customer.field(name).press_sequentially(strokes)
        expect(customer.field(name)).to_have_value(written)
        customer.field(name).fill(strokes)
        expect(customer.field(name)).to_have_value(written)


def test_correcting_in_the_middle(customer: Customer) -> None:
    """The caret stays at the figure it was at, and deleting a separator deletes the figure before it."""
    page = customer.opens_the_checkout()
    number, expiry = customer.field("number"), customer.field("expiry")
    number.press_sequentially("4242424242424242")
    for key in ("Home", *["ArrowRight"] * 6, "Backspace", "5"):
        page.keyboard.press(key)
    expect(number).to_have_value("4242 5242 4242 4242")
    assert number.evaluate("node => node.selectionStart") == 6
    expiry.press_sequentially("12")
    expect(expiry).to_have_value("12 / ")
    for left in ("1", "", ""):
        page.keyboard.press("Backspace")
        expect(expiry).to_have_value(left)


def test_the_brand_of_the_card(customer: Customer) -> None:
    """The number's first figures show whose card it is, and an American Express has four figures of security code."""
    customer.opens_the_checkout()
    customer.field("number").fill("3782 822463 10005")
    expect(customer.form.locator(".Brand--amex")).to_be_visible()
    customer.field("cvc").fill("123")
    customer.field("cvc").blur()
    expect(customer.error_of("cvc")).to_have_text("Your card's security code is incomplete.")
    expect(customer.form.locator("#payment-cvcInput-hint")).to_have_text("4 digits on the front of your card")


@pytest.mark.parametrize(
    ("browser", "page_language", "locale", "expected"),
    [
        ("en-GB", "en", None, "en"),
        ("en-GB", "en", "ar", "ar"),
        ("en-GB", "en", "ar-SA", "ar"),
        ("ar-SA", "en", "auto", "ar"),
        ("en-GB", "ar", "auto", "ar"),
        ("ar-SA", "ar", "en", "en"),
        ("en-GB", "en", "fr", "en"),
    ],
)
def test_the_language(customer: Customer, browser: str, page_language: str, locale: str | None, expected: str) -> None:
    """The locale decides; "auto" goes by the browser and the page; other languages fall back to English."""
    customer.site.language = page_language
    customer.site.settings = {"stripe": {} if locale is None else {"locale": locale}}
    customer.opens_the_checkout(locale=browser)
    label = {"ar": "رقم البطاقة", "en": "Card number"}[expected]
    expect(customer.form.get_by_label(label)).to_be_visible()
    expect(customer.form.locator("html")).to_have_attribute("lang", expected)


@pytest.mark.parametrize("width", [1000, 375, 320])
def test_from_right_to_left(customer: Customer, width: int) -> None:
    """Labels begin on the right, the fields follow each other from the right, their figures run from the left."""
    customer.site.language = "ar"
    customer.site.settings = {"elements": {"locale": "ar"}}
    page = customer.opens_the_checkout(viewport={"width": width, "height": 800})
    number, expiry, cvc = (_box(customer.field(name)) for name in ("number", "expiry", "cvc"))
    assert expiry["x"] + expiry["width"] == pytest.approx(number["x"] + number["width"], abs=1)
    assert cvc["x"] == pytest.approx(number["x"], abs=1)
    assert cvc["x"] + cvc["width"] < expiry["x"]
    for name in ("number", "expiry", "cvc"):
        assert _style(customer.field(name), "direction") == "ltr"
        label = customer.form.locator(f"label[for=payment-{name}Input]")
        assert _style(label, "textAlign") in {"start", "right"}
        assert _style(label, "direction") == "rtl"
    brand = _box(customer.form.locator(".Brand"))
    assert brand["x"] > number["x"] + number["width"] / 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_stands_where_the_shop_put_it(customer: Customer) -> None:
    """Its fields begin and end with the shop's own, it is as high as it needs to be, and grows with an error."""
    page = customer.opens_the_checkout()
    field, button = _box(customer.field("number")), _box(page.locator("#submit"))
    assert field["x"] == pytest.approx(button["x"])
    assert field["width"] == pytest.approx(button["width"])
    frame = page.locator("iframe")
    height = _box(frame)["height"]
    assert frame.content_frame.locator("html").evaluate("node => node.scrollHeight") <= height
    customer.presses_pay()
    customer.is_told("Your card number is incomplete.")
    page.wait_for_function("height => document.querySelector('iframe').clientHeight > height + 20", arg=height)


@pytest.mark.parametrize("theme", ["stripe", "night", "flat"])
def test_what_fingers_and_eyes_need(customer: Customer, theme: str) -> None:
    """Every field is 44 pixels high at least, its text 16, and the one with the focus is ringed."""
    customer.site.settings = {"elements": {"appearance": {"theme": theme, "variables": {"spacingUnit": "1px"}}}}
    customer.opens_the_checkout(reduced_motion="reduce")
    for name in ("number", "expiry", "cvc", "country"):
        field = customer.field(name)
        assert _box(field)["height"] >= 44
        assert float(_style(field, "fontSize").removesuffix("px")) >= 16
        assert _style(field, "transitionDuration") == "0s"
        before = _style(field, "boxShadow")
        field.focus()
        assert _style(field, "boxShadow") != before


def test_what_browsers_fill_in(customer: Customer) -> None:
    """Password managers and phones learn from the fields what they hold."""
    customer.opens_the_checkout()
    for name, autocomplete in (("number", "cc-number"), ("expiry", "cc-exp"), ("cvc", "cc-csc")):
        expect(customer.field(name)).to_have_attribute("autocomplete", autocomplete)
        expect(customer.field(name)).to_have_attribute("inputmode", "numeric")


def test_the_form_says_what_it_is(customer: Customer) -> None:
    """Nobody takes it for the real one."""
    customer.opens_the_checkout()
    expect(customer.form.locator(".Note")).to_have_text("Test form by FakeStripe. Test cards only.")


@pytest.mark.parametrize(
    ("currency", "country", "label"),
    [
        ("sar", "SA", None),
        ("aed", "AE", None),
        ("usd", "US", "ZIP code"),
        ("gbp", "GB", "Postal code"),
        ("eur", "DE", None),
    ],
)
def test_the_postal_code(customer: Customer, currency: str, country: str, label: str | None) -> None:
    """The country is guessed from the money, else from the browser; few countries are asked for a postal code."""
    customer.site.intent = {"currency": currency}
    customer.opens_the_checkout(locale="de-DE")
    expect(customer.field("country")).to_have_value(country)
    if label is None:
        expect(customer.field("postalCode")).to_be_hidden()
        return
    customer.site.settings = {}
    expect(customer.field("postalCode")).to_be_visible()
    expect(customer.form.locator("label[for=payment-postalCodeInput]")).to_have_text(label)


def test_a_postal_code_that_is_missing(customer: Customer) -> None:
    """Where it is asked for it must be there, and it reaches the API."""
    customer.site.intent = {"currency": "usd"}
    customer.site.settings = {"redirect": "if_required"}
    customer.opens_the_checkout()
    customer.pays()
    customer.is_told("Your postal code is incomplete.")
    customer.field("postalCode").fill("94107")
    customer.presses_pay()
    customer.is_told("succeeded")
    method = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])
    assert method["billing_details"]["address"]["postal_code"] == "94107"
    assert method["billing_details"]["address"]["country"] == "US"


def test_countries_are_named_in_the_language(customer: Customer) -> None:
    """The names come from the browser, sorted as readers of the language sort."""
    customer.site.settings = {"stripe": {"locale": "ar"}}
    customer.opens_the_checkout()
    names = customer.field("country").locator("option").all_text_contents()
    assert "المملكة العربية السعودية" in names
    assert len(names) > 200
    assert names[0].startswith(("آ", "أ", "إ", "ا"))


def test_hidden_fields_are_the_shops_to_tell(customer: Customer) -> None:
    """With fields.billingDetails "never" the form asks nothing, and the shop's page must pass it."""
    customer.site.settings = {
        "redirect": "if_required",
        "payment": {"fields": {"billingDetails": {"address": "never"}}},
    }
    page = customer.opens_the_checkout()
    expect(customer.field("country")).to_have_count(0)
    customer.fills_in()
    pay = """async (address) => {
      const payment_method_data = { billing_details: { address } };
      const options = { elements, redirect: "if_required", confirmParams: { payment_method_data } };
      return stripe.confirmPayment(options).then(({ paymentIntent }) => paymentIntent.status, (error) => error.message);
    }"""
    told = page.evaluate(pay, {"country": "SA"})
    assert told.startswith(
        'You specified "never" for fields.billing_details.address.line1 when creating the payment Element'
    )
    whole = {"line1": "", "line2": "", "city": "الرياض", "state": "", "country": "SA", "postal_code": "11564"}
    assert page.evaluate(pay, whole) == "succeeded"
    method = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])
    assert method["billing_details"]["address"]["city"] == "الرياض"


def test_default_values(customer: Customer) -> None:
    """What the shop knows already is filled in, and what the form does not ask for goes along."""
    billing = {"name": "Sara", "email": "sara@example.com", "address": {"country": "GB", "postal_code": "SW1A 1AA"}}
    customer.site.settings = {"redirect": "if_required", "payment": {"defaultValues": {"billingDetails": billing}}}
    customer.opens_the_checkout()
    expect(customer.field("postalCode")).to_have_value("SW1A 1AA")
    customer.pays()
    customer.is_told("succeeded")
    details = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])["billing_details"]
    assert (details["name"], details["email"]) == ("Sara", "sara@example.com")
    assert (details["address"]["country"], details["address"]["postal_code"]) == ("GB", "SW1A 1AA")


def test_the_shops_own_colours(customer: Customer) -> None:
    """Variables and rules of the Appearance dress the form; a rule for anything else in the page is left out."""
    variables = {
        "colorBackground": "rgb(1, 2, 3)",
        "colorText": "rgb(4, 5, 6)",
        "borderRadius": "17px",
        "fontFamily": "Amiri",
    }
    rules = {
        ".Input": {"borderTopWidth": "5px"},
        ".Label--floating:hover": {"color": "red"},
        "body, .Input": {"display": "none"},
    }
    customer.site.settings = {"elements": {"appearance": {"variables": variables, "rules": rules}}}
    customer.opens_the_checkout()
    number = customer.field("number")
    assert _style(number, "backgroundColor") == "rgb(1, 2, 3)"
    assert _style(number, "color") == "rgb(4, 5, 6)"
    assert _style(number, "borderRadius") == "17px"
    assert _style(number, "fontFamily") == "Amiri"
    assert _style(number, "borderTopWidth") == "5px"


def test_themes(customer: Customer) -> None:
    """Night is light on dark, flat has no line."""
    customer.site.settings = {"elements": {"appearance": {"theme": "night"}}}
    page = customer.opens_the_checkout()
    assert _style(customer.field("number"), "backgroundColor") == "rgb(48, 49, 61)"
    assert _style(customer.field("number"), "color") == "rgb(255, 255, 255)"
    page.evaluate("elements.update({ appearance: { theme: 'flat' } })")
    expect(customer.field("number")).to_have_css("background-color", "rgb(241, 241, 241)")
    expect(customer.field("number")).to_have_css("border-top-color", "rgb(241, 241, 241)")


def test_another_language_on_the_way(customer: Customer) -> None:
    """`elements.update` changes the language of the form, and what is typed in stays."""
    page = customer.opens_the_checkout()
    customer.fills_in()
    page.evaluate("elements.update({ locale: 'ar' })")
    expect(customer.form.get_by_label("رقم البطاقة")).to_have_value("4242 4242 4242 4242")
    expect(customer.form.locator("html")).to_have_attribute("dir", "rtl")
    page.evaluate("elements.getElement('payment').update({ readOnly: true })")
    expect(customer.field("number")).to_have_attribute("readonly", "")


def test_an_update_that_nobody_sees(customer: Customer) -> None:
    """A new amount does not disturb who is typing; a new language keeps the focus and what was wrong."""
    page = customer.opens_the_checkout()
    customer.field("number").press_sequentially("4242 4242")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.evaluate("elements.fetchUpdates()")
    page.keyboard.type("40")
    expect(customer.field("expiry")).to_have_value("12 / 40")
    assert [name for name, _ in page.evaluate("window.events")].count("blur") == 0
    page.evaluate("elements.update({ locale: 'ar' })")
    expect(customer.error_of("number")).to_have_text("رقم البطاقة غير مكتمل.")
    expect(customer.field("expiry")).to_be_focused()


def test_the_accordion(customer: Customer) -> None:
    """It can begin closed, opens by a button, closes by `collapse()`; paying opens it where it is incomplete."""
    customer.site.settings = {
        "redirect": "if_required",
        "payment": {"layout": {"type": "accordion", "defaultCollapsed": True}},
    }
    page = customer.page = customer.goes_to("checkout")
    header = customer.form.get_by_role("button", name="Card")
    expect(header).to_have_attribute("aria-expanded", "false")
    expect(customer.field("number")).to_be_hidden()
    header.click()
    expect(customer.field("number")).to_be_visible()
    customer.fills_in()
    page.evaluate("elements.getElement('payment').collapse()")
    expect(customer.field("number")).to_be_hidden()
    assert [event["collapsed"] for event in customer.heard("change")][-1] is True
    header.click()
    customer.presses_pay()
    customer.is_told("succeeded")


def test_saving_for_later_is_said(customer: Customer) -> None:
    """A payment that keeps the card asks for leave to do so, unless the shop says it elsewhere."""
    customer.site.intent = {"setup_future_usage": "off_session"}
    customer.site.settings = {"payment": {"business": {"name": "Gulf Emperor"}}}
    page = customer.opens_the_checkout()
    expect(customer.form.locator(".Terms")).to_have_text(
        "By providing your card information, you allow Gulf Emperor to charge your card for future payments."
    )
    page.evaluate("elements.getElement('payment').update({ terms: { card: 'never' } })")
    expect(customer.form.locator(".Terms")).to_have_count(0)


def test_focus_blur_unmount_and_mount(customer: Customer) -> None:
    """The page can move the focus, take the Element out and put it back, empty; a destroyed one is gone for good."""
    page = customer.opens_the_checkout()
    page.evaluate("elements.getElement('payment').focus()")
    expect(customer.field("number")).to_be_focused()
    page.evaluate("elements.getElement('payment').blur()")
    page.wait_for_function("window.events.some(([name]) => name === 'blur')")
    customer.fills_in()
    page.evaluate("elements.getElement('payment').unmount()")
    expect(page.locator("iframe")).to_have_count(0)
    page.evaluate("elements.getElement('payment').mount(document.getElementById('payment-element'))")
    expect(customer.field("number")).to_have_value("")
    page.evaluate("elements.getElement('payment').destroy()")
    expect(page.locator("iframe")).to_have_count(0)
    assert page.evaluate("elements.getElement('payment')") is None
    page.evaluate("elements.create('payment').mount('#payment-element')")
    expect(customer.field("number")).to_be_visible()
