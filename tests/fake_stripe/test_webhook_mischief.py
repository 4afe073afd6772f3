"""What a test can do to webhooks on their way: forge, delay, burst, and sign with two secrets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import stripe

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe, Signature
from tests.fake_stripe.receivers import Counter, Inbox, fits, signed_at
from tests.fake_stripe.shop import Shop, types

URL = "/v1/webhook_endpoints"
DAY = 24 * 3600


def schemes(header: str) -> list[str]:
    """The names in a signature header, in order."""
    return [part.partition("=")[0] for part in header.split(",")]


def test_test_mode_has_a_scheme_that_means_nothing(fake: FakeStripe) -> None:
    """In test mode a v0 stands beside the v1, and receivers pass over it; live mode has none."""
    test, live = Inbox(), Inbox()
    fake.add_endpoint(test)
    fake.add_endpoint(live, livemode=True)
    Shop(fake).intent()
    Shop(fake, "sk_live_shop").intent()
    fake.deliver_webhooks()
    (body, header), (_, live_header) = test.got[0], live.got[0]
    assert (schemes(header), schemes(live_header)) == (["t", "v1", "v0"], ["t", "v1"])
    assert fits(body, header, "whsec_test")
    moment, v1, v0 = header.split(",")
    assert v0[3:] != v1[3:]
    assert not fits(body, f"{moment},v1={v0[3:]}", "whsec_test")


@pytest.mark.parametrize(
    ("signature", "shift", "verifies"),
    [("right", 0, True), ("wrong", 0, False), ("old", -600, True), ("future", 600, True)],
)
def test_forged_and_stale_signatures(
    shop: Shop, inbox: Inbox, clock: ControllableClock, signature: Signature, shift: int, *, verifies: bool
) -> None:
    """A wrong one fits no secret; an old or a future one fits, but was made ten minutes off."""
    inbox.status = 400
    shop.intent()
    shop.fake.deliver_webhooks(signature=signature)
    (body, header) = inbox.got[0]
    assert signed_at(header) == int(clock().timestamp()) + shift
    assert fits(body, header, "whsec_test") is verifies
    event_id = shop.fake.pending_webhooks[0].event_id
    assert shop.fake.signed(event_id, signature=signature) == (body, header)
    shop.fake.replay(event_id, signature=signature)
    assert inbox.got[1] == (body, header)
    inbox.status = 200
    shop.fake.deliver_webhooks()
    assert fits(*inbox.got[2], "whsec_test")
    assert shop.fake.pending_webhooks == []


def test_stale_signatures_are_refused_by_the_sdk() -> None:
    """The SDK's own tolerance catches "old" by the system's clock."""
    fake = FakeStripe()
    Shop(fake).intent()
    event_id = fake.events()[0]["id"]
    body, header = fake.signed(event_id, signature="old")
    with pytest.raises(stripe.SignatureVerificationError, match="Timestamp outside the tolerance zone"):
        stripe.Webhook.construct_event(body, header, "whsec_test")
    stripe.Webhook.construct_event(*fake.signed(event_id), "whsec_test")


def test_a_missing_signature(shop: Shop, inbox: Inbox, counter: Counter) -> None:
    """A function gets an empty header, a URL none at all."""
    shop.fake.add_endpoint(counter.url)
    shop.intent()
    shop.fake.deliver_webhooks(signature="missing")
    assert inbox.got[0][1] == ""
    assert "stripe-signature" not in counter.got[0].headers
    assert shop.fake.signed(shop.fake.events()[0]["id"], signature="missing")[1] == ""


def test_mischief_is_spelt_right(shop: Shop, inbox: Inbox) -> None:
    """A misspelt wish fails at once, and loses nothing."""
    shop.intent()
    event_id = shop.fake.pending_webhooks[0].event_id
    with pytest.raises(ValueError, match="no such signature: 'bad'; there are right, wrong"):
        shop.fake.deliver_webhooks(signature="bad")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no such signature"):
        shop.fake.replay(event_id, signature="bad")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no such signature"):
        shop.fake.signed(event_id, signature="bad")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        shop.fake.deliver_webhooks(copies=0)
    with pytest.raises(LookupError, match="no webhook_endpoint 'we_x'"):
        shop.fake.replay(event_id, endpoint_id="we_x")
    assert len(shop.fake.pending_webhooks) == 1
    assert inbox.got == []


def test_a_rotated_secret_signs_beside_the_old_one_for_a_day(
    shop: Shop, inbox: Inbox, clock: ControllableClock
) -> None:
    """For 24 hours there are two signatures, one for each secret; then the new one alone."""
    (endpoint,) = shop.get(URL)["data"]
    new = shop.fake.rotate_secret(endpoint["id"])
    shop.intent()
    shop.fake.deliver_webhooks()
    body, header = inbox.got[0]
    assert schemes(header) == ["t", "v1", "v1", "v0"]
    assert fits(body, header, new)
    assert fits(body, header, "whsec_test")
    shop.fake.advance(seconds=DAY - 1)
    newest = shop.fake.rotate_secret(endpoint["id"])
    shop.fake.replay(shop.fake.events()[0]["id"])
    assert [fits(*inbox.got[1], secret) for secret in (newest, new, "whsec_test")] == [True, True, True]
    shop.fake.advance(seconds=1)
    shop.fake.replay(shop.fake.events()[0]["id"])
    assert [fits(*inbox.got[2], secret) for secret in (newest, new, "whsec_test")] == [True, True, False]
    assert signed_at(inbox.got[2][1]) == int(clock().timestamp())
    with pytest.raises(LookupError, match="no webhook_endpoint 'we_x'"):
        shop.fake.rotate_secret("we_x")


def test_a_delay_holds_back_what_it_names(shop: Shop, inbox: Inbox) -> None:
    """Events of the named types arrive only after their time; the others overtake them."""
    shop.fake.delay_webhooks(60, types=["charge.*"])
    shop.paid()
    shop.fake.deliver_webhooks()
    assert inbox.types == ["payment_intent.created", "payment_intent.succeeded"]
    held = shop.fake.pending_webhooks
    assert [(one.type, one.attempts, one.ready - shop.fake.events()[0]["created"]) for one in held] == [
        ("charge.succeeded", 0, 60),
        ("charge.updated", 0, 60),
    ]
    with pytest.raises(ValueError, match=f"no webhook waits for {held[0].event_id}"):
        shop.fake.deliver_webhooks(order=[held[0].event_id])
    shop.fake.advance(seconds=59)
    assert shop.fake.deliver_webhooks() == []
    shop.fake.advance(seconds=1)
    shop.fake.deliver_webhooks()
    assert inbox.types[2:] == ["charge.succeeded", "charge.updated"]


def test_the_latest_word_on_a_delay_counts(shop: Shop, inbox: Inbox) -> None:
    """A later delay outdoes an earlier one, and none for all ends it."""
    shop.fake.delay_webhooks(60)
    shop.fake.delay_webhooks(0, types=["charge.succeeded"])
    shop.paid()
    shop.fake.deliver_webhooks()
    assert inbox.types == ["charge.succeeded"]
    shop.fake.delay_webhooks(0)
    shop.intent()
    shop.fake.deliver_webhooks()
    assert inbox.types == ["charge.succeeded", "payment_intent.created"]
    assert len(shop.fake.pending_webhooks) == 3
    assert shop.fake.drop_webhooks() == 3


def test_delayed_webhooks_go_out_by_themselves_at_their_time(clock: ControllableClock) -> None:
    """With immediate delivery a delayed event is sent as the clock passes its moment, signed for it."""
    fake, inbox = FakeStripe(clock=clock, deliver="immediately"), Inbox()
    fake.add_endpoint(inbox)
    fake.delay_webhooks(3600, types=["payment_intent.created"])
    start = int(clock().timestamp())
    Shop(fake).paid()
    assert "payment_intent.created" not in inbox.types
    fake.advance(days=1)
    assert inbox.types[-1] == "payment_intent.created"
    assert inbox.moments[-1] == start + 3600


def test_a_burst_comes_from_all_threads_at_once(shop: Shop) -> None:
    """Eight deliveries are under way together, each is reported, and each counts."""
    together = Barrier(8)

    def meeting(_body: bytes, _signature: str) -> int:
        together.wait(timeout=10)
        return 200

    shop.fake.add_endpoint(meeting)
    shop.paid()
    sent = shop.fake.deliver_webhooks(copies=2, threads=8)
    assert [delivery.type for delivery in sent] == [kind for kind in types(shop.fake) for _ in range(2)]
    assert {delivery.status_code for delivery in sent} == {200}
    assert shop.fake.pending_webhooks == []
    assert {event["pending_webhooks"] for event in shop.fake.events()} == {0}


def test_a_burst_reports_every_error(shop: Shop) -> None:
    """All are sent although some receivers raise; the errors come together at the end, and what failed waits on."""
    seen = Inbox()

    def fussy(body: bytes, signature: str) -> int:
        seen(body, signature)
        if json.loads(body)["type"].startswith("charge."):
            raise RuntimeError("charges confuse me")
        return 200

    shop.fake.add_endpoint(fussy)
    shop.paid()
    with pytest.raises(ExceptionGroup) as caught:
        shop.fake.deliver_webhooks(threads=4)
    assert [str(error) for error in caught.value.exceptions] == ["charges confuse me"] * 2
    assert sorted(seen.types) == sorted(types(shop.fake))
    assert [(one.type, one.attempts, one.last_reason) for one in shop.fake.pending_webhooks] == [
        ("charge.succeeded", 1, "RuntimeError in the receiver"),
        ("charge.updated", 1, "RuntimeError in the receiver"),
    ]


def test_an_error_stops_a_round(shop: Shop) -> None:
    """From one thread the first error stops the round; what was taken before it is taken."""

    def fussy(body: bytes, _signature: str) -> int:
        if json.loads(body)["type"] == "charge.succeeded":
            raise RuntimeError("charges confuse me")
        return 200

    shop.fake.add_endpoint(fussy)
    shop.paid()
    with pytest.raises(RuntimeError, match="confuse"):
        shop.fake.deliver_webhooks()
    assert [(one.type, one.attempts) for one in shop.fake.pending_webhooks] == [
        ("charge.succeeded", 1),
        ("payment_intent.succeeded", 0),
        ("charge.updated", 0),
    ]
    assert [event["pending_webhooks"] for event in shop.fake.events()] == [0, 1, 1, 1]


def test_replay_to_one_endpoint(fake: FakeStripe, shop: Shop) -> None:
    """A resend can be for one endpoint; a lost event that is taken then counts as delivered, once."""
    first, second = Inbox(), Inbox()
    one, _ = fake.add_endpoint(first), fake.add_endpoint(second)
    shop.intent()
    event_id = fake.events()[0]["id"]
    assert fake.drop_webhooks(event_id) == 2
    fake.replay(event_id, endpoint_id=one)
    fake.replay(event_id, endpoint_id=one)
    assert (len(first.got), len(second.got)) == (2, 0)
    assert fake.events()[0]["pending_webhooks"] == 1
    fake.replay(event_id)
    assert fake.events()[0]["pending_webhooks"] == 0


def test_a_resend_that_is_taken_stops_no_retry(shop: Shop, inbox: Inbox) -> None:
    """As with Stripe: after a resend the retry comes all the same, so a shop must know the event again."""
    inbox.status = 500
    shop.intent()
    shop.fake.deliver_webhooks()
    inbox.status = 200
    event_id = shop.fake.events()[0]["id"]
    shop.fake.replay(event_id)
    assert shop.fake.events()[0]["pending_webhooks"] == 0
    shop.fake.deliver_webhooks()
    assert len(inbox.got) == 3
    assert shop.fake.events()[0]["pending_webhooks"] == 0


def test_nothing_is_sent_twice_by_two_hands(shop: Shop) -> None:
    """Threads that deliver at the same time share the work: each event arrives once."""
    inbox = Inbox()
    shop.fake.add_endpoint(inbox)
    for _ in range(50):
        shop.intent()
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: shop.fake.deliver_webhooks(), range(8)))
    assert sum(len(round_) for round_ in sent) == 50
    assert len({event["id"] for event in inbox.events}) == len(inbox.got) == 50


def test_a_long_line_leaves_nothing_behind(shop: Shop, inbox: Inbox) -> None:
    """One of hundreds can be sent alone, and when all are gone nothing is kept of them."""
    for _ in range(300):
        shop.intent()
    queue = shop.fake._webhooks.queue
    wanted = shop.fake.pending_webhooks[150].event_id
    shop.fake.deliver_webhooks(order=[wanted])
    assert [event["id"] for event in inbox.events] == [wanted]
    shop.fake.deliver_webhooks(order="shuffled")
    assert len(inbox.got) == 300
    assert (queue.pending, queue._by_event) == ([], {})
    assert len(queue._by_due) <= 64
