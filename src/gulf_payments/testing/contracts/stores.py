"""What every store must keep: one `check_*` for each promise of the ports Store and Transaction.

Each takes a store and works in a scope of its own, so that all of them may share one database. A broken promise is an
AssertionError that says which. What happens when threads meet is in `races`.
"""

from __future__ import annotations

from collections.abc import Callable

from gulf_payments.errors import ConcurrentUpdate, ConfigurationError, GulfPaymentsError, StoreError
from gulf_payments.ports import Key, Seen, Sight, Storage
from gulf_payments.testing.contracts.races import RACE_CHECKS
from gulf_payments.testing.contracts.samples import NOON, Bench, Undone, at, paid, raises, sample_order, unpaid


def check_a_saved_order_comes_back(store: Storage) -> None:
    """What was saved is read back equal: the agreement in every part, and the dossier by order, payment and intent."""
    bench = Bench(store)
    dossier = bench.place("1", payment_id="pay_1", intent="pi_1")
    for key in (Key("order", "1"), Key("payment", "pay_1"), Key("intent", "pi_1")):
        record = store.get(bench.scope, key)
        assert record is not None, f"{key} finds nothing"
        assert record.order == sample_order("1"), f"by {key} the agreement came back changed"
        assert record.dossier == dossier, f"by {key} the facts came back changed"
        with store.begin(bench.scope, now=NOON) as transaction:
            assert transaction.lock(key) == dossier, f"lock by {key} reads other facts than were saved"


def check_an_unknown_key_finds_nothing(store: Storage) -> None:
    """A key that leads nowhere locks nothing and is None."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    with store.begin(bench.scope, now=NOON) as transaction:
        for key in (Key("order", "2"), Key("payment", "pay_2"), Key("intent", "pi_2"), Key("intent", "")):
            assert transaction.lock(key) is None, f"{key} must find nothing"


def check_the_first_key_that_finds_decides(store: Storage) -> None:
    """With several keys, those that lead nowhere are passed over and the first that finds an order decides."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    bench.place("2", payment_id="pay_2", intent="pi_2")
    keys = (Key("intent", "pi_9"), Key("payment", "pay_2"), Key("order", "1"))
    with store.begin(bench.scope, now=NOON) as transaction:
        found = transaction.lock(*keys)
        missed = transaction.lock(Key("order", "9"), Key("intent", "pi_9"))
    assert found is not None, "one of the keys leads to an order"
    assert found.order_id == "2", "the first key that finds an order decides"
    assert missed is None, "no key leads to an order"


def check_an_exception_undoes_everything(store: Storage) -> None:
    """A transaction left by an exception leaves no event id, no order, no change and no delivery behind."""
    bench = Bench(store)
    bench.place("1")
    with raises(Undone, "the exception must come out"), store.begin(bench.scope, now=NOON) as transaction:
        transaction.first_sight(Seen(event_id="evt_1", type="charge.updated"))
        dossier = transaction.lock(Key("order", "1"))
        assert dossier is not None, "order 1 was placed"
        changed = unpaid(sample_order("1"), payment_id="pay_1", intent="pi_1")
        transaction.save(changed, [bench.delivery("order:1:confirm")])
        transaction.save(unpaid(sample_order("2")), order=sample_order("2"))
        transaction.post([bench.delivery("alert:x")])
        raise Undone
    assert not bench.saw("evt_1"), "the event's id outlived the rollback: Stripe's next try would be ignored"
    record = store.get(bench.scope, Key("order", "1"))
    assert record is not None, "order 1 was placed before"
    assert record.dossier == unpaid(sample_order("1")), "a change outlived the rollback"
    assert store.get(bench.scope, Key("intent", "pi_1")) is None, "a PaymentIntent's id outlived the rollback"
    assert store.get(bench.scope, Key("order", "2")) is None, "a new order outlived the rollback"
    assert store.backlog(bench.scope) == [], "a delivery outlived the rollback"


def check_an_event_is_seen_once(store: Storage) -> None:
    """An event recorded before is not new, in the same transaction or a later one, corrected meanwhile or not."""
    bench = Bench(store)
    seen = Seen(event_id="evt_1", type="payment_intent.succeeded")
    with store.begin(bench.scope, now=NOON) as transaction:
        assert transaction.first_sight(seen), "a new event is new"
        assert not transaction.first_sight(seen), "an event is new only once, in one transaction too"
        transaction.mark(Seen(event_id="evt_1", type=seen.type, sight=Sight.STALE, order_id="1"))
    assert bench.saw("evt_1"), "an event recorded before must not be new again"
    assert not bench.saw("evt_2"), "another event is new"


def check_a_transaction_reads_its_own_writes(store: Storage) -> None:
    """Within one transaction a saved order can be locked, changed and saved again."""
    bench = Bench(store)
    order = sample_order("1")
    with store.begin(bench.scope, now=NOON) as transaction:
        transaction.save(unpaid(order), order=order)
        transaction.save(unpaid(order, payment_id="pay_1", intent="pi_1"))
        found = transaction.lock(Key("intent", "pi_1"))
    assert found == unpaid(order, payment_id="pay_1", intent="pi_1"), "its own writes were not there to read"


def check_saving_needs_the_lock(store: Storage) -> None:
    """A dossier that this transaction did not lock cannot be saved, known or not: it may be stale."""
    bench = Bench(store)
    bench.place("1")
    bench.announce("1", "kept")
    for order_id in ("1", "2"):
        with (
            raises(StoreError, f"order {order_id} was saved without being locked"),
            store.begin(bench.scope, now=NOON) as transaction,
        ):
            transaction.save(unpaid(sample_order(order_id)))
    assert bench.announced("1") == {"kept"}, "a stale snapshot was written"
    assert store.get(bench.scope, Key("order", "2")) is None, "an order without an agreement was written"


def check_an_order_is_inserted_once(store: Storage) -> None:
    """Inserting an order that somebody else inserted meanwhile is a ConcurrentUpdate and changes nothing."""
    bench = Bench(store)
    bench.place("1")
    other = sample_order("1", number="other")
    with (
        raises(ConcurrentUpdate, "an order was inserted over another one"),
        store.begin(bench.scope, now=NOON) as transaction,
    ):
        transaction.save(unpaid(other, payment_id="pay_1", intent="pi_1"), order=other)
    record = store.get(bench.scope, Key("order", "1"))
    assert record is not None, "order 1 was placed"
    assert record.order == sample_order("1"), "the first agreement must stand"


def check_a_locked_agreement_can_be_replaced(store: Storage) -> None:
    """Saving a locked dossier with an order replaces the agreement, the person included, and keeps its first time."""
    bench = Bench(store)
    bench.place("1", seconds=5)
    changed = sample_order("1", number="new", shipping_address=None, metadata={})
    with store.begin(bench.scope, now=NOON) as transaction:
        dossier = transaction.lock(Key("order", "1"))
        assert dossier is not None, "order 1 was placed"
        transaction.save(dossier, order=changed)
    record = store.get(bench.scope, Key("order", "1"))
    assert record is not None, "order 1 was placed"
    assert record.order == changed, "the agreement was not replaced"
    assert record.created_at == at(5), "a replaced agreement keeps the time of its placing"


def check_a_payment_intent_has_one_order(store: Storage) -> None:
    """Saving a PaymentIntent's id that belongs to another order is a ConcurrentUpdate, and undoes everything."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    bench.place("2", payment_id="pay_2")
    with (
        raises(ConcurrentUpdate, "a PaymentIntent was given to a second order"),
        store.begin(bench.scope, now=NOON) as transaction,
    ):
        assert transaction.lock(Key("order", "2")) is not None, "order 2 was placed"
        transaction.save(unpaid(sample_order("2"), payment_id="pay_2", intent="pi_1"))
    record = store.get(bench.scope, Key("intent", "pi_1"))
    assert record is not None, "pi_1 was saved with order 1"
    assert record.order.id == "1", "the PaymentIntent stays with its first order"


def check_a_delivery_is_recorded_once(store: Storage) -> None:
    """A delivery that exists by scope, key and subscriber is not written again, by save, by post or in one call."""
    bench = Bench(store)
    bench.place("1")
    mail, fulfil = bench.delivery("order:1:confirm", "mail"), bench.delivery("order:1:confirm", "fulfil")
    with store.begin(bench.scope, now=NOON) as transaction:
        dossier = transaction.lock(Key("order", "1"))
        assert dossier is not None, "order 1 was placed"
        transaction.save(dossier, [mail, fulfil, mail])
    bench.post([fulfil, mail])
    counted = {entry.subscriber: entry.waiting for entry in store.backlog(bench.scope)}
    assert counted == {"fulfil": 1, "mail": 1}, f"one for each subscriber was due, there are {counted}"


def check_scopes_are_apart(store: Storage) -> None:
    """The same ids in two scopes are two orders, two events and two deliveries; neither sees the other's."""
    live, test = Bench(store), Bench(store)
    live.place("1", payment_id="pay_1", intent="pi_1")
    assert store.get(test.scope, Key("order", "1")) is None, "an order was seen from another scope"
    with store.begin(test.scope, now=NOON) as transaction:
        assert transaction.lock(Key("intent", "pi_1")) is None, "a PaymentIntent was found from another scope"
    test.place("1", payment_id="pay_1", intent="pi_1")
    test.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"))
    record = store.get(live.scope, Key("order", "1"))
    assert record is not None, "order 1 was placed"
    assert not record.dossier.facts.payments["pay_1"].ok, "a payment changed the order of another scope"
    assert not live.saw("evt_1"), "the event is new here"
    assert not test.saw("evt_1"), "an event of another scope is not this one's"
    for bench in (live, test):
        bench.post([bench.delivery("alert:x")])
        assert [entry.waiting for entry in store.backlog(bench.scope)] == [1], "deliveries of two scopes were mixed"


def check_transactions_do_not_nest(store: Storage) -> None:
    """A transaction inside another one of the same thread is refused at once, and the outer one can go on."""
    bench = Bench(store)
    with store.begin(bench.scope, now=NOON) as transaction:
        with (
            raises(ConfigurationError, "a transaction was opened inside another one"),
            store.begin(bench.scope, now=NOON),
        ):
            pass
        transaction.first_sight(Seen(event_id="evt_1", type="charge.updated"))
    assert bench.saw("evt_1"), "the outer transaction must commit as if nothing had happened"


def check_errors_are_ours(store: Storage) -> None:
    """Text that a database cannot hold comes out as an error of ours or is kept, never as the driver's own."""
    bench = Bench(store)
    for event_id in ("evt_\x00", "evt_\ud800"):
        try:
            kept = [bench.saw(event_id), bench.saw(event_id)]
        except GulfPaymentsError:
            continue
        assert kept == [False, True], f"{event_id!a} was neither refused nor kept"


STORE_CHECKS: tuple[Callable[[Storage], None], ...] = (
    check_a_saved_order_comes_back,
    check_an_unknown_key_finds_nothing,
    check_the_first_key_that_finds_decides,
    check_an_exception_undoes_everything,
    check_an_event_is_seen_once,
    check_a_transaction_reads_its_own_writes,
    check_saving_needs_the_lock,
    check_an_order_is_inserted_once,
    check_a_locked_agreement_can_be_replaced,
    check_a_payment_intent_has_one_order,
    check_a_delivery_is_recorded_once,
    check_scopes_are_apart,
    check_transactions_do_not_nest,
    check_errors_are_ours,
    *RACE_CHECKS,
)
