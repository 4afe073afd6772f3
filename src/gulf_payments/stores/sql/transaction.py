"""One transaction of a SQLStore: at most five statements for a whole webhook, on the driver's own cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from gulf_payments.errors import ConcurrentUpdate
from gulf_payments.machine import Dossier, dump
from gulf_payments.orders import Order
from gulf_payments.ports import Delivery, Key, Seen
from gulf_payments.stores.records import agreement_row, check_order, delivery_row, dossier_from, not_locked
from gulf_payments.stores.rows import ObjectRow, Rows, changed, derive
from gulf_payments.stores.sql.engines import as_store_error, refusals
from gulf_payments.stores.sql.statements import MOST_ROWS, Prepared, Statements, numbered

Row = TypeVar("Row")


class SQLTransaction:
    """The port Transaction; `handle` is the SQLAlchemy connection, for writing beside it in the same transaction."""

    def __init__(self, connection: Connection, statements: Statements, scope: str, now: int) -> None:
        self.handle = connection
        self._cursor: Any = connection.connection.cursor()
        self._statements, self._scope, self._now = statements, scope, now
        self._refusals = refusals(connection.engine)
        self._held: dict[str, Dossier] = {}  # as the database has them now

    def first_sight(self, seen: Seen, /) -> bool:
        """Record an event; False if it was recorded before."""
        row = {**self._sighting(seen), "type": seen.type, "received_at": self._now}
        return len(self._fetch(self._statements.first_sight, numbered([row]))) == 1

    def mark(self, seen: Seen, /) -> None:
        """Correct the recorded event's sight and order."""
        self._run(self._statements.mark, numbered([self._sighting(seen)]))

    def lock(self, key: Key, /, *others: Key) -> Dossier | None:
        """Read a dossier and hold its order's row until the end; of several keys the first that finds one decides."""
        keys = (key, *others)
        values = {f"value_{number}": given.value for number, given in enumerate(keys)}
        locking = self._statements.lock(*(given.kind for given in keys))
        found = self._fetch(locking, {"scope": self._scope, **values})
        if not found:
            return None
        dossier = dossier_from(found[0][0])
        self._held[dossier.order_id] = dossier
        return dossier

    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Write a locked dossier, or with `order` a new one, and its deliveries."""
        rows, before = derive(dossier), self._held.get(dossier.order_id)
        self._save_order(dossier, rows, order)
        self._save_objects(changed(derive(before) if before else None, rows), dossier.order_id)
        self.post(deliveries)
        self._held[dossier.order_id] = dossier

    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Write deliveries that belong to no locked dossier."""
        rows = [delivery_row(delivery, self._scope) for delivery in deliveries]
        for some in _batches(rows):
            self._run(self._statements.post(len(some)), numbered(some))

    def _sighting(self, seen: Seen) -> dict[str, Any]:
        return {
            "scope": self._scope,
            "event_id": seen.event_id,
            "sight": str(seen.sight),
            "order_id": seen.order_id,
        }

    def _save_order(self, dossier: Dossier, rows: Rows, order: Order | None) -> None:
        row = {"scope": self._scope, "id": dossier.order_id, "facts": dump(dossier), "updated_at": self._now}
        row |= rows.summary._asdict()
        held = dossier.order_id in self._held
        if order is None:
            if not held:
                raise not_locked(dossier.order_id)
            self._run(self._statements.update_order, numbered([row]))
            return
        check_order(order, dossier)
        row |= agreement_row(order)
        if held:
            self._run(self._statements.replace_order, numbered([row]))
        elif not self._fetch(self._statements.insert_order, numbered([{**row, "created_at": self._now}])):
            raise ConcurrentUpdate(f"order {order.id} was placed meanwhile", subject_id=order.id)

    def _save_objects(self, objects: Sequence[ObjectRow], order_id: str) -> None:
        for some in _batches(objects):
            rows = [{"scope": self._scope, **row._asdict()} for row in some]
            written = self._fetch(self._statements.put_objects(len(rows)), numbered(rows))
            if len(written) < len(rows):
                taken = {row.reference for row in some} - {reference for (reference,) in written}
                raise ConcurrentUpdate(f"{', '.join(sorted(taken))} belongs to another order", subject_id=order_id)

    def _run(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        try:
            statement.run(self._cursor, values)
        except self._refusals as error:
            raise as_store_error(self.handle.engine, error) from error

    def _fetch(self, statement: Prepared, values: Mapping[str, Any]) -> list[Any]:
        try:
            found: list[Any] = statement.run(self._cursor, values).fetchall()
        except self._refusals as error:
            raise as_store_error(self.handle.engine, error) from error
        return found


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS))
