"""The whole course of a dispute: evidence, the bank's verdict, giving in, letting time pass, escalation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import RefusedError
from tests.fake_stripe.shop import Shop, types

CLOSED = "This dispute is already closed"


def disputed(shop: Shop, **params: Any) -> dict[str, Any]:
    """A dispute over a fresh payment."""
    return shop.fake.dispute(shop.paid()["id"], **params)


def answer(shop: Shop, dispute: dict[str, Any], words: str, **params: Any) -> dict[str, Any]:
    """The dispute as the request that brings evidence answers it."""
    return shop.post(f"/v1/disputes/{dispute['id']}", evidence={"uncategorized_text": words}, **params)


def current(shop: Shop, dispute: dict[str, Any]) -> dict[str, Any]:
    """The dispute as it stands now."""
    return shop.get(f"/v1/disputes/{dispute['id']}")


def test_a_dispute_waits_for_evidence_until_the_end_of_a_day(shop: Shop) -> None:
    """Eight days on, a second before midnight in UTC, nothing sent so far."""
    details = disputed(shop)["evidence_details"]
    assert datetime.fromtimestamp(details["due_by"], UTC) == datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)
    assert (details["has_evidence"], details["submission_count"], details["past_due"]) == (False, 0, False)


def test_staged_evidence_is_kept_and_not_sent(shop: Shop) -> None:
    """With submit=false the bank sees nothing yet; fields are merged, and an empty one is taken back."""
    dispute = disputed(shop)
    url = f"/v1/disputes/{dispute['id']}"
    shop.post(url, evidence={"customer_name": "Sara", "product_description": "Oud"}, submit=False)
    staged = shop.post(url, evidence={"customer_name": ""}, submit=False)
    assert (staged["evidence"]["customer_name"], staged["evidence"]["product_description"]) == (None, "Oud")
    assert staged["status"] == "needs_response"
    assert (staged["evidence_details"]["has_evidence"], staged["evidence_details"]["submission_count"]) == (True, 0)
    event = shop.fake.events("charge.dispute.updated")[0]["data"]
    assert event["previous_attributes"] == {
        "evidence": {"customer_name": None, "product_description": None},
        "evidence_details": {"has_evidence": False},
    }
    sent = shop.post(url, submit=True)
    assert (sent["status"], sent["evidence_details"]["submission_count"]) == ("under_review", 1)
    assert sent["evidence_details"]["submission_method"] == "manual"


def test_evidence_is_sent_by_default_and_thought_about(shop: Shop) -> None:
    """Plain evidence puts the dispute under review, where it stays past its date until the bank decides."""
    dispute = disputed(shop)
    sent = answer(shop, dispute, "He signed for it.")
    assert (sent["status"], sent["evidence"]["uncategorized_text"]) == ("under_review", "He signed for it.")
    shop.fake.advance(days=30)
    assert current(shop, dispute)["status"] == "under_review"
    assert shop.fake.close_dispute(dispute["id"], "won")["status"] == "won"


def test_winning_evidence(shop: Shop) -> None:
    """Under review in the answer, won right after: the amount comes back, the fee does not, refunds are open again."""
    dispute = disputed(shop)
    assert answer(shop, dispute, "winning_evidence")["status"] == "under_review"
    won = current(shop, dispute)
    assert (won["status"], won["is_charge_refundable"]) == ("won", True)
    taken, given = won["balance_transactions"]
    assert (taken["amount"], taken["fee"], taken["reporting_category"]) == (-11500, 1500, "dispute")
    assert taken["fee_details"][0]["description"] == "Dispute fee"
    assert (given["amount"], given["fee"], given["reporting_category"]) == (11500, 0, "dispute_reversal")
    assert given["description"] == f"Chargeback reversal for {dispute['charge']}"
    assert types(shop.fake)[-3:] == [
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert shop.post("/v1/refunds", charge=dispute["charge"])["status"] == "succeeded"


def test_losing_evidence(shop: Shop) -> None:
    """The bank finds for its cardholder: no more money moves, and nothing can be refunded."""
    dispute = disputed(shop)
    answer(shop, dispute, "losing_evidence")
    lost = current(shop, dispute)
    assert (lost["status"], len(lost["balance_transactions"])) == ("lost", 1)
    assert types(shop.fake)[-1] == "charge.dispute.closed"
    assert shop.refused("post", "/v1/refunds", charge=dispute["charge"])["code"] == "charge_disputed"


@pytest.mark.parametrize("words", ["winning_evidence", "losing_evidence"])
def test_evidence_that_ends_an_inquiry(shop: Shop, words: str) -> None:
    """An inquiry is closed, not won or lost; no money ever moved."""
    inquiry = disputed(shop, inquiry=True)
    assert answer(shop, inquiry, words)["status"] == "warning_under_review"
    closed = current(shop, inquiry)
    assert (closed["status"], closed["balance_transactions"]) == ("warning_closed", [])


def test_an_inquiry_becomes_a_chargeback(shop: Shop) -> None:
    """Escalated under the same id: the money is taken, a new date is set, and it can be won after all."""
    inquiry = disputed(shop, inquiry=True)
    shop.fake.advance(days=3)
    answer(shop, inquiry, "escalate_inquiry_evidence")
    chargeback = current(shop, inquiry)
    assert (chargeback["status"], chargeback["is_charge_refundable"]) == ("needs_response", False)
    assert chargeback["payment_method_details"]["card"]["case_type"] == "chargeback"
    assert chargeback["balance_transactions"][0]["net"] == -13000
    assert chargeback["evidence_details"]["due_by"] == inquiry["evidence_details"]["due_by"] + 3 * 24 * 60 * 60
    assert types(shop.fake)[-3:] == [
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
    ]
    # The first date passes without effect, for the chargeback has its own.
    shop.fake.advance(days=6)
    assert current(shop, inquiry)["status"] == "needs_response"
    answer(shop, inquiry, "winning_evidence")
    assert current(shop, inquiry)["status"] == "won"


def test_a_dispute_nobody_answers_is_lost(shop: Shop) -> None:
    """A second after the date; up to then it waits."""
    dispute = disputed(shop)
    left = dispute["evidence_details"]["due_by"] - dispute["created"]
    shop.fake.advance(seconds=left)
    assert current(shop, dispute)["status"] == "needs_response"
    shop.fake.advance(seconds=1)
    assert current(shop, dispute)["status"] == "lost"
    assert shop.fake.events("charge.dispute.closed")[0]["request"] == {"id": None, "idempotency_key": None}


def test_an_inquiry_nobody_answers_is_closed(shop: Shop) -> None:
    """The bank lets it rest."""
    inquiry = disputed(shop, inquiry=True)
    shop.fake.advance(days=10)
    assert current(shop, inquiry)["status"] == "warning_closed"


def test_giving_in(shop: Shop) -> None:
    """A shop that closes its dispute has lost it, at once and for good."""
    dispute = disputed(shop)
    assert shop.post(f"/v1/disputes/{dispute['id']}/close")["status"] == "lost"
    assert types(shop.fake)[-1] == "charge.dispute.closed"
    for path, params in (
        (f"/v1/disputes/{dispute['id']}/close", {}),
        (f"/v1/disputes/{dispute['id']}", {"submit": True}),
    ):
        error = shop.refused("post", path, **params)
        assert (error["status"], error["message"]) == (400, CLOSED)
        assert "code" not in error


def test_metadata_of_a_dispute(shop: Shop) -> None:
    """Metadata alone sends nothing to the bank; it is an update with its former values."""
    dispute = disputed(shop)
    updated = shop.post(f"/v1/disputes/{dispute['id']}", metadata={"case": "7"})
    assert (updated["metadata"], updated["status"]) == ({"case": "7"}, "needs_response")
    (event,) = shop.fake.events("charge.dispute.updated")
    assert event["data"]["previous_attributes"] == {"metadata": {"case": None}}
    shop.post(f"/v1/disputes/{dispute['id']}", metadata={"case": "7"})
    assert len(shop.fake.events("charge.dispute.updated")) == 1


def test_evidence_is_read_strictly(shop: Shop) -> None:
    """Every field of Stripe's is taken, the nested ones too, and no other."""
    dispute = disputed(shop)
    url = f"/v1/disputes/{dispute['id']}"
    error = shop.refused("post", url, evidence={"alibi": "x"})
    assert (error["code"], error["param"]) == ("parameter_unknown", "evidence[alibi]")
    prior = {"charge": "ch_1", "shipping_address": {"city": "Riyadh"}}
    ce3 = {"visa_compelling_evidence_3": {"prior_undisputed_transactions": [prior]}}
    staged = shop.post(url, evidence={"enhanced_evidence": ce3}, submit=False)
    kept = staged["evidence"]["enhanced_evidence"]["visa_compelling_evidence_3"]
    assert kept["prior_undisputed_transactions"] == [prior]
    assert shop.refused("post", url, evidence={"service_date": "x" * 150_001})["param"] == "evidence[service_date]"


def test_disputes_by_the_charge(shop: Shop) -> None:
    """The older routes below a charge read, answer and close its dispute."""
    dispute = disputed(shop)
    url = f"/v1/charges/{dispute['charge']}/dispute"
    assert shop.get(url) == dispute
    assert shop.post(url, evidence={"receipt": "file_1"}, submit=False)["evidence"]["receipt"] == "file_1"
    assert shop.post(f"{url}/close")["status"] == "lost"
    calm = shop.paid()["latest_charge"]
    error = shop.refused("get", f"/v1/charges/{calm}/dispute")
    assert (error["status"], error["message"]) == (404, f"No dispute for charge: {calm}")
    assert "code" not in error
    error = shop.refused("post", "/v1/charges/ch_x/dispute/close")
    assert (error["status"], error["param"]) == (404, "charge")


def test_disputes_listed(shop: Shop) -> None:
    """By charge, by payment and by time."""
    first = disputed(shop)
    shop.fake.advance(days=1)
    second = disputed(shop)
    assert [row["id"] for row in shop.get("/v1/disputes")["data"]] == [second["id"], first["id"]]
    assert [row["id"] for row in shop.get("/v1/disputes", charge=first["charge"])["data"]] == [first["id"]]
    by_payment = shop.get("/v1/disputes", payment_intent=second["payment_intent"])["data"]
    assert [row["id"] for row in by_payment] == [second["id"]]
    assert [row["id"] for row in shop.get("/v1/disputes", created=first["created"])["data"]] == [first["id"]]
    error = shop.refused("get", "/v1/disputes/du_x")
    assert (error["status"], error["param"], error["message"]) == (404, "dispute", "No such dispute: 'du_x'")


def test_the_bank_decides_by_the_test_helpers(shop: Shop) -> None:
    """Won and lost on request; a lost one may still be won, and then it is over."""
    dispute = disputed(shop)
    url = f"/v1/test_helpers/disputes/{dispute['id']}"
    assert shop.post(f"{url}/lose")["status"] == "lost"
    assert shop.post(f"{url}/win")["status"] == "won"
    assert shop.refused("post", f"{url}/win")["message"] == CLOSED
    assert shop.refused("post", f"{url}/lose")["message"] == CLOSED
    inquiry = disputed(shop, inquiry=True)
    assert shop.post(f"/v1/test_helpers/disputes/{inquiry['id']}/win")["status"] == "warning_closed"


def test_staff_answer_in_the_dashboard(shop: Shop) -> None:
    """The driver's answer tells how it ended; what cannot be answered says what became of it."""
    dispute = disputed(shop)
    assert (
        shop.fake.answer_dispute(dispute["id"], {"customer_name": "Sara"}, submit=False)["status"] == "needs_response"
    )
    assert shop.fake.answer_dispute(dispute["id"])["status"] == "won"
    assert shop.fake.events("charge.dispute.updated")[0]["request"]["id"] is None
    with pytest.raises(RefusedError, match=f"answer dispute {dispute['id']}, which is won: {CLOSED}"):
        shop.fake.answer_dispute(dispute["id"])
    with pytest.raises(RefusedError, match="unknown parameter: evidence\\[alibi\\]"):
        shop.fake.answer_dispute(disputed(shop)["id"], {"alibi": "x"})
    with pytest.raises(LookupError, match="du_x"):
        shop.fake.answer_dispute("du_x")


def test_a_bank_escalates_unasked(shop: Shop) -> None:
    """The driver makes a chargeback of an inquiry, and only of an inquiry."""
    inquiry = disputed(shop, inquiry=True)
    assert shop.fake.escalate_inquiry(inquiry["id"])["status"] == "needs_response"
    with pytest.raises(RefusedError, match=f"escalate dispute {inquiry['id']}, which is needs_response"):
        shop.fake.escalate_inquiry(inquiry["id"])


def test_money_that_was_only_held_cannot_be_disputed(shop: Shop) -> None:
    """An authorisation took nothing from the cardholder."""
    with pytest.raises(RefusedError, match="has not been captured"):
        shop.fake.dispute(shop.paid(capture_method="manual")["id"])


def test_the_fee_in_dinars_is_fifteen_dinars(shop: Shop) -> None:
    """Three decimals make fees ten times as many minor units."""
    dispute = shop.fake.dispute(shop.paid(amount=100_000, currency="kwd")["id"])
    assert dispute["balance_transactions"][0]["fee"] == 15_000
