"""What a transaction may cost and must not do: five statements a webhook, and no network inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from gulf_payments import AlertRaised, OrderConfirmed, OrderLocked, OutcomeUnknown
from gulf_payments.stripe.translate import RULES
from gulf_payments.testing.fake_stripe.faces.sdk import FakeHTTPClient
from tests.shops import Shop, later, order, sar
from tests.stores.spying import Statement, spied


def story(shop: Shop) -> None:
    """Everything that happens to orders: placed, amended, declined, paid, refunded, disputed, cancelled, run out."""
    pay = shop.payments
    pay.place_order(order(expires_in=later(hours=24)))
    pay.start_payment("1017")
    pay.place_order(order(price="100.00", expires_in=later(hours=24)))
    shop.fake.pay(pay.start_payment("1017"), card="4000000000009995")
    shop.fake.pay(pay.start_payment("1017"), card="4000002500003155")
    shop.fake.deliver_webhooks(order="reversed", copies=2)
    pay.refresh("1017")
    with pytest.raises(OrderLocked):
        pay.cancel("1017")
    shop.fake.fail_next("timeout_after", ("POST", "/v1/refunds"), times=3)
    with pytest.raises(OutcomeUnknown):
        pay.refund("1017", sar("25.00"), request_id="a")
    shop.settle(seconds=61)
    payment = next(payment for payment in pay.order("1017").payments if payment.is_successful)
    shop.fake.refund_from_dashboard(payment.intent_id, 1000)
    shop.fake.close_dispute(shop.fake.dispute(payment.intent_id)["id"], "won")
    shop.settle(seconds=61)
    pay.place_order(order("held"))
    shop.fake.pay(pay.start_payment("held", capture_method="manual"))
    shop.settle()
    pay.capture("held")
    pay.place_order(order("over", expires_in=later(hours=1)))
    pay.start_payment("over")
    pay.place_order(order("closed"))
    pay.start_payment("closed")
    pay.cancel("closed")
    shop.settle(seconds=4000)
    statuses = [pay.order(order_id).status for order_id in ("1017", "held", "over", "closed")]
    assert statuses == ["partially_refunded", "confirmed", "canceled", "canceled"]


class Witness(FakeHTTPClient):
    """The fake's transport, which notes how many transactions were open at each request."""

    def __init__(self, shop: Shop, open_now: list[object]) -> None:
        super().__init__(shop.fake.handle)
        self.at_requests: list[int] = []
        self._open_now = open_now

    def request(self, *given: Any, **options: Any) -> Any:
        """Carry one request, as before."""
        self.at_requests.append(len(self._open_now))
        return super().request(*given, **options)


def test_no_request_leaves_while_a_transaction_is_open(sql_shop: Shop) -> None:
    """A whole story is told to Stripe without one request inside a transaction, reading ones included."""
    shop = sql_shop
    store: Any = shop.store
    begun: list[object] = []
    open_now: list[object] = []
    for noted in (begun, open_now):
        event.listen(store.engine, "begin", noted.append)
    for ending in ("commit", "rollback"):
        event.listen(store.engine, ending, lambda _: open_now.pop())
    witness = Witness(shop, open_now)
    shop.payments.use_gateway(shop.gateway(http_client=witness))
    story(shop)
    assert len(begun) > 100
    assert open_now == []
    assert len(witness.at_requests) > 15
    assert set(witness.at_requests) == {0}


@dataclass
class CountingShop(Shop):
    """A shop that notes what each webhook cost, by how it was answered."""

    heard: list[Statement] = field(default_factory=list)
    costs: dict[str, list[int]] = field(default_factory=dict)

    def receive(self, body: bytes, signature: str) -> int:
        """Take a webhook, and count its statements."""
        self.heard.clear()
        reply = self.payments.receive_webhook(body, signature)
        self.costs.setdefault(reply.reason, []).append(len(self.heard))
        return reply.status_code


def test_a_webhook_takes_at_most_five_statements_and_its_duplicate_one(database_url: str) -> None:
    """Over a whole story, with every event also kept for a subscriber of the raw one."""
    with spied(database_url) as (store, heard):
        shop = CountingShop(store, heard=heard)
        shop.payments.on(OrderConfirmed, name="fulfil")(lambda _: None)
        shop.payments.on(AlertRaised, name="alarm")(lambda _: None)
        for kind in RULES:
            shop.payments.on_stripe(kind, name="journal")(lambda _: None)
        story(shop)
    assert set(shop.costs) == {"applied", "duplicate"}
    assert set(shop.costs["duplicate"]) == {1}
    assert max(shop.costs["applied"]) == 5


def test_a_webhook_that_nobody_subscribed_to_is_as_cheap(database_url: str) -> None:
    """The same story without subscribers: what tells nothing new is noted as stale, and that too has its place."""
    with spied(database_url) as (store, heard):
        shop = CountingShop(store, heard=heard)
        story(shop)
    assert set(shop.costs) == {"applied", "duplicate", "stale"}
    assert max(*shop.costs["applied"], *shop.costs["stale"]) == 5
