"""One store of each kind, empty."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from gulf_payments.stores.memory import MemoryStore
from gulf_payments.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gulf_payments.ports import Storage
    from tests.databases import Postgres


@pytest.fixture
def sql_store(database_url: str) -> Iterator[SQLStore]:
    """Return an empty SQLStore, once on each database."""
    store = SQLStore(database_url)
    store.create_tables()
    yield store
    store.close()


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """Return one store of each kind for a whole module of checks, each of which works in a scope of its own."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'shop.db'}"
        else:
            server: Postgres = request.getfixturevalue("postgres")
            url = server.url(stack.enter_context(server.fresh_database()))
        sql = stack.enter_context(closing(SQLStore(url)))
        sql.create_tables()
        yield sql
