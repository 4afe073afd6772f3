"""Orders, what can be found of them, events seen, deliveries.

Frozen: it describes the tables as they were in its release, not as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables."""
    schema = op.get_context().version_table_schema
    _create_order(schema)
    _create_object(schema)
    _create_event(schema)
    _create_delivery(schema)


def downgrade() -> None:
    """Drop the tables, with all that they hold."""
    schema = op.get_context().version_table_schema
    for table in ("gulf_delivery", "gulf_event", "gulf_object", "gulf_order"):
        op.drop_table(table, schema=schema)


def _create_order(schema: str | None) -> None:
    op.create_table(
        "gulf_order",
        *_texts("scope", "id", "number", "customer_id", "locale"),
        *_texts("customer_email", "customer_name", "customer_phone", "shipping_address"),
        *_texts("agreement", "facts", "status", "payment_status", "currency"),
        *_numbers("total_minor", "paid_minor", "refunded_minor", "net_minor", "refundable_minor"),
        *_numbers("expires_at", "created_at", "updated_at"),
        sa.PrimaryKeyConstraint("scope", "id"),
        schema=schema,
    )
    indexes: dict[str, list[str | sa.TextClause]] = {
        "gulf_order_by_age": ["scope", "created_at", "id"],
        "gulf_order_by_status": ["scope", "status", "created_at", "id"],
        "gulf_order_by_number": ["scope", "number"],
        "gulf_order_by_customer": ["scope", "customer_id", "created_at", "id"],
        "gulf_order_by_email": ["scope", sa.text("lower(customer_email)")],
    }
    for name, columns in indexes.items():
        op.create_index(name, "gulf_order", columns, schema=schema)


def _create_object(schema: str | None) -> None:
    op.create_table(
        "gulf_object",
        *_texts("scope", "reference", "kind", "order_id", "payment_id", "status"),
        *_numbers("amount_minor"),
        *_texts("currency"),
        *_numbers("received_minor", "refunded_minor"),
        *_texts("method", "last4", "failure_code"),
        *_numbers("created_at", "updated_at", "paid_at"),
        sa.PrimaryKeyConstraint("scope", "reference"),
        schema=schema,
        sqlite_with_rowid=False,
    )
    op.create_index("gulf_object_by_order", "gulf_object", ["scope", "order_id"], schema=schema)
    _create_partial(
        "gulf_object_by_age", "gulf_object", ["scope", "created_at", "reference"], "kind = 'payment'", schema
    )


def _create_event(schema: str | None) -> None:
    op.create_table(
        "gulf_event",
        *_texts("scope", "event_id", "type", "sight", "order_id"),
        *_numbers("received_at"),
        sa.PrimaryKeyConstraint("scope", "event_id"),
        schema=schema,
        sqlite_with_rowid=False,
    )


def _create_delivery(schema: str | None) -> None:
    op.create_table(
        "gulf_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), nullable=False),
        *_texts("scope", "key", "subscriber", "kind", "order_id", "payment_id", "object_id", "detail", "after", "body"),
        sa.Column("transient", sa.Boolean, nullable=False),
        *_numbers("recorded_at", "due_at"),
        *_texts("state"),
        *_numbers("attempt", "next_try_at"),
        sa.Column("settled_at", sa.BigInteger),
        *_texts("last_error"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scope", "key", "subscriber", name="gulf_delivery_once"),
        schema=schema,
    )
    table, unfinished = "gulf_delivery", "settled_at IS NULL"
    _create_partial("gulf_delivery_claim", table, ["scope", "subscriber", "next_try_at"], unfinished, schema)
    _create_partial("gulf_delivery_turn", table, ["scope", "order_id", "subscriber", "due_at"], unfinished, schema)
    _create_partial("gulf_delivery_dead", table, ["scope", "subscriber"], "state = 'dead'", schema)


def _create_partial(name: str, table: str, columns: list[str], where: str, schema: str | None) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, schema=schema, sqlite_where=condition, postgresql_where=condition)
