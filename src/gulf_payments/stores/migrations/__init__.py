"""The tables' history, by Alembic, in a version table of our own: `gulf-payments db upgrade|downgrade|recompute`.

Each call is one transaction, on both databases: it happens wholly or not at all. Several processes may upgrade at once;
one does the work and the others wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, bindparam, delete, inspect, select, text, update
from sqlalchemy.schema import CreateSchema

from gulf_payments.machine import Dossier
from gulf_payments.stores.records import dossier_from
from gulf_payments.stores.rows import Summary, derive
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stores.sql.engines import open_engine, store_errors
from gulf_payments.stores.sql.tables import VERSION_TABLE, Tables

FOLDER = Path(__file__).parent
BATCH = 200
_LOCK = 7_116_108_102  # ours among PostgreSQL's advisory locks


def upgrade(target: str | Engine, *, schema: str | None = None, revision: str = "head") -> None:
    """Bring the tables up to a revision, by default the newest. `target` is what SQLStore takes. Raises StoreError."""
    with _migrating(target, schema) as config:
        command.upgrade(config, revision)


def downgrade(target: str | Engine, *, schema: str | None = None, revision: str = "base") -> None:
    """Take the tables back to a revision; `base` drops them with all that they hold. Raises StoreError."""
    with _migrating(target, schema) as config:
        command.downgrade(config, revision)


def current(target: str | Engine, *, schema: str | None = None) -> str | None:
    """The revision that the tables have; None where there are none."""
    with _engine(target) as engine, store_errors(engine), engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "version_table_schema": schema}
        return MigrationContext.configure(connection, opts=options).get_current_revision()


def recompute(store: SQLStore, scope: str, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Derive every searchable column and row of a scope again from the facts, and return how many orders it was.

    For after an upgrade whose law reads the facts otherwise. It works in batches, each a transaction of its own that
    locks its orders; `progress` hears how many are done.
    """
    done, last = 0, ""
    while True:
        with store_errors(store.engine), _writing(store.engine) as connection:
            dossiers = _locked_after(connection, store.tables, scope, last)
            _rewrite(connection, store.tables, scope, dossiers)
        if not dossiers:
            return done
        done, last = done + len(dossiers), dossiers[-1].order_id
        progress(done)


def _locked_after(connection: Connection, tables: Tables, scope: str, last: str) -> list[Dossier]:
    order = tables.order.c
    found = select(order.facts).where(order.scope == scope, order.id > last).order_by(order.id).limit(BATCH)
    return [dossier_from(facts) for facts in connection.execute(found.with_for_update()).scalars()]


def _rewrite(connection: Connection, tables: Tables, scope: str, dossiers: list[Dossier]) -> None:
    if not dossiers:
        return
    order, thing = tables.order, tables.object
    rows = {dossier.order_id: derive(dossier) for dossier in dossiers}
    summaries = [{"found": order_id, **derived.summary._asdict()} for order_id, derived in rows.items()]
    objects = [{"scope": scope, **row._asdict()} for derived in rows.values() for row in derived.objects.values()]
    values: dict[str, Any] = {name: bindparam(name) for name in Summary._fields}
    renewing = update(order).where(order.c.scope == scope, order.c.id == bindparam("found")).values(values)
    connection.execute(renewing, summaries)
    connection.execute(delete(thing).where(thing.c.scope == scope, thing.c.order_id.in_(rows)))
    if objects:
        connection.execute(thing.insert(), objects)


@contextmanager
def _migrating(target: str | Engine, schema: str | None) -> Iterator[Config]:
    """Alembic's configuration, on one locked connection whose transaction ends with the block."""
    with _engine(target) as engine, store_errors(engine), _writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if schema and not inspect(connection).has_schema(schema):
            connection.execute(CreateSchema(schema))
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes.update(connection=connection, schema=schema)
        yield config


@contextmanager
def _engine(target: str | Engine) -> Iterator[Engine]:
    engine = open_engine(target)
    try:
        yield engine
    finally:
        if engine is not target:
            engine.dispose()


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("BEGIN IMMEDIATE")
        yield connection
