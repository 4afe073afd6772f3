"""Engines: from a URL to a database that keeps its promises, and from a driver's errors to ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gulf_payments.errors import ConfigurationError, StoreError
from gulf_payments.stores.driver_errors import store_error

BUSY_TIMEOUT_SECONDS = 15
OLDEST_SQLITE = (3, 35, 0)  # RETURNING


def open_engine(target: str | Engine) -> Engine:
    """An engine for a URL, set up for durability; an engine that is passed in is taken as it is configured.

    Raises:
        ConfigurationError: not a URL, not SQLite or PostgreSQL, an in-memory SQLite, or a driver that is missing.
    """
    engine = target if isinstance(target, Engine) else _from_url(_parsed(target))
    _check(engine)
    return engine


def shown(engine: Engine) -> str:
    """Where an engine leads, without its password: in the URL's own place or among its options."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def _parsed(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None:  # outside the handler, so that no traceback repeats the text: it may hold a password
        raise ConfigurationError("the database is named by a URL: 'postgresql://user@host/name' or 'sqlite:///shop.db'")
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _from_url(url: URL) -> Engine:
    options: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_SECONDS}
    if url.get_backend_name() == "postgresql":
        options["isolation_level"] = "READ COMMITTED"
    try:
        engine = create_engine(url, hide_parameters=True, **options)
    except (ImportError, NoSuchModuleError) as error:
        raise ConfigurationError(
            f"no driver for {url.drivername!r}: for PostgreSQL, pip install 'gulf_payments[postgres]'"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    """Write-ahead log, every commit on the disk: Stripe does not send again what was answered with 200."""
    connection.execute("PRAGMA journal_mode = WAL").close()
    connection.execute("PRAGMA synchronous = FULL").close()


def _check(engine: Engine) -> None:
    dialect = engine.dialect
    if dialect.name not in ("sqlite", "postgresql") or dialect.is_async:
        raise ConfigurationError(f"SQLStore speaks SQLite and PostgreSQL through sync drivers, not {dialect.driver!r}")
    if dialect.name == "sqlite" and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ConfigurationError(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed")
    if dialect.name == "sqlite" and _is_in_memory(engine.url):
        raise ConfigurationError("an SQLite in memory is lost with its connection: name a file, or use MemoryStore")


def _is_in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:") or "memory" in str(url.query.get("mode", ""))


@contextmanager
def store_errors(engine: Engine) -> Iterator[None]:
    """Turn what the driver or SQLAlchemy raises within the block into a StoreError; let everything else through."""
    try:
        yield
    except refusals(engine) as error:
        raise as_store_error(engine, error) from error


def refusals(engine: Engine) -> tuple[type[Exception], ...]:
    """What the driver or SQLAlchemy raises; the hot statements catch it themselves, which costs them nothing."""
    return (SQLAlchemyError, engine.dialect.loaded_dbapi.Error, UnicodeEncodeError, OverflowError)


def as_store_error(engine: Engine, error: Exception) -> StoreError:
    """Our error for a driver's: passing or not, in one line that quotes no values."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    drivers = engine.dialect.loaded_dbapi
    is_operational = isinstance(driver_error, (drivers.OperationalError, drivers.InterfaceError, PoolTimeout))
    return store_error(driver_error, is_operational=is_operational, upgrade="gulf-payments db upgrade")


def is_broken(connection: Connection, error: BaseException | None) -> bool:
    """Whether a connection cannot be used again after this error; SQLAlchemy tells by itself of what it executed."""
    if connection.closed or connection.invalidated or not isinstance(error, Exception):
        return False
    driver_error: Any = error
    return connection.dialect.is_disconnect(driver_error, connection.connection.dbapi_connection, None)
