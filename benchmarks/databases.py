"""Two databases of one kind, equal and durable: in one our store works, in the other the bare driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.databases import DURABLE, running_postgres


@dataclass(frozen=True, slots=True)
class Twins:
    """Where our store works, where the bare driver does, that driver's connection, and how it begins."""

    title: str
    ours: str
    bare: str
    connection: Any  # a DBAPI connection
    begin: str  # empty: the driver begins by itself
    most_of_bare: float  # our aim against the bare driver


Pair = Callable[[], AbstractContextManager[Twins]]


@contextmanager
def sqlite() -> Iterator[Twins]:
    """Two files, write-ahead log, every commit on the disk."""
    with TemporaryDirectory(prefix="gulf-benchmark-") as folder:
        ours, bare = Path(folder, "ours.db"), Path(folder, "bare.db")
        connection = sqlite3.connect(bare, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _require(connection, "PRAGMA journal_mode", "wal")
            _require(connection, "PRAGMA synchronous", 2)
            title = f"SQLite {sqlite3.sqlite_version}, write-ahead log, synchronous = FULL"
            yield Twins(title, f"sqlite:///{ours}", f"sqlite:///{bare}", connection, "BEGIN IMMEDIATE", 3)
        finally:
            connection.close()


@contextmanager
def postgresql() -> Iterator[Twins]:
    """Two databases of one server that has reached the disk when it says so."""
    with (
        running_postgres(DURABLE) as server,
        server.fresh_database() as ours,
        server.fresh_database() as bare,
        psycopg.connect(server.conninfo(bare)) as connection,
    ):
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _require(connection, f"SHOW {setting}", "on")
        connection.commit()
        title = f"PostgreSQL {connection.info.server_version // 10000}, synchronous commit"
        yield Twins(title, server.url(ours), server.url(bare), connection, "", 1.2)


def _require(connection: Any, question: str, expected: object) -> None:  # noqa: ANN401 - a DBAPI connection
    (found,) = connection.execute(question).fetchone()
    if found != expected:
        raise RuntimeError(f"{question} says {found!r}, not {expected!r}: the comparison would not be fair")
