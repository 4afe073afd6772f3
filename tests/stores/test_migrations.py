"""The tables' history: it leads to the tables that the code knows, up and down, however many try at once."""

from __future__ import annotations

import multiprocessing
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SAWarning
from sqlalchemy.schema import CreateSchema

from gulf_payments.ports import Key, Query
from gulf_payments.stores.migrations import current, downgrade, recompute, upgrade
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stores.sql.tables import VERSION_TABLE, tables
from gulf_payments.testing.contracts.samples import NOON, Bench, paid

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.mark.parametrize("schema", [None, "shop"])
def test_the_migrations_lead_to_the_tables_of_the_code(database_url: str, schema: str | None) -> None:
    """Alembic finds nothing to change after an upgrade, in the default schema or another one."""
    if schema and database_url.startswith("sqlite"):
        return
    upgrade(database_url, schema=schema)
    engine = create_engine(database_url)
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # SQLite cannot reflect an index on an expression
        warnings.simplefilter("ignore", SAWarning)
        options = {
            "version_table": VERSION_TABLE,
            "version_table_schema": schema,
            "compare_type": True,
            "include_schemas": bool(schema),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables(schema).metadata) == []
    engine.dispose()


def test_tables_and_indexes_are_alike_to_the_letter(database_url: str) -> None:
    """What Alembic does not compare is alike as well: partial indexes, expressions, tables without row ids."""
    engine = create_engine(database_url)
    upgrade(engine)
    migrated = _definitions(engine)
    downgrade(engine)
    tables().metadata.create_all(engine)
    assert migrated == _definitions(engine)
    assert len(migrated) > 10
    engine.dispose()


def _definitions(engine: Engine) -> set[str]:
    """Tell every table's and index's definition, as the database words it."""
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'gulf_version'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'gulf_%' AND tablename <> 'gulf_version'",
    }
    with engine.connect() as connection:
        found = connection.execute(text(asked[engine.dialect.name])).scalars().all()
    return {"".join(str(definition).replace('"', "").split()) for definition in found}


def test_a_downgrade_leaves_nothing_but_the_version(database_url: str) -> None:
    """Up, down and up again works; after down no table of ours is left."""
    assert current(database_url) is None
    upgrade(database_url)
    assert current(database_url) == "0001"
    upgrade(database_url)
    downgrade(database_url)
    assert current(database_url) is None
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == [VERSION_TABLE]
    upgrade(engine)
    Bench(SQLStore(engine)).place("1")
    engine.dispose()


def test_two_processes_may_upgrade_at_once(database_url: str) -> None:
    """Two workers that start together both find the tables, and neither fails."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(upgrade, [database_url] * 2)) == [None, None]
    store = SQLStore(database_url)
    Bench(store).place("1")
    store.close()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_shop_may_keep_its_tables_in_a_schema(postgres_url: str, *, is_there: bool) -> None:
    """Two shops in one database do not meet; a schema that is missing is made."""
    if is_there:
        engine = create_engine(postgres_url)
        with engine.begin() as connection:
            connection.execute(CreateSchema("first"))
        engine.dispose()
    first, second = SQLStore(postgres_url, schema="first"), SQLStore(postgres_url)
    for store in (first, second):
        store.create_tables()
    bench = Bench(first)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    bench.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"))
    assert len(first.orders(bench.scope, Query(reference="ch_1"))) == 1
    assert len(second.orders(bench.scope, Query())) == 0
    for store in (first, second):
        store.close()


def test_recompute_derives_everything_again(sql_store: SQLStore) -> None:
    """Every searchable column and row comes back from the facts, and only in the scope that was asked for."""
    bench, other = Bench(sql_store), Bench(sql_store)
    for shop in (bench, other):
        shop.place("1", payment_id="pay_1", intent="pi_1")
        shop.place("2")
        shop.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"))
    before = _rows(sql_store)
    spoil = text("UPDATE gulf_order SET status = 'lost', paid_minor = 7, net_minor = 7 WHERE scope = :scope")
    with sql_store.engine.begin() as connection:
        connection.execute(spoil, {"scope": bench.scope})
        connection.execute(
            text("DELETE FROM gulf_object WHERE reference <> 'pay_1' AND scope = :scope"), {"scope": bench.scope}
        )
        connection.execute(text("UPDATE gulf_object SET status = 'lost' WHERE scope = :scope"), {"scope": bench.scope})
    assert _rows(sql_store) != before
    heard: list[int] = []
    assert recompute(sql_store, bench.scope, heard.append) == 2
    assert heard == [2]
    assert _rows(sql_store) == before
    assert sql_store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=1, limit=1) == []


def _rows(store: SQLStore) -> list[set[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        return [
            {tuple(row) for row in connection.execute(table.select())}
            for table in (store.tables.order, store.tables.object)
        ]
