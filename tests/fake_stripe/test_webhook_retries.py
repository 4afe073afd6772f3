"""What becomes of webhooks that are not taken: retries, ever more rarely, by the fake's clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe
from tests.fake_stripe.receivers import Counter, Inbox, Posted
from tests.fake_stripe.shop import Shop, only_pending, register, types

URL = "/v1/webhook_endpoints"
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


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
