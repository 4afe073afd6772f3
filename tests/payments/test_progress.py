"""What a customer is told of an order never contradicts the law, in any state that news can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest

from gulf_payments import Order, Progress, customer_message, progress_of
from gulf_payments.machine import Dossier, Facts, OrderStatus, read, step
from gulf_payments.messages import texts_for
from gulf_payments.payable import unpayable
from gulf_payments.ports import Record
from gulf_payments.progress import State
from gulf_payments.readings import order_of
from tests.machine.exploring import every_way
from tests.machine.news import (
    ORDER,
    accepted,
    cancel_refused,
    cancel_requested,
    canceled_by_shop,
    charge_failed,
    dismissed,
    known,
    paid_outside,
    payment_failed,
    placed,
    processing,
    requires_action,
    started,
    succeeded,
    taken_without_money,
    told,
)
from tests.machine.streams import STREAMS
from tests.shops import Shop, order

Reached = list[tuple[Dossier, Order, Progress]]

NOW = 500
AT = datetime.fromtimestamp(NOW, UTC)
AGREED = order(ORDER, lines=order().lines[:1])

# What the shop and its staff may add to whatever Stripe tells, one handful at a time.
DECISIONS: tuple[tuple[Facts, ...], ...] = (
    (),
    (cancel_requested(), canceled_by_shop()),
    (cancel_requested(), cancel_refused()),
    (taken_without_money(), cancel_requested()),
    (paid_outside(40), dismissed("underpaid:1017"), taken_without_money()),
    (paid_outside(), canceled_by_shop(), dismissed("paid_after_cancel:1017")),
    (accepted("amount_mismatch:pay_1"), accepted("currency_mismatch:pay_1"), accepted("wrong_binding:pay_1")),
    (dismissed("amount_mismatch:pay_1"), dismissed("currency_mismatch:pay_1"), dismissed("wrong_binding:pay_1")),
    (canceled_by_shop(), dismissed("paid_after_cancel:pay_1")),
    (canceled_by_shop(), accepted("paid_after_cancel:pay_1")),
)


def _told(dossier: Dossier) -> tuple[Order, Progress]:
    seen = order_of(Record(order=AGREED, dossier=dossier, created_at=AT, updated_at=AT))
    return seen, progress_of(seen, now=AT)


def _reached() -> Iterator[Dossier]:
    """Every dossier that each stream passes through, with each handful of decisions, in time, late or without end."""
    for stream in STREAMS:
        ways = every_way(Dossier(ORDER, known(placed(), stream.rows)), told(*stream.news))
        for dossier in chain.from_iterable(ways.values()):
            for decisions in DECISIONS:
                for expires_at in (0, NOW - 1, NOW + 1):
                    yield step(dossier, known(*decisions, placed(revision=2, expires_at=expires_at)))[0]


@pytest.fixture(scope="module")
def reached() -> Reached:
    """Return all of them, read once."""
    return [(dossier, *_told(dossier)) for dossier in _reached()]


def _has_money(dossier: Dossier) -> bool:
    """Whether anything at all came in, counted or not."""
    facts = dossier.facts
    return any(account.sums.gross for account in read(dossier).accounts.values()) or any(
        not entry.voided for entry in facts.outside.values()
    )


def test_paid_is_said_of_confirmed_orders_alone(reached: Reached) -> None:
    """Whatever came in, in whatever order: "paid" is what the law calls confirmed, and nothing else."""
    for _, seen, progress in reached:
        paid = progress.state is State.PAID
        assert paid is (seen.status is OrderStatus.CONFIRMED and not seen.closing)


def test_paying_is_offered_exactly_when_it_would_not_be_refused(reached: Reached) -> None:
    """The button and `start_payment` agree, in every state."""
    for dossier, _, progress in reached:
        refused = unpayable(dossier, read(dossier), now=NOW)
        assert progress.may_pay is not bool(refused), refused


def test_nobody_is_told_that_nothing_was_taken_while_something_is_in(reached: Reached) -> None:
    """That "you have not been charged" needs every payment to be empty and none of them under way."""
    said = [dossier for dossier, _, progress in reached if progress.not_charged]
    assert said
    assert not [dossier for dossier in said if _has_money(dossier)]
    under_way = (OrderStatus.PROCESSING, OrderStatus.AUTHORIZED, OrderStatus.REVIEW)
    assert not [dossier for dossier in said if read(dossier).status in under_way]


def test_what_waits_for_a_person_reads_as_being_confirmed(reached: Reached) -> None:
    """Flagged money is never called failed, closed or paid: the customer reads that it is being confirmed."""
    for _, seen, progress in reached:
        if seen.status is OrderStatus.REVIEW and not seen.closing:
            assert (progress.state, progress.message_key) == (State.PROCESSING, "page.confirming")


def test_every_state_is_reached_and_has_its_words(reached: Reached) -> None:
    """No state is a dead word, and each sentence stands in both languages."""
    assert {progress.state for _, _, progress in reached} == set(State)
    for key in {progress.message_key for _, _, progress in reached}:
        assert all(texts_for(language).find(key) for language in ("ar", "en")), key


def test_a_page_goes_on_asking_only_while_something_may_come(reached: Reached) -> None:
    """Money on its way, a fresh order and one that ran out a moment ago are not settled; the rest is."""
    for _, seen, progress in reached:
        if progress.settled:
            assert progress.state not in (State.PROCESSING, State.READY)
        if seen.status is OrderStatus.PROCESSING:
            assert not progress.settled


def _at(*news: Facts, expires_at: int = 0) -> Progress:
    return _told(step(Dossier(ORDER, known(placed(expires_at=expires_at), started())), known(*news))[0])[1]


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ((), Progress(State.READY, "page.awaiting_payment", may_pay=True, settled=False)),
        (told(requires_action), Progress(State.READY, "page.awaiting_payment", may_pay=True, settled=False)),
        (told(processing), Progress(State.PROCESSING, "page.confirming", settled=False)),
        (
            told(charge_failed(), payment_failed()),
            Progress(State.FAILED, "decline.insufficient_funds", may_pay=True, not_charged=True),
        ),
        (told(succeeded()), Progress(State.PAID, "page.paid")),
        (told(succeeded(99)), Progress(State.PROCESSING, "page.confirming", settled=False)),
        ((taken_without_money(),), Progress(State.ACCEPTED, "page.accepted", may_pay=True)),
        ((cancel_requested(),), Progress(State.PROCESSING, "page.checking", settled=False)),
        ((canceled_by_shop(),), Progress(State.CLOSED, "page.canceled")),
    ],
    ids=["fresh", "at the bank", "under way", "declined", "paid", "flagged", "on delivery", "closing", "cancelled"],
)  # fmt: skip
def test_each_state_in_words(news: tuple[Facts, ...], expected: Progress) -> None:
    """The states that a customer meets, and the sentence of each."""
    assert _at(*news) == expected


def test_an_order_out_of_time_is_closed_and_still_looked_at() -> None:
    """Until the clock's cancel is through, a payment of the last minute may still be told: the page goes on asking."""
    assert _at(expires_at=NOW) == Progress(State.CLOSED, "page.session_expired", settled=False)
    closed = _at(canceled_by_shop(reason="expired"), expires_at=NOW)
    assert closed == Progress(State.CLOSED, "page.session_expired")


def test_the_clock_is_read_unless_a_time_is_given() -> None:
    """An order read from the library needs no second argument."""
    shop = Shop()
    placed_order = shop.payments.place_order(order())
    assert progress_of(placed_order).may_pay
    assert not progress_of(replace(placed_order, expires_at=AT)).may_pay
    assert customer_message(progress_of(placed_order).message_key, "en") == "This order is waiting for your payment."
