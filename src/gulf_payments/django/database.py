"""The shop's own connection: its durable transactions, its errors turned into ours, its columns' types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections, transaction
from django.db.models import DateTimeField, Model

from gulf_payments.errors import ConfigurationError, StoreError
from gulf_payments.stores.driver_errors import store_error
from gulf_payments.stores.rows import instant, seconds

_OPEN = "a transaction is open here: decorate the view with transaction.non_atomic_requests, or leave the atomic block"


def check(using: str) -> None:
    """Raises ConfigurationError for a database or settings with which the store cannot keep its promises."""
    if using not in connections or connections[using].vendor not in ("sqlite", "postgresql"):
        raise ConfigurationError(f"orders are kept in SQLite or PostgreSQL: DATABASES[{using!r}] must be one of them")
    if not settings.USE_TZ:
        raise ConfigurationError("what happens to money happens at an instant: set USE_TZ = True")


@contextmanager
def writing(using: str) -> Iterator[Any]:
    """One durable, outermost transaction on the connection that is yielded; ConfigurationError inside another one."""
    with ExitStack() as stack:
        with store_errors():
            _begin(stack, connections[using])
        yield connections[using]
        if transaction.get_rollback(using):
            raise StoreError("a database error was swallowed inside the transaction: nothing of it is kept")
        with store_errors():
            stack.close()


def _begin(stack: ExitStack, connection: Any) -> None:
    if not connection.in_atomic_block and not connection.get_autocommit():
        raise ConfigurationError(_OPEN)
    try:
        stack.enter_context(transaction.atomic(using=connection.alias, durable=True))
    except RuntimeError as error:  # how Django says that it would not be durable
        raise ConfigurationError(_OPEN) from error


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what the database raises within the block into a StoreError; a connection that broke is given up."""
    try:
        yield
    except (DatabaseError, InterfaceError, UnicodeEncodeError, OverflowError) as error:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:  # there, leaving the block sees to it
                connection.close_if_unusable_or_obsolete()
        lost = isinstance(error, (OperationalError, InterfaceError))
        raise store_error(error.__cause__ or error, is_operational=lost, upgrade="manage.py migrate") from error


def stored(model: type[Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, as all stores share them, in the types of the model's columns."""
    return {name: _typed(model._meta.get_field(name), value) for name, value in row.items()}


def plain(row: Model) -> dict[str, Any]:
    """A model's row in plain values."""
    return {name: seconds(value) if isinstance(value, datetime) else value for name, value in vars(row).items()}


def second(moment: datetime) -> datetime:
    """The whole second that rows are stamped with. Raises InvalidInput for a naive moment."""
    return instant(seconds(moment))


def insert(connection: Any, model: type[Model], rows: Sequence[Mapping[str, Any]], *, on_conflict: str) -> int:
    """Insert in one statement, and say how many rows were written, which the ORM's own insert does not tell."""
    table, fields = model._meta.db_table, {name: model._meta.get_field(name) for name in rows[0]}
    columns = ", ".join(field.column for field in fields.values())
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    values = [field.get_db_prep_save(row[name], connection) for row in rows for name, field in fields.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES {places} ON CONFLICT {on_conflict}", values)
        return cursor.rowcount


def _typed(field: Any, value: Any) -> Any:
    """Epoch seconds as an instant, 0 as None where the column has it."""
    if value is None or not isinstance(field, DateTimeField):
        return value
    return instant(value) if value or not field.null else None
