"""Refunds that succeed, wait and fail; disputes that are won, lost and only asked about."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe import RefusedError
from tests.fake_stripe.shop import Shop, types


def test_a_full_refund(shop: Shop) -> None:
    """Without an amount all that is left goes back; the charge knows, and both name the payment."""
    paid = shop.paid()
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], metadata={"refund_id": "rfd_1"})
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (refund["status"], refund["amount"], refund["charge"]) == ("succeeded", 11500, charge["id"])
    assert refund["metadata"] == {"refund_id": "rfd_1"}
    assert (charge["refunded"], charge["amount_refunded"]) == (True, 11500)
    assert types(shop.fake)[4:] == ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]


def test_the_reference_comes_later(shop: Shop) -> None:
    """The bank's reference is pending in the answer, and its arrival is an update."""
    paid = shop.paid()
    refund = shop.post("/v1/refunds", charge=paid["latest_charge"], amount=1000)
    assert refund["destination_details"]["card"]["reference_status"] == "pending"
    later = shop.get(f"/v1/refunds/{refund['id']}")["destination_details"]["card"]
    assert later["reference_status"] == "available"
    former = shop.fake.events("refund.updated")[0]["data"]["previous_attributes"]
    assert former == {"destination_details": {"card": {"reference": None, "reference_status": "pending"}}}


def test_partial_refunds_add_up(shop: Shop) -> None:
    """Two parts are two refunds; charge.refunded carries the running total; the third part is too much."""
    paid = shop.paid()
    first = shop.post("/v1/refunds", payment_intent=paid["id"], amount=5000)
    shop.post("/v1/refunds", payment_intent=paid["id"], amount=5000)
    totals = [event["data"]["object"]["amount_refunded"] for event in shop.fake.events("charge.refunded")]
    assert totals == [5000, 10000]
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=1501)
    assert (error["status"], error["param"], error.get("code")) == (400, "amount", None)
    assert error["message"] == ("Refund amount (15.01 SAR) is greater than unrefunded amount on charge (15.00 SAR)")
    listed = shop.get("/v1/refunds", payment_intent=paid["id"])["data"]
    assert [refund["amount"] for refund in listed] == [5000, 5000]
    assert listed[-1]["id"] == first["id"]


def test_more_than_the_charge_is_refused(shop: Shop) -> None:
    """Too much at once is measured against the charge, in the currency's own writing."""
    paid = shop.paid(currency="usd", amount=2000)
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=2001)
    assert error["message"] == "Refund amount ($20.01) is greater than charge amount ($20.00)"
    assert "refund.created" not in types(shop.fake)


def test_nothing_is_refunded_twice(shop: Shop) -> None:
    """What has gone back entirely cannot go back again."""
    paid = shop.paid()
    shop.post("/v1/refunds", payment_intent=paid["id"])
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"])
    assert error["code"] == "charge_already_refunded"


def test_unpaid_intents_have_nothing_to_refund(shop: Shop) -> None:
    """Neither an open intent nor an authorisation can be refunded."""
    for intent in (shop.intent(), shop.paid(capture_method="manual")):
        error = shop.refused("post", "/v1/refunds", payment_intent=intent["id"])
        assert error["status"] == 400


def test_a_refund_that_waits(shop: Shop) -> None:
    """It is pending and counted, and succeeds by itself."""
    paid = shop.paid("pm_card_pendingRefund")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"])
    assert (refund["status"], refund["pending_reason"]) == ("pending", "processing")
    shop.fake.advance(days=1)
    settled = shop.get(f"/v1/refunds/{refund['id']}")
    assert settled["status"] == "succeeded"
    assert "pending_reason" not in settled
    assert types(shop.fake)[4:] == ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]


def test_a_refund_that_fails_after_it_succeeded(shop: Shop) -> None:
    """The money comes back to the shop, the charge counts it no more, and no charge event tells."""
    paid = shop.paid("pm_card_refundFail")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], amount=1000)
    assert refund["status"] == "succeeded"
    shop.fake.advance(days=1)
    failed = shop.get(f"/v1/refunds/{refund['id']}")
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert failed["failure_balance_transaction"].startswith("txn_")
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    assert types(shop.fake)[4:] == ["refund.created", "charge.refunded", "refund.failed", "charge.refund.updated"]


def test_a_refund_from_the_dashboard_names_no_request(shop: Shop) -> None:
    """Staff refund without our metadata; the event comes from no request of ours."""
    paid = shop.paid()
    refund = shop.fake.refund_from_dashboard(paid["id"], 500, reason="requested_by_customer")
    assert (refund["amount"], refund["metadata"]) == (500, {})
    assert shop.fake.events("refund.created")[0]["request"] == {"id": None, "idempotency_key": None}
    with pytest.raises(RefusedError, match="greater than unrefunded amount"):
        shop.fake.refund_from_dashboard(paid["id"], 11001)


def test_a_dispute_takes_the_money_and_blocks_refunds(shop: Shop) -> None:
    """A chargeback withdraws amount and fee at once; a refund would pay twice and is refused."""
    paid = shop.paid()
    dispute = shop.fake.dispute(paid["id"])
    assert (dispute["status"], dispute["amount"], dispute["reason"]) == ("needs_response", 11500, "fraudulent")
    assert dispute["balance_transactions"][0]["net"] == -13000
    assert not dispute["is_charge_refundable"]
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}", expand=["dispute"])
    assert charge["disputed"]
    assert charge["dispute"]["id"] == dispute["id"]
    assert shop.refused("post", "/v1/refunds", payment_intent=paid["id"])["code"] == "charge_disputed"
    assert types(shop.fake)[4:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_a_won_dispute_gives_the_money_back(shop: Shop) -> None:
    """Won: closed, then reinstated; the charge may be refunded again."""
    paid = shop.paid()
    dispute = shop.fake.dispute(paid["id"])
    won = shop.fake.close_dispute(dispute["id"], "won")
    assert [row["amount"] for row in won["balance_transactions"]] == [-11500, 11500]
    assert types(shop.fake)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert shop.post("/v1/refunds", payment_intent=paid["id"])["status"] == "succeeded"


def test_a_lost_dispute_may_be_won_late(shop: Shop) -> None:
    """Lost moves no more money; a late win does."""
    dispute = shop.fake.dispute(shop.paid()["id"], reason="product_not_received")
    lost = shop.fake.close_dispute(dispute["id"], "lost")
    assert (lost["status"], len(lost["balance_transactions"])) == ("lost", 1)
    assert shop.fake.close_dispute(dispute["id"], "won")["status"] == "won"
    with pytest.raises(RefusedError, match="status won can become nothing further"):
        shop.fake.close_dispute(dispute["id"], "lost")


def test_an_inquiry_moves_no_money(shop: Shop) -> None:
    """An inquiry withdraws nothing, leaves refunds open, and can only be closed."""
    paid = shop.paid()
    inquiry = shop.fake.dispute(paid["id"], inquiry=True)
    assert (inquiry["status"], inquiry["balance_transactions"]) == ("warning_needs_response", [])
    with pytest.raises(RefusedError, match="warning_closed, not won"):
        shop.fake.close_dispute(inquiry["id"], "won")
    assert shop.post("/v1/refunds", payment_intent=paid["id"], amount=100)["status"] == "succeeded"
    assert shop.fake.close_dispute(inquiry["id"], "warning_closed")["status"] == "warning_closed"


@pytest.mark.parametrize(
    ("card", "reason", "status"),
    [
        ("createDispute", "fraudulent", "needs_response"),
        ("createDisputeProductNotReceived", "product_not_received", "needs_response"),
        ("createDisputeInquiry", "fraudulent", "warning_needs_response"),
    ],
)
def test_cards_that_are_disputed(shop: Shop, card: str, reason: str, status: str) -> None:
    """These cards pay, and are disputed right after."""
    paid = shop.paid(f"pm_card_{card}")
    assert paid["status"] == "succeeded"
    (dispute,) = shop.get("/v1/disputes", payment_intent=paid["id"])["data"]
    assert (dispute["reason"], dispute["status"]) == (reason, status)
    assert shop.get(f"/v1/disputes/{dispute['id']}") == dispute


def test_an_early_fraud_warning(shop: Shop) -> None:
    """The issuer's suspicion is an event of its own and moves nothing."""
    paid = shop.paid("pm_card_createIssuerFraudRecord")
    (warning,) = shop.fake.events("radar.early_fraud_warning.created")
    assert warning["data"]["object"]["payment_intent"] == paid["id"]
