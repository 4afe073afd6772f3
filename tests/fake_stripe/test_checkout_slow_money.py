"""Checkout Sessions that are complete before they are paid: held cards, bank debits, bank transfers."""

from __future__ import annotations

import pytest

from tests.fake_stripe.checkout import a_session, happened, one
from tests.fake_stripe.shop import JSON, Shop, types

POUNDS = {"price_data": {"currency": "gbp", "unit_amount": 1500, "product_data": {"name": "t-shirt"}}, "quantity": 2}
BY_BACS = {"payment_method_types": ["bacs_debit"], "line_items": [POUNDS]}


@pytest.mark.parametrize(
    "wanted",
    [
        {"payment_intent_data": {"capture_method": "manual"}},
        {"payment_method_options": {"card": {"capture_method": "manual"}}},
    ],
)
def test_held_money_is_not_yet_paid(shop: Shop, wanted: JSON) -> None:
    """With manual capture a session is complete but unpaid, until the shop captures; no event tells of that."""
    session = a_session(shop, **wanted)
    held = shop.fake.pay_session(session)
    assert (held["status"], held["payment_status"]) == ("complete", "unpaid")
    shop.post(f"/v1/payment_intents/{held['payment_intent']}/capture")
    assert shop.get(one(session))["payment_status"] == "paid"
    assert [kind for kind in types(shop.fake) if kind.startswith("checkout.")] == ["checkout.session.completed"]


def test_slow_money_comes(shop: Shop) -> None:
    """A bank debit completes the session unpaid; when the money comes, another event says so."""
    session = a_session(shop, **BY_BACS)
    waiting = shop.fake.pay_session(session, bank_account="90012345")
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    shop.fake.advance(seconds=180)
    assert shop.get(one(session))["payment_status"] == "paid"
    completed, came = shop.fake.events("checkout.session.completed", "checkout.session.async_payment_succeeded")
    assert (completed["type"], came["type"]) == (
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    )
    assert completed["data"]["object"]["payment_status"] == "unpaid"
    assert came["data"]["object"]["payment_status"] == "paid"


def test_slow_money_does_not_come(shop: Shop) -> None:
    """A debit that the bank returns leaves the session complete and unpaid for good."""
    session = a_session(shop, **BY_BACS)
    shop.fake.pay_session(session, bank_account="93333335")
    shop.fake.advance(seconds=180)
    failed = shop.get(one(session))
    assert (failed["status"], failed["payment_status"]) == ("complete", "unpaid")
    (event,) = shop.fake.events("checkout.session.async_payment_failed")
    assert event["data"]["object"] == failed
    assert happened(shop.fake)[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_a_transfer_is_promised(shop: Shop) -> None:
    """Whoever pays by bank transfer is done with the page; the session is paid once the money has arrived."""
    session = a_session(shop, payment_method_types=["customer_balance"], customer_email="sara@example.com")
    page = f"/v1/payment_pages/{session['id']}/confirm"
    promised = shop.post(page, payment_method_data={"type": "customer_balance"})
    assert promised["payment_intent"]["next_action"]["type"] == "display_bank_transfer_instructions"
    waiting = shop.get(one(session))
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    till = f"/v1/test_helpers/customers/{waiting['customer']}/fund_cash_balance"
    shop.post(till, amount=3000, currency="sar")
    assert shop.get(one(session))["payment_status"] == "unpaid"
    shop.post(till, amount=20000, currency="sar")
    assert shop.get(one(session))["payment_status"] == "paid"
    (came,) = shop.fake.events("checkout.session.async_payment_succeeded")
    assert came["data"]["object"]["payment_status"] == "paid"


def test_a_payment_that_fails_late_stays_paid_here(shop: Shop) -> None:
    """What befalls a paid payment is told by its charge and its PaymentIntent, no longer by the session."""
    session = a_session(shop)
    paid = shop.fake.pay_session(session)
    shop.fake.fail_payment_late(paid["payment_intent"])
    assert shop.get(one(session)) == paid
