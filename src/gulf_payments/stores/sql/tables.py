"""The four tables, as SQLAlchemy Core knows them. A change here needs a migration; a test compares the two.

Instants are epoch seconds and 0 where unknown, amounts minor units. Every row carries its scope. An order's person
stands in `gulf_order.customer_email`, `customer_name`, `customer_phone` and `shipping_address`. What a shop or Stripe
wrote can name people too: `agreement` (metadata, links, the customer's id), `facts` (notes and actors), and
`gulf_delivery.body` (a raw Stripe event, until it is performed; a dead one keeps it). See docs/stores.md.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

VERSION_TABLE = "gulf_version"
_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only in an INTEGER


class Tables(NamedTuple):
    """The tables within one schema."""

    metadata: MetaData
    order: Table
    object: Table
    event: Table
    delivery: Table


@cache
def tables(schema: str | None = None) -> Tables:
    """The tables, in a schema of PostgreSQL's if one is named."""
    metadata = MetaData(schema=schema)
    return Tables(metadata, _order(metadata), _object(metadata), _event(metadata), _delivery(metadata))


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _order(metadata: MetaData) -> Table:
    table = Table(
        "gulf_order",
        metadata,
        Column("scope", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *_texts("number", "customer_id", "locale"),
        *_texts("customer_email", "customer_name", "customer_phone", "shipping_address"),
        *_texts("agreement", "facts", "status", "payment_status", "currency"),
        *_numbers("total_minor", "paid_minor", "refunded_minor", "net_minor", "refundable_minor"),
        *_numbers("expires_at", "created_at", "updated_at"),
    )
    column = table.c
    Index("gulf_order_by_age", column.scope, column.created_at, column.id)
    Index("gulf_order_by_status", column.scope, column.status, column.created_at, column.id)
    Index("gulf_order_by_number", column.scope, column.number)
    Index("gulf_order_by_customer", column.scope, column.customer_id, column.created_at, column.id)
    Index("gulf_order_by_email", column.scope, func.lower(column.customer_email))
    return table


def _object(metadata: MetaData) -> Table:
    table = Table(
        "gulf_object",
        metadata,
        Column("scope", Text, primary_key=True),
        Column("reference", Text, primary_key=True),
        *_texts("kind", "order_id", "payment_id", "status"),
        *_numbers("amount_minor"),
        *_texts("currency"),
        *_numbers("received_minor", "refunded_minor"),
        *_texts("method", "last4", "failure_code"),
        *_numbers("created_at", "updated_at", "paid_at"),
        sqlite_with_rowid=False,
    )
    column, payments = table.c, text("kind = 'payment'")
    Index("gulf_object_by_order", column.scope, column.order_id)
    Index(
        "gulf_object_by_age",
        column.scope,
        column.created_at,
        column.reference,
        sqlite_where=payments,
        postgresql_where=payments,
    )
    return table


def _event(metadata: MetaData) -> Table:
    return Table(
        "gulf_event",
        metadata,
        Column("scope", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        *_texts("type", "sight", "order_id"),
        *_numbers("received_at"),
        sqlite_with_rowid=False,
    )


def _delivery(metadata: MetaData) -> Table:
    table = Table(
        "gulf_delivery",
        metadata,
        Column("id", _ID, Identity(), primary_key=True),
        *_texts("scope", "key", "subscriber", "kind", "order_id", "payment_id", "object_id", "detail", "after", "body"),
        Column("transient", Boolean, nullable=False),
        *_numbers("recorded_at", "due_at"),
        *_texts("state"),
        *_numbers("attempt", "next_try_at"),
        Column("settled_at", BigInteger),
        *_texts("last_error"),
        UniqueConstraint("scope", "key", "subscriber", name="gulf_delivery_once"),
    )
    column, unfinished, dead = table.c, text("settled_at IS NULL"), text("state = 'dead'")
    for name, columns, where in (
        ("gulf_delivery_claim", (column.scope, column.subscriber, column.next_try_at), unfinished),
        ("gulf_delivery_turn", (column.scope, column.order_id, column.subscriber, column.due_at), unfinished),
        ("gulf_delivery_dead", (column.scope, column.subscriber), dead),
    ):
        Index(name, *columns, sqlite_where=where, postgresql_where=where)
    return table
