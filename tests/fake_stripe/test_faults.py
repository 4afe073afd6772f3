"""Requests that go wrong: by chance, slowly, while another is under way; and what the headers say about it."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import ConnectionLostError, ControllableClock, FakeStripe, FaultKind
from tests.fake_stripe.receivers import Inbox
from tests.fake_stripe.shop import Shop

NEW_INTENT = {"amount": 11500, "currency": "sar"}


def headers_of(shop: Shop, **params: object) -> dict[str, str]:
    """The headers of a creation that must fail."""
    with pytest.raises(stripe.StripeError) as caught:
        shop.call("post", "/v1/payment_intents", **NEW_INTENT, **params)
    headers: Any = caught.value.headers
    return dict(headers)


@pytest.mark.parametrize(
    ("fault", "advice", "reason"),
    [
        ("rate_limit", None, "global-rate"),
        ("lock_timeout", "true", None),
        ("conflict", "true", None),
        ("server_error", "false", None),
    ],
)
def test_stripe_says_whether_to_try_again(shop: Shop, fault: FaultKind, advice: str | None, reason: str | None) -> None:
    """A lock or a twin passes, an answer that is kept does not, and a rate limit names its reason."""
    shop.fake.fail_next(fault)
    headers = headers_of(shop, idempotency_key="pay_1")
    assert headers.get("stripe-should-retry") == advice
    assert headers.get("stripe-rate-limited-reason") == reason


def test_the_sdk_follows_the_advice(fake: FakeStripe) -> None:
    """The SDK tries again after a lock time-out, and gives up after a rate limit and a kept 500."""
    shop = Shop(fake, retries=2)
    fake.fail_next("lock_timeout", times=2)
    assert shop.intent()["status"] == "requires_payment_method"
    fake.fail_next("rate_limit")
    with pytest.raises(stripe.RateLimitError):
        shop.intent()
    fake.fail_next("server_error")
    with pytest.raises(stripe.APIError):
        shop.intent()
    assert len(fake.events("payment_intent.created")) == 1


@pytest.mark.parametrize("kind", ["timeout_before", "connection_reset", "timeout_after"])
def test_a_lost_connection_tells_its_kind(fake: FakeStripe, kind: FaultKind) -> None:
    """Whoever carries the bytes knows what to make of it: a time-out or a reset."""
    fake.fail_next(kind)
    with pytest.raises(ConnectionLostError, match=f"^{kind}: ") as caught:
        fake.handle("GET", "/v1/charges", "", {"Authorization": "Bearer sk_test_1"}, b"")
    assert caught.value.fault == kind


def test_a_slow_answer_takes_its_time(shop: Shop, clock: ControllableClock) -> None:
    """It really waits, then does what was asked; the fake's clock stands still."""
    shop.fake.fail_next("slow", ("POST", "/v1/payment_intents"), seconds=0.05)
    before, started = clock(), time.monotonic()
    assert shop.intent()["status"] == "requires_payment_method"
    assert time.monotonic() - started >= 0.05
    assert clock() == before


def test_a_twin_of_a_request_under_way_is_told_so(fake: FakeStripe) -> None:
    """Of several requests at once under one key the first is carried out; the others get 409, and later its answer."""
    shop = Shop(fake)
    fake.fail_next("slow", ("POST", "/v1/payment_intents"), seconds=0.5)

    def attempt(_: int) -> object:
        try:
            return shop.intent(idempotency_key="pay_1")["id"]
        except stripe.APIError as error:
            body: Any = error.json_body
            return error.http_status, body["error"]["code"]

    with ThreadPoolExecutor(3) as pool:
        answers = Counter(pool.map(attempt, range(3)))
    assert answers.pop((409, "idempotency_key_in_use")) == 2
    ((first, times),) = answers.items()
    assert times == 1
    assert shop.intent(idempotency_key="pay_1")["id"] == first
    assert len(fake.events("payment_intent.created")) == 1


def test_the_sdks_retries_outlast_a_twin(fake: FakeStripe) -> None:
    """A client that retries the 409 ends up with the first one's answer."""
    shop = Shop(fake, retries=100_000)
    fake.fail_next("slow", ("POST", "/v1/payment_intents"), seconds=0.1)
    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(lambda _: shop.intent(idempotency_key="pay_1")["id"], range(2)))
    assert len(made) == 1


def test_others_go_on_while_one_is_slow(fake: FakeStripe) -> None:
    """A slow request keeps nobody waiting: another key, another mode and reading are answered meanwhile."""
    shop, live = Shop(fake), Shop(fake, "sk_live_shop")
    fake.fail_next("slow", ("POST", "/v1/payment_intents"), seconds=0.5)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shop.intent, idempotency_key="pay_1")
        while fake._core.faults._waiting:
            assert not slow.done()
        assert live.intent(idempotency_key="pay_1")["livemode"] is True
        other = shop.intent(idempotency_key="pay_2")
        assert [row["id"] for row in shop.get("/v1/payment_intents")["data"]] == [other["id"]]
        assert not slow.done()
        assert slow.result()["id"] != other["id"]


def test_a_slow_request_may_be_a_bad_one(fake: FakeStripe) -> None:
    """Slow or not, nonsense is refused as ever, and a key that nobody may use is not kept busy."""
    stranger, shop = Shop(fake, "sk_nonsense"), Shop(fake)
    fake.fail_next("slow", times=2, seconds=0)
    assert stranger.refused("post", "/v1/payment_intents", idempotency_key="pay_1")["status"] == 401
    assert shop.refused("post", "/v1/payment_intents", idempotency_key="pay_1")["code"] == "parameter_missing"
    assert shop.intent(idempotency_key="pay_1")["status"] == "requires_payment_method"


def test_webhooks_come_after_a_slow_answer(clock: ControllableClock) -> None:
    """A slow request is told of by webhooks like any other."""
    fake, inbox = FakeStripe(clock=clock, deliver="immediately"), Inbox()
    fake.add_endpoint(inbox)
    fake.fail_next("slow", seconds=0)
    Shop(fake).intent()
    assert inbox.types == ["payment_intent.created"]


def fates(seed: int, share: float, kinds: tuple[FaultKind, ...]) -> list[str]:
    """How sixty requests go."""
    fake = FakeStripe(clock=ControllableClock(datetime(2026, 11, 1, tzinfo=UTC)), seed=seed)
    fake.fail_randomly(share, kinds)
    shop = Shop(fake)

    def fate() -> str:
        try:
            shop.intent()
        except stripe.StripeError as error:
            return type(error).__name__
        return "made"

    return [fate() for _ in range(60)]


def test_bad_luck_repeats_by_its_seed() -> None:
    """The same seed brings the same faults at the same requests, another seed others; the share is about kept."""
    first = fates(7, 0.3, ("rate_limit", "timeout_after"))
    assert fates(7, 0.3, ("rate_limit", "timeout_after")) == first
    assert fates(8, 0.3, ("rate_limit", "timeout_after")) != first
    assert set(first) == {"made", "RateLimitError", "APIConnectionError"}
    assert 5 < 60 - first.count("made") < 35


def test_bad_luck_is_as_bad_as_one_asks() -> None:
    """A share of 1 spares nobody, a share of 0 everybody."""
    assert set(fates(0, 1.0, ("rate_limit",))) == {"RateLimitError"}
    assert set(fates(0, 0.0, ("rate_limit",))) == {"made"}


def test_a_robust_shop_gets_through(fake: FakeStripe) -> None:
    """With the kinds it brings by default every request succeeds in the end, once, if it is retried under its key."""
    fake.fail_randomly(0.5)
    shop = Shop(fake, retries=50)

    def persistent(key: str) -> str:
        while True:
            try:
                return str(shop.intent(idempotency_key=key)["id"])
            except stripe.RateLimitError:
                continue

    made = [persistent(f"pay_{number}") for number in range(20)]
    assert len(set(made)) == 20
    assert len(fake.events("payment_intent.created")) == 20


def test_bad_luck_can_be_narrowed_and_ended(shop: Shop) -> None:
    """It befalls the requests that match, and nobody's browser; and it ends with all that was still to go wrong."""
    shop.fake.fail_randomly(1.0, ["rate_limit"], ["POST", "/v1/refunds"])
    paid = shop.fake.pay(shop.intent())
    assert shop.refused("post", "/v1/refunds", payment_intent=paid["id"])["code"] == "rate_limit"
    shop.fake.fail_next("server_error", [None, "/v1/refunds"])
    assert shop.refused("post", "/v1/refunds", payment_intent=paid["id"])["type"] == "api_error"
    shop.fake.fail_next("server_error")
    shop.fake.stop_failing()
    assert shop.post("/v1/refunds", payment_intent=paid["id"])["status"] == "succeeded"


def test_odd_wishes_for_bad_luck(fake: FakeStripe) -> None:
    """What cannot be is said at once."""
    with pytest.raises(ValueError, match="between 0 and 1: 10"):
        fake.fail_randomly(10)
    with pytest.raises(ValueError, match="no such fault: 'fire'"):
        fake.fail_randomly(0.5, ["fire"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="cannot take -1 seconds"):
        fake.fail_next("slow", seconds=-1)
    with pytest.raises(ValueError, match="at least one kind"):
        fake.fail_randomly(0.5, [])
