"""Events are snapshots; webhooks are signed, ordered, repeated, lost and retried as a test asks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe
from tests.fake_stripe.receivers import Inbox
from tests.fake_stripe.shop import Shop, types


def test_an_event_is_a_snapshot(shop: Shop) -> None:
    """What an event shows does not change when the object does, nor when a reader tampers with a copy."""
    intent = shop.intent(metadata={"order": "1"})
    created = shop.fake.events("payment_intent.created")[0]
    shop.post(f"/v1/payment_intents/{intent['id']}", metadata={"order": "2"}, amount=9900)
    shop.fake.pay(intent)
    created["data"]["object"]["metadata"]["order"] = "tampered"
    event = shop.get(f"/v1/events/{created['id']}")
    assert event["data"]["object"] == intent


def test_an_event_names_its_request(shop: Shop) -> None:
    """An event carries the request and key that caused it, the API version and the mode."""
    response = shop.call("post", "/v1/payment_intents", amount=11500, currency="sar", idempotency_key="pay_1")
    event = shop.fake.events()[0]
    assert event["request"] == {"id": response.headers["request-id"], "idempotency_key": "pay_1"}
    assert (event["api_version"], event["livemode"]) == ("2026-10-28.endive", False)


def test_the_sdk_accepts_the_signature(shop: Shop, inbox: Inbox, clock: ControllableClock) -> None:
    """The SDK's own verification takes body and header, and refuses a changed body."""
    shop.intent(description="عود ملكي")
    shop.fake.deliver_webhooks()
    body, header = inbox.got[0]
    stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_test", tolerance=None)
    assert "عود ملكي" in body.decode()
    assert header.startswith(f"t={int(clock().timestamp())},v1=")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode() + " ", header, "whsec_test", tolerance=None)


def test_signing_on_demand(shop: Shop, clock: ControllableClock) -> None:
    """A test can sign an event for another moment or with another secret."""
    shop.intent()
    (event,) = shop.fake.events()
    body, header = shop.fake.signed(event["id"], at=clock() - timedelta(minutes=6), secret="whsec_other")
    assert json.loads(body)["id"] == event["id"]
    assert header.startswith(f"t={int(clock().timestamp()) - 360},")
    stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_other", tolerance=None)


def test_default_clock_signs_for_now() -> None:
    """A fake without a clock of its own signs for the present, so real verification takes it."""
    fake = FakeStripe()
    Shop(fake).intent()
    body, header = fake.signed(fake.events()[0]["id"])
    event: Any = stripe.Webhook.construct_event(body, header, "whsec_test")
    assert event.type == "payment_intent.created"


def test_delivery_waits_to_be_asked(shop: Shop, inbox: Inbox) -> None:
    """Nothing is sent before a test says so; then all goes out in order, once."""
    shop.paid()
    assert inbox.got == []
    assert [waiting.type for waiting in shop.fake.pending_webhooks] == types(shop.fake)
    sent = shop.fake.deliver_webhooks()
    assert inbox.types == types(shop.fake)
    assert [delivery.status_code for delivery in sent] == [200] * 4
    assert shop.fake.pending_webhooks == []
    assert shop.fake.deliver_webhooks() == []


def test_what_is_not_taken_is_retried_with_a_fresh_signature(shop: Shop, inbox: Inbox) -> None:
    """A failing endpoint gets the same event id again, signed anew, until it takes it."""
    inbox.status = 503
    shop.intent()
    shop.fake.deliver_webhooks()
    assert [waiting.attempts for waiting in shop.fake.pending_webhooks] == [1]
    assert shop.get("/v1/events", delivery_success=False)["data"][0]["pending_webhooks"] == 1
    inbox.status = 200
    shop.fake.advance(seconds=3600)
    shop.fake.deliver_webhooks()
    (first, second), headers = inbox.events, [header for _, header in inbox.got]
    assert first["id"] == second["id"]
    assert headers[0] != headers[1]
    assert shop.fake.pending_webhooks == []
    assert shop.get("/v1/events", delivery_success=True)["data"][0]["pending_webhooks"] == 0


def test_order_is_the_tests_choice(shop: Shop, inbox: Inbox) -> None:
    """Reversed, or exactly these in this order; the others wait."""
    shop.paid()
    forward = types(shop.fake)
    shop.fake.deliver_webhooks(order="reversed")
    assert inbox.types == forward[::-1]
    inbox.got.clear()
    shop.paid()
    ids = [event["id"] for event in shop.fake.events()][4:]
    shop.fake.deliver_webhooks(order=[ids[2], ids[0]])
    assert [event["id"] for event in inbox.events] == [ids[2], ids[0]]
    assert [waiting.event_id for waiting in shop.fake.pending_webhooks] == [ids[1], ids[3]]
    with pytest.raises(ValueError, match="no webhook waits for evt_x"):
        shop.fake.deliver_webhooks(order=["evt_x"])
    with pytest.raises(ValueError, match="no such order"):
        shop.fake.deliver_webhooks(order="sideways")


def test_a_shuffle_repeats_by_its_seed(clock: ControllableClock) -> None:
    """The same seed gives the same disorder, ids and all; another seed another one."""

    def run(seed: int) -> list[str]:
        fake, inbox = FakeStripe(clock=clock, seed=seed), Inbox()
        fake.add_endpoint(inbox)
        Shop(fake).paid()
        fake.deliver_webhooks(order="shuffled", copies=2)
        return [event["id"] for event in inbox.events]

    first = run(7)
    assert run(7) == first
    assert len(first) == 8
    assert len(set(first)) == 4
    assert run(8) != first


def test_copies_keep_their_event_id(shop: Shop, inbox: Inbox) -> None:
    """A duplicate is the same event, twice."""
    shop.intent()
    shop.fake.deliver_webhooks(copies=2)
    first, second = inbox.events
    assert first["id"] == second["id"]
    assert shop.fake.pending_webhooks == []


def test_lost_webhooks_stay_in_the_list_of_events(shop: Shop, inbox: Inbox) -> None:
    """What is dropped never arrives, can be fetched, and can be resent."""
    shop.paid()
    lost = shop.fake.events("charge.succeeded")[0]["id"]
    assert shop.fake.drop_webhooks(lost) == 1
    shop.fake.deliver_webhooks()
    assert "charge.succeeded" not in inbox.types
    assert [row["id"] for row in shop.get("/v1/events", delivery_success=False)["data"]] == [lost]
    shop.fake.replay(lost)
    assert inbox.types[-1] == "charge.succeeded"
    shop.intent()
    assert shop.fake.drop_webhooks() == 1
    assert shop.fake.pending_webhooks == []


def test_endpoints_have_their_own_secret_and_version(fake: FakeStripe, shop: Shop) -> None:
    """Each endpoint gets its own signature and version, and only what happened since it was registered."""
    shop.intent()
    old, new = Inbox(), Inbox()
    fake.add_endpoint(old, secret="whsec_old", api_version="2025-03-31.basil")
    fake.add_endpoint(new, secret="whsec_new")
    shop.intent()
    fake.deliver_webhooks()
    assert [event["api_version"] for event in old.events + new.events] == ["2025-03-31.basil", "2026-10-28.endive"]
    body, header = old.got[0]
    stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_old", tolerance=None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_new", tolerance=None)


def test_a_receiver_that_breaks_is_heard(fake: FakeStripe, shop: Shop) -> None:
    """What a receiver raises reaches the test, and the event waits on with those behind it."""

    def broken(_body: bytes, _signature: str) -> int:
        raise RuntimeError("bug in the shop")

    fake.add_endpoint(broken)
    shop.paid()
    with pytest.raises(RuntimeError, match="bug in the shop"):
        fake.deliver_webhooks()
    assert len(fake.pending_webhooks) == 4


def test_immediate_delivery(clock: ControllableClock) -> None:
    """On request every change is told at once, from the API and from the driver alike."""
    fake, inbox = FakeStripe(clock=clock, deliver="immediately"), Inbox()
    fake.add_endpoint(inbox)
    shop = Shop(fake)
    intent = shop.intent()
    assert inbox.types == ["payment_intent.created"]
    fake.pay(intent["client_secret"], card="4000000000007726")
    fake.refund_from_dashboard(intent["id"])
    fake.advance(days=1)
    assert inbox.types == types(fake)
    assert inbox.types[-1] == "charge.refund.updated"


def test_a_receiver_may_call_the_api(clock: ControllableClock) -> None:
    """A webhook handler that refunds sees its own events delivered too, in order, without a deadlock."""
    fake = FakeStripe(clock=clock, deliver="immediately")
    shop, seen = Shop(fake), Inbox()

    def refunding(body: bytes, signature: str) -> int:
        event = json.loads(body)
        if event["type"] == "payment_intent.succeeded":
            shop.post("/v1/refunds", payment_intent=event["data"]["object"]["id"])
        return seen(body, signature)

    fake.add_endpoint(refunding)
    shop.paid()
    assert seen.types == types(fake)
    assert "charge.refunded" in seen.types
