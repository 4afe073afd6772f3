"""Alembic's way in: it runs on the connection that `gulf_payments.stores.migrations` hands it."""

from __future__ import annotations

from alembic import context

from gulf_payments.stores.sql.tables import VERSION_TABLE, tables

_given = context.config.attributes
context.configure(
    connection=_given["connection"],
    target_metadata=tables(_given["schema"]).metadata,
    version_table=VERSION_TABLE,
    version_table_schema=_given["schema"],
    transaction_per_migration=False,
)
context.run_migrations()
