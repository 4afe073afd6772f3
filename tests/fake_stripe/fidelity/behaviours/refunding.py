"""Refunds."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/refunds"


def charge_of(client: Client, intent: JSON) -> JSON:
    """The charge as it stands now."""
    return client.get(f"/v1/charges/{intent['latest_charge']}")


@behaviour
def a_refund_gives_back_all(client: Client) -> None:
    """Without an amount everything goes back; PaymentIntent and charge stay succeeded."""
    paid = client.paid()
    refund = client.post(URL, payment_intent=paid["id"])
    assert (refund["amount"], refund["status"], refund["reason"]) == (2000, "succeeded", None)
    assert (refund["charge"], refund["payment_intent"]) == (paid["latest_charge"], paid["id"])
    charge = charge_of(client, paid)
    assert (charge["refunded"], charge["amount_refunded"], charge["status"]) == (True, 2000, "succeeded")
    assert client.get(f"/v1/payment_intents/{paid['id']}")["status"] == "succeeded"


@behaviour
def a_refund_may_name_the_charge(client: Client) -> None:
    """Charge will do as well as payment_intent."""
    paid = client.paid()
    assert client.post(URL, charge=paid["latest_charge"])["payment_intent"] == paid["id"]


@behaviour
def parts_add_up(client: Client) -> None:
    """Parts are given back one after the other, the last one without an amount is what remains."""
    paid = client.paid()
    client.post(URL, payment_intent=paid["id"], amount=500)
    charge = charge_of(client, paid)
    assert (charge["refunded"], charge["amount_refunded"]) == (False, 500)
    assert client.post(URL, payment_intent=paid["id"])["amount"] == 1500
    assert charge_of(client, paid)["refunded"] is True


@behaviour
def no_more_than_was_paid(client: Client) -> None:
    """Too large a refund is refused with both amounts and no code."""
    paid = client.paid()
    error = client.refused(URL, payment_intent=paid["id"], amount=2001)
    assert (error["status"], error["param"], "code" in error) == (400, "amount", False)
    assert error["message"] == "Refund amount ($20.01) is greater than charge amount ($20.00)"


@behaviour
def no_more_than_is_left(client: Client) -> None:
    """After a part the sentence speaks of what is unrefunded."""
    paid = client.paid()
    client.post(URL, payment_intent=paid["id"], amount=500)
    error = client.refused(URL, payment_intent=paid["id"], amount=1501)
    assert (error["status"], error["param"]) == (400, "amount")
    assert error["message"] == "Refund amount ($15.01) is greater than unrefunded amount on charge ($15.00)"


@behaviour
def a_charge_is_refunded_once(client: Client) -> None:
    """charge_already_refunded after all is back."""
    paid = client.paid()
    client.post(URL, payment_intent=paid["id"])
    error = client.refused(URL, payment_intent=paid["id"])
    assert (error["status"], error["code"]) == (400, "charge_already_refunded")
    assert error["message"] == f"Charge {paid['latest_charge']} has already been refunded."


@behaviour
def what_is_unpaid_is_not_refunded(client: Client) -> None:
    """A PaymentIntent without a successful charge has nothing to give back."""
    intent = client.intent()
    error = client.refused(URL, payment_intent=intent["id"])
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert error["message"] == f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."


@behaviour
def a_declined_payment_is_not_refunded(client: Client) -> None:
    """Nor has a declined one."""
    intent = client.declined("pm_card_chargeDeclined")["payment_intent"]
    assert client.refused(URL, payment_intent=intent["id"])["status"] == 400


@behaviour
def a_refund_needs_something_to_refund(client: Client) -> None:
    """Neither charge nor PaymentIntent: 400."""
    assert client.refused(URL, amount=100)["status"] == 400


@behaviour
def an_unknown_charge(client: Client) -> None:
    """resource_missing, by its parameter."""
    error = client.refused(URL, charge="ch_x")
    assert (error["code"], error["param"], error["message"]) == (
        "resource_missing",
        "charge",
        "No such charge: 'ch_x'",
    )


@behaviour
def a_reason_is_one_of_three(client: Client) -> None:
    """duplicate, fraudulent and requested_by_customer are kept; others are refused."""
    paid = client.paid()
    error = client.refused(URL, payment_intent=paid["id"], reason="bored")
    assert error["message"] == "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"
    reason = client.post(URL, payment_intent=paid["id"], reason="requested_by_customer")["reason"]
    assert reason == "requested_by_customer"


@behaviour
def a_refund_is_booked(client: Client) -> None:
    """Its balance transaction takes the amount off again; the fee is not given back."""
    paid = client.paid()
    refund = client.post(URL, payment_intent=paid["id"], expand=["balance_transaction"])
    booked = refund["balance_transaction"]
    assert (booked["amount"], booked["fee"], booked["net"], booked["type"]) == (-2000, 0, -2000, "refund")
    assert (booked["source"], booked["reporting_category"]) == (refund["id"], "refund")


@behaviour
def a_refund_says_where_it_goes(client: Client) -> None:
    """destination_details of a card: the reference is still to come."""
    details = client.post(URL, payment_intent=client.paid()["id"])["destination_details"]
    assert details == {
        "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
        "type": "card",
    }


@behaviour
def a_refund_has_its_events(client: Client) -> None:
    """refund.created and charge.refunded; the charge in it has its new total and the former one beside it."""
    paid = client.paid()
    before = len(client.types())
    client.post(URL, payment_intent=paid["id"], amount=500)
    assert {"refund.created", "charge.refunded"} <= set(client.types()[before:])
    data = client.get("/v1/events", type="charge.refunded")["data"][0]["data"]
    assert (data["object"]["amount_refunded"], data["previous_attributes"]["amount_refunded"]) == (500, 0)


@behaviour
def refund_metadata_can_change(client: Client) -> None:
    """An update takes metadata, and tells of it by refund.updated and charge.refund.updated."""
    refund = client.post(URL, payment_intent=client.paid()["id"])
    changed = client.post(f"{URL}/{refund['id']}", metadata={"order_id": "6735"})
    assert changed["metadata"] == {"order_id": "6735"}
    assert {"refund.updated", "charge.refund.updated"} <= set(client.types())
    assert client.refused(f"{URL}/{refund['id']}", amount=1)["code"] == "parameter_unknown"


@behaviour
def a_slow_refund(client: Client) -> None:
    """…7726: pending first, then succeeded, with refund.updated."""
    refund = client.post(URL, payment_intent=client.paid("pm_card_pendingRefund")["id"])
    assert refund["status"] == "pending"
    client.fake.advance(days=8)
    assert client.get(f"{URL}/{refund['id']}")["status"] == "succeeded"
    assert "refund.updated" in client.types()


@behaviour
def a_failing_refund(client: Client) -> None:
    """…5126: succeeded first, then failed: the money is back in the balance, and the charge unrefunded."""
    paid = client.paid("pm_card_refundFail")
    refund = client.post(URL, payment_intent=paid["id"])
    assert refund["status"] == "succeeded"
    client.fake.advance(days=31)
    failed = client.get(f"{URL}/{refund['id']}", expand=["failure_balance_transaction"])
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert failed["failure_balance_transaction"]["amount"] == 2000
    assert charge_of(client, paid)["amount_refunded"] == 0
    assert "refund.failed" in client.types()


@behaviour
def a_settled_refund_cannot_be_canceled(client: Client) -> None:
    """Only a refund that waits for the customer can be."""
    refund = client.post(URL, payment_intent=client.paid()["id"])
    error = client.refused(f"{URL}/{refund['id']}/cancel")
    assert (error["status"], error["type"]) == (400, "invalid_request_error")


@behaviour
def refunds_are_listed(client: Client) -> None:
    """All of them, those of a charge, those of a PaymentIntent."""
    paid, other = client.paid(), client.paid()
    refunds = [client.post(URL, payment_intent=paid["id"], amount=100)["id"] for _ in range(2)]
    client.post(URL, payment_intent=other["id"])
    for where in ({"payment_intent": paid["id"]}, {"charge": paid["latest_charge"]}):
        assert [row["id"] for row in client.get(URL, **where)["data"]] == refunds[::-1]
    assert len(client.get(URL)["data"]) == 3


@behaviour
def an_unknown_refund(client: Client) -> None:
    """404 by its id."""
    error = client.refused(f"{URL}/re_x", "GET")
    assert (error["status"], error["code"], error["message"]) == (404, "resource_missing", "No such refund: 're_x'")


@behaviour
def an_authorisation_is_not_refunded(client: Client) -> None:
    """What is only held must be canceled."""
    held = client.paid(capture_method="manual")
    assert client.refused(URL, payment_intent=held["id"])["status"] == 400


@behaviour
def a_refund_may_ask_the_customer(client: Client) -> None:
    """A refund that needs the customer's bank details waits, and can be canceled or expire."""
    refunds = [client.post(URL, payment_intent=client.paid("pm_card_pendingRefund")["id"]) for _ in range(2)]
    asking = [client.fake.hold_refund(refund["id"]) for refund in refunds]
    assert [refund["status"] for refund in asking] == ["requires_action", "requires_action"]
    assert client.post(f"{URL}/{refunds[0]['id']}/cancel")["status"] == "canceled"
    client.post(f"/v1/test_helpers/refunds/{refunds[1]['id']}/expire")
    assert client.get(f"{URL}/{refunds[1]['id']}")["status"] == "failed"
