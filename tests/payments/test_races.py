"""Two people, two processes, one order: who was first decides, and nobody is told an untruth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from gulf_payments import OrderAccepted, OrderConfirmed, OrderLocked, TransitionRefused
from gulf_payments.errors import GatewayRejected
from gulf_payments.ledger import Ledger
from gulf_payments.machine import STAGES, Stage
from gulf_payments.ports import Intent, IntentRequest, Sighting, Transaction
from tests.payments.test_dead_ends import told
from tests.shops import Shop, later, order, sar


def after_creating(shop: Shop, meanwhile: Callable[[], object]) -> list[str]:
    """Do something else once, after Stripe made a PaymentIntent and before its answer is recorded; their ids."""
    create, made = shop.payments.gateway.create, []

    def slowly(request: IntentRequest) -> Intent:
        intent = create(request)
        made.append(intent.sighting.intent_id)
        if len(made) == 1:
            meanwhile()
        return intent

    shop.payments.gateway.create = slowly  # type: ignore[method-assign]
    return made


def test_an_order_amended_while_its_payment_starts_is_charged_as_amended(shop: Shop) -> None:
    """The total changed while Stripe was asked: the customer is given a PaymentIntent of the new one."""
    shop.payments.place_order(order())
    made = after_creating(shop, lambda: shop.payments.place_order(order(price="100.00")))
    attempt = shop.payments.start_payment("1017")
    assert attempt.payment.amount == sar("225.00")
    assert [shop.fake.retrieve(intent_id)["status"] for intent_id in made] == ["canceled", "requires_payment_method"]


def test_an_order_cancelled_while_its_payment_starts_leaves_nothing_open(shop: Shop) -> None:
    """Whoever cancelled could not know of the PaymentIntent: the start that made it closes it."""
    shop.payments.place_order(order())
    made = after_creating(shop, lambda: shop.payments.cancel("1017"))
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "canceled"
    assert [shop.fake.retrieve(intent_id)["status"] for intent_id in made] == ["canceled"]


def test_an_order_accepted_in_its_last_second_is_not_closed_by_the_clock(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock decides under the lock: what was accepted a moment before its turn stays accepted."""
    shop.payments.place_order(order(expires_in=later(hours=1)))
    shop.fake.advance(seconds=3600)
    begin = Ledger.begin
    waiting = [lambda: shop.payments.accept("1017", method="cash_on_delivery")]

    @contextmanager
    def begin_late(ledger: Ledger) -> Iterator[Transaction]:
        while waiting:
            waiting.pop()()
        with begin(ledger) as transaction:
            yield transaction

    monkeypatch.setattr(Ledger, "begin", begin_late)
    shop.payments.deliver_effects()
    assert shop.payments.order("1017").status == "accepted"


def in_flight(shop: Shop) -> Callable[[], None]:
    """Stripe says that the payment is being processed, until the returned function is called."""
    gateway: Any = shop.payments.gateway
    cancel, look_up = gateway.cancel, gateway.look_up

    def refuse(_intent_id: str) -> None:
        raise GatewayRejected("in flight", code="payment_intent_unexpected_state")

    def processing(intent_id: str) -> Sighting:
        seen: Sighting = look_up(intent_id)
        assert seen.facts.stage is not None
        stage = Stage(seen.facts.stage.at, STAGES.index("processing"), "api")
        return replace(seen, facts=replace(seen.facts, stage=stage))

    def land() -> None:
        gateway.cancel, gateway.look_up = cancel, look_up

    gateway.cancel, gateway.look_up = refuse, processing
    return land


def test_a_refused_cancellation_can_be_asked_for_again_at_once(shop: Shop) -> None:
    """The payment in flight won, then failed within the same second: the second wish counts."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.settle()
    land = in_flight(shop)
    with pytest.raises(OrderLocked):
        shop.payments.cancel("1017")
    land()
    told(shop, attempt.intent_id, "payment_failed", status="requires_payment_method")
    assert shop.payments.order("1017").status == "pending"
    assert shop.payments.cancel("1017").status == "canceled"


def test_two_cancellations_of_a_payment_in_flight_are_both_told_no(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds the first's refusal: it does not return as if the order were closed."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    shop.settle()
    in_flight(shop)
    finish = type(shop.payments._decisions).finish_cancel

    def finished_twice(decisions: Any, order_id: str) -> None:
        with suppress(OrderLocked):
            finish(decisions, order_id)  # the other process was faster
        finish(decisions, order_id)

    monkeypatch.setattr(type(shop.payments._decisions), "finish_cancel", finished_twice)
    with pytest.raises(OrderLocked, match="right now"):
        shop.payments.cancel("1017")


def test_a_slow_batch_is_not_performed_twice(shop: Shop) -> None:
    """What a slow subscriber leaves no time for is given back before another worker takes it from under our hands."""
    heard: list[str] = []

    @shop.payments.on(OrderAccepted, name="slow")
    def slow(event: OrderAccepted) -> None:
        heard.append(event.key)
        shop.fake.advance(seconds=40)
        if len(heard) == 9:
            shop.payments.deliver_effects()  # another worker, in the middle of our batch

    for number in range(12):
        shop.payments.place_order(order(f"o{number}"))
        shop.payments.accept(f"o{number}", method="cash_on_delivery")
    shop.payments.deliver_effects()
    assert sorted(heard) == sorted(f"order:o{number}:accepted" for number in range(12))


def test_a_cancelled_order_is_read_on_one_connection(sql_shop: Shop) -> None:
    """With a pool of one connection nothing waits for a second one inside a transaction."""
    from sqlalchemy import create_engine

    from gulf_payments.stores.sql import SQLStore

    known: Any = sql_shop.store
    engine = create_engine(known.engine.url, pool_size=1, max_overflow=0, pool_timeout=1)
    shop = Shop(SQLStore(engine))
    confirmed: list[str] = []
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda event: confirmed.append(event.key))
    shop.paid("paid")
    shop.payments.refund("paid", sar("5.00"), request_id="a")
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    assert [shop.payments.cancel("1017").status for _ in range(2)] == ["canceled", "canceled"]
    shop.settle()
    assert confirmed == ["order:paid:confirm"]
    engine.dispose()
