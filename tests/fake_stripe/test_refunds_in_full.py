"""The whole course of a refund by request: checks in Stripe's order, updates, cancellation, the older routes."""

from __future__ import annotations

from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import RefusedError
from tests.fake_stripe.shop import Shop, types

DAY = 24 * 60 * 60


def held(shop: Shop) -> tuple[dict[str, Any], dict[str, Any]]:
    """A payment, and a refund of it that asks the customer for bank details."""
    paid = shop.paid("pm_card_pendingRefund", receipt_email="sara@example.com")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], amount=1000)
    return paid, shop.fake.hold_refund(refund["id"])


def test_one_of_two_must_name_the_charge(shop: Shop) -> None:
    """Without charge or payment_intent nothing is refunded; the error is about both."""
    error = shop.refused("post", "/v1/refunds", amount=100)
    assert error["message"] == (
        "One of the following params should be provided for this request: payment_intent or charge."
    )
    assert error["status"] == 400


@pytest.mark.parametrize(
    ("params", "param", "message"),
    [
        ({"charge": "ch_x"}, "charge", "No such charge: 'ch_x'"),
        ({"payment_intent": "pi_x"}, "payment_intent", "No such payment_intent: 'pi_x'"),
        ({"charge": "ch_x", "payment_intent": "pi_x"}, "charge", "No such charge: 'ch_x'"),
    ],
)
def test_an_unknown_charge_among_the_parameters(shop: Shop, params: dict[str, str], param: str, message: str) -> None:
    """An id that names nothing is a 400 and says which parameter it was."""
    error = shop.refused("post", "/v1/refunds", **params)
    assert (error["status"], error["code"], error["param"], error["message"]) == (
        400,
        "resource_missing",
        param,
        message,
    )


def test_charge_and_payment_must_agree(shop: Shop) -> None:
    """Both may be given if they belong together, and a charge of another payment is refused."""
    mine, other = shop.paid(), shop.paid()
    error = shop.refused("post", "/v1/refunds", charge=other["latest_charge"], payment_intent=mine["id"])
    assert (error["status"], error["param"]) == (400, "charge")
    refund = shop.post("/v1/refunds", charge=mine["latest_charge"], payment_intent=mine["id"])
    assert (refund["charge"], refund["payment_intent"]) == (mine["latest_charge"], mine["id"])


def test_a_declined_payment_has_nothing_to_refund(shop: Shop) -> None:
    """Neither by its PaymentIntent nor by the charge that failed."""
    intent = shop.intent()
    shop.fake.decline(intent)
    (charge,) = shop.get("/v1/charges", payment_intent=intent["id"])["data"]
    for names in ({"payment_intent": intent["id"]}, {"charge": charge["id"]}):
        error = shop.refused("post", "/v1/refunds", **names)
        assert error["message"] == f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."


def test_an_authorisation_is_canceled_not_refunded(shop: Shop) -> None:
    """Held money is given back by canceling; once that is done there is no charge to refund at all."""
    intent = shop.paid(capture_method="manual")
    error = shop.refused("post", "/v1/refunds", charge=intent["latest_charge"])
    assert error["message"].startswith(f"This uncaptured Charge was created by a PaymentIntent ({intent['id']}).")
    shop.post(f"/v1/payment_intents/{intent['id']}/cancel")
    error = shop.refused("post", "/v1/refunds", charge=intent["latest_charge"])
    assert error["message"].endswith("does not have a successful charge to refund.")


def test_a_part_was_captured_and_only_that_is_refunded(shop: Shop) -> None:
    """The limit is what was taken, not what was held."""
    intent = shop.paid(capture_method="manual")
    shop.post(f"/v1/payment_intents/{intent['id']}/capture", amount_to_capture=4000)
    error = shop.refused("post", "/v1/refunds", payment_intent=intent["id"], amount=4001)
    assert error["message"] == "Refund amount (40.01 SAR) is greater than charge amount (40.00 SAR)"
    assert shop.post("/v1/refunds", payment_intent=intent["id"])["amount"] == 4000


def test_fully_refunded_comes_before_too_much(shop: Shop) -> None:
    """A charge that has gone back says so, whatever amount is asked."""
    paid = shop.paid()
    shop.post("/v1/refunds", payment_intent=paid["id"])
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=99_999)
    assert error["code"] == "charge_already_refunded"
    assert error["message"] == f"Charge {paid['latest_charge']} has already been refunded."
    assert "param" not in error


def test_charged_back_comes_before_refunded(shop: Shop) -> None:
    """A charge that was refunded in part and then charged back is above all charged back."""
    paid = shop.paid()
    shop.post("/v1/refunds", payment_intent=paid["id"], amount=500)
    shop.fake.dispute(paid["id"])
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=99_999)
    assert (error["code"], error["message"]) == (
        "charge_disputed",
        f"Charge {paid['latest_charge']} has been charged back; cannot issue a refund.",
    )


def test_dinars_go_back_in_steps_of_ten(shop: Shop) -> None:
    """Three decimals, the last a zero: 5.124 KWD cannot be refunded, 5.120 can."""
    paid = shop.paid(amount=10_000, currency="kwd")
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=5124)
    assert (error["param"], error["code"]) == ("amount", "parameter_invalid_integer")
    assert shop.post("/v1/refunds", payment_intent=paid["id"], amount=5120)["amount"] == 5120
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], amount=4890)
    assert error["message"] == ("Refund amount (4.890 KWD) is greater than unrefunded amount on charge (4.880 KWD)")


def test_a_reason_is_kept_and_fraud_marks_the_charge(shop: Shop) -> None:
    """Refunding as fraudulent reports the charge; other words are refused."""
    paid = shop.paid()
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], amount=500, reason="fraudulent")
    assert refund["reason"] == "fraudulent"
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["fraud_details"] == {"user_report": "fraudulent"}
    error = shop.refused("post", "/v1/refunds", payment_intent=paid["id"], reason="expired_uncaptured_charge")
    assert error["message"] == "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"


def test_a_refund_leaves_the_balance_as_stripe_describes_it(shop: Shop) -> None:
    """Its line names the charge's description; Stripe keeps the fee of the charge."""
    paid = shop.paid(description="Oud, 50 ml")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], amount=500, expand=["balance_transaction"])
    line = refund["balance_transaction"]
    assert (line["amount"], line["fee"], line["net"], line["type"]) == (-500, 0, -500, "refund")
    assert line["description"] == "REFUND FOR CHARGE (Oud, 50 ml)"


def test_metadata_is_all_that_can_change(shop: Shop) -> None:
    """An update is told by both events with the former values; writing the same again is no change."""
    paid = shop.paid()
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], metadata={"rfd": "1", "note": "late"})
    seen = len(shop.fake.events())
    updated = shop.post(f"/v1/refunds/{refund['id']}", metadata={"note": "", "by": "Sara"})
    assert updated["metadata"] == {"rfd": "1", "by": "Sara"}
    shop.post(f"/v1/refunds/{refund['id']}", metadata={"by": "Sara"})
    told = shop.fake.events()[seen:]
    assert [event["type"] for event in told] == ["refund.updated", "charge.refund.updated"]
    for event in told:
        assert event["data"]["previous_attributes"] == {"metadata": {"note": "late", "by": None}}
    error = shop.refused("post", f"/v1/refunds/{refund['id']}", amount=1)
    assert (error["code"], error["param"]) == ("parameter_unknown", "amount")
    assert shop.post(f"/v1/refunds/{refund['id']}", metadata="")["metadata"] == {}


def test_a_refund_to_a_card_cannot_be_called_off(shop: Shop) -> None:
    """Neither one that succeeded nor one that is pending, and nothing changes by the attempt."""
    for card in ("pm_card_visa", "pm_card_pendingRefund"):
        refund = shop.post("/v1/refunds", payment_intent=shop.paid(card)["id"])
        error = shop.refused("post", f"/v1/refunds/{refund['id']}/cancel")
        assert (error["status"], error["message"]) == (400, "Canceling this refund is unsupported.")
        assert "code" not in error
        error = shop.refused("post", f"/v1/test_helpers/refunds/{refund['id']}/expire")
        assert (error["status"], error["type"]) == (400, "invalid_request_error")
        assert shop.get(f"/v1/refunds/{refund['id']}")["status"] == refund["status"]


def test_a_refund_that_waits_for_the_customer_can_be_canceled(shop: Shop) -> None:
    """It asks by mail; canceled, the charge owes nothing of it any more."""
    paid, refund = held(shop)
    assert refund["status"] == "requires_action"
    assert refund["next_action"]["display_details"]["email_sent"]["email_sent_to"] == "sara@example.com"
    assert "pending_reason" not in refund
    canceled = shop.post(f"/v1/refunds/{refund['id']}/cancel")
    assert (canceled["status"], canceled["failure_reason"]) == ("canceled", "merchant_request")
    assert "next_action" not in canceled
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["amount_refunded"] == 0
    before = shop.fake.events("refund.updated")[-1]["data"]["previous_attributes"]
    assert before["status"] == "requires_action"
    shop.fake.advance(days=60)
    assert shop.get(f"/v1/refunds/{refund['id']}") == canceled


def test_a_refund_that_waits_in_vain_expires(shop: Shop) -> None:
    """By the test helper at once, or by itself when its time is over."""
    _, refund = held(shop)
    expired = shop.post(f"/v1/test_helpers/refunds/{refund['id']}/expire")
    assert expired["status"] == "failed"
    assert types(shop.fake)[-2:] == ["refund.failed", "charge.refund.updated"]
    _, other = held(shop)
    shop.fake.advance(seconds=other["next_action"]["display_details"]["expires_at"] - other["created"])
    assert shop.get(f"/v1/refunds/{other['id']}")["status"] == "failed"


def test_a_refund_made_to_fail_gives_the_money_back_to_the_shop(shop: Shop) -> None:
    """Weeks later the customer's bank turns it down: the balance is whole again, and more can be refunded."""
    paid = shop.paid()
    refund = shop.post("/v1/refunds", payment_intent=paid["id"])
    shop.fake.advance(days=20)
    failed = shop.fake.fail_refund(refund["id"], "lost_or_stolen_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    line = shop.get(f"/v1/balance_transactions/{failed['failure_balance_transaction']}")
    assert (line["amount"], line["type"], line["source"]) == (11500, "refund_failure", refund["id"])
    assert shop.post("/v1/refunds", payment_intent=paid["id"])["amount"] == 11500
    with pytest.raises(RefusedError, match=f"fail refund {refund['id']}, which is failed"):
        shop.fake.fail_refund(refund["id"])
    with pytest.raises(LookupError, match="re_nothing"):
        shop.fake.fail_refund("re_nothing")


def test_only_a_pending_refund_can_be_held(shop: Shop) -> None:
    """One that succeeded has nothing to ask the customer."""
    refund = shop.post("/v1/refunds", payment_intent=shop.paid()["id"])
    with pytest.raises(RefusedError, match="which is succeeded"):
        shop.fake.hold_refund(refund["id"])


def test_a_chargeback_stops_a_refund_under_way(shop: Shop) -> None:
    """What was pending fails, so that the shop does not pay twice; what had succeeded stays."""
    paid = shop.paid("pm_card_pendingRefund")
    pending = shop.post("/v1/refunds", payment_intent=paid["id"], amount=1000)
    shop.fake.dispute(paid["id"])
    failed = shop.get(f"/v1/refunds/{pending['id']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/refunds/{pending['id']}") == failed
    other = shop.paid()
    done = shop.post("/v1/refunds", payment_intent=other["id"], amount=1000)
    shop.fake.dispute(other["id"])
    assert shop.get(f"/v1/refunds/{done['id']}")["status"] == "succeeded"


def test_refunds_by_the_charge(shop: Shop) -> None:
    """The older routes below a charge create, list, read and update the same refunds."""
    charge = shop.paid()["latest_charge"]
    url = f"/v1/charges/{charge}/refunds"
    made = [shop.post(url, amount=amount)["id"] for amount in (100, 200, 300)]
    page = shop.get(url, limit=2)
    assert ([row["id"] for row in page["data"]], page["has_more"], page["url"]) == (made[:0:-1], True, url)
    assert shop.get(f"{url}/{made[0]}") == shop.get(f"/v1/refunds/{made[0]}")
    assert shop.post(f"{url}/{made[0]}", metadata={"a": "b"})["metadata"] == {"a": "b"}
    other = shop.paid()["latest_charge"]
    error = shop.refused("get", f"/v1/charges/{other}/refunds/{made[0]}")
    assert (error["status"], error["message"]) == (404, f"No such refund: '{made[0]}'")
    error = shop.refused("post", "/v1/charges/ch_x/refunds")
    assert (error["status"], error["message"]) == (404, "No such charge: 'ch_x'")


def test_charges_made_directly_are_refunded_too(shop: Shop) -> None:
    """Without a PaymentIntent; one that was declined, or only held, has nothing to give back."""
    customer = shop.post("/v1/customers", source="tok_visa")["id"]
    charge = shop.post("/v1/charges", amount=2000, currency="usd", customer=customer)
    refund = shop.post("/v1/refunds", charge=charge["id"], expand=["payment_method"])
    assert (refund["payment_intent"], refund["payment_method"]["id"]) == (None, charge["payment_method"])
    held = shop.post("/v1/charges", amount=2000, currency="usd", source="tok_visa", capture=False)
    declined = shop.refused("post", "/v1/charges", amount=2000, currency="usd", source="tok_chargeDeclined")
    for identifier in (held["id"], declined["charge"]):
        assert shop.refused("post", "/v1/refunds", charge=identifier)["code"] == "charge_not_refundable"


def test_refunding_a_charge_answers_the_charge(shop: Shop) -> None:
    """The oldest route of all tells what became of the charge."""
    charge = shop.post(f"/v1/charges/{shop.paid()['latest_charge']}/refund", amount=1500)
    assert (charge["object"], charge["amount_refunded"], charge["refunded"]) == ("charge", 1500, False)
    charge = shop.post(f"/v1/charges/{charge['id']}/refund", expand=["refunds"])
    assert (charge["refunded"], charge["refunds"]["total_count"]) == (True, 2)


def test_refunds_listed(shop: Shop) -> None:
    """By charge, by payment and by time; a filter that names nothing known is an error."""
    first, second = shop.paid(), shop.paid()
    old = shop.post("/v1/refunds", payment_intent=first["id"], amount=100)
    shop.fake.advance(days=1)
    new = shop.post("/v1/refunds", payment_intent=second["id"], amount=100)
    assert [row["id"] for row in shop.get("/v1/refunds", charge=first["latest_charge"])["data"]] == [old["id"]]
    assert [row["id"] for row in shop.get("/v1/refunds", payment_intent=second["id"])["data"]] == [new["id"]]
    assert [row["id"] for row in shop.get("/v1/refunds", created={"lt": new["created"]})["data"]] == [old["id"]]
    error = shop.refused("get", "/v1/refunds", charge="ch_x")
    assert (error["status"], error["param"]) == (400, "charge")


def test_too_little_money_does_not_hold_a_refund_back(shop: Shop) -> None:
    """In test mode a refund succeeds even when everything has been paid out; the balance goes below zero."""
    paid = shop.paid("pm_card_bypassPending")
    shop.fake.pay_out("sar")
    assert shop.post("/v1/refunds", payment_intent=paid["id"])["status"] == "succeeded"
    available = {row["currency"]: row["amount"] for row in shop.get("/v1/balance")["available"]}
    assert available["sar"] == -11500
