"""Deliveries in SQL: claimed by one statement, fenced by the number of the attempt.

`next_try_at` is when a delivery may be claimed: its due time, the time of its retry, or the end of its lease.
`settled_at` is empty while it is unfinished; the indexes of the unfinished stay small however many were delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Update, and_, exists, func, or_, select, text, tuple_, update

from gulf_payments.ports import Backlog, Delivery, Outcome, Verdict
from gulf_payments.stores.records import CLAIMED, DEAD, WAITING, delivery_from
from gulf_payments.stores.rows import instant, seconds


def claim(
    connection: Connection, table: Table, scope: str, subscribers: Sequence[str], /, *, now: int, until: int, limit: int
) -> list[Delivery]:
    """Take due deliveries; on PostgreSQL those that another worker is taking at this moment are passed over."""
    row = table.c
    picked = (
        select(row.id)
        .where(row.scope == scope, row.subscriber.in_(subscribers), row.settled_at.is_(None), row.next_try_at <= now)
        .where(or_(row.order_id == "", ~_has_earlier(table)))
        .order_by(row.next_try_at, row.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
        .cte("picked")
    )
    taking = (
        update(table)
        .where(row.id.in_(select(picked.c.id)))
        .values(state=CLAIMED, attempt=row.attempt + 1, next_try_at=until)
        .returning(*row)
    )
    taken = [delivery_from(found) for found in connection.execute(taking).mappings()]
    return sorted(taken, key=lambda delivery: (delivery.due_at, delivery.id))


def _has_earlier(table: Table) -> ColumnElement[bool]:
    """Whether an unfinished delivery of the same order to the same subscriber goes before this one."""
    this, earlier = table.c, table.alias("earlier").c
    return exists().where(
        earlier.scope == this.scope,
        earlier.order_id == this.order_id,
        earlier.subscriber == this.subscriber,
        earlier.settled_at.is_(None),
        tuple_(earlier.due_at, earlier.id) < tuple_(this.due_at, this.id),
    )


def settle(connection: Connection, table: Table, delivery: Delivery, outcome: Outcome, /, *, now: int) -> bool:
    """End this very attempt; False when it is no longer the latest."""
    if outcome.verdict is Verdict.RETRY:
        retry_at = seconds(outcome.retry_at) if outcome.retry_at else now
        change: dict[str, Any] = {"state": WAITING, "next_try_at": retry_at}
    elif outcome.verdict is Verdict.DEAD:
        change = {"state": DEAD, "settled_at": now}
    else:
        change = {"state": str(outcome.verdict), "settled_at": now, "body": ""}
    ending = _of_attempt(table, delivery).values(**change, last_error=outcome.error).returning(table.c.id)
    return connection.execute(ending).first() is not None


def _of_attempt(table: Table, delivery: Delivery) -> Update:
    row = table.c
    return update(table).where(
        row.id == delivery.id,
        row.scope == delivery.scope,
        row.attempt == delivery.attempt,
        row.state == CLAIMED,
    )


def backlog(connection: Connection, table: Table, scope: str, /) -> list[Backlog]:
    """Count what is unfinished and what is dead, for each subscriber."""
    row = table.c
    waits, dead = row.settled_at.is_(None), text("state = 'dead'")
    counting = (
        select(
            row.subscriber,
            func.count().filter(waits),
            func.count().filter(dead),
            func.min(row.due_at).filter(waits),
        )
        .where(and_(row.scope == scope, or_(waits, dead)))
        .group_by(row.subscriber)
        .order_by(row.subscriber)
    )
    return [
        Backlog(subscriber=name, waiting=waiting, dead=gone, oldest_due_at=None if due is None else instant(due))
        for name, waiting, gone, due in connection.execute(counting)
    ]
