"""One store of each kind, empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gulf_payments.stores.memory import MemoryStore
from gulf_payments.stores.sql import SQLStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gulf_payments.ports import Storage


@pytest.fixture
def sql_store(database_url: str) -> Iterator[SQLStore]:
    """Return an empty SQLStore, once on each database."""
    store = SQLStore(database_url)
    store.create_tables()
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite_url", "postgres_url"], ids=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """Return an empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    sql = SQLStore(request.getfixturevalue(request.param))
    sql.create_tables()
    yield sql
    sql.close()
