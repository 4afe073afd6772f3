"""Webhooks over real HTTP, and what becomes of those that are not taken."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe, PendingWebhook
from tests.fake_stripe.receivers import Counter, Inbox, Posted, fits
from tests.fake_stripe.shop import JSON, Shop, types

URL = "/v1/webhook_endpoints"
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def register(shop: Shop, url: str, *events: str) -> JSON:
    """An endpoint by the API; with its secret."""
    return shop.post(URL, url=url, enabled_events=list(events or ["payment_intent.created"]))


def only_pending(fake: FakeStripe) -> PendingWebhook:
    """The one webhook that waits."""
    (waiting,) = fake.pending_webhooks
    return waiting


@pytest.fixture
def eager(clock: ControllableClock) -> FakeStripe:
    """A fake that sends webhooks by itself."""
    return FakeStripe(clock=clock, deliver="immediately", webhook_timeout_seconds=5)


@pytest.fixture
def nowhere() -> Iterator[str]:
    """A URL at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def test_a_webhook_is_a_real_request(shop: Shop, counter: Counter) -> None:
    """Stripe's headers, the event as its body, a signature that fits the endpoint's secret, the URL with its query."""
    endpoint = register(shop, counter.url)
    shop.intent(description="عود ملكي")
    (delivery,) = shop.fake.deliver_webhooks()
    (posted,) = counter.got
    assert (delivery.status_code, delivery.endpoint_id, delivery.taken) == (200, endpoint["id"], True)
    assert posted.path == "/hooks/stripe?shop=1"
    assert posted.headers["content-type"] == "application/json; charset=utf-8"
    assert posted.headers["user-agent"] == "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    assert posted.headers["accept"].startswith("*/*")
    assert "عود ملكي" in posted.body.decode()
    assert fits(posted.body, posted.signature, endpoint["secret"])
    assert not fits(posted.body, posted.signature, "whsec_test")
    assert posted.event["id"] == shop.fake.events("payment_intent.created")[0]["id"]


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_anything_but_2xx_is_a_failure(shop: Shop, counter: Counter, status: int) -> None:
    """A redirect is not followed, and an error leaves the event waiting, with its status."""
    register(shop, counter.url)
    counter.status, counter.location = status, counter.url
    shop.intent()
    (delivery,) = shop.fake.deliver_webhooks()
    assert (delivery.status_code, delivery.reason, delivery.taken) == (status, None, False)
    assert len(counter.got) == 1
    waiting = only_pending(shop.fake)
    assert (waiting.attempts, waiting.last_status, waiting.last_reason) == (1, status, None)


def test_nobody_at_home(shop: Shop, nowhere: str) -> None:
    """A refused connection is a failed attempt with its reason, not an exception."""
    register(shop, nowhere)
    shop.intent()
    (delivery,) = shop.fake.deliver_webhooks()
    assert (delivery.status_code, delivery.taken) == (None, False)
    assert "ConnectionRefusedError" in str(delivery.reason)
    assert only_pending(shop.fake).last_reason == delivery.reason


def test_a_server_that_takes_too_long(clock: ControllableClock) -> None:
    """The fake's patience has an end, and then the attempt has failed."""
    fake = FakeStripe(clock=clock, webhook_timeout_seconds=0.1)
    with Counter(held=Event()) as counter:
        register(Shop(fake), counter.url)
        Shop(fake).intent()
        (delivery,) = fake.deliver_webhooks()
    assert (delivery.status_code, delivery.reason) == (None, "TimeoutError: timed out")


def test_a_server_that_speaks_no_http(shop: Shop) -> None:
    """An answer that is no HTTP is a failed attempt too."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        register(shop, f"http://127.0.0.1:{server.getsockname()[1]}/")
        shop.intent()
        server.settimeout(5)

        def babble() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"hello?\r\n\r\n")

        answering = Thread(target=babble)
        answering.start()
        (delivery,) = shop.fake.deliver_webhooks()
        answering.join()
    assert (delivery.status_code, delivery.taken) == (None, False)
    assert "BadStatusLine" in str(delivery.reason)


@pytest.mark.parametrize("url", ["https://shop.example/hook", "http://203.0.113.9/", "http://169.254.169.254/latest"])
def test_nothing_leaves_the_machine(shop: Shop, url: str) -> None:
    """An address out in the world, as examples have it, is never written to; the report says so."""
    register(shop, url)
    shop.intent()
    (delivery,) = shop.fake.deliver_webhooks()
    assert (delivery.status_code, delivery.taken) == (None, False)
    assert "private networks only" in str(delivery.reason)


def test_several_endpoints_fail_apart(shop: Shop, counter: Counter, nowhere: str, inbox: Inbox) -> None:
    """Each endpoint has its own line: what one has not taken is not sent again to those that have."""
    register(shop, counter.url)
    dead = register(shop, nowhere)
    shop.intent()
    assert [delivery.taken for delivery in shop.fake.deliver_webhooks()] == [True, True, False]
    assert shop.get("/v1/events")["data"][0]["pending_webhooks"] == 1
    (again,) = shop.fake.deliver_webhooks()
    assert again.endpoint_id == dead["id"]
    assert (len(counter.got), len(inbox.got)) == (1, 1)
    shop.post(f"{URL}/{dead['id']}", url=counter.url)
    shop.fake.deliver_webhooks()
    assert shop.fake.pending_webhooks == []
    assert shop.get("/v1/events")["data"][0]["pending_webhooks"] == 0


def test_retries_come_ever_more_rarely_for_three_days(eager: FakeStripe, clock: ControllableClock) -> None:
    """Five minutes, then ten, twenty, … at most twelve hours apart; after three days Stripe tries no more."""
    start, inbox = int(clock().timestamp()), Inbox(503)
    eager.add_endpoint(inbox)
    Shop(eager).intent()
    assert inbox.moments == [start]
    assert only_pending(eager).due == start + 5 * MINUTE
    eager.advance(days=10)
    at = inbox.moments
    waits = [later - earlier for earlier, later in pairwise(at)]
    assert waits[:4] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert waits == sorted(waits)
    assert max(waits) == 12 * HOUR
    assert 2 * DAY < at[-1] - start <= 3 * DAY
    waiting = only_pending(eager)
    assert (waiting.attempts, waiting.due, waiting.last_status) == (len(at), None, 503)
    eager.deliver_webhooks()
    assert len(inbox.got) == waiting.attempts + 1


def test_a_retry_succeeds_on_the_way(eager: FakeStripe, counter: Counter, clock: ControllableClock) -> None:
    """A shop that is down for an hour hears of everything within `advance`, signed at the moment of the retry."""
    shop = Shop(eager)
    register(shop, counter.url, "*")
    counter.status = 503
    down_until = int(clock().timestamp()) + HOUR

    def recover(posted: Posted) -> None:
        counter.status = 503 if posted.signed_at < down_until else 200

    counter.on_post = recover
    shop.paid()
    eager.advance(days=1)
    assert eager.pending_webhooks == []
    assert counter.types[-4:] == types(eager)
    assert {event["pending_webhooks"] for event in eager.events()} == {0}
    assert counter.got[-1].signed_at == down_until + 15 * MINUTE


def test_retries_on_a_clock_of_the_tests_own() -> None:
    """With another clock a retry is made once that has passed its moment and something calls, or catches up."""
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    fake, inbox = FakeStripe(clock=lambda: now[0], deliver="immediately"), Inbox(500)
    fake.add_endpoint(inbox, enabled_events=["payment_intent.created"])
    Shop(fake).intent()
    now[0] = datetime(2026, 11, 1, 0, 4, 59, tzinfo=UTC)
    fake.catch_up()
    assert len(inbox.got) == 1
    now[0] = datetime(2026, 11, 1, 0, 5, tzinfo=UTC)
    fake.catch_up()
    assert len(inbox.got) == 2
    now[0] = datetime(2026, 11, 1, 0, 15, tzinfo=UTC)
    Shop(fake).get("/v1/charges")
    assert len(inbox.got) == 3


@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_an_endpoint_that_is_off_gets_no_more_retries(eager: FakeStripe, how: str) -> None:
    """What a disabled or deleted endpoint had not taken is let go at the next attempt."""
    shop, inbox = Shop(eager), Inbox(500)
    identifier = eager.add_endpoint(inbox)
    shop.intent()
    if how == "disabled":
        shop.post(f"{URL}/{identifier}", disabled=True)
    else:
        shop.call("delete", f"{URL}/{identifier}")
    eager.advance(days=3)
    assert len(inbox.got) == 1
    assert eager.pending_webhooks == []
    assert eager.replay(eager.events()[0]["id"]) == []


def test_an_endpoint_that_is_on_again_in_time_gets_its_retry(eager: FakeStripe) -> None:
    """Only the moment of the attempt counts."""
    shop, inbox = Shop(eager), Inbox(500)
    identifier = eager.add_endpoint(inbox)
    shop.intent()
    shop.post(f"{URL}/{identifier}", disabled=True)
    inbox.status = 200
    shop.post(f"{URL}/{identifier}", disabled=False)
    eager.advance(seconds=5 * MINUTE)
    assert len(inbox.got) == 2
    assert eager.pending_webhooks == []


def test_on_request_nothing_is_retried_by_itself(shop: Shop, inbox: Inbox) -> None:
    """The due moment is shown, but only a call sends; and a call sends whether it is due or not."""
    inbox.status = 500
    shop.intent()
    shop.fake.deliver_webhooks()
    waiting = only_pending(shop.fake)
    assert waiting.due == waiting.ready + 5 * MINUTE
    shop.fake.advance(days=2)
    assert len(inbox.got) == 1
    shop.fake.deliver_webhooks()
    assert only_pending(shop.fake).attempts == 2


def test_an_answer_does_not_wait_for_the_asker(eager: FakeStripe) -> None:
    """A shop whose server does one thing at a time gets its answers first, and the webhooks once it is free again."""
    shop = Shop(eager)

    def refund(posted: Posted) -> None:
        if posted.event["type"] == "payment_intent.succeeded":
            shop.post("/v1/refunds", payment_intent=posted.event["data"]["object"]["id"])

    with Counter(threaded=False, on_post=refund) as counter:
        register(shop, counter.url, "*")
        shop.paid()
        eager.await_webhooks()
        assert sorted(counter.types) == sorted(types(eager))
        assert "charge.refunded" in counter.types
        assert len(counter.types) == len(set(counter.types))
    assert eager.pending_webhooks == []


def test_a_driver_call_returns_when_all_is_sent(eager: FakeStripe, counter: Counter) -> None:
    """After `pay` the shop has heard of the payment."""
    shop = Shop(eager)
    register(shop, counter.url, "*")
    intent = shop.intent()
    eager.await_webhooks()
    eager.pay(intent)
    assert counter.types == types(eager)


def test_waiting_for_webhooks_has_an_end(eager: FakeStripe) -> None:
    """A server that does not answer is waited for as long as one says."""
    with Counter(held=Event()) as counter:
        register(Shop(eager), counter.url)
        Shop(eager).intent()
        with pytest.raises(TimeoutError, match="still being sent"):
            eager.await_webhooks(timeout_seconds=0.05)
        assert counter.held is not None
        counter.held.set()
        eager.await_webhooks()
    assert eager.pending_webhooks == []


def test_a_broken_function_is_tried_again(eager: FakeStripe) -> None:
    """What a receiver raises reaches whoever made the change, once; its event is retried like any other."""
    seen: list[str] = []

    def broken_at_first(body: bytes, _signature: str) -> int:
        event: dict[str, Any] = json.loads(body)
        seen.append(event["id"])
        if len(seen) == 1:
            raise RuntimeError("bug in the shop")
        return 200

    eager.add_endpoint(broken_at_first, enabled_events=["payment_intent.created"])
    with pytest.raises(RuntimeError, match="bug in the shop"):
        Shop(eager).intent()
    assert only_pending(eager).last_reason == "RuntimeError in the receiver"
    assert Shop(eager).get("/v1/charges")["data"] == []
    eager.advance(seconds=5 * MINUTE)
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert eager.pending_webhooks == []


def test_a_receiver_may_move_the_clock(eager: FakeStripe) -> None:
    """A receiver that lets time pass neither hangs nor loses what that makes due."""
    inbox = Inbox()

    def patient(body: bytes, signature: str) -> int:
        if len(inbox.got) == 0:
            inbox(body, signature)
            eager.advance(days=8)
            return 200
        return inbox(body, signature)

    eager.add_endpoint(patient)
    shop = Shop(eager)
    paid = shop.paid("pm_card_pendingRefund", capture_method="manual")
    assert paid["status"] == "requires_capture"
    assert inbox.types == types(eager)
    assert "payment_intent.canceled" in inbox.types
