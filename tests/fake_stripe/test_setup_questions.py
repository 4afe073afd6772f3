"""SetupIntents whose bank asks the customer, and the attempts that are remembered."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe.cards import BY_METHOD_ID
from gulf_payments.testing.fake_stripe.errors import ApiError
from tests.fake_stripe.setting_up import URL, answer, confirmed
from tests.fake_stripe.shop import Shop, types

ASKING = [name for name, card in BY_METHOD_ID.items() if card.authentication not in {"never", "on_request"}]


def test_a_saved_card_pays_without_the_customer(shop: Shop, customer: str) -> None:
    """A card that asks on set-up only is charged freely once it was set up."""
    intent = confirmed(shop, "pm_card_authenticationRequiredOnSetup", customer=customer)
    assert intent["status"] == "requires_action"
    assert answer(shop, intent, "pass")["status"] == "succeeded"
    paid = shop.paid(intent["payment_method"], customer=customer, off_session=True)
    assert paid["status"] == "succeeded"
    again = confirmed(shop, intent["payment_method"], customer=customer)
    assert again["status"] == "succeeded"


def test_the_next_card_is_saved_after_a_decline(shop: Shop, customer: str) -> None:
    """A decline is not the end, and both attempts are listed."""
    intent = shop.post(URL, customer=customer)
    shop.refused("post", f"{URL}/{intent['id']}/confirm", payment_method="pm_card_chargeDeclined")
    saved = shop.post(f"{URL}/{intent['id']}/confirm", payment_method="pm_card_visa")
    assert (saved["status"], saved["last_setup_error"]) == ("succeeded", None)
    listed = shop.get("/v1/setup_attempts", setup_intent=intent["id"])
    newest, oldest = listed["data"]
    assert (newest["id"], newest["status"], newest["setup_error"]) == (saved["latest_attempt"], "succeeded", None)
    assert (oldest["status"], oldest["setup_error"]["code"]) == ("failed", "card_declined")


@pytest.mark.parametrize("card", ASKING)
def test_a_card_that_asks_redirects(shop: Shop, customer: str, card: str) -> None:
    """With a return_url the customer goes to the bank's page; nothing is saved yet."""
    intent = confirmed(shop, card, customer=customer, return_url="https://shop.example/back")
    action = intent["next_action"]
    assert (intent["status"], action["type"]) == ("requires_action", "redirect_to_url")
    assert action["redirect_to_url"]["return_url"] == "https://shop.example/back"
    assert f"setup_intent={intent['id']}" in action["redirect_to_url"]["url"]
    assert types(shop.fake)[1:] == ["setup_intent.created", "setup_intent.requires_action"]
    assert shop.get(f"/v1/payment_methods/{intent['payment_method']}")["customer"] is None


def test_a_card_that_asks_stays_on_the_page(shop: Shop) -> None:
    """Without a return_url, or when the shop uses Stripe.js, the question is asked inside the page."""
    assert confirmed(shop, "pm_card_threeDSecure2Required")["next_action"]["type"] == "use_stripe_sdk"
    there = {"return_url": "https://shop.example/back", "use_stripe_sdk": True}
    intent = confirmed(shop, "pm_card_threeDSecure2Required", **there)
    assert intent["next_action"]["type"] == "use_stripe_sdk"


def test_a_question_passed_saves_the_card(shop: Shop, customer: str) -> None:
    """Once authenticated the card is the customer's, and the attempt carries the proof."""
    asking = confirmed(shop, "pm_card_authenticationRequired", customer=customer)
    (attempt,) = shop.get("/v1/setup_attempts", setup_intent=asking["id"])["data"]
    assert (attempt["id"], attempt["status"]) == (asking["latest_attempt"], "requires_action")
    saved = answer(shop, asking, "pass")
    assert (saved["status"], saved["next_action"]) == ("succeeded", None)
    assert types(shop.fake)[-2:] == ["payment_method.attached", "setup_intent.succeeded"]
    read = shop.get(f"{URL}/{asking['id']}", expand=["latest_attempt", "payment_method"])
    assert read["latest_attempt"]["status"] == "succeeded"
    assert read["latest_attempt"]["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"
    assert read["payment_method"]["customer"] == customer


def test_a_question_failed_asks_for_another_card(shop: Shop, customer: str) -> None:
    """A failed authentication saves nothing; the SetupIntent waits for another card."""
    asking = confirmed(shop, "pm_card_authenticationRequired", customer=customer)
    failed = answer(shop, asking, "fail")
    assert (failed["status"], failed["payment_method"]) == ("requires_payment_method", None)
    assert failed["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert types(shop.fake)[-1] == "setup_intent.setup_failed"
    (attempt,) = shop.get("/v1/setup_attempts", setup_intent=asking["id"])["data"]
    assert attempt["payment_method_details"]["card"]["three_d_secure"]["result"] == "failed"
    with pytest.raises(ApiError, match="status of requires_payment_method"):
        answer(shop, asking, "pass")


def test_confirming_again_abandons_the_question(shop: Shop) -> None:
    """Whoever confirms with another card leaves the bank's page for good."""
    asking = confirmed(shop, "pm_card_authenticationRequired")
    saved = shop.post(f"{URL}/{asking['id']}/confirm", payment_method="pm_card_visa")
    assert (saved["status"], saved["next_action"]) == ("succeeded", None)
    attempts = shop.get("/v1/setup_attempts", setup_intent=asking["id"])["data"]
    assert [attempt["status"] for attempt in attempts] == ["succeeded", "abandoned"]


def test_a_card_that_may_ask_asks_on_demand(shop: Shop) -> None:
    """A card with optional 3-D Secure asks only if the shop wants it to."""
    assert confirmed(shop, "pm_card_threeDSecureOptional")["status"] == "succeeded"
    options = {"card": {"request_three_d_secure": "challenge"}}
    asking = confirmed(shop, "pm_card_threeDSecureOptional", payment_method_options=options)
    assert asking["status"] == "requires_action"
    assert asking["payment_method_options"]["card"]["request_three_d_secure"] == "challenge"


def test_a_new_card_ends_the_question(shop: Shop) -> None:
    """An update with another card forgets the bank's question."""
    asking = confirmed(shop, "pm_card_authenticationRequired")
    updated = shop.post(f"{URL}/{asking['id']}", payment_method="pm_card_visa")
    assert (updated["status"], updated["next_action"]) == ("requires_confirmation", None)
