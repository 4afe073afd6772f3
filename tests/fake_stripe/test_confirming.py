"""Confirming: by the shop or the browser, once or twice, with and without somewhere to come back to."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.shop import Shop, types


def _browser(fake: FakeStripe, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Ask as a customer's browser does, with the publishable key."""
    status, _, body = fake.handle("POST", path, "", {"Authorization": "Bearer pk_test_1"}, urlencode(fields).encode())
    answer: dict[str, Any] = json.loads(body)
    return status, answer


def test_automatic_methods_want_a_return_url(shop: Shop) -> None:
    """Whoever asks for the Dashboard's methods by name must say where customers come back to, or forbid redirects."""
    asked = {"automatic_payment_methods": {"enabled": True}, "payment_method": "pm_card_visa"}
    error = shop.refused("post", "/v1/payment_intents", amount=1000, currency="sar", confirm=True, **asked)
    assert (error["status"], "`return_url`" in error["message"]) == (400, True)
    assert shop.intent(**asked, confirm=True, return_url="https://shop.example/done")["status"] == "succeeded"
    never = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    assert shop.intent(**{**asked, **never}, confirm=True)["status"] == "succeeded"
    waiting = shop.intent(automatic_payment_methods={"enabled": True})
    url = f"/v1/payment_intents/{waiting['id']}/confirm"
    assert "`return_url`" in shop.refused("post", url, payment_method="pm_card_visa")["message"]
    assert shop.get(f"/v1/payment_intents/{waiting['id']}")["status"] == "requires_payment_method"


def test_a_browser_sees_only_what_is_the_customers(shop: Shop) -> None:
    """A publishable key learns nothing of metadata, customer or charges, in answers and in errors alike."""
    intent = shop.intent(metadata={"margin": "high"})
    fields = {"client_secret": intent["client_secret"], "payment_method": "pm_card_chargeDeclined"}
    status, answer = _browser(shop.fake, f"/v1/payment_intents/{intent['id']}/confirm", fields)
    assert status == 402
    assert {"metadata", "customer", "latest_charge"}.isdisjoint(answer["error"]["payment_intent"])
    assert answer["error"]["payment_intent"]["status"] == "requires_payment_method"
    status, answer = _browser(
        shop.fake, f"/v1/payment_intents/{intent['id']}/confirm", {**fields, "payment_method": "pm_card_visa"}
    )
    assert (status, answer["status"], "metadata" in answer) == (200, "succeeded", False)


def test_manual_confirmation_is_confirmed_twice_and_by_the_server(shop: Shop) -> None:
    """After the bank's question the PaymentIntent waits for the shop; a browser cannot confirm it at all."""
    intent = shop.intent(
        confirmation_method="manual", payment_method="pm_card_threeDSecure2Required", confirm=True,
        return_url="https://shop.example/back",
    )  # fmt: skip
    assert intent["status"] == "requires_action"
    assert shop.fake.challenge(intent["id"])["status"] == "requires_confirmation"
    url = f"/v1/payment_intents/{intent['id']}/confirm"
    status, answer = _browser(shop.fake, url, {"client_secret": intent["client_secret"]})
    assert (status, "secret key" in answer["error"]["message"]) == (400, True)
    paid = shop.post(url, expand=["latest_charge"])
    assert paid["status"] == "succeeded"
    assert paid["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"


def test_an_action_can_be_refused_beforehand(shop: Shop) -> None:
    """`error_on_requires_action` turns the bank's question into a decline."""
    error = shop.refused(
        "post", "/v1/payment_intents", amount=1000, currency="sar", payment_method="pm_card_threeDSecure2Required",
        confirm=True, error_on_requires_action=True,
    )  # fmt: skip
    assert (error["status"], error["code"]) == (402, "authentication_required")
    assert "payment_intent.requires_action" not in types(shop.fake)


def test_a_card_alone_can_be_captured_by_hand(shop: Shop) -> None:
    """`payment_method_options[card][capture_method]` holds the money although the payment is automatic."""
    held = shop.paid(payment_method_options={"card": {"capture_method": "manual"}})
    assert (held["status"], held["amount_capturable"]) == ("requires_capture", 11500)
    assert shop.post(f"/v1/payment_intents/{held['id']}/capture")["status"] == "succeeded"


def test_an_authorisation_cannot_be_raised(shop: Shop) -> None:
    """The cards of the fake, as most of Stripe's, take no increments."""
    held = shop.paid(capture_method="manual")
    error = shop.refused("post", f"/v1/payment_intents/{held['id']}/increment_authorization", amount=20000)
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
