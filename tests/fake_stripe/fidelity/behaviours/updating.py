"""Reading and changing a PaymentIntent."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client

URL = "/v1/payment_intents"


@behaviour
def an_unknown_id_is_404(client: Client) -> None:
    """Nothing has this id: 404 with the parameter `intent`."""
    error = client.refused(f"{URL}/pi_x", "GET")
    assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "intent")
    assert error["message"] == "No such payment_intent: 'pi_x'"


@behaviour
def what_was_made_can_be_read(client: Client) -> None:
    """Retrieving answers what creating answered."""
    intent = client.intent()
    assert client.get(f"{URL}/{intent['id']}") == intent


@behaviour
def the_amount_can_change(client: Client) -> None:
    """An open PaymentIntent takes a new amount."""
    intent = client.intent()
    assert client.post(f"{URL}/{intent['id']}", amount=2500)["amount"] == 2500
    assert client.refused(f"{URL}/{intent['id']}", amount=10)["code"] == "amount_too_small"


@behaviour
def metadata_are_merged(client: Client) -> None:
    """New keys are added, given ones replaced, empty ones removed, the rest stays."""
    intent = client.intent(metadata={"a": "1", "b": "2", "c": "3"})
    changed = client.post(f"{URL}/{intent['id']}", metadata={"b": "9", "c": "", "d": "4"})
    assert changed["metadata"] == {"a": "1", "b": "9", "d": "4"}


@behaviour
def empty_metadata_clear_all(client: Client) -> None:
    """Metadata given as an empty string are cleared."""
    intent = client.intent(metadata={"a": "1"})
    assert client.post(f"{URL}/{intent['id']}", metadata="")["metadata"] == {}


@behaviour
def an_empty_string_unsets(client: Client) -> None:
    """A description is unset by an empty string, and stays if it is not named."""
    intent = client.intent(description="Oud", receipt_email="sara@example.com")
    changed = client.post(f"{URL}/{intent['id']}", description="")
    assert (changed["description"], changed["receipt_email"]) == (None, "sara@example.com")


@behaviour
def a_new_method_asks_for_confirmation(client: Client) -> None:
    """A payment method given by an update makes it wait for confirmation."""
    intent = client.intent()
    assert client.post(f"{URL}/{intent['id']}", payment_method="pm_card_visa")["status"] == "requires_confirmation"


@behaviour
def a_paid_amount_is_fixed(client: Client) -> None:
    """The amount of a succeeded PaymentIntent cannot change; the error carries it as it stands."""
    paid = client.paid()
    error = client.refused(f"{URL}/{paid['id']}", amount=1500)
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"] == (
        "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update "
        "the amount of a PaymentIntent with one of the following statuses: requires_payment_method, "
        "requires_confirmation, requires_action."
    )
    assert error["payment_intent"]["id"] == paid["id"]


@behaviour
def metadata_of_a_paid_one_can_change(client: Client) -> None:
    """Metadata and description can be changed at any time."""
    paid = client.paid()
    changed = client.post(f"{URL}/{paid['id']}", metadata={"shipped": "yes"}, description="Oud")
    assert (changed["metadata"], changed["description"]) == ({"shipped": "yes"}, "Oud")


@behaviour
def an_update_clears_the_last_error(client: Client) -> None:
    """last_payment_error is gone once the PaymentIntent is updated."""
    intent = client.declined("pm_card_chargeDeclined")["payment_intent"]
    assert intent["last_payment_error"]["code"] == "card_declined"
    assert client.post(f"{URL}/{intent['id']}", metadata={"a": "1"})["last_payment_error"] is None


@behaviour
def it_cannot_be_deleted(client: Client) -> None:
    """There is no DELETE for a PaymentIntent."""
    intent = client.intent()
    assert client.refused(f"{URL}/{intent['id']}", "DELETE")["message"].startswith("Unrecognized request URL (DELETE: ")


@behaviour
def an_update_makes_no_event(client: Client) -> None:
    """There is no payment_intent.updated."""
    intent = client.intent()
    client.post(f"{URL}/{intent['id']}", amount=2500)
    assert client.types() == ["payment_intent.created"]


@behaviour
def it_can_be_searched(client: Client) -> None:
    """Search finds by metadata and status, and answers a search_result."""
    wanted = client.paid(metadata={"order": "1017"})
    client.paid(metadata={"order": "1018"})
    found = client.get(f"{URL}/search", query="status:'succeeded' AND metadata['order']:'1017'")
    assert (found["object"], found["url"], found["has_more"]) == ("search_result", f"{URL}/search", False)
    assert [row["id"] for row in found["data"]] == [wanted["id"]]
    assert found["next_page"] is None
