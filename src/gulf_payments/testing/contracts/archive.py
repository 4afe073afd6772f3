"""What every archive must keep: one `check_*` for each promise of the port Archive.

Each takes a store and works in a scope of its own, so that all of them may share one database.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from gulf_payments.errors import InvalidInput
from gulf_payments.orders import Customer
from gulf_payments.ports import Key, Page, Query, Record, Storage
from gulf_payments.testing.contracts.samples import NOON, Bench, at, paid, raises, sample_order, unpaid


def _ids(page: Page[Record]) -> list[str]:
    return [record.order.id for record in page]


def _three_orders(store: Storage) -> Bench:
    """Order 1 is Sara's and paid, order 2 is Omar's, order 3 Sara's; a minute apart."""
    bench = Bench(store)
    omar = Customer(id="8", email="omar@example.com", name="عمر")
    bench.place("1", payment_id="pay_1", intent="pi_1")
    bench.place("2", payment_id="pay_2", intent="pi_2", seconds=60, customer=omar)
    bench.place("3", payment_id="pay_3", intent="pi_3", seconds=120, number="Z-3")
    bench.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"), seconds=180)
    return bench


def check_reading_finds_one_order(store: Storage) -> None:
    """`get` finds an order by its id, a payment's or a PaymentIntent's, with the times of its rows, or None."""
    bench = _three_orders(store)
    for key in (Key("order", "1"), Key("payment", "pay_1"), Key("intent", "pi_1")):
        record = store.get(bench.scope, key)
        assert record is not None, f"{key} finds nothing"
        assert (record.order.id, record.created_at, record.updated_at) == ("1", NOON, at(180)), f"by {key}: another row"
    assert store.get(bench.scope, Key("order", "9")) is None, "an unknown order is None"
    assert store.get(bench.scope, Key("intent", "ch_1")) is None, "a charge's id is not a PaymentIntent's"


def check_reads_see_only_what_was_committed(store: Storage) -> None:
    """While a transaction is open, a reader beside it neither waits for it nor sees what it wrote."""
    bench = Bench(store)
    order = sample_order("1")
    with store.begin(bench.scope, now=NOON) as transaction:
        transaction.save(unpaid(order), order=order)
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(store.get, bench.scope, Key("order", "1")).result(10)
    assert seen is None, "a reader saw what was not committed"
    assert store.get(bench.scope, Key("order", "1")) is not None, "a reader must see what is committed"


def check_orders_are_searched_by_every_field(store: Storage) -> None:
    """Orders are found newest first by customer, status, number, email, time and any id that they have."""
    bench = _three_orders(store)
    cases: tuple[tuple[Query, list[str]], ...] = (
        (Query(), ["3", "2", "1"]),
        (Query(customer_id="7"), ["3", "1"]),
        (Query(status="confirmed"), ["1"]),
        (Query(status="pending"), ["3", "2"]),
        (Query(number="Z-3"), ["3"]),
        (Query(email="sara@EXAMPLE.com"), ["3", "1"]),
        (Query(created_from=at(60)), ["3", "2"]),
        (Query(created_before=at(60)), ["1"]),
        (Query(created_from=at(60), created_before=at(61)), ["2"]),
        *((Query(reference=reference), ["1"]) for reference in ("pay_1", "pi_1", "ch_1")),
        (Query(reference="ch_9"), []),
        (Query(customer_id="7", status="pending"), ["3"]),
        (Query(customer_id="8", number="Z-3"), []),
    )
    for query, expected in cases:
        assert _ids(store.orders(bench.scope, query)) == expected, f"{query} must find {expected}"


def check_payments_are_searched_by_every_field(store: Storage) -> None:
    """Payments are found newest first by their own status, time and ids, and by their order's customer and number."""
    bench = _three_orders(store)
    cases: tuple[tuple[Query, list[str]], ...] = (
        (Query(), ["pay_3", "pay_2", "pay_1"]),
        (Query(status="succeeded"), ["pay_1"]),
        (Query(status="pending"), ["pay_3", "pay_2"]),
        (Query(customer_id="7"), ["pay_3", "pay_1"]),
        (Query(number="Z-3"), ["pay_3"]),
        (Query(email="omar@example.com"), ["pay_2"]),
        (Query(created_from=at(120)), ["pay_3"]),
        *((Query(reference=reference), ["pay_1"]) for reference in ("pay_1", "pi_1", "ch_1")),
        (Query(status="succeeded", customer_id="8"), []),
    )
    for query, expected in cases:
        found = store.payments(bench.scope, query)
        assert [hit.payment_id for hit in found] == expected, f"{query} must find {expected}"
        assert all(hit.payment_id in hit.record.dossier.facts.payments for hit in found), "a hit with another's order"


def check_pages_stay_put(store: Storage) -> None:
    """Pages follow one another without gap or repetition, ties and orders that arrive meanwhile notwithstanding."""
    bench = Bench(store)
    for number in range(7):
        bench.place(str(number), payment_id=f"pay_{number}", seconds=number // 3)
    orders = store.orders(bench.scope, Query(limit=3))
    payments = store.payments(bench.scope, Query(limit=3))
    bench.place("new", payment_id="pay_new", seconds=60)
    order_ids, payment_ids = _ids(orders), [hit.payment_id for hit in payments]
    while orders.next_cursor:
        orders = store.orders(bench.scope, Query(limit=3, cursor=orders.next_cursor))
        order_ids += _ids(orders)
    while payments.next_cursor:
        payments = store.payments(bench.scope, Query(limit=3, cursor=payments.next_cursor))
        payment_ids += [hit.payment_id for hit in payments]
    assert sorted(order_ids) == [str(number) for number in range(7)], "an order was left out or came twice"
    assert order_ids[0] == "6", "the newest order comes first"
    assert payment_ids == [f"pay_{order_id}" for order_id in order_ids], "payments must page as orders do"
    exact = store.orders(bench.scope, Query(limit=8))
    assert (len(exact), exact.next_cursor) == (8, ""), "a page that holds all is the last"


def check_strange_pages_are_refused(store: Storage) -> None:
    """A cursor that no page gave, and a page of no rows, are InvalidInput."""
    for query in (Query(cursor="?"), Query(cursor="bm8="), Query(cursor="MTI="), Query(limit=0)):
        with raises(InvalidInput, f"{query} was accepted"):
            store.orders(Bench(store).scope, query)


def check_a_stream_gives_every_order(store: Storage) -> None:
    """A stream gives each order once, oldest first, of the statuses asked for, whatever its batches and ties."""
    bench = _three_orders(store)
    bench.place("4", seconds=120)
    for batch in (1, 2, 100):
        everything = [record.order.id for record in store.stream(bench.scope, batch=batch)]
        assert everything == ["1", "2", "3", "4"], f"in batches of {batch} the stream gave {everything}"
    open_ones = [record.order.id for record in store.stream(bench.scope, statuses=("pending", "canceled"), batch=2)]
    assert open_ones == ["2", "3", "4"], "the stream must keep to the statuses asked for"
    assert not list(store.stream(Bench(store).scope)), "another scope's stream is empty"


def check_a_stream_can_be_written_beside(store: Storage) -> None:
    """While a stream is read, its orders can be changed and others placed: it gives each that was there, once."""
    bench = _three_orders(store)
    seen = []
    for record in store.stream(bench.scope, batch=1):
        seen.append(record.order.id)
        bench.announce(record.order.id, "swept")
        if record.order.id == "1":
            bench.place("4", seconds=600)
    assert [order_id for order_id in seen if order_id != "4"] == ["1", "2", "3"], f"the stream gave {seen}"
    assert bench.announced("3") == {"swept"}, "a change beside the stream was lost"


ARCHIVE_CHECKS: tuple[Callable[[Storage], None], ...] = (
    check_reading_finds_one_order,
    check_reads_see_only_what_was_committed,
    check_orders_are_searched_by_every_field,
    check_payments_are_searched_by_every_field,
    check_pages_stay_put,
    check_strange_pages_are_refused,
    check_a_stream_gives_every_order,
    check_a_stream_can_be_written_beside,
)
