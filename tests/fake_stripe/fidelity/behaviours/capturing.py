"""Authorising and capturing, and cancelling."""

from __future__ import annotations

from typing import Any

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/payment_intents"


def authorised(client: Client, **params: Any) -> JSON:
    """A PaymentIntent whose 20.00 are held, with its charge."""
    return client.paid(capture_method="manual", expand=["latest_charge"], **params)


@behaviour
def manual_capture_holds_the_money(client: Client) -> None:
    """Confirmed for manual capture: all can be captured, nothing is received."""
    intent = authorised(client)
    assert (intent["status"], intent["amount_capturable"], intent["amount_received"]) == ("requires_capture", 2000, 0)


@behaviour
def an_authorised_charge_is_paid_but_not_captured(client: Client) -> None:
    """Such a charge is paid and succeeded, yet captured nothing and has no balance transaction."""
    charge = authorised(client)["latest_charge"]
    assert (charge["paid"], charge["status"], charge["captured"]) == (True, "succeeded", False)
    assert (charge["amount_captured"], charge["balance_transaction"]) == (0, None)
    assert charge["payment_method_details"]["card"]["capture_before"] > charge["created"]


@behaviour
def capturing_takes_all(client: Client) -> None:
    """Capture without an amount takes everything; the balance transaction is there at once."""
    captured = client.post(f"{URL}/{authorised(client)['id']}/capture", expand=["latest_charge"])
    assert (captured["status"], captured["amount_received"], captured["amount_capturable"]) == ("succeeded", 2000, 0)
    charge = captured["latest_charge"]
    assert (charge["captured"], charge["amount_captured"]) == (True, 2000)
    assert charge["balance_transaction"].startswith("txn_")


@behaviour
def capturing_a_part_releases_the_rest(client: Client) -> None:
    """A part is received, the rest is no refund."""
    intent = client.post(f"{URL}/{authorised(client)['id']}/capture", amount_to_capture=1500, expand=["latest_charge"])
    assert (intent["status"], intent["amount"], intent["amount_received"]) == ("succeeded", 2000, 1500)
    charge = intent["latest_charge"]
    assert (charge["amount_captured"], charge["amount_refunded"], charge["refunded"]) == (1500, 0, False)
    assert client.get("/v1/refunds")["data"] == []


@behaviour
def more_than_authorised_cannot_be_captured(client: Client) -> None:
    """Capturing more than is held is refused."""
    error = client.refused(f"{URL}/{authorised(client)['id']}/capture", amount_to_capture=2001)
    assert (error["status"], error["code"], error["param"]) == (400, "amount_too_large", "amount_to_capture")


@behaviour
def nothing_cannot_be_captured(client: Client) -> None:
    """An amount to capture is at least 1."""
    error = client.refused(f"{URL}/{authorised(client)['id']}/capture", amount_to_capture=0)
    assert (error["status"], error["code"]) == (400, "parameter_invalid_integer")


@behaviour
def what_was_captured_cannot_be_captured_again(client: Client) -> None:
    """A second capture is refused by the state of the PaymentIntent, which the error carries."""
    intent = authorised(client)
    client.post(f"{URL}/{intent['id']}/capture")
    error = client.refused(f"{URL}/{intent['id']}/capture")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"] == (
        "This PaymentIntent could not be captured because it has a status of succeeded. Only a PaymentIntent with "
        "one of the following statuses may be captured: requires_capture."
    )
    assert error["payment_intent"]["id"] == intent["id"]


@behaviour
def what_is_unpaid_cannot_be_captured(client: Client) -> None:
    """Nor can a PaymentIntent that nobody has paid."""
    error = client.refused(f"{URL}/{client.intent()['id']}/capture")
    assert error["message"].startswith(
        "This PaymentIntent could not be captured because it has a status of requires_payment_method."
    )


@behaviour
def capture_has_its_events(client: Client) -> None:
    """amount_capturable_updated tells of the hold, charge.captured and succeeded of the capture."""
    intent = authorised(client)
    assert client.types()[1:] == ["charge.succeeded", "payment_intent.amount_capturable_updated"]
    client.post(f"{URL}/{intent['id']}/capture")
    assert {"charge.captured", "payment_intent.succeeded"} <= set(client.types()[3:])


@behaviour
def a_hold_lapses_after_seven_days(client: Client) -> None:
    """An authorisation that is not captured expires, and Stripe cancels with the reason `expired`."""
    intent = authorised(client)
    client.fake.advance(days=7.1)
    lapsed = client.get(f"{URL}/{intent['id']}")
    assert (lapsed["status"], lapsed["cancellation_reason"]) == ("canceled", "expired")
    assert {"charge.expired", "payment_intent.canceled"} <= set(client.types())


@behaviour
def cancelling_is_final(client: Client) -> None:
    """A canceled PaymentIntent says when and why."""
    intent = client.intent()
    canceled = client.post(f"{URL}/{intent['id']}/cancel", cancellation_reason="abandoned")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    assert canceled["canceled_at"] >= canceled["created"]
    assert client.types()[-1] == "payment_intent.canceled"


@behaviour
def a_reason_is_optional_and_one_of_four(client: Client) -> None:
    """Without a reason it is null; Stripe's own reasons cannot be given."""
    assert client.post(f"{URL}/{client.intent()['id']}/cancel")["cancellation_reason"] is None
    error = client.refused(f"{URL}/{client.intent()['id']}/cancel", cancellation_reason="expired")
    assert (error["status"], error["param"]) == (400, "cancellation_reason")
    assert error["message"].startswith("Invalid cancellation_reason: must be one of ")


@behaviour
def a_paid_one_cannot_be_canceled(client: Client) -> None:
    """The sentence names the states in which it could have been."""
    paid = client.paid()
    error = client.refused(f"{URL}/{paid['id']}/cancel")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"].startswith(
        "You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one of "
        "the following statuses may be canceled: requires_payment_method, requires_capture, "
    )
    assert error["payment_intent"]["status"] == "succeeded"


@behaviour
def it_is_canceled_once(client: Client) -> None:
    """A second cancellation is refused."""
    intent = client.intent()
    client.post(f"{URL}/{intent['id']}/cancel")
    error = client.refused(f"{URL}/{intent['id']}/cancel")
    assert error["message"].startswith("You cannot cancel this PaymentIntent because it has a status of canceled.")


@behaviour
def cancelling_releases_the_hold(client: Client) -> None:
    """Cancelling an authorisation makes no refund; the charge says that nothing was captured."""
    intent = authorised(client)
    canceled = client.post(f"{URL}/{intent['id']}/cancel", expand=["latest_charge"])
    assert (canceled["status"], canceled["amount_capturable"]) == ("canceled", 0)
    assert (canceled["latest_charge"]["captured"], canceled["latest_charge"]["amount_refunded"]) == (False, 0)
    assert client.get("/v1/refunds")["data"] == []


@behaviour
def a_customer_being_asked_can_be_left(client: Client) -> None:
    """A PaymentIntent that waits for 3-D Secure can be canceled; there is no next action then."""
    intent = client.paid("pm_card_authenticationRequired")
    canceled = client.post(f"{URL}/{intent['id']}/cancel")
    assert (canceled["status"], canceled["next_action"]) == ("canceled", None)
