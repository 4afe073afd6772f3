"""SQLStore: orders, deliveries and reads in one SQLite file or PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import local
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from gulf_payments.errors import ConfigurationError, StoreError
from gulf_payments.ports import Backlog, Delivery, FoundPayment, Key, Outcome, Page, Query, Record, Verdict
from gulf_payments.stores.paging import Place
from gulf_payments.stores.rows import seconds
from gulf_payments.stores.sql import archive, outbox
from gulf_payments.stores.sql.engines import is_broken, open_engine, shown, store_errors
from gulf_payments.stores.sql.statements import Statements
from gulf_payments.stores.sql.tables import tables
from gulf_payments.stores.sql.transaction import SQLTransaction

if TYPE_CHECKING:
    from gulf_payments.ports import Storage


class SQLStore:
    """Keeps everything in SQLite or PostgreSQL; share one among all threads.

    `target` is a URL ("sqlite:///shop.db", "postgresql://user@host/name", "postgres://…") or an SQLAlchemy engine of
    the shop's own, which is used as it is configured. `schema` is a schema of PostgreSQL's for the tables. Raises
    ConfigurationError for a target that cannot serve.
    """

    def __init__(self, target: str | Engine, *, schema: str | None = None) -> None:
        self.engine = open_engine(target)
        self.schema = schema
        if schema and self.engine.dialect.name == "sqlite":
            raise ConfigurationError("schema names a schema of PostgreSQL's; SQLite has none: leave it out")
        self.tables = tables(schema)
        self._statements = Statements(self.tables, self.engine.dialect)
        self._owned = isinstance(target, str)
        self._thread = local()

    def __repr__(self) -> str:
        return f"SQLStore({shown(self.engine)!r})"

    def create_tables(self) -> None:
        """Bring the tables to this version: create them, or upgrade older ones. Safe to call at every start."""
        from gulf_payments.stores.migrations import upgrade

        upgrade(self.engine, schema=self.schema)

    def close(self) -> None:
        """Close the connections; the shop's own engine is left alone."""
        if self._owned:
            self.engine.dispose()

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[SQLTransaction]:
        """A durable, outermost transaction; on SQLite it is the only writer from its start."""
        with self._writing() as connection:
            yield SQLTransaction(connection, self._statements, scope, seconds(now))

    def claim(
        self, scope: str, subscribers: Sequence[str], /, *, now: datetime, lease_seconds: int, limit: int
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of these subscribers, each for `lease_seconds`."""
        at = seconds(now)
        with self._writing() as connection, store_errors(self.engine):
            until = at + lease_seconds
            return outbox.claim(connection, self.tables.delivery, scope, subscribers, now=at, until=until, limit=limit)

    def settle(self, delivery: Delivery, outcome: Outcome, /, *, now: datetime) -> bool:
        """End a claim; False if another process has claimed it since."""
        with self._writing() as connection, store_errors(self.engine):
            return outbox.settle(connection, self.tables.delivery, delivery, outcome, now=seconds(now))

    def perform(self, delivery: Delivery, work: Callable[[Any], None], /, *, now: datetime) -> bool:
        """Mark the delivery done and run `work(connection)` in one transaction; False if the claim was lost."""
        done = Outcome(verdict=Verdict.DONE)
        with self._writing() as connection:
            with store_errors(self.engine):
                ours = outbox.settle(connection, self.tables.delivery, delivery, done, now=seconds(now))
            if ours:
                work(connection)
            return ours

    def backlog(self, scope: str, /) -> list[Backlog]:
        """What waits and what is dead, for each subscriber."""
        with self._reading() as connection:
            return outbox.backlog(connection, self.tables.delivery, scope)

    def get(self, scope: str, key: Key, /) -> Record | None:
        """One order, or None."""
        with self._reading() as connection:
            return archive.get(connection, self.tables, scope, key)

    def orders(self, scope: str, query: Query, /) -> Page[Record]:
        """A page of orders, newest first."""
        with self._reading() as connection:
            return archive.orders(connection, self.tables, scope, query)

    def payments(self, scope: str, query: Query, /) -> Page[FoundPayment]:
        """A page of payments, newest first."""
        with self._reading() as connection:
            return archive.payments(connection, self.tables, scope, query)

    def stream(self, scope: str, /, *, statuses: Sequence[str] = (), batch: int = 500) -> Iterator[Record]:
        """Every order, oldest first: one short read for each batch, so that no read stays open while it is used."""
        last = Place(-1, "")
        while True:
            with self._reading() as connection:
                records = archive.batch_after(
                    connection, self.tables.order, scope, last, statuses=statuses, limit=batch
                )
            yield from records
            if len(records) < batch:
                return
            last = Place(seconds(records[-1].created_at), records[-1].order.id)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with store_errors(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: commits at the end of the block, rolls back on any exception."""
        if getattr(self._thread, "busy", False):
            raise ConfigurationError("a store's transaction is outermost and short: do not open one inside another")
        self._thread.busy = True
        try:
            with self._connected() as connection:
                with store_errors(self.engine):
                    transaction = connection.begin()
                    if self.engine.dialect.name == "sqlite":
                        _begin_immediate(connection)
                yield connection
                with store_errors(self.engine):
                    transaction.commit()
        finally:
            self._thread.busy = False

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection, whose unfinished transaction is rolled back; one that broke takes its idle siblings along."""
        with store_errors(self.engine):
            connection = self.engine.connect()
        try:
            yield connection
        except StoreError as error:
            if is_broken(connection, error.__cause__):
                connection.invalidate()
                self.engine.dispose()
            raise
        finally:
            connection.close()


def _begin_immediate(connection: Connection) -> None:
    """Ask for the write lock first: a read that turns into a write fails under load."""
    connection.connection.cursor().execute("BEGIN IMMEDIATE")


if TYPE_CHECKING:
    _conforms: Storage = SQLStore("sqlite:///shop.db")
