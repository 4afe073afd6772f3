"""A whole webhook that confirms an order and leaves a mail to send, against the bare driver doing the same statements.

Both do the same statements, with the same durability, in databases of their own that were filled alike. Ours verifies,
reads, decides and writes; the bare driver only sends what ours would have sent, with values made beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from benchmarks import statements
from benchmarks.databases import Pair, Twins
from benchmarks.figures import Aim, Figure, Report, count, micro, ratio
from benchmarks.racing import WARM_UP_ROUNDS, Race, Work, race
from benchmarks.statements import Recorder, Statement
from gulf_payments import OrderStatus
from gulf_payments.stores.sql import SQLStore
from tests.shops import Shop, order

MOST_STATEMENTS = 5
TEMPLATE = "order-000000"


class Paid(NamedTuple):
    """A placed order whose payment went through, and the webhook that says so, not yet received."""

    order_id: str
    body: bytes
    signature: str
    names: Sequence[str]  # of the order, its payment, its PaymentIntent and the event


class Rehearsal(NamedTuple):
    """What our store sends for one webhook and for its repetition, and the ids that stand in it."""

    first: Sequence[Statement]
    again: Sequence[Statement]
    names: Sequence[str]


def measure(pair: Pair, rounds: int) -> Report:
    """Race the store against the bare driver on one kind of database."""
    with pair() as twins:
        ours, bare, recorder = Shop(store=SQLStore(twins.ours)), Shop(store=SQLStore(twins.bare)), Recorder()
        try:
            return _measured(twins, ours, bare, recorder, rounds)
        finally:
            for shop in (ours, bare):
                _store(shop).close()


def _measured(twins: Twins, ours: Shop, bare: Shop, recorder: Recorder, rounds: int) -> Report:
    recorder.attach(_store(bare).engine)
    for shop in (ours, bare):
        _store(shop).create_tables()
    total = WARM_UP_ROUNDS + rounds
    rehearsal = _rehearse(bare, pay(bare, TEMPLATE), recorder)
    known = pay(ours, TEMPLATE)
    ours.receive(known.body, known.signature)
    theirs, waiting = list(paid_orders(bare, total)), list(paid_orders(ours, total))
    contenders: dict[str, Iterator[Work]] = {
        "ours": _received(ours, waiting),
        "bare": _repeated(twins, rehearsal, theirs),
        "duplicate": _received(ours, [known, *waiting]),  # of the round before
    }
    raced = race(contenders, rounds=rounds)
    for shop, orders in ((ours, waiting), (bare, theirs)):
        require_confirmed(shop, orders)
    return Report(f"A whole webhook on {twins.title}", _figures(raced, rehearsal, twins.most_of_bare))


def _store(shop: Shop) -> SQLStore:
    assert isinstance(shop.store, SQLStore)
    return shop.store


def paid_orders(shop: Shop, number: int) -> Iterator[Paid]:
    """Pay so many orders, one after the other."""
    return (pay(shop, f"order-{serial:06}") for serial in range(1, number + 1))


def pay(shop: Shop, order_id: str) -> Paid:
    """Place an order and pay it, and keep of its webhooks only the one that says that the money is in."""
    shop.payments.place_order(order(order_id))
    shop.fake.pay(shop.payments.start_payment(order_id))
    event_id = next(event.event_id for event in shop.fake.pending_webhooks if event.type == "payment_intent.succeeded")
    shop.fake.drop_webhooks()
    (payment,) = shop.payments.order(order_id).payments
    body, signature = shop.fake.signed(event_id)
    return Paid(order_id, body, signature, (order_id, payment.id, str(payment.intent_id), event_id))


def _rehearse(shop: Shop, paid: Paid, recorder: Recorder) -> Rehearsal:
    """Take down the statements of a webhook and of its duplicate, on an order that is not raced."""
    with recorder.recording() as first:
        shop.receive(paid.body, paid.signature)
    with recorder.recording() as again:
        shop.receive(paid.body, paid.signature)
    return Rehearsal(first, again, paid.names)


def _received(shop: Shop, orders: Sequence[Paid]) -> Iterator[Work]:
    """The webhook of each order in turn."""
    return (partial(shop.payments.receive_webhook, paid.body, paid.signature) for paid in orders)


def _repeated(twins: Twins, rehearsal: Rehearsal, orders: Sequence[Paid]) -> Iterator[Work]:
    """The rehearsed statements about each order in turn, made before the clock runs."""
    works = []
    for paid in orders:
        renamed = statements.about(rehearsal.first, dict(zip(rehearsal.names, paid.names, strict=True)))
        works.append(partial(statements.repeat, twins.connection, twins.begin, renamed))
    return iter(works)


def require_confirmed(shop: Shop, orders: Sequence[Paid]) -> None:
    """Whoever wrote it, every order is now confirmed and its mail waits: otherwise the race was not about the same."""
    states = {shop.payments.order(paid.order_id).status for paid in orders}
    mails = {waiting.subscriber: waiting.waiting for waiting in shop.payments.backlog()}
    if states != {OrderStatus.CONFIRMED} or mails.get("mail.customer") != len(orders) + 1:
        raise RuntimeError(f"not every order came through: {states}, {mails}")


def _figures(raced: Race, rehearsal: Rehearsal, most: float) -> list[Figure]:
    times, processor = raced
    return [
        micro("receive_webhook, the order's first", times.median("ours")),
        micro("  of it: computed in this process", processor.median("ours")),
        micro("the bare driver, the same statements", times.median("bare")),
        micro("  of it: computed in this process", processor.median("bare")),
        micro("receive_webhook, a duplicate", times.median("duplicate")),
        ratio("ours to the bare driver", times.ratio("ours", to="bare"), Aim(most)),
        ratio("a duplicate to the first", times.ratio("duplicate", to="ours"), Aim(0.5)),
        count("besides BEGIN and COMMIT", len(rehearsal.first), "statements", at_most=MOST_STATEMENTS),
        count("of a duplicate", len(rehearsal.again), "statements", at_most=1),
    ]
