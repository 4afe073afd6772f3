"""Django's databases for tests: alias `default` is an SQLite file, alias `postgres` the session's PostgreSQL.

Each test gets an empty, migrated database: the tables are made once, then copied. `pytest.mark.django_db` works as
Django's documentation says, on a file as well. What any thread opened is closed when the test is over.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker

    from tests.databases import Postgres


@contextmanager
def database_at(alias: str, **settings: Any) -> Iterator[str]:
    """Point an alias at a database for the block; the rest of its settings are those it had."""
    known = connections.settings.get(alias)
    opened: list[Any] = []  # held, because a connection that dies with its thread dies open

    def note(connection: Any, **_: object) -> None:
        if connection.alias == alias:
            opened.append(connection)

    _forget(alias)
    connections.settings[alias] = _completed({**(known or {}), **settings})
    connection_created.connect(note)
    try:
        yield alias
    finally:
        connection_created.disconnect(note)
        _close(opened)
        _forget(alias)
        del connections.settings[alias]
        if known:
            connections.settings[alias] = known


def postgres_settings(server: Postgres, name: str) -> dict[str, Any]:
    """Say where a database is in Django's words."""
    return {"ENGINE": "django.db.backends.postgresql", "USER": "postgres", "HOST": str(server.directory), "NAME": name}


@pytest.fixture(scope="session")
def _sqlite_tables(
    tmp_path_factory: pytest.TempPathFactory, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Path:
    """Make the tables in an SQLite file once, for copying."""
    del django_test_environment
    file = tmp_path_factory.mktemp("django") / "tables.db"
    with django_db_blocker.unblock(), database_at("default", NAME=file) as alias:
        call_command("migrate", database=alias, verbosity=0)
    return file


@pytest.fixture(scope="session")
def _postgres_tables(
    postgres: Postgres, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Make the tables in a PostgreSQL database once, for copying."""
    del django_test_environment
    with postgres.fresh_database() as name:
        with (
            django_db_blocker.unblock(),
            database_at("postgres", **postgres_settings(postgres, name)) as alias,
        ):
            call_command("migrate", database=alias, verbosity=0)
        yield name


@pytest.fixture(scope="session")
def django_db_setup(_sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give `pytest.mark.django_db` a file, not Django's database in memory: threads share a file as shops do."""
    file = tmp_path_factory.mktemp("django") / "session.db"
    shutil.copy(_sqlite_tables, file)
    with database_at("default", NAME=file):
        yield


@pytest.fixture
def django_sqlite(_sqlite_tables: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Return the alias of an empty, migrated SQLite file."""
    shutil.copy(_sqlite_tables, tmp_path / "django.db")
    with django_db_blocker.unblock(), database_at("default", NAME=tmp_path / "django.db") as alias:
        yield alias


@pytest.fixture
def django_postgres(_postgres_tables: str, postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Return the alias of an empty, migrated PostgreSQL database."""
    with (
        django_db_blocker.unblock(),
        postgres.fresh_database(_postgres_tables) as name,
        database_at("postgres", **postgres_settings(postgres, name)) as alias,
    ):
        yield alias


@pytest.fixture(params=["django_sqlite", "django_postgres"], ids=["sqlite", "postgresql"])
def django_alias(request: pytest.FixtureRequest) -> str:
    """Run the test twice, on an empty database of each kind; its alias is what a store's `using` is."""
    alias: str = request.getfixturevalue(request.param)
    return alias


def _completed(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with Django's defaults filled in."""
    completed: dict[str, Any] = connections.configure_settings({"default": settings})["default"]
    return completed


def _forget(alias: str) -> None:
    """Let this thread make its connection anew, from the settings of that moment."""
    with suppress(AttributeError):
        del connections[alias]


def _close(opened: list[Any]) -> None:
    for connection in opened:
        connection.inc_thread_sharing()
        connection.close()
