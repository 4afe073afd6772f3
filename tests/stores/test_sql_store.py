"""What is SQLStore's own: its URLs, its errors, its durability, its handle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text

from gulf_payments.errors import ConfigurationError, InvalidInput, StoreError, StoreUnavailable
from gulf_payments.ports import Key, Outcome, Verdict
from gulf_payments.stores.sql import SQLStore
from gulf_payments.testing.contracts.samples import NOON, Bench, Undone, sample_order

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_is_understood(scheme: str) -> None:
    """Hosts write postgres://, SQLAlchemy postgresql+psycopg://: both are psycopg."""
    assert SQLStore(f"{scheme}://u@localhost/shop").engine.dialect.driver == "psycopg"


@pytest.mark.parametrize("url", ["postgres://u:hunter2@h/shop", "postgres://u@h/shop?password=hunter2"])
def test_a_password_never_shows(url: str) -> None:
    """The store's repr names the database but not the password, wherever the URL carries it."""
    shown = repr(SQLStore(url))
    assert "h/shop" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("url", ["hunter2", "mysql://u:hunter2@h/shop", "sqlite://", "sqlite:///:memory:", "what://h"])
def test_a_database_that_cannot_serve_is_refused_by_name(url: str) -> None:
    """A wrong URL is a ConfigurationError that says what is right and repeats no secret."""
    with pytest.raises(ConfigurationError) as refusal:
        SQLStore(url)
    assert "hunter2" not in str(refusal.value)


def test_sqlite_has_no_schema(sqlite_url: str) -> None:
    """A schema is refused where there is none, instead of being ignored."""
    with pytest.raises(ConfigurationError, match="schema"):
        SQLStore(sqlite_url, schema="shop")


def test_without_sqlalchemy_the_extra_is_named() -> None:
    """On a machine without SQLAlchemy the import says what to install."""
    program = "import sys; sys.modules['sqlalchemy'] = None; import gulf_payments.stores.sql"
    answer = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "ConfigurationError" in answer.stderr
    assert "gulf_payments[sql]" in answer.stderr


def test_missing_tables_name_the_command(database_url: str) -> None:
    """Before the first upgrade, any use is an error that says how to create the tables."""
    store = SQLStore(database_url)
    with pytest.raises(StoreError, match="gulf-payments db upgrade"):
        store.get("shop:test", Key("order", "1"))
    with pytest.raises(StoreError, match="gulf-payments db upgrade"):
        Bench(store).place("1")
    store.close()


def test_sqlite_keeps_what_it_committed(sqlite_url: str) -> None:
    """Its journal is a write-ahead log and each commit reaches the disk."""
    store = SQLStore(sqlite_url)
    with store.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    store.close()


def test_a_locked_sqlite_is_unavailable(sqlite_url: str, tmp_path: Path) -> None:
    """When another program holds the file, the error says that the same call may succeed later, and it does."""
    engine = create_engine(sqlite_url, connect_args={"timeout": 0.05})
    store = SQLStore(engine)
    store.create_tables()
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    bench = Bench(store)
    with pytest.raises(StoreUnavailable) as refusal:
        bench.place("1")
    assert isinstance(refusal.value.__cause__, sqlite3.OperationalError)
    other.execute("ROLLBACK")
    other.close()
    bench.place("1")
    engine.dispose()


def test_a_lost_connection_is_unavailable_once(postgres_url: str) -> None:
    """When PostgreSQL ends every connection, the next call is unavailable and the one after it works."""
    store, staff = SQLStore(postgres_url), create_engine(postgres_url)
    store.create_tables()
    bench = Bench(store)
    bench.place("1")
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with staff.connect() as connection:
        connection.execute(end)
    with pytest.raises(StoreUnavailable):
        bench.place("2")
    bench.place("2")
    store.close()
    staff.dispose()


def test_an_unreachable_database_is_unavailable() -> None:
    """A server that is not there may be there later."""
    with pytest.raises(StoreUnavailable):
        SQLStore("postgresql://nobody@localhost:1/shop").get("shop:test", Key("order", "1"))


def test_a_lock_that_takes_too_long_is_unavailable(postgres_url: str) -> None:
    """With a lock_timeout of the shop's, waiting ends in an error that may be tried again."""
    engine = create_engine(postgres_url, connect_args={"options": "-c lock_timeout=50ms"})
    patient, hasty = SQLStore(postgres_url), SQLStore(engine)
    patient.create_tables()
    bench = Bench(patient)
    bench.place("1")
    with patient.begin(bench.scope, now=NOON) as transaction:
        transaction.lock(Key("order", "1"))
        with (
            pytest.raises(StoreUnavailable),
            hasty.begin(bench.scope, now=NOON) as second,
        ):
            second.lock(Key("order", "1"))
    patient.close()
    engine.dispose()


def test_an_error_quotes_no_personal_data(sql_store: SQLStore) -> None:
    """What a database cannot hold is refused in a sentence that does not repeat it."""
    bench = Bench(sql_store)
    with pytest.raises(StoreError) as refusal:
        bench.post([bench.delivery("x", detail="sara@example.com \ud800")])
    assert "sara" not in str(refusal.value).lower()


def test_performed_work_is_written_with_its_mark(sql_store: SQLStore) -> None:
    """A transactional subscriber's own rows and the mark are one commit: neither is left when the work fails."""
    bench = _with_a_table_of_the_shops(sql_store)
    (claimed,) = sql_store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=60, limit=1)

    def write(connection: Connection) -> None:
        connection.execute(text("INSERT INTO shipped VALUES ('1')"))

    def write_and_fail(connection: Connection) -> None:
        write(connection)
        raise Undone

    with pytest.raises(Undone):
        sql_store.perform(claimed, write_and_fail, now=NOON)
    assert _count(sql_store, "shipped") == 0
    assert sql_store.perform(claimed, write, now=NOON)
    assert not sql_store.perform(claimed, write, now=NOON)
    assert _count(sql_store, "shipped") == 1


def _with_a_table_of_the_shops(store: SQLStore) -> Bench:
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE shipped (order_id TEXT)"))
    bench = Bench(store)
    bench.post([bench.delivery("order:1:confirm")])
    return bench


def _count(store: SQLStore, table: str) -> int:
    with store.engine.connect() as connection:
        counted: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        return counted


@pytest.mark.parametrize(("verdict", "kept"), [(Verdict.DONE, ""), (Verdict.SKIPPED, ""), (Verdict.DEAD, "{}")])
def test_a_finished_delivery_drops_its_body(sql_store: SQLStore, verdict: Verdict, kept: str) -> None:
    """The event's JSON is kept only while somebody may still need it."""
    bench = Bench(sql_store)
    bench.post([bench.delivery("evt_1", body="{}")])
    (claimed,) = sql_store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=60, limit=1)
    assert sql_store.settle(claimed, Outcome(verdict=verdict, error="no route"), now=NOON)
    with sql_store.engine.connect() as connection:
        row = connection.execute(text("SELECT body, state, last_error FROM gulf_delivery")).one()
    assert tuple(row) == (kept, str(verdict), "no route")


def test_a_handle_writes_in_the_stores_own_transaction(sql_store: SQLStore) -> None:
    """What is written through `handle` is undone with everything else."""
    bench = _with_a_table_of_the_shops(sql_store)
    with suppress(Undone), sql_store.begin(bench.scope, now=NOON) as transaction:
        transaction.handle.execute(text("INSERT INTO shipped VALUES ('1')"))
        raise Undone
    assert _count(sql_store, "shipped") == 0


def test_an_engine_of_the_shops_is_used_and_left_open(sqlite_url: str) -> None:
    """A store on the shop's engine works, and closing it does not close the engine."""
    engine = create_engine(sqlite_url)
    store = SQLStore(engine)
    store.create_tables()
    Bench(store).place("1")
    pool = engine.pool
    store.close()
    assert engine.pool is pool
    engine.dispose()


def test_instants_without_a_zone_are_refused(sql_store: SQLStore) -> None:
    """A naive instant means another second in another zone: it is refused before anything is written."""
    with pytest.raises(InvalidInput, match="time zone"), sql_store.begin("shop:test", now=datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_an_agreement_beside_anothers_facts_is_refused(sql_store: SQLStore) -> None:
    """Saving order 2's agreement with order 1's facts is a mistake of the caller's, named as one."""
    bench = Bench(sql_store)
    dossier = bench.place("1")
    with sql_store.begin(bench.scope, now=NOON) as transaction:
        transaction.lock(Key("order", "1"))
        with pytest.raises(InvalidInput, match="two orders"):
            transaction.save(dossier, order=sample_order("2"))


def test_a_delivery_of_another_scope_is_refused(sql_store: SQLStore) -> None:
    """A test delivery cannot be recorded in a live transaction."""
    live, test = Bench(sql_store), Bench(sql_store)
    with pytest.raises(InvalidInput, match=test.scope), sql_store.begin(live.scope, now=NOON) as transaction:
        transaction.post([test.delivery("x")])


def test_hundreds_of_rows_are_written_in_batches(sql_store: SQLStore) -> None:
    """More deliveries than fit one statement are all written."""
    bench = Bench(sql_store)
    bench.post([bench.delivery(f"x:{number}") for number in range(450)])
    assert [entry.waiting for entry in sql_store.backlog(bench.scope)] == [450]


def test_nothing_personal_stands_outside_its_columns(sql_store: SQLStore) -> None:
    """In every table only the four personal columns tell who the customer is."""
    bench = Bench(sql_store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    personal = {"customer_email", "customer_name", "customer_phone", "shipping_address"}
    with sql_store.engine.connect() as connection:
        for table in sql_store.tables.metadata.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                rest: list[Any] = [value for name, value in row.items() if name not in personal]
                assert not [value for value in rest if "سارة" in str(value) or "sara" in str(value).lower()]
