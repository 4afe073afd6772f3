"""Faults on the way, the SDK's face, threads, and a fake that is wrong."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe, FakeStripeBug, FaultKind, routes
from tests.fake_stripe.shop import Shop, types


def test_a_timeout_before_has_no_effect(shop: Shop) -> None:
    """The request never arrived."""
    shop.fake.fail_next("timeout_before")
    with pytest.raises(stripe.APIConnectionError, match="never reached Stripe"):
        shop.intent()
    assert shop.get("/v1/payment_intents")["data"] == []


def test_a_timeout_after_has_its_effect(shop: Shop) -> None:
    """The answer is lost, the money is not: the same key tells what happened."""
    paid = shop.paid()
    shop.fake.fail_next("timeout_after", ("POST", "/v1/refunds"))
    params = {"payment_intent": paid["id"], "amount": 500, "idempotency_key": "rfd_1"}
    with pytest.raises(stripe.APIConnectionError, match="its answer lost"):
        shop.post("/v1/refunds", **params)
    (refund,) = shop.get("/v1/refunds", payment_intent=paid["id"])["data"]
    assert shop.post("/v1/refunds", **params)["id"] == refund["id"]
    assert types(shop.fake).count("refund.created") == 1


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "connection_reset", "conflict"])
def test_the_sdk_retries_without_waiting(fake: FakeStripe, fault: FaultKind) -> None:
    """The SDK's own retries get through, on one key, and make one intent."""
    shop = Shop(fake, retries=2)
    fake.fail_next(fault, times=2)
    intent = shop.intent()
    assert [row["id"] for row in shop.get("/v1/payment_intents")["data"]] == [intent["id"]]


@pytest.mark.parametrize("fault", ["rate_limit", "lock_timeout"])
def test_rate_limits(shop: Shop, fault: FaultKind) -> None:
    """Too many requests: 429 with its own code, and nothing done."""
    shop.fake.fail_next(fault)
    with pytest.raises(stripe.RateLimitError) as caught:
        shop.intent()
    assert caught.value.error is not None
    assert (caught.value.http_status, caught.value.error.code) == (429, fault)
    assert shop.fake.events() == []


def test_a_fault_waits_for_its_request(shop: Shop) -> None:
    """A fault befalls the first request that matches; others, and the customer's browser, get through."""
    shop.fake.fail_next("rate_limit", ("POST", "/v1/refunds"))
    paid = shop.fake.pay(shop.intent())
    assert shop.get(f"/v1/payment_intents/{paid['id']}")["status"] == "succeeded"
    assert shop.refused("post", "/v1/refunds", payment_intent=paid["id"])["code"] == "rate_limit"
    assert shop.post("/v1/refunds", payment_intent=paid["id"])["status"] == "succeeded"


def test_an_unknown_fault_is_named(fake: FakeStripe) -> None:
    """A misspelt fault fails at once, with the list of those there are."""
    with pytest.raises(ValueError, match="timeout_before"):
        fake.fail_next("timeout")  # type: ignore[arg-type]


def test_typed_services(shop: Shop) -> None:
    """The SDK's typed services read every field they know."""
    services: Any = getattr(shop.client, "v1", shop.client)
    intent = services.payment_intents.create({"amount": 11500, "currency": "sar", "metadata": {"order": "1017"}})
    paid = services.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "expand": ["latest_charge"]})
    assert paid.status == "succeeded"
    assert paid.latest_charge.payment_method_details.card.last4 == "4242"
    assert paid.metadata["order"] == "1017"
    assert paid.last_response.request_id.startswith("req_")


def test_async(fake: FakeStripe) -> None:
    """The same client serves async calls, in one event loop after another, retries included."""
    client = stripe.StripeClient("sk_test_shop", http_client=fake.http_client(), max_network_retries=1)
    services: Any = getattr(client, "v1", client)

    async def create() -> str:
        """Make one PaymentIntent without blocking."""
        fake.fail_next("timeout_after")
        intent = await services.payment_intents.create_async({"amount": 11500, "currency": "sar"})
        return str(intent.status)

    assert [asyncio.run(create()) for _ in range(2)] == ["requires_payment_method"] * 2
    assert len(fake.events("payment_intent.created")) == 2


def test_threads(fake: FakeStripe) -> None:
    """Many threads share one fake: one key makes one intent, and over-refunds never get through."""
    shop = Shop(fake)
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: shop.intent(idempotency_key="pay_1")["id"], range(40)))
    assert len(made) == 1
    paid = fake.pay(made.pop())

    def refund(number: int) -> bool:
        try:
            shop.post("/v1/refunds", payment_intent=paid["id"], amount=1000, idempotency_key=f"rfd_{number}")
        except stripe.InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(40))) == 11
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["amount_refunded"] == 11000


def test_the_same_seed_gives_the_same_run(clock: ControllableClock) -> None:
    """Two fakes with one seed and the same calls make the same objects."""

    def run(seed: int) -> list[dict[str, Any]]:
        shop = Shop(FakeStripe(clock=clock, seed=seed))
        paid = shop.paid(idempotency_key="pay_1")
        shop.post("/v1/refunds", payment_intent=paid["id"], amount=500, idempotency_key="rfd_1")
        return shop.fake.events()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_a_bug_in_the_fake_is_loud(fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake that breaks is not retried as a network error: it stops the test, with its cause."""
    shop = Shop(fake, retries=2)
    monkeypatch.setattr(routes, "find", lambda _method, _path: 1 / 0)
    with pytest.raises(FakeStripeBug, match="ZeroDivisionError"):
        shop.get("/v1/charges")


def test_time_goes_forward_only(clock: ControllableClock) -> None:
    """The clock stands still until it is moved, and never goes back."""
    before = clock()
    assert clock.advance(timedelta(hours=1)) == before + timedelta(hours=1) == clock()
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(before)
    with pytest.raises(ValueError, match="aware"):
        ControllableClock(datetime(2026, 1, 1))  # noqa: DTZ001 - the very mistake


def test_another_clock_is_moved_by_its_owner() -> None:
    """With a clock of the shop's own, moving that one makes due things happen at the next call."""
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    fake = FakeStripe(clock=lambda: now[0])
    shop = Shop(fake)
    paid = shop.paid("pm_card_pendingRefund")
    shop.post("/v1/refunds", payment_intent=paid["id"])
    with pytest.raises(TypeError, match="ControllableClock"):
        fake.advance(days=1)
    now[0] += timedelta(days=1)
    assert shop.get("/v1/refunds", payment_intent=paid["id"])["data"][0]["status"] == "succeeded"


def test_things_happen_at_their_own_time(shop: Shop) -> None:
    """Advancing past a due moment stamps the event with that moment, not with the end of the journey."""
    paid = shop.paid("pm_card_pendingRefund")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"])
    shop.fake.advance(days=10)
    assert shop.fake.events("refund.updated")[0]["created"] == refund["created"] + 3600


def test_the_driver_explains_itself(shop: Shop) -> None:
    """A driver call that cannot be done says what was asked and how things stand."""
    intent = shop.intent()
    with pytest.raises(LookupError, match="no payment_intent 'pi_x'"):
        shop.fake.pay("pi_x")
    with pytest.raises(TypeError, match="client_secret"):
        shop.fake.pay(object())
    with pytest.raises(RuntimeError, match=f"dispute {intent['id']}: .*does not have a successful charge"):
        shop.fake.dispute(intent["id"])
    with pytest.raises(RuntimeError, match="status of requires_payment_method"):
        shop.fake.challenge(intent["id"])
    assert shop.fake.retrieve(intent["id"]) == intent
