"""Reads of a SQLStore: one order, pages of a search, every order in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, text, tuple_

from gulf_payments.ports import FoundPayment, Key, Page, Query, Record
from gulf_payments.stores.paging import Place, page, page_size, place_before
from gulf_payments.stores.records import record_from
from gulf_payments.stores.rows import seconds
from gulf_payments.stores.sql.tables import Tables

PAYMENT = text("kind = 'payment'")
FINDABLE = text("kind IN ('payment', 'intent')")


def get(connection: Connection, tables: Tables, scope: str, key: Key, /) -> Record | None:
    """One order by its id, a payment's or a PaymentIntent's."""
    order, thing = tables.order.c, tables.object.c
    owner: Any = key.value
    if key.kind != "order":
        found = select(thing.order_id).where(thing.scope == scope, thing.reference == key.value, FINDABLE)
        owner = found.scalar_subquery()
    row = connection.execute(select(tables.order).where(order.scope == scope, order.id == owner)).mappings().first()
    return record_from(row) if row else None


def orders(connection: Connection, tables: Tables, scope: str, query: Query, /) -> Page[Record]:
    """A page of orders, newest first."""
    order = tables.order.c
    finding = select(tables.order).where(*_order_fits(tables, scope, query), *_made_within(order.created_at, query))
    if query.status is not None:
        finding = finding.where(order.status == query.status)
    if query.reference is not None:
        finding = finding.where(order.id.in_(_owners(tables, scope, query, "order_id")))
    rows = connection.execute(_newest_first(finding, order.created_at, order.id, query)).mappings().all()
    found = page(rows, query, lambda row: Place(row["created_at"], row["id"]))
    return Page(tuple(map(record_from, found)), found.next_cursor)


def payments(connection: Connection, tables: Tables, scope: str, query: Query, /) -> Page[FoundPayment]:
    """A page of payments, newest first."""
    order, payment = tables.order, tables.object.c
    finding = (
        select(order, payment.reference.label("payment"), payment.created_at.label("payment_created_at"))
        .join(tables.object, (payment.scope == order.c.scope) & (payment.order_id == order.c.id))
        .where(payment.scope == scope, PAYMENT, *_made_within(payment.created_at, query))
        .where(*_order_fits(tables, scope, query))
    )
    if query.status is not None:
        finding = finding.where(payment.status == query.status)
    if query.reference is not None:
        finding = finding.where(payment.reference.in_(_owners(tables, scope, query, "payment_id")))
    rows = connection.execute(_newest_first(finding, payment.created_at, payment.reference, query)).mappings().all()
    found = page(rows, query, lambda row: Place(row["payment_created_at"], row["payment"]))
    items = tuple(FoundPayment(payment_id=row["payment"], record=record_from(row)) for row in found)
    return Page(items, found.next_cursor)


def batch_after(
    connection: Connection, order: Table, scope: str, last: Place, /, *, statuses: Sequence[str], limit: int
) -> list[Record]:
    """The next orders of a stream, oldest first."""
    row = order.c
    reading = select(order).where(row.scope == scope, tuple_(row.created_at, row.id) > tuple_(*last))
    if statuses:
        reading = reading.where(row.status.in_(statuses))
    reading = reading.order_by(row.created_at, row.id).limit(limit)
    return [record_from(found) for found in connection.execute(reading).mappings()]


def _order_fits(tables: Tables, scope: str, query: Query) -> Iterator[ColumnElement[bool]]:
    order = tables.order.c
    yield order.scope == scope
    if query.customer_id is not None:
        yield order.customer_id == query.customer_id
    if query.number is not None:
        yield order.number == query.number
    if query.email is not None:
        yield func.lower(order.customer_email) == query.email.lower()


def _made_within(created_at: ColumnElement[int], query: Query) -> Iterator[ColumnElement[bool]]:
    if query.created_from is not None:
        yield created_at >= seconds(query.created_from)
    if query.created_before is not None:
        yield created_at < seconds(query.created_before)


def _owners(tables: Tables, scope: str, query: Query, column: str) -> Select[Any]:
    thing = tables.object.c
    return select(thing[column]).where(thing.scope == scope, thing.reference == query.reference)


def _newest_first(
    finding: Select[Any], created_at: ColumnElement[int], row_id: ColumnElement[str], query: Query
) -> Select[Any]:
    last = place_before(query)
    if last is not None:
        finding = finding.where(tuple_(created_at, row_id) < tuple_(*last))
    return finding.order_by(created_at.desc(), row_id.desc()).limit(page_size(query) + 1)
