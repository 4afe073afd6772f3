"""A shop on the memory store, for tests of what the library does whatever it stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gulf_payments.stores.sql import SQLStore
from tests.shops import Shop


@pytest.fixture
def shop() -> Shop:
    """Open a shop."""
    return Shop()


@pytest.fixture
def sql_shop(database_url: str) -> Iterator[Shop]:
    """Open a shop on a real database, once on SQLite and once on PostgreSQL."""
    store = SQLStore(database_url)
    store.create_tables()
    yield Shop(store)
    store.close()
