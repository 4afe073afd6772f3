"""The routes that the page of a Checkout Session uses, and Stripe CLI's trigger scripts with it."""

from __future__ import annotations

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.checkout import SESSIONS, a_session, one
from tests.fake_stripe.shop import JSON, Shop, types


def test_the_page_shows_no_more_than_a_browser_may_see(fake: FakeStripe, shop: Shop) -> None:
    """With the publishable key the page reads what it shows; the shop's metadata is not among it."""
    session = a_session(shop, payment_intent_data={"metadata": {"margin": "high"}})
    shop.fake.pay_session(session, card="4000000000000002")
    browser = Shop(fake, "pk_test_shop")
    page = browser.get(f"/v1/payment_pages/{session['id']}")
    assert (page["session_id"], page["status"], page["total_summary"]["due"]) == (session["id"], "open", 23000)
    assert page["success_url"] == f"https://shop.example/thanks?session={session['id']}"
    assert page["payment_intent"]["client_secret"]
    assert "metadata" not in page["payment_intent"]
    assert browser.refused("get", one(session))["code"] == "secret_key_required"
    assert browser.get(f"/v1/payment_pages/{page['id']}") == page


def test_the_wrong_sum_is_refused(shop: Shop) -> None:
    """Whoever expects another sum has seen an old page: nothing is paid."""
    session = a_session(shop)
    page = f"/v1/payment_pages/{session['id']}/confirm"
    error = shop.refused("post", page, payment_method="pm_card_visa", expected_amount=22999)
    assert (error["status"], error["code"], error["param"]) == (400, "checkout_amount_mismatch", "expected_amount")
    assert shop.refused("post", page)["code"] == "parameter_missing"
    assert shop.get(one(session)) == session


def test_a_method_that_was_not_offered_is_refused(shop: Shop) -> None:
    """A card does not pay a session for bank debits, and begins nothing."""
    session = a_session(shop, payment_method_types=["bacs_debit"])
    error = shop.refused("post", f"/v1/payment_pages/{session['id']}/confirm", payment_method="pm_card_visa")
    assert error["message"].startswith("The payment method type card is not among those")
    assert shop.get(one(session))["payment_intent"] is None


def test_a_decline_is_told_to_the_page(shop: Shop) -> None:
    """The page gets the card's error with the PaymentIntent, as Stripe.js would."""
    session = a_session(shop)
    page = f"/v1/payment_pages/{session['id']}/confirm"
    with pytest.raises(stripe.CardError) as caught:
        shop.post(page, payment_method="pm_card_chargeDeclinedExpiredCard")
    assert (caught.value.http_status, caught.value.code) == (402, "expired_card")
    assert shop.get(one(session))["status"] == "open"


_BUYER = {"email": "stripe@example.com"}
_BRITON = {
    **_BUYER,
    "name": "Jenny Rosen",
    "phone": "1234567890",
    "address": {"line1": "71 Crown Street", "city": "London", "postal_code": "W10 2WB", "country": "GB"},
}
_BY_CARD = {"type": "card", "card": {"token": "tok_visa"}, "billing_details": _BUYER}


def _bacs(account: str) -> JSON:
    numbers = {"account_number": account, "sort_code": "108800"}
    return {"type": "bacs_debit", "bacs_debit": numbers, "billing_details": _BRITON}


@pytest.mark.parametrize(
    ("method", "currency", "status", "last"),
    [
        (_BY_CARD, "usd", "paid", "checkout.session.completed"),
        (_bacs("00012345"), "gbp", "paid", "checkout.session.async_payment_succeeded"),
        (_bacs("33333335"), "gbp", "unpaid", "checkout.session.async_payment_failed"),
    ],
)
def test_stripe_clis_own_triggers(shop: Shop, method: JSON, currency: str, status: str, last: str) -> None:
    """The requests of `stripe trigger checkout.session.…`, one after the other, end in the event it is named after."""
    address = {"line1": "510 Townsend St", "postal_code": "94103", "city": "San Francisco", "country": "US"}
    saved = {} if method["type"] == "card" else {"setup_future_usage": "off_session"}
    line = {"name": "t-shirt", "description": "cotton", "amount": 1500, "currency": currency, "quantity": 2}
    session = shop.post(
        SESSIONS,
        success_url="https://httpbin.example/post",
        cancel_url="https://httpbin.example/post",
        payment_method_types=[method["type"]],
        line_items=[line],
        payment_intent_data={**saved, "shipping": {"name": "Jenny Rosen", "address": address}},
    )
    shop.get(f"/v1/payment_pages/{session['id']}")
    made = shop.post("/v1/payment_methods", **method)
    shop.post(f"/v1/payment_pages/{session['id']}/confirm", payment_method=made["id"], expected_amount=3000)
    assert shop.get(one(session))["payment_status"] == status
    assert [kind for kind in types(shop.fake) if kind.startswith("checkout.")][-1] == last
    assert shop.get(one(session))["customer_details"]["email"] == "stripe@example.com"
