"""The rules of the outbox over plain rows: what SQLStore asks of its database, in Python."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from gulf_payments.ports import Backlog, Delivery, Outcome, Verdict
from gulf_payments.stores.records import CLAIMED, DEAD, WAITING, delivery_from
from gulf_payments.stores.rows import instant, seconds

Row = dict[str, Any]


def claim(
    rows: MutableMapping[int, Row], scope: str, subscribers: frozenset[str], /, *, now: int, until: int, limit: int
) -> list[Delivery]:
    """Take due deliveries of which nothing earlier of the same order and subscriber is unfinished."""
    unfinished = [row for row in rows.values() if row["scope"] == scope and row["settled_at"] is None]
    next_in_turn = _next_in_turn(unfinished)
    due = [
        row
        for row in unfinished
        if row["subscriber"] in subscribers and row["next_try_at"] <= now and _may_go(row, next_in_turn)
    ]
    taken = sorted(due, key=lambda row: (row["next_try_at"], row["id"]))[:limit]
    for row in taken:
        rows[row["id"]] = {**row, "state": CLAIMED, "attempt": row["attempt"] + 1, "next_try_at": until}
    claimed = [delivery_from(rows[row["id"]]) for row in taken]
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


def settle(rows: MutableMapping[int, Row], delivery: Delivery, outcome: Outcome, /, *, now: int) -> bool:
    """End this very attempt; False when it is no longer the latest."""
    row = rows.get(delivery.id)
    ours = (delivery.scope, delivery.attempt, CLAIMED)
    if row is None or (row["scope"], row["attempt"], row["state"]) != ours:
        return False
    rows[delivery.id] = {**row, **_ended(outcome, now), "last_error": outcome.error}
    return True


def backlog(rows: Iterable[Row], scope: str, /) -> list[Backlog]:
    """Count what is unfinished and what is dead, for each subscriber."""
    left: dict[str, list[Row]] = {}
    for row in rows:
        if row["scope"] == scope and (row["settled_at"] is None or row["state"] == DEAD):
            left.setdefault(row["subscriber"], []).append(row)
    return [_backlog_of(subscriber, left[subscriber]) for subscriber in sorted(left)]


def _next_in_turn(unfinished: Iterable[Row]) -> dict[tuple[str, str], tuple[int, int]]:
    """The earliest unfinished delivery of each order to each subscriber."""
    earliest: dict[tuple[str, str], tuple[int, int]] = {}
    for row in unfinished:
        turn, place = (row["order_id"], row["subscriber"]), (row["due_at"], row["id"])
        earliest[turn] = min(place, earliest.get(turn, place))
    return earliest


def _may_go(row: Row, next_in_turn: dict[tuple[str, str], tuple[int, int]]) -> bool:
    return not row["order_id"] or next_in_turn[row["order_id"], row["subscriber"]] == (row["due_at"], row["id"])


def _ended(outcome: Outcome, now: int) -> Row:
    if outcome.verdict is Verdict.RETRY:
        return {"state": WAITING, "next_try_at": seconds(outcome.retry_at) if outcome.retry_at else now}
    if outcome.verdict is Verdict.DEAD:
        return {"state": DEAD, "settled_at": now}
    return {"state": str(outcome.verdict), "settled_at": now, "body": ""}


def _backlog_of(subscriber: str, rows: list[Row]) -> Backlog:
    waiting = [row for row in rows if row["settled_at"] is None]
    oldest = min((row["due_at"] for row in waiting), default=None)
    return Backlog(
        subscriber=subscriber,
        waiting=len(waiting),
        dead=len(rows) - len(waiting),
        oldest_due_at=None if oldest is None else instant(oldest),
    )
