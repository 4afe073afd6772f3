"""One transaction of a DjangoStore: at most five statements for a whole webhook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from gulf_payments.django import models
from gulf_payments.django.database import insert, store_errors, stored
from gulf_payments.errors import ConcurrentUpdate
from gulf_payments.machine import Dossier, dump, unresolved
from gulf_payments.orders import Order
from gulf_payments.ports import Delivery, Key, Seen
from gulf_payments.stores.records import agreement_row, check_order, delivery_row, dossier_from, not_locked
from gulf_payments.stores.rows import FINDABLE, ObjectRow, Summary, changed, derive

# An id keeps its order for ever: a row of another order is not touched, and so is not counted.
_UNLESS_ANOTHERS = (
    f"(scope, reference) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ObjectRow._fields)} "
    f"WHERE {models.StripeObject._meta.db_table}.order_id = excluded.order_id"
)


class DjangoTransaction:
    """The port Transaction over Django's ORM."""

    def __init__(self, connection: Any, scope: str, now: int) -> None:
        self._connection, self._scope, self._now = connection, scope, now
        self._held: dict[str, Dossier] = {}  # as the database has them now
        self._numbers: dict[str, int] = {}  # of their rows

    @store_errors()
    def first_sight(self, seen: Seen, /) -> bool:
        """Record an event; False if it was recorded before."""
        row = {"scope": self._scope, "event_id": seen.event_id, "type": seen.type, "received_at": self._now}
        row = stored(models.WebhookEvent, {**row, "sight": str(seen.sight), "order_id": seen.order_id})
        return insert(self._connection, models.WebhookEvent, [row], on_conflict="DO NOTHING") == 1

    @store_errors()
    def mark(self, seen: Seen, /) -> None:
        """Correct the recorded event's sight and order."""
        event = self._rows(models.WebhookEvent).filter(event_id=seen.event_id)
        event.update(sight=str(seen.sight), order_id=seen.order_id)

    @store_errors()
    def lock(self, key: Key, /, *others: Key) -> Dossier | None:
        """Read a dossier and hold its order's row until the end; of several keys the first that finds one decides."""
        owners = [owner(self._connection.alias, self._scope, given) for given in (key, *others)]
        found = self._rows(models.Order).filter(pk=Coalesce(*owners) if others else owners[0])
        for number, facts in found.select_for_update().values_list("pk", "facts"):
            dossier = dossier_from(facts)
            self._held[dossier.order_id], self._numbers[dossier.order_id] = dossier, number
            return dossier
        return None

    @store_errors()
    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Write a locked dossier, or with `order` a new one, and its deliveries."""
        before, after = self._held.get(dossier.order_id), derive(dossier)
        self._save_order(dossier, after.summary, order)
        self._save_objects(dossier.order_id, changed(derive(before) if before else None, after))
        self.post(deliveries)
        self._held[dossier.order_id] = dossier

    @store_errors()
    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Write deliveries that belong to no locked dossier."""
        rows = [stored(models.Delivery, delivery_row(delivery, self._scope)) for delivery in deliveries]
        self._rows(models.Delivery).bulk_create([models.Delivery(**row) for row in rows], ignore_conflicts=True)

    def _rows(self, model: Any) -> Any:
        return model.objects.using(self._connection.alias).filter(scope=self._scope)

    def _save_order(self, dossier: Dossier, summary: Summary, order: Order | None) -> None:
        number = self._numbers.get(dossier.order_id)
        row = {**summary._asdict(), "facts": dump(dossier), "updated_at": self._now}
        row["alert_count"] = len(unresolved(dossier))
        if order is not None:
            check_order(order, dossier)
            row |= agreement_row(order)
        elif number is None:
            raise not_locked(dossier.order_id)
        if number is None:
            self._insert_order({**row, "scope": self._scope, "key": dossier.order_id, "created_at": self._now})
        else:
            self._rows(models.Order).filter(pk=number).update(**stored(models.Order, row))

    def _insert_order(self, row: dict[str, Any]) -> None:
        try:
            self._numbers[row["key"]] = self._rows(models.Order).create(**stored(models.Order, row)).pk
        except IntegrityError as error:
            raise ConcurrentUpdate(f"order {row['key']} was placed meanwhile", subject_id=row["key"]) from error

    def _save_objects(self, order_id: str, objects: Sequence[ObjectRow]) -> None:
        given = {"scope": self._scope, "order_id": self._numbers[order_id]}
        rows = [stored(models.StripeObject, {**thing._asdict(), **given}) for thing in objects]
        if rows and insert(self._connection, models.StripeObject, rows, on_conflict=_UNLESS_ANOTHERS) < len(rows):
            raise ConcurrentUpdate(f"an id of order {order_id} belongs to another order", subject_id=order_id)


def owner(using: str, scope: str, key: Key) -> Subquery:
    """The number of the order's row that a key leads to, for use within a query."""
    if key.kind == "order":
        return Subquery(models.Order.objects.using(using).filter(scope=scope, key=key.value).values("pk"))
    things = models.StripeObject.objects.using(using).filter(scope=scope, reference=key.value, kind__in=FINDABLE)
    return Subquery(things.values("order_id"))
