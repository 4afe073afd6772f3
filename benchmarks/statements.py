"""The statements that our store really sends: taken down at the driver's cursor, and repeated on the bare driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Engine, event


class Statement(NamedTuple):
    """One statement in the driver's own words, with its parameters; `answers` if it returns rows."""

    text: str
    parameters: Any
    answers: bool

    def about(self, names: Mapping[str, str]) -> Statement:
        """The same statement about other ids, wherever they stand in its parameters, the stored facts included."""
        return self._replace(parameters=_renamed(self.parameters, names))


@dataclass(slots=True)
class Recorder:
    """Takes down what the connections of an engine send from now on. Transaction control is left out."""

    sent: list[Statement] = field(default_factory=list)

    def attach(self, engine: Engine) -> None:
        """Listen at the driver, beneath SQLAlchemy: our store's statements run on the driver's own cursor."""
        factory = {"sqlite": ("factory", _sqlite_factory), "postgresql": ("cursor_factory", _psycopg_factory)}
        option, make = factory[engine.dialect.name]
        made = make(self)
        event.listen(engine, "do_connect", lambda _dialect, _record, _args, options: options.update({option: made}))

    @contextmanager
    def recording(self) -> Iterator[list[Statement]]:
        """What is sent within the block."""
        sent: list[Statement] = []
        self.sent = sent
        yield sent
        self.sent = []

    def note(self, text: object, parameters: Any) -> None:  # noqa: ANN401 - a driver's parameters
        """Take down one statement."""
        words = str(text)
        if not words.startswith("BEGIN"):
            self.sent.append(Statement(words, parameters, "SELECT" in words or "RETURNING" in words))


def repeat(connection: Any, begin: str, statements: Iterable[Statement]) -> None:  # noqa: ANN401 - a DBAPI connection
    """Send the statements in one transaction, and fetch what they answer: all that a shop's own SQL could spare."""
    cursor = connection.cursor()
    if begin:
        cursor.execute(begin)
    for statement in statements:
        cursor.execute(statement.text, statement.parameters)
        if statement.answers:
            cursor.fetchall()
    connection.commit()


def about(statements: Sequence[Statement], names: Mapping[str, str]) -> list[Statement]:
    """All statements, with other ids in the place of theirs."""
    return [statement.about(names) for statement in statements]


def _renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - a driver's parameters
    if isinstance(value, dict):
        return {key: _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value


def _sqlite_factory(recorder: Recorder) -> type[sqlite3.Connection]:
    class RecordingCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> RecordingCursor:  # noqa: ANN401
            recorder.note(sql, parameters)
            super().execute(sql, parameters)
            return self

    class RecordingConnection(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> RecordingCursor:  # type: ignore[override]  # noqa: ANN401
            return super().cursor(RecordingCursor)

    return RecordingConnection


def _psycopg_factory(recorder: Recorder) -> type[psycopg.Cursor[Any]]:
    class RecordingCursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> RecordingCursor:  # noqa: ANN401
            recorder.note(query, params)
            super().execute(query, params, **options)
            return self

    return RecordingCursor
