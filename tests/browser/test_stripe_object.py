"""`Stripe(key)` and what it can do besides the usual payment."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Customer
from tests.fake_stripe.shop import Shop

LOADER = """
// How Stripe's own loader puts the script into a page: by a tag, once; then it makes itself known.
window.loading = new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = "STRIPE/clover/stripe.js?advancedFraudSignals=false";
  script.addEventListener("load", () => (window.Stripe ? resolve(window.Stripe) : reject(new Error("not available"))));
  script.addEventListener("error", () => reject(new Error("failed to load")));
  document.head.append(script);
}).then((made) => {
  const stripe = made.apply(undefined, ["pk_test_1", { locale: "ar" }]);
  stripe._registerWrapper({ name: "stripe-js", version: "10.2.1", startTime: Date.now() });
  return stripe;
});
"""


def _refusal(page: Page, script: str) -> dict[str, str]:
    """The name and message of what an expression throws, at once or later."""
    caught: dict[str, str] = page.evaluate(
        """async (script) => {
          try { await (0, eval)(script); return { name: "", message: "nothing was refused" }; }
          catch (error) { return { name: error.name, message: error.message }; }
        }""",
        script,
    )
    return caught


@pytest.fixture
def page(customer: Customer) -> Page:
    """A page with the script and no form: `stripe` is there."""
    customer.site.extra["blank.html"] = (
        '<!doctype html><html lang="en"><title>Blank</title><link rel="icon" href="data:,">'
        '<script src="$stripe_js"></script><div id="here"></div><form id="form"><div id="there"></div></form></html>'
    )
    opened = customer.goes_to("blank")
    opened.evaluate("window.stripe = Stripe('pk_test_shop')")
    return opened


KEYS = [
    ("", "Missing value for Stripe(): apiKey should be a string."),
    ("42", "Invalid value for Stripe(): apiKey should be a string."),
    ("''", "Please call Stripe() with your publishable key. You used an empty string."),
    ("'sk_test_123'", "You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead."),
    ("'rk_live_123'", "You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead."),
    ("'price_1'", "Please call Stripe() with your publishable key. It starts with pk_test_ or pk_live_."),
]


def test_keys_that_are_refused(page: Page) -> None:
    """A secret key has no place in a page, and is not repeated."""
    for key, message in KEYS:
        assert _refusal(page, f"Stripe({key})") == {"name": "IntegrationError", "message": message}


@pytest.mark.parametrize(
    ("address", "version"),
    [
        ("/v3", 3),
        ("/v3/", 3),
        ("/clover/stripe.js", "clover"),
        ("/endive/stripe.js", "endive"),
        ("/v3/stripe.js", "v3"),
    ],
)
def test_the_addresses_of_the_script(customer: Customer, address: str, version: object) -> None:
    """It is at every address that Stripe.js has, and says by its version which one it came from."""
    customer.site.script = address
    page = customer.opens_the_checkout()
    assert page.evaluate("Stripe.version") == version


def test_being_loaded_by_a_library(customer: Customer) -> None:
    """Put into a page by a tag, called without `new`, wrapped: as `loadStripe` does."""
    customer.site.extra["loaded.html"] = (
        '<!doctype html><html lang="en"><title>Loaded</title><link rel="icon" href="data:,">'
        '<script src="loader.js"></script><div id="here"></div></html>'
    )
    customer.site.extra["loader.js"] = LOADER.replace("STRIPE", customer.site.stripe.address)
    page = customer.goes_to("loaded")
    secret = customer.site.make_intent()
    page.evaluate(
        """async (clientSecret) => {
          const stripe = await window.loading;
          stripe.registerAppInfo({ name: "shop", version: "1", url: "https://shop.example" });
          window.elements = stripe.elements({ clientSecret });
          elements.create("payment").mount("#here");
        }""",
        secret,
    )
    expect(customer.form.get_by_label("رقم البطاقة")).to_be_visible()
    assert page.evaluate("Stripe.version") == "clover"


def test_what_wrappers_of_react_look_for(page: Page) -> None:
    """Libraries tell a Stripe by these members."""
    looked_for = ["elements", "createToken", "createPaymentMethod", "confirmCardPayment", "_registerWrapper"]
    kinds = page.evaluate("names => names.map((name) => typeof stripe[name])", looked_for)
    assert set(kinds) == {"function"}
    assert page.evaluate("typeof stripe") == "object"
    assert page.evaluate("new Stripe('pk_test_1') instanceof Object")


MISTAKES = [
    ("stripe.createToken('iban')", "has no stripe.createToken()"),
    ("stripe.confirmIdealPayment('x')", "has no stripe.confirmIdealPayment()"),
    ("stripe.createConfirmationToken({})", "has no stripe.createConfirmationToken()"),
    ("stripe.elements().create('cardNumber')", 'has no "cardNumber" Element'),
    ("stripe.createPaymentMethod({ type: 'sepa_debit' })", 'has no PaymentMethod of type "sepa_debit"'),
    ("stripe.elements().create('pigeon')", "A valid Element name must be provided"),
    ("stripe.elements().create('payment')", "In order to create a payment element, you must pass"),
    ("stripe.elements({ clientSecret: 'pi_1' })", "clientSecret should be a client secret of the form"),
    ("stripe.elements({ mode: 'payment', currency: 'sar' })", "amount must be an integer greater than 0"),
    ("stripe.elements({ mode: 'payment', amount: 5 })", "currency should be a string"),
    ("stripe.elements({ mode: 'gift', currency: 'sar' })", "mode should be one of: payment, setup, subscription"),
    ("stripe.elements({ mode: 'setup', clientSecret: 'x', currency: 'sar' })", "either clientSecret or mode"),
    ("stripe.elements().create('card').mount('#nowhere')", "applies to no DOM elements"),
    ("stripe.elements().create('card').on('change')", "should be a function"),
    ("stripe.elements().create('address', {})", "You must pass the mode of an address Element"),
    (
        "{ const e = stripe.elements(); e.create('card'); e.create('card'); }",
        "Can only create one Element of type card",
    ),
    ("{ const e = stripe.elements().create('card'); e.destroy(); e.mount('#here'); }", "already been destroyed"),
    ("{ const e = stripe.elements().create('card').mount('#here'); e.mount('#there'); }", "already mounted"),
    ("stripe.retrievePaymentIntent('seti')", "the first argument should be a client secret"),
    ("stripe.confirmPayment({ clientSecret: 'pi_1_secret_2' })", "confirmParams.return_url should be a string"),
    ("stripe.confirmSetup({ clientSecret: 'pi_1_secret_2', redirect: 'if_required' })", "another kind of intent"),
    (
        (
            "stripe.confirmPayment({ elements: stripe.elements({ clientSecret: 'pi_1_secret_2' }),"
            " redirect: 'if_required' })"
        ),
        "elements should have a mounted Payment Element",
    ),
]


def test_mistakes_of_the_shops_page(page: Page) -> None:
    """What is used wrongly, or is lacking here, is thrown with a sentence that says which."""
    for script, message in MISTAKES:
        page.evaluate("document.getElementById('here').replaceChildren()")
        refused = _refusal(page, script)
        assert refused["name"] == "IntegrationError", script
        assert message in refused["message"]


def test_a_return_url_that_is_none(page: Page, customer: Customer) -> None:
    """An address that a browser cannot go back to is an error before anything is paid."""
    secret = customer.site.make_intent()
    result = page.evaluate(
        "clientSecret => stripe.confirmPayment({ clientSecret, confirmParams: { return_url: 'javascript:alert(1)' } })",
        secret,
    )
    assert (result["error"]["code"], result["error"]["param"]) == ("url_invalid", "return_url")
    assert customer.site.stripe.confirmations() == []


def test_retrieving(page: Page, customer: Customer) -> None:
    """With its secret a PaymentIntent can be read; with another it cannot."""
    secret = customer.site.make_intent()
    found = page.evaluate("secret => stripe.retrievePaymentIntent(secret)", secret)
    assert found["paymentIntent"]["status"] == "requires_payment_method"
    other = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    refused = page.evaluate("secret => stripe.retrievePaymentIntent(secret)", other)
    assert refused["error"]["type"] == "invalid_request_error"


def test_the_api_version_goes_along(page: Page, customer: Customer) -> None:
    """The version that a page names reaches the API, which refuses what it does not speak."""
    secret = customer.site.make_intent()
    call = "secret => Stripe('pk_test_1', { apiVersion: '2019-02-19' }).retrievePaymentIntent(secret)"
    assert "2019-02-19" in page.evaluate(call, secret)["error"]["message"]


def test_no_next_action(page: Page, customer: Customer) -> None:
    """An intent that waits for nothing is an error, with the intent as it stands."""
    secret = customer.site.make_intent()
    for call in ("handleNextAction({ clientSecret: secret })", "handleCardAction(secret)"):
        result = page.evaluate(f"secret => stripe.{call}", secret)
        assert result["error"]["code"] == "payment_intent_unexpected_state"
        assert result["error"]["payment_intent"]["status"] == "requires_payment_method"


def test_handling_the_next_action_of_a_server_that_confirms(page: Page, customer: Customer) -> None:
    """A shop that confirms on its server and uses the script only for the bank's question."""
    customer.site.intent = {
        "payment_method": "pm_card_threeDSecure2Required",
        "confirmation_method": "manual",
        "confirm": True,
        "use_stripe_sdk": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    secret = customer.site.make_intent()
    page.evaluate("secret => void stripe.handleCardAction(secret).then((result) => (window.result = result))", secret)
    customer.bank.locator("#test-source-authorize-3ds").click()
    assert customer.result["paymentIntent"]["status"] == "requires_confirmation"
    confirmed = Shop(customer.site.stripe.fake).post(f"/v1/payment_intents/{customer.site.made[0]['id']}/confirm")
    assert confirmed["status"] == "succeeded"


def test_confirming_a_card_by_its_id(page: Page, customer: Customer) -> None:
    """`confirmCardPayment` with a PaymentMethod that is there already, with and without handling what follows."""
    secret = customer.site.make_intent()
    paid = page.evaluate("secret => stripe.confirmCardPayment(secret, { payment_method: 'pm_card_visa' })", secret)
    assert paid["paymentIntent"]["status"] == "succeeded"
    asking = page.evaluate(
        """secret => stripe.confirmCardPayment(
          secret, { payment_method: "pm_card_threeDSecure2Required" }, { handleActions: false },
        )""",
        customer.site.make_intent(),
    )
    assert asking["paymentIntent"]["status"] == "requires_action"


def test_the_old_card_element(page: Page, customer: Customer) -> None:
    """One line of fields, with `confirmCardPayment`; its change event tells the brand and the error."""
    page.evaluate(
        """() => {
          window.events = [];
          const card = (window.card = stripe.elements().create("card", { hidePostalCode: true }));
          card.on("change", (event) => events.push(["change", event]));
          card.mount("#here");
        }"""
    )
    confirm = """secret => stripe.confirmCardPayment(secret, {
      payment_method: { card, billing_details: { name: "سارة" } },
      receipt_email: "sara@example.com",
    })"""
    secret = customer.site.make_intent()
    expect(customer.field("postalCode")).to_have_count(0)
    incomplete = page.evaluate(confirm, secret)
    assert incomplete["error"]["code"] == "incomplete_number"
    customer.fills_in()
    page.wait_for_function("events.at(-1)?.[1].complete")
    told = customer.heard("change")[-1]
    assert (told["brand"], told["complete"], told["empty"], told.get("error")) == ("visa", True, False, None)
    paid = page.evaluate(confirm, secret)
    assert paid["paymentIntent"]["receipt_email"] == "sara@example.com"
    method = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])
    assert method["billing_details"]["name"] == "سارة"
    page.evaluate("card.clear()")
    expect(customer.field("number")).to_have_value("")


DEFERRED = """(settings) => {
  window.elements = stripe.elements({ mode: "payment", amount: 11500, currency: "sar", ...settings });
  elements.create("payment").mount("#there");
}"""
CONFIRM = "(clientSecret) => stripe.confirmPayment({ elements, clientSecret, redirect: 'if_required' })"


def test_an_intent_that_comes_later(page: Page, customer: Customer) -> None:
    """The deferred flow: fill in, `submit`, make the intent, confirm."""
    page.evaluate(DEFERRED, {})
    assert page.evaluate("elements.submit()")["error"]["code"] == "incomplete_number"
    customer.fills_in()
    assert page.evaluate("elements.submit()") == {"selectedPaymentMethod": "card"}
    secret = customer.site.make_intent()
    assert page.evaluate(CONFIRM, secret)["paymentIntent"]["status"] == "succeeded"


def test_forgetting_to_submit(page: Page, customer: Customer) -> None:
    """Confirming without `submit` before it is the page's mistake."""
    page.evaluate(DEFERRED, {})
    customer.fills_in()
    secret = customer.site.make_intent()
    refused = _refusal(page, f"({CONFIRM})({secret!r})")
    assert "elements.submit() must be called" in refused["message"]


def test_an_intent_over_another_amount(page: Page, customer: Customer) -> None:
    """What was shown and what is charged must agree; `update` brings them together."""
    page.evaluate(DEFERRED, {"amount": 9900})
    customer.fills_in()
    secret = customer.site.make_intent()
    page.evaluate("elements.submit()")
    assert page.evaluate(CONFIRM, secret)["error"]["code"] == "payment_intent_mismatch"
    assert customer.site.stripe.confirmations() == []
    page.evaluate("elements.update({ amount: 11500 })")
    page.evaluate("elements.submit()")
    assert page.evaluate(CONFIRM, secret)["paymentIntent"]["status"] == "succeeded"


def test_making_a_payment_method(page: Page, customer: Customer) -> None:
    """`createPaymentMethod` from the form, to be confirmed on the server."""
    page.evaluate(DEFERRED, {"paymentMethodCreation": "manual"})
    customer.fills_in("5555555555554444")
    page.evaluate("elements.submit()")
    made = page.evaluate("stripe.createPaymentMethod({ elements, params: { billing_details: { name: 'Sara' } } })")
    method = made["paymentMethod"]
    assert (method["card"]["brand"], method["billing_details"]["name"]) == ("mastercard", "Sara")
    paid = Shop(customer.site.stripe.fake).paid(method["id"], payment_method_types=["card"])
    assert paid["status"] == "succeeded"


def test_fetching_updates(customer: Customer) -> None:
    """When the shop's server changes the intent, the page asks the Elements to look again."""
    page = customer.opens_the_checkout()
    assert page.evaluate("elements.fetchUpdates()") == {}
    assert page.evaluate("elements.submit()")["error"]["type"] == "validation_error"


def test_e_mail_and_address(page: Page, customer: Customer) -> None:
    """The e-mail and address Elements tell what they hold, and go along with the payment."""
    customer.site.intent = {"currency": "aed"}
    page.evaluate(
        """(clientSecret) => {
          window.events = [];
          window.elements = stripe.elements({ clientSecret });
          for (const [type, options] of [
            ["linkAuthentication", { defaultValues: { email: "sara@example.com" } }],
            ["address", { mode: "shipping", allowedCountries: ["AE", "SA"], defaultValues: { name: "Sara" } }],
            ["payment", {}],
          ]) {
            const holder = document.createElement("div");
            document.body.append(holder);
            elements.create(type, options).on("change", (event) => events.push([type, event])).mount(holder);
          }
        }""",
        customer.site.make_intent(),
    )
    email, address, payment = (page.frame_locator("iframe").nth(position) for position in range(3))
    expect(email.get_by_label("Email")).to_have_value("sara@example.com")
    expect(address.get_by_label("Country")).to_have_value("AE")
    assert address.get_by_label("Country").locator("option").count() == 2
    expect(address.get_by_label("Postal code")).to_be_hidden()
    assert page.evaluate("elements.submit()")["error"]["code"] == "incomplete_field"
    address.get_by_label("Address line 1").fill("1 Corniche")
    address.get_by_label("City").fill("دبي")
    value = page.evaluate("elements.getElement('address').getValue()")
    assert (value["complete"], value["value"]["name"], value["value"]["address"]["city"]) == (True, "Sara", "دبي")
    for name, text in (("number", "4242424242424242"), ("expiry", "12/40"), ("cvc", "123")):
        payment.locator(f"[name={name}]").fill(text)
    paid = page.evaluate("stripe.confirmPayment({ elements, redirect: 'if_required' })")
    shipping: dict[str, Any] = paid["paymentIntent"]["shipping"]
    assert (shipping["name"], shipping["address"]["line1"], shipping["address"]["country"]) == (
        "Sara",
        "1 Corniche",
        "AE",
    )
    method = customer.site.stripe.fake.retrieve(customer.site.last_intent["payment_method"])
    assert method["billing_details"]["email"] == "sara@example.com"


def test_express_checkout_has_nothing_to_offer(page: Page, customer: Customer) -> None:
    """There are no wallets here: the Element says so as the real one does, and shows nothing."""
    page.evaluate(
        """(clientSecret) => {
          window.events = [];
          const express = stripe.elements({ clientSecret }).create("expressCheckout");
          express.on("ready", (event) => events.push(["ready", event])).mount("#here");
        }""",
        customer.site.make_intent(),
    )
    page.wait_for_function("events.length")
    assert customer.heard("ready") == [{"elementType": "expressCheckout", "availablePaymentMethods": None}]
    assert page.locator("#here").inner_html() == ""


def test_listeners_come_and_go(page: Page, customer: Customer) -> None:
    """`once` hears once, `off` hears no more."""
    page.evaluate(
        """() => {
          window.heard = [];
          const card = (window.card = stripe.elements().create("card"));
          const note = (name) => () => heard.push(name);
          const gone = note("gone"), left = note("left");
          card.on("focus", note("always")).once("focus", note("once")).on("focus", gone).once("focus", left);
          card.off("focus", gone).off("focus", left).on("ready", note("ready")).mount("#here");
        }"""
    )
    page.wait_for_function("heard.includes('ready')")
    for _ in range(2):
        before = page.evaluate("heard.length")
        customer.field("number").focus()
        page.wait_for_function("before => heard.length > before", arg=before)
        page.evaluate("card.blur()")
        expect(customer.field("number")).not_to_be_focused()
    assert page.evaluate("heard") == ["ready", "always", "once", "always"]
