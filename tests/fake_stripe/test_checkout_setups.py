"""Checkout Sessions in setup mode: a card is saved, and nothing is paid."""

from __future__ import annotations

import pytest

from tests.fake_stripe.checkout import LINE, PAGES, SESSIONS, happened, one
from tests.fake_stripe.shop import JSON, Shop


def a_setup(shop: Shop, **params: object) -> JSON:
    """An open session that is to save a card."""
    return shop.post(SESSIONS, **{**PAGES, "mode": "setup", "currency": "sar", **params})


def test_a_session_that_saves_has_its_setup_intent_at_once(shop: Shop) -> None:
    """Nothing is to be paid; the SetupIntent is there from the start and carries what the shop gave."""
    session = a_setup(shop, setup_intent_data={"metadata": {"plan": "gold"}, "description": "card on file"})
    assert (session["mode"], session["status"], session["payment_status"]) == ("setup", "open", "no_payment_required")
    nothing = ("amount_subtotal", "amount_total", "discounts", "invoice_creation", "payment_intent", "total_details")
    assert {name: session[name] for name in nothing} == dict.fromkeys(nothing)
    assert (session["currency"], session["payment_method_collection"]) == ("sar", "always")
    intent = shop.get(one(session), expand=["setup_intent"])["setup_intent"]
    assert (intent["metadata"], intent["description"]) == ({"plan": "gold"}, "card on file")
    assert (intent["status"], intent["usage"]) == ("requires_payment_method", "off_session")
    assert shop.get(f"{one(session)}/line_items")["data"] == []


def test_a_customer_saves_a_card(shop: Shop) -> None:
    """Afterwards the session is complete, and the card is the customer's to be charged without them."""
    customer = shop.post("/v1/customers", email="sara@example.com")["id"]
    saved = shop.fake.pay_session(a_setup(shop, customer=customer))
    assert (saved["status"], saved["payment_status"], saved["customer"]) == (
        "complete",
        "no_payment_required",
        customer,
    )
    assert happened(shop.fake)[-2:] == ["setup_intent.succeeded", "checkout.session.completed"]
    card = shop.get(f"/v1/setup_intents/{saved['setup_intent']}")["payment_method"]
    assert shop.paid(card, customer=customer, off_session=True)["status"] == "succeeded"


def test_a_customer_is_made_to_own_the_card(shop: Shop) -> None:
    """With `customer_creation=always` the card is saved with a new Customer."""
    saved = shop.fake.pay_session(a_setup(shop, customer_creation="always"), email="noura@example.com")
    intent = shop.get(f"/v1/setup_intents/{saved['setup_intent']}", expand=["customer", "payment_method"])
    assert (intent["customer"]["id"], intent["customer"]["email"]) == (saved["customer"], "noura@example.com")
    assert intent["payment_method"]["customer"] == saved["customer"]


def test_a_declined_card_is_not_saved(shop: Shop) -> None:
    """After a decline, or a failed 3-D Secure question, the session waits for another card."""
    session = a_setup(shop)
    assert shop.fake.pay_session(session, card="4000000000000002")["status"] == "open"
    assert shop.fake.pay_session(session, card="4000002760003184", three_d_secure="fail")["status"] == "open"
    assert shop.fake.pay_session(session, card="4000002760003184")["status"] == "complete"


def test_an_expired_session_gives_up_its_setup_intent(shop: Shop) -> None:
    """Nobody can save a card in an expired session, so its SetupIntent is canceled."""
    session = a_setup(shop)
    shop.post(f"{one(session)}/expire")
    assert shop.get(f"/v1/setup_intents/{session['setup_intent']}")["status"] == "canceled"


@pytest.mark.parametrize(
    ("params", "param", "message"),
    [
        ({"line_items": [LINE]}, "line_items", "You can not pass `line_items` in `setup` mode."),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data", "You can not pass"),
        ({"currency": None}, "currency", "Missing required param: currency."),
        ({"mode": "payment", "setup_intent_data": {"description": "x"}}, "setup_intent_data", "You can not pass"),
    ],
)
def test_each_mode_has_its_own_parameters(shop: Shop, params: JSON, param: str, message: str) -> None:
    """What belongs to a payment is refused where a card is saved, and the other way round."""
    error = shop.refused("post", SESSIONS, **{**PAGES, "mode": "setup", "currency": "sar", **params})
    assert (error["status"], error["param"]) == (400, param)
    assert error["message"].startswith(message)
    assert happened(shop.fake) == []
