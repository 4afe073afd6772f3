"""A SQLStore whose statements are written down as the driver receives them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import create_engine, event

from gulf_payments.stores.sql import SQLStore

Statement = tuple[str, Any]
_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def spied(url: str) -> Iterator[tuple[SQLStore, list[Statement]]]:
    """Open a store with tables, and the list that its statements go to, BEGIN and COMMIT left out."""
    heard: list[Statement] = []
    engine = create_engine(url, connect_args=_arguments(url, heard))
    if url.startswith("sqlite"):
        event.listen(engine, "connect", lambda connection, _: connection.set_trace_callback(_noting(heard)))
    store = SQLStore(engine)
    store.create_tables()
    heard.clear()
    yield store, heard
    engine.dispose()


def _noting(heard: list[Statement]) -> Any:
    def note(statement: str) -> None:
        if not statement.startswith(_TRANSACTIONS):
            heard.append((statement, None))

    return note


def _arguments(url: str, heard: list[Statement]) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {}

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            heard.append((str(query), params))
            return super().execute(query, params, **options)

    return {"cursor_factory": Noting}
