"""Orders and deliveries in SQLite or PostgreSQL, through SQLAlchemy Core: `SQLStore("sqlite:///shop.db")`."""

from __future__ import annotations

from gulf_payments.errors import ConfigurationError

try:
    import sqlalchemy  # noqa: F401 - only to say kindly that it is missing
except ImportError as error:
    raise ConfigurationError(
        "SQLStore needs SQLAlchemy and Alembic: pip install 'gulf_payments[sql]' (with PostgreSQL: [postgres])"
    ) from error

from gulf_payments.stores.sql.store import SQLStore

__all__ = ["SQLStore"]
