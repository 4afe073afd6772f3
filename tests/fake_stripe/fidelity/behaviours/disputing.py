"""Disputes and inquiries."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/disputes"


def disputed(client: Client, card: str = "pm_card_createDispute") -> JSON:
    """The dispute of a payment by one of the cards that are always disputed."""
    paid = client.paid(card)
    (dispute,) = client.get(URL, payment_intent=paid["id"])["data"]
    return dict(dispute)


@behaviour
def a_dispute_opens(client: Client) -> None:
    """…0259: the payment succeeds and is disputed as fraudulent."""
    dispute = disputed(client)
    assert (dispute["status"], dispute["reason"], dispute["amount"]) == ("needs_response", "fraudulent", 2000)
    assert dispute["evidence_details"]["due_by"] > dispute["created"]
    assert dispute["evidence_details"]["submission_count"] == 0


@behaviour
def a_reason_depends_on_the_card(client: Client) -> None:
    """…2685: the goods were not received."""
    assert disputed(client, "pm_card_createDisputeProductNotReceived")["reason"] == "product_not_received"


@behaviour
def the_charge_is_disputed(client: Client) -> None:
    """The charge says so; it stays paid."""
    charge = client.get(f"/v1/charges/{disputed(client)['charge']}")
    assert (charge["disputed"], charge["paid"], charge["refunded"]) == (True, True, False)


@behaviour
def the_money_is_withdrawn_at_once(client: Client) -> None:
    """Amount and fee leave the balance when the dispute opens."""
    (booked,) = disputed(client)["balance_transactions"]
    assert (booked["amount"], booked["fee"], booked["net"]) == (-2000, 1500, -3500)
    assert (booked["type"], booked["reporting_category"]) == ("adjustment", "dispute")
    assert {"charge.dispute.created", "charge.dispute.funds_withdrawn"} <= set(client.types())


@behaviour
def an_inquiry_moves_no_money(client: Client) -> None:
    """…1976: a question of the bank's, without a balance transaction."""
    inquiry = disputed(client, "pm_card_createDisputeInquiry")
    assert (inquiry["status"], inquiry["balance_transactions"]) == ("warning_needs_response", [])
    assert "charge.dispute.funds_withdrawn" not in client.types()


@behaviour
def a_disputed_charge_is_not_refunded(client: Client) -> None:
    """What the bank has taken back cannot be given back too."""
    error = client.refused("/v1/refunds", charge=disputed(client)["charge"])
    assert (error["status"], error["code"]) == (400, "charge_disputed")


@behaviour
def evidence_is_gathered(client: Client) -> None:
    """Evidence is merged and kept until it is submitted."""
    dispute = disputed(client)
    path = f"{URL}/{dispute['id']}"
    client.post(path, evidence={"customer_name": "Sara"}, submit=False)
    changed = client.post(path, evidence={"product_description": "Oud"}, submit=False)
    assert (changed["evidence"]["customer_name"], changed["evidence"]["product_description"]) == ("Sara", "Oud")
    assert (changed["status"], changed["evidence_details"]["has_evidence"]) == ("needs_response", True)
    assert "charge.dispute.updated" in client.types()


@behaviour
def submitted_evidence_is_reviewed(client: Client) -> None:
    """Submitted evidence puts the dispute under review, once."""
    dispute = disputed(client)
    changed = client.post(f"{URL}/{dispute['id']}", evidence={"customer_name": "Sara"}, submit=True)
    assert (changed["status"], changed["evidence_details"]["submission_count"]) == ("under_review", 1)


@behaviour
def winning_evidence_wins(client: Client) -> None:
    """The text winning_evidence wins, and the money comes back."""
    dispute = disputed(client)
    client.post(f"{URL}/{dispute['id']}", evidence={"uncategorized_text": "winning_evidence"}, submit=True)
    client.fake.advance(days=1)
    won = client.get(f"{URL}/{dispute['id']}")
    assert (won["status"], len(won["balance_transactions"])) == ("won", 2)
    assert {"charge.dispute.closed", "charge.dispute.funds_reinstated"} <= set(client.types())


@behaviour
def losing_evidence_loses(client: Client) -> None:
    """The text losing_evidence loses; nothing more is taken."""
    dispute = disputed(client)
    client.post(f"{URL}/{dispute['id']}", evidence={"uncategorized_text": "losing_evidence"}, submit=True)
    client.fake.advance(days=1)
    lost = client.get(f"{URL}/{dispute['id']}")
    assert (lost["status"], len(lost["balance_transactions"])) == ("lost", 1)


@behaviour
def closing_accepts_the_loss(client: Client) -> None:
    """A dispute that the shop closes is lost."""
    dispute = disputed(client)
    assert client.post(f"{URL}/{dispute['id']}/close")["status"] == "lost"
    assert "charge.dispute.closed" in client.types()


@behaviour
def a_closed_dispute_is_closed(client: Client) -> None:
    """It takes no evidence and cannot be closed again."""
    dispute = disputed(client)
    client.post(f"{URL}/{dispute['id']}/close")
    assert client.refused(f"{URL}/{dispute['id']}/close")["status"] == 400
    assert client.refused(f"{URL}/{dispute['id']}", submit=True)["status"] == 400


@behaviour
def an_unknown_dispute(client: Client) -> None:
    """404 by its id."""
    error = client.refused(f"{URL}/du_x", "GET")
    assert (error["status"], error["code"], error["message"]) == (404, "resource_missing", "No such dispute: 'du_x'")


@behaviour
def test_mode_decides_at_once(client: Client) -> None:
    """/v1/test_helpers wins and loses disputes in test mode."""
    won, lost = disputed(client), disputed(client)
    for dispute, verb in ((won, "win"), (lost, "lose")):
        client.post(f"/v1/test_helpers/disputes/{dispute['id']}/{verb}")
    assert [client.get(f"{URL}/{dispute['id']}")["status"] for dispute in (won, lost)] == ["won", "lost"]


@behaviour
def disputes_are_listed_by_charge(client: Client) -> None:
    """By charge and by PaymentIntent."""
    dispute = disputed(client)
    disputed(client)
    for where in ({"charge": dispute["charge"]}, {"payment_intent": dispute["payment_intent"]}):
        assert [row["id"] for row in client.get(URL, **where)["data"]] == [dispute["id"]]


@behaviour
def an_early_warning_of_fraud(client: Client) -> None:
    """…5423: the bank warns of fraud without a dispute."""
    paid = client.paid("pm_card_createIssuerFraudRecord")
    assert "radar.early_fraud_warning.created" in client.types()
    (warning,) = client.get("/v1/radar/early_fraud_warnings", charge=paid["latest_charge"])["data"]
    assert (warning["charge"], warning["actionable"]) == (paid["latest_charge"], True)
    assert client.get(f"/v1/radar/early_fraud_warnings/{warning['id']}") == warning


@behaviour
def a_payment_is_reviewed(client: Client) -> None:
    """Staff put a payment up for review and approve it; it is listed while it is open."""
    paid = client.paid()
    review = client.fake.open_review(paid["id"])
    assert client.get(f"/v1/payment_intents/{paid['id']}")["review"] == review["id"]
    assert [row["id"] for row in client.get("/v1/reviews")["data"]] == [review["id"]]
    assert client.get(f"/v1/reviews/{review['id']}")["open"] is True
    closed = client.post(f"/v1/reviews/{review['id']}/approve")
    assert (closed["open"], closed["closed_reason"]) == (False, "approved")
    assert {"review.opened", "review.closed"} <= set(client.types())
