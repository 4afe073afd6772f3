"""The statements of a webhook, compiled once for each dialect and run on the driver's own cursor.

Defined in SQLAlchemy Core, so that there is one schema; run beneath it, because what SQLAlchemy adds to each execution
costs as much as SQLite itself. SQLAlchemy keeps the connection and the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Dialect,
    Executable,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gulf_payments.stores.records import AGREED
from gulf_payments.stores.rows import ObjectRow, Summary
from gulf_payments.stores.sql.tables import Tables

MOST_ROWS = 200  # of one INSERT, far below either database's limit of parameters

DERIVED = ("facts", *Summary._fields, "updated_at")


class Prepared(NamedTuple):
    """A statement in the driver's own words; `names` gives the order of its parameters, None if they go by name."""

    text: str
    names: tuple[str, ...] | None

    def run(self, cursor: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a DBAPI cursor
        """Execute on a DBAPI cursor and return it."""
        names = self.names
        cursor.execute(self.text, values if names is None else [values[name] for name in names])
        return cursor


class Statements:
    """Every hot statement for one dialect and schema. Inserts of several rows are compiled for each number of rows."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self._tables, self._dialect = tables, dialect
        self.first_sight = self._prepared(
            _insert_unless_there(tables.event, dialect, 1, _columns(tables.event), "event_id")
        )
        self.mark = self._prepared(_mark(tables.event))
        self.lock = cache(lambda *kinds: self._prepared(_lock(tables, kinds)))
        self.insert_order = self._prepared(_insert_unless_there(tables.order, dialect, 1, _columns(tables.order), "id"))
        self.update_order = self._prepared(_update_order(tables.order, DERIVED))
        self.replace_order = self._prepared(_update_order(tables.order, (*AGREED, *DERIVED)))
        self.put_objects = cache(self._put_objects)
        self.post = cache(self._post)

    def _put_objects(self, rows: int) -> Prepared:
        return self._prepared(_upsert_objects(self._tables.object, self._dialect, rows))

    def _post(self, rows: int) -> Prepared:
        table = self._tables.delivery
        columns = [name for name in _columns(table) if name != "id"]
        return self._prepared(_insert_unless_there(table, self._dialect, rows, columns))

    def _prepared(self, statement: Executable) -> Prepared:
        compiled: Any = statement.compile(dialect=self._dialect)  # type: ignore[attr-defined]
        names = tuple(compiled.positiontup) if compiled.positional else None
        return Prepared(str(compiled), names)


def numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters of an INSERT of several rows: each name with its row's number."""
    return {f"{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _inserting(table: Table, dialect: Dialect, rows: int, columns: Sequence[str]) -> Any:  # noqa: ANN401 - two dialects
    build = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    typed = {name: table.c[name].type for name in columns}
    return build(table).values(
        [{name: bindparam(f"{name}_{row}", type_=typed[name]) for name in columns} for row in range(rows)]
    )


def _insert_unless_there(
    table: Table, dialect: Dialect, rows: int, columns: Sequence[str], returning: str = ""
) -> Executable:
    """RETURNING tells what was inserted: a driver's rowcount does not (psycopg under SQLAlchemy says -1)."""
    statement = _inserting(table, dialect, rows, columns).on_conflict_do_nothing()
    result: Executable = statement.returning(table.c[returning]) if returning else statement
    return result


def _upsert_objects(table: Table, dialect: Dialect, rows: int) -> Executable:
    """An id keeps its order for ever: a row of another order is not touched, and so is not returned."""
    insert = _inserting(table, dialect, rows, ("scope", *ObjectRow._fields))
    replaced = {name: insert.excluded[name] for name in ObjectRow._fields if name not in ("reference", "order_id")}
    result: Executable = insert.on_conflict_do_update(
        index_elements=[table.c.scope, table.c.reference],
        set_=replaced,
        where=table.c.order_id == insert.excluded.order_id,
    ).returning(table.c.reference)
    return result


def _mark(event: Table) -> Executable:
    found = (event.c.scope == bindparam("scope_0"), event.c.event_id == bindparam("event_id_0"))
    return update(event).where(*found).values(sight=bindparam("sight_0"), order_id=bindparam("order_id_0"))


def _update_order(order: Table, columns: Sequence[str]) -> Executable:
    found = (order.c.scope == bindparam("scope_0"), order.c.id == bindparam("id_0"))
    return update(order).where(*found).values({name: bindparam(f"{name}_0") for name in columns})


def _lock(tables: Tables, kinds: Sequence[str]) -> Select[Any]:
    """One query for any number of keys; each further key is looked at only if those before it lead nowhere."""
    order, owners = tables.order.c, [_owner(tables, kind, bindparam(f"value_{n}")) for n, kind in enumerate(kinds)]
    owner = bindparam("value_0") if tuple(kinds) == ("order",) else _first_of(owners)
    return select(order.facts).where(order.scope == bindparam("scope"), order.id == owner).with_for_update()


def _first_of(owners: Sequence[ScalarSelect[str]]) -> ColumnElement[str]:
    return owners[0] if len(owners) == 1 else func.coalesce(*owners)


def _owner(tables: Tables, kind: str, value: BindParameter[str]) -> ScalarSelect[str]:
    order, thing = tables.order.c, tables.object.c
    if kind == "order":
        return select(order.id).where(order.scope == bindparam("scope"), order.id == value).scalar_subquery()
    found = (thing.scope == bindparam("scope"), thing.reference == value, text("kind IN ('payment', 'intent')"))
    return select(thing.order_id).where(*found).scalar_subquery()
