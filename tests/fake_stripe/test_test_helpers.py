"""What Stripe's command line triggers: its calls one after the other, and the event it waits for."""

from __future__ import annotations

from typing import Any

from tests.fake_stripe.shop import JSON, Shop, types

US = {"amount": 2000, "currency": "usd", "payment_method_types": ["card"]}


def paid_out(shop: Shop) -> JSON:
    """A payout out of a payment whose money is there at once."""
    shop.post("/v1/payment_intents", **US, payment_method="pm_card_bypassPending", confirm=True)
    return shop.post("/v1/payouts", amount=1100, currency="usd", description="(created by a trigger)")


def asked_about(shop: Shop) -> JSON:
    """The inquiry into a payment with the card that is known for it."""
    params: dict[str, Any] = {**US, "amount": 100, "payment_method": "pm_card_createDisputeInquiry", "confirm": True}
    paid = shop.post("/v1/payment_intents", **params)
    (dispute,) = shop.get("/v1/disputes", payment_intent=paid["id"])["data"]
    return dict(dispute)


def test_charge_expired(shop: Shop) -> None:
    """An authorisation lapses at once; its PaymentIntent is canceled as expired, and only once."""
    paid = shop.post("/v1/payment_intents", **US, payment_method="pm_card_visa", capture_method="manual", confirm=True)
    (charge,) = shop.get("/v1/charges", payment_intent=paid["id"])["data"]
    expired = shop.post(f"/v1/test_helpers/charges/{charge['id']}/expire")
    assert (expired["id"], expired["captured"]) == (charge["id"], False)
    intent = shop.get(f"/v1/payment_intents/{paid['id']}")
    assert (intent["status"], intent["cancellation_reason"]) == ("canceled", "expired")
    assert types(shop.fake)[-2:] == ["charge.expired", "payment_intent.canceled"]
    assert shop.refused("post", f"/v1/test_helpers/charges/{charge['id']}/expire")["status"] == 400
    captured = shop.paid()["latest_charge"]
    assert shop.refused("post", f"/v1/test_helpers/charges/{captured}/expire")["status"] == 400
    shop.fake.advance(days=8)
    assert types(shop.fake).count("charge.expired") == 1


def test_dispute_updated(shop: Shop) -> None:
    """Metadata of an inquiry is set."""
    dispute = asked_about(shop)
    assert shop.post(f"/v1/disputes/{dispute['id']}", metadata={"foo": "bar"})["status"] == "warning_needs_response"
    assert types(shop.fake)[-1] == "charge.dispute.updated"


def test_dispute_funds_reinstated(shop: Shop) -> None:
    """The shop closes an inquiry; no money moves, and Stripe says so by this event all the same."""
    dispute = asked_about(shop)
    closed = shop.post(f"/v1/disputes/{dispute['id']}/close")
    assert (closed["status"], closed["balance_transactions"]) == ("warning_closed", [])
    assert types(shop.fake)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_dispute_funds_withdrawn(shop: Shop) -> None:
    """An inquiry is lost: the bank takes the money first."""
    dispute = asked_about(shop)
    lost = shop.post(f"/v1/test_helpers/disputes/{dispute['id']}/lose")
    assert (lost["status"], len(lost["balance_transactions"])) == ("lost", 1)
    assert types(shop.fake)[-2:] == ["charge.dispute.funds_withdrawn", "charge.dispute.closed"]


def test_balance_available(shop: Shop) -> None:
    """Money that skips the pending balance is there as soon as the payment is answered."""
    shop.post("/v1/payment_intents", **US, payment_method="pm_card_bypassPending", confirm=True)
    assert types(shop.fake)[-1] == "balance.available"


def test_payout_paid(shop: Shop) -> None:
    """A payout is paid a few seconds after it was made."""
    made = paid_out(shop)
    shop.fake.advance(seconds=4)
    assert shop.get("/v1/events", type="payout.paid")["data"][0]["data"]["object"]["id"] == made["id"]


def test_payout_canceled(shop: Shop) -> None:
    """There is time to cancel it."""
    made = paid_out(shop)
    shop.fake.advance(seconds=1)
    assert shop.post(f"/v1/payouts/{made['id']}/cancel")["status"] == "canceled"
    assert "payout.canceled" in types(shop.fake)


def test_payout_reconciliation_completed(shop: Shop) -> None:
    """Even a payout by hand is called reconciled when a test asks for it."""
    made = paid_out(shop)
    reconciled = shop.post(f"/v1/test_helpers/payouts/{made['id']}/reconcile")
    assert reconciled["reconciliation_status"] == "completed"
    assert types(shop.fake)[-1] == "payout.reconciliation_completed"


def test_helpers_of_nothing(shop: Shop) -> None:
    """An unknown id is 404 with the name of what was looked for, an unknown helper no route at all."""
    for path, param in (
        ("charges/ch_x/expire", "charge"),
        ("disputes/du_x/win", "dispute"),
        ("payouts/po_x/reconcile", "payout"),
        ("refunds/re_x/expire", "refund"),
    ):
        error = shop.refused("post", f"/v1/test_helpers/{path}")
        assert (error["status"], error["param"]) == (404, param)
    error = shop.refused("post", "/v1/test_helpers/disputes/du_x/draw")
    assert error["message"].startswith("Unrecognized request URL")
