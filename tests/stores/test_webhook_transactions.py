"""One webhook is one short transaction: applied once, five statements, every one of them on an index."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import text

from gulf_payments.machine import Facts
from gulf_payments.ports import Key, Outcome, Seen, Verdict
from gulf_payments.testing.contracts.samples import NOON, Bench, at, paid
from tests.stores.spying import spied
from tests.stores.webhooks import SEEN, bombard, receive

if TYPE_CHECKING:
    from gulf_payments.stores.sql import SQLStore
    from tests.stores.spying import Statement


AGAIN = paid("pay_1", "ch_2")


def test_two_processes_of_eight_threads_apply_an_event_once(database_url: str, sql_store: SQLStore) -> None:
    """Row 1: one event delivered two hundred times makes one transition and one delivery."""
    bench = Bench(sql_store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        runs = list(pool.map(bombard, [database_url] * 2, [bench.scope] * 2))
    outcomes = [outcome for run in runs for outcome in run]
    assert len(outcomes) == 200
    assert [outcome for outcome in outcomes if outcome is not None] == [1]
    record = sql_store.get(bench.scope, Key("order", "1"))
    assert record is not None
    assert record.dossier.facts.payments["pay_1"].ok
    assert [entry.waiting for entry in sql_store.backlog(bench.scope)] == [1]


def test_a_webhook_takes_five_statements_and_its_duplicate_one(database_url: str) -> None:
    """Event, lock, order, objects, deliveries; a duplicate stops after the first."""
    with spied(database_url) as (store, heard):
        bench = Bench(store)
        bench.place("1", payment_id="pay_1", intent="pi_1")
        heard.clear()
        assert receive(store, bench.scope) == 1
        assert [_verb(statement) for statement in heard] == [
            "INSERT gulf_event",
            "SELECT gulf_order",
            "UPDATE gulf_order",
            "INSERT gulf_object",
            "INSERT gulf_delivery",
        ]
        heard.clear()
        assert receive(store, bench.scope) is None
        assert [_verb(statement) for statement in heard] == ["INSERT gulf_event"]


def test_a_webhook_that_tells_nothing_new_writes_no_object(database_url: str) -> None:
    """Objects whose rows stay as they are, and deliveries that are not due, cost no statement."""
    with spied(database_url) as (store, heard):
        bench = Bench(store)
        bench.place("1", payment_id="pay_1", intent="pi_1")
        heard.clear()
        assert receive(store, bench.scope, news=Facts()) == 0
        assert [_verb(statement) for statement in heard] == [
            "INSERT gulf_event",
            "SELECT gulf_order",
            "UPDATE gulf_order",
        ]


def test_the_statements_of_a_webhook_and_the_outbox_use_indexes(database_url: str) -> None:
    """No statement on the paths that must stay flat reads a whole table."""
    with spied(database_url) as (store, heard):
        bench = Bench(store)
        bench.place("1", payment_id="pay_1", intent="pi_1")
        receive(store, bench.scope)
        _grow(store, rows=2000)
        heard.clear()
        receive(store, bench.scope, Seen(event_id="evt_2", type="charge.updated"), AGAIN)
        with store.begin(bench.scope, now=NOON) as transaction:
            transaction.mark(SEEN)
            transaction.lock(Key("intent", "pi_9"), Key("payment", "pay_1"), Key("order", "1"))
        (claimed,) = store.claim(bench.scope, ["fulfil", "mail"], now=at(1), lease_seconds=60, limit=10)
        store.settle(claimed, Outcome(verdict=Verdict.DONE), now=at(2))
        store.get(bench.scope, Key("intent", "pi_1"))
        statements = list(heard)
        plans = {_verb(statement): _plan(store, statement) for statement in statements}
    scans = {verb: plan for verb, plan in plans.items() if "SCAN gulf_" in plan or "Seq Scan on gulf_" in plan}
    assert scans == {}
    assert any("gulf_delivery_claim" in plan for plan in plans.values())
    assert any("gulf_delivery_turn" in plan for plan in plans.values())


def _grow(store: SQLStore, *, rows: int) -> None:
    """Copy the one row of each table under other ids, so that reading a whole table would cost more than an index."""
    named = {"gulf_order": "id", "gulf_object": "reference", "gulf_event": "event_id", "gulf_delivery": "key"}
    with store.engine.begin() as connection:
        for table in store.tables.metadata.sorted_tables:
            row = dict(connection.execute(table.select()).mappings().first() or {})
            if table is store.tables.delivery:
                row = {**row, "settled_at": 1}  # most deliveries of a shop are
                del row["id"]
            connection.execute(table.insert(), [row | {named[table.name]: f"copy_{n}"} for n in range(rows)])
        connection.execute(text("ANALYZE"))


def _verb(statement: Statement) -> str:
    """Name what a statement does and to which table."""
    words = statement[0].split()
    return f"{words[0]} {next(word for word in words if word.startswith('gulf_')).partition('.')[0]}"


def _plan(store: SQLStore, statement: Statement) -> str:
    """Tell how the database would run a statement that was heard."""
    explain = "EXPLAIN QUERY PLAN " if store.engine.dialect.name == "sqlite" else "EXPLAIN "
    with store.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(explain + statement[0], *([] if statement[1] is None else [statement[1]]))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_events_of_one_id_in_two_modes_are_two(sql_store: SQLStore) -> None:
    """A test event does not make a live one of the same id a duplicate."""
    live, test = Bench(sql_store), Bench(sql_store)
    seen = Seen(event_id="evt_1", type="charge.updated")
    for bench in (live, test):
        with sql_store.begin(bench.scope, now=NOON) as transaction:
            assert transaction.first_sight(seen)
