"""Events: one for every change, a snapshot of its time."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON


def last(client: Client, kind: str) -> JSON:
    """The latest event of a kind, as the API answers it."""
    found: JSON = client.get("/v1/events", type=kind, limit=1)["data"][0]
    return found


@behaviour
def an_event_tells_all_about_itself(client: Client) -> None:
    """Id, version, mode, type and the object; no previous attributes for something new."""
    intent = client.intent()
    event = last(client, "payment_intent.created")
    assert (event["object"], event["id"][:4], event["livemode"]) == ("event", "evt_", False)
    assert (event["api_version"], event["created"]) == ("2026-10-28.endive", intent["created"])
    assert event["data"] == {"object": intent}


@behaviour
def an_event_names_its_request(client: Client) -> None:
    """The id of the request that made the change, and its idempotency key."""
    made = client.ask("POST", "/v1/customers", {}, idempotency_key="k1")
    assert last(client, "customer.created")["request"] == {
        "id": made.headers["request-id"],
        "idempotency_key": "k1",
    }


@behaviour
def what_happens_by_itself_has_no_request(client: Client) -> None:
    """A change that no request made has neither id nor key."""
    client.paid()
    assert last(client, "charge.updated")["request"] == {"id": None, "idempotency_key": None}


@behaviour
def an_event_is_a_snapshot(client: Client) -> None:
    """What changes later does not change the event."""
    intent = client.intent(metadata={"a": "1"})
    client.post(f"/v1/payment_intents/{intent['id']}", metadata={"a": "2"})
    assert last(client, "payment_intent.created")["data"]["object"]["metadata"] == {"a": "1"}


@behaviour
def previous_attributes_hold_what_changed(client: Client) -> None:
    """Only the changed members, with their former values; new keys were null."""
    customer = client.customer(name="Sara", metadata={"a": "1"})
    client.post(f"/v1/customers/{customer['id']}", name="Noura", metadata={"b": "2"})
    event = last(client, "customer.updated")
    assert event["data"]["previous_attributes"] == {"name": "Sara", "metadata": {"b": None}}
    assert event["data"]["object"]["name"] == "Noura"


@behaviour
def a_payment_has_its_events_in_order(client: Client) -> None:
    """Creation, then charge and payment, then the balance transaction."""
    client.paid()
    assert client.types() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


@behaviour
def three_d_secure_has_its_event(client: Client) -> None:
    """requires_action tells that the customer is asked."""
    intent = client.paid("pm_card_authenticationRequired")
    assert last(client, "payment_intent.requires_action")["data"]["object"]["id"] == intent["id"]


@behaviour
def events_are_listed_newest_first(client: Client) -> None:
    """The list is in the order of what happened, turned round."""
    client.paid()
    assert [event["type"] for event in client.get("/v1/events")["data"]] == client.types()[::-1]


@behaviour
def events_filter_by_type(client: Client) -> None:
    """By one type, several, or a family with an asterisk."""
    client.paid()
    for asked, expected in (
        ({"type": "charge.succeeded"}, {"charge.succeeded"}),
        ({"types": ["charge.succeeded", "payment_intent.created"]}, {"charge.succeeded", "payment_intent.created"}),
        ({"type": "charge.*"}, {"charge.succeeded", "charge.updated"}),
    ):
        assert {event["type"] for event in client.get("/v1/events", **asked)["data"]} == expected


@behaviour
def one_event_can_be_read(client: Client) -> None:
    """By its id; an unknown one is 404."""
    client.intent()
    event = last(client, "payment_intent.created")
    assert client.get(f"/v1/events/{event['id']}") == event
    error = client.refused("/v1/events/evt_x", "GET")
    assert (error["status"], error["code"], error["message"]) == (404, "resource_missing", "No such event: 'evt_x'")


@behaviour
def pending_webhooks_are_counted(client: Client) -> None:
    """How many endpoints have not yet taken it."""
    client.fake.add_endpoint(lambda _body, _signature: 200)
    client.intent()
    assert last(client, "payment_intent.created")["pending_webhooks"] == 1
    client.fake.deliver_webhooks()
    assert last(client, "payment_intent.created")["pending_webhooks"] == 0


@behaviour
def events_of_the_other_mode_are_not_seen(client: Client) -> None:
    """Test and live have events of their own."""
    client.ask("POST", "/v1/customers", {}, authorization="Bearer sk_live_1")
    assert client.get("/v1/events")["data"] == []
