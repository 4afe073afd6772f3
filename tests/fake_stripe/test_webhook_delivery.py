"""Webhooks over real HTTP: what is sent, what counts as an answer, and who waits for whom."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe
from tests.fake_stripe.receivers import Counter, Inbox, Posted, fits
from tests.fake_stripe.shop import Shop, only_pending, register, types

URL = "/v1/webhook_endpoints"


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
