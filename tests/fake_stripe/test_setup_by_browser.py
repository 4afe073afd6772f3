"""SetupIntents confirmed by the customer's browser, with the publishable key and the client secret."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.setting_up import URL
from tests.fake_stripe.shop import Shop


def test_the_browser_saves_a_card(fake: FakeStripe, shop: Shop, customer: str) -> None:
    """With the publishable key and the client secret a browser confirms by number, and sees what concerns it."""
    intent = shop.post(URL, customer=customer, automatic_payment_methods={"enabled": True})
    browser, path = Shop(fake, "pk_test_shop"), f"{URL}/{intent['id']}"
    secret = {"client_secret": intent["client_secret"]}
    seen = browser.get(path, **secret)
    assert (seen["status"], seen["usage"]) == ("requires_payment_method", "off_session")
    assert not {"customer", "metadata", "latest_attempt"} & set(seen)
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    data = {"type": "card", "card": card, "allow_redisplay": "always"}
    saved = browser.post(f"{path}/confirm", payment_method_data=data, return_url="https://shop.example", **secret)
    assert (saved["status"], "customer" in saved) == ("succeeded", False)
    (kept,) = shop.get(f"/v1/customers/{customer}/payment_methods")["data"]
    assert (kept["id"], kept["allow_redisplay"]) == (saved["payment_method"], "always")


def test_the_browser_is_told_of_a_decline(fake: FakeStripe, shop: Shop) -> None:
    """In the error, too, a browser sees only what concerns it."""
    intent = shop.post(URL)
    browser = Shop(fake, "pk_test_shop")
    declined = {"payment_method": "pm_card_chargeDeclined", "client_secret": intent["client_secret"]}
    error = browser.refused("post", f"{URL}/{intent['id']}/confirm", **declined)
    assert error["setup_intent"]["last_setup_error"]["code"] == "card_declined"
    assert "metadata" not in error["setup_intent"]


def test_the_browser_needs_the_secret(fake: FakeStripe, shop: Shop) -> None:
    """Without the client secret, or with another, a browser sees nothing; nor may it do what a shop may."""
    intent = shop.post(URL)
    browser, path = Shop(fake, "pk_test_shop"), f"{URL}/{intent['id']}"
    assert browser.refused("get", path)["code"] == "parameter_missing"
    error = browser.refused("get", path, client_secret=f"{intent['id']}_secret_x")
    assert (error["status"], error["param"]) == (400, "client_secret")
    assert browser.refused("post", f"{path}/cancel")["status"] == 401
    assert browser.refused("post", URL)["code"] == "secret_key_required"
