"""Webhook endpoints, deliveries and signatures."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import stripe

from gulf_payments.testing.fake_stripe import Receiver
from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/webhook_endpoints"
FOREVER = 10**9
HOOK: JSON = {"url": "https://shop.example/hook", "enabled_events": ["payment_intent.succeeded"]}


def noting(signatures: list[str], bodies: list[bytes] | None = None) -> Receiver:
    """An endpoint that takes everything and notes it."""

    def receive(body: bytes, signature: str) -> int:
        signatures.append(signature)
        if bodies is not None:
            bodies.append(body)
        return 200

    return receive


@behaviour
def an_endpoint_is_registered(client: Client) -> None:
    """The secret is told when it is made, and never again."""
    made = client.post(URL, **HOOK)
    assert (made["object"], made["status"], made["enabled_events"]) == (
        "webhook_endpoint",
        "enabled",
        ["payment_intent.succeeded"],
    )
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get(f"{URL}/{made['id']}")
    assert all("secret" not in row for row in client.get(URL)["data"])


@behaviour
def an_endpoint_needs_address_and_events(client: Client) -> None:
    """Both must be given."""
    assert client.refused(URL, url=HOOK["url"])["param"] == "enabled_events"
    assert client.refused(URL, enabled_events=["*"])["param"] == "url"


@behaviour
def an_address_is_an_address(client: Client) -> None:
    """What is no URL is refused: url_invalid."""
    error = client.refused(URL, url="nowhere", enabled_events=["*"])
    assert (error["status"], error["code"], error["param"]) == (400, "url_invalid", "url")


@behaviour
def an_event_that_never_happens(client: Client) -> None:
    """A type that Stripe does not have is refused."""
    assert client.refused(URL, url=HOOK["url"], enabled_events=["bogus.happened"])["status"] == 400


@behaviour
def an_endpoint_changes(client: Client) -> None:
    """It can be disabled, moved, and told of other events."""
    made = client.post(URL, **HOOK)
    changed = client.post(f"{URL}/{made['id']}", disabled=True, enabled_events=["*"], metadata={"a": "1"})
    assert (changed["status"], changed["enabled_events"], changed["metadata"]) == ("disabled", ["*"], {"a": "1"})


@behaviour
def an_endpoint_is_deleted(client: Client) -> None:
    """The answer is a stub; later it is unknown."""
    made = client.post(URL, **HOOK)
    assert client.delete(f"{URL}/{made['id']}") == {"id": made["id"], "object": "webhook_endpoint", "deleted": True}
    error = client.refused(f"{URL}/{made['id']}", "GET")
    assert (error["status"], error["code"]) == (404, "resource_missing")


@behaviour
def a_delivery_is_signed(client: Client) -> None:
    """What an endpoint gets is the event, and the SDK finds its signature right."""
    bodies: list[bytes] = []
    heard: list[str] = []
    client.fake.add_endpoint(noting(heard, bodies), secret="whsec_one")
    intent = client.intent()
    client.fake.deliver_webhooks()
    ((body, signature),) = zip(bodies, heard, strict=True)
    event = stripe.Webhook.construct_event(body, signature, "whsec_one", tolerance=FOREVER)
    assert (event["type"], json.loads(body)["data"]["object"]["id"]) == ("payment_intent.created", intent["id"])


@behaviour
def a_wrong_secret_does_not_fit(client: Client) -> None:
    """The signature belongs to one secret."""
    client.intent()
    body, signature = client.fake.signed(client.fake.events()[0]["id"], secret="whsec_one")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")


@behaviour
def an_old_signature_is_refused(client: Client) -> None:
    """The SDK takes five minutes; the time is that of the delivery."""
    client.intent()
    event = client.fake.events()[0]["id"]
    body, signature = client.fake.signed(event, at=client.fake.clock() - timedelta(days=3650))
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_test")


@behaviour
def a_failed_delivery_is_tried_again(client: Client) -> None:
    """Anything but 2xx leaves the event waiting, and it comes again with the same id."""
    answers, heard = iter([500, 302, 200]), []

    def receive(body: bytes, _signature: str) -> int:
        heard.append(json.loads(body)["id"])
        return next(answers)

    client.fake.add_endpoint(receive)
    client.intent()
    for _ in range(4):
        client.fake.deliver_webhooks()
    assert (len(heard), len(set(heard))) == (3, 1)


@behaviour
def every_endpoint_hears(client: Client) -> None:
    """Each endpoint gets the event, signed with its own secret."""
    heard: list[str] = []
    for secret in ("whsec_one", "whsec_two"):
        client.fake.add_endpoint(noting(heard), secret=secret)
    client.intent()
    client.fake.deliver_webhooks()
    assert len(set(heard)) == 2
