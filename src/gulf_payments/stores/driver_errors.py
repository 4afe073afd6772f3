"""From a driver's error to ours: one that passes by itself, tables that were never made, or a refusal."""

from __future__ import annotations

import sqlite3

from gulf_payments.errors import StoreError, StoreUnavailable

# SQLite's primary result codes that may pass: BUSY, LOCKED, IOERR, FULL, CANTOPEN.
_PASSING_SQLITE = frozenset({5, 6, 10, 13, 14})
# PostgreSQL's classes that may pass: lost connection, rollback (deadlock, serialization), resources, lock, shutdown.
_PASSING_SQLSTATE = ("08", "40", "53", "55P03", "57", "58")
_NO_TABLE = ("42P01", "3F000")


def store_error(error: BaseException | None, *, is_operational: bool, upgrade: str) -> StoreError:
    """Our error for a driver's, in one line that quotes no values; `upgrade` is the command that makes the tables.

    An operational error that carries no code is a connection that was lost, and passes.
    """
    line = (str(error).splitlines() or [""])[0]  # the lines after it quote values
    if _is_passing(error, is_operational=is_operational):
        return StoreUnavailable(f"the database is busy or away: {line}")
    if getattr(error, "sqlstate", "") in _NO_TABLE or "no such table" in line:
        return StoreError(f"the tables are missing: run `{upgrade}` ({line})")
    return StoreError(f"the database refused: {line}")


def _is_passing(error: BaseException | None, *, is_operational: bool) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING_SQLITE
    state = getattr(error, "sqlstate", None) or ""
    return state.startswith(_PASSING_SQLSTATE) or (is_operational and not state)
