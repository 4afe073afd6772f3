"""DjangoStore: orders, deliveries and reads through Django's ORM, on a connection of the shop's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Lower

from gulf_payments.django import models
from gulf_payments.django.database import check, plain, second, store_errors, writing
from gulf_payments.django.transaction import DjangoTransaction, owner
from gulf_payments.ports import Backlog, Delivery, FoundPayment, Key, Outcome, Page, Query, Record, Storage, Verdict
from gulf_payments.stores.paging import Place, page, page_size, place_before
from gulf_payments.stores.records import CLAIMED, DEAD, WAITING, delivery_from, record_from
from gulf_payments.stores.rows import instant, seconds

_TURN = {name: OuterRef(name) for name in ("scope", "order_id", "subscriber")}
_EARLIER = Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))


class DjangoStore:
    """Keeps everything in the shop's database `using`, SQLite or PostgreSQL; share one among all threads.

    Raises ConfigurationError for an alias, a database or settings that cannot serve.
    """

    def __init__(self, using: str = "default") -> None:
        check(using)
        self.using = using

    def __repr__(self) -> str:
        return f"DjangoStore({self.using!r})"

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[DjangoTransaction]:
        """A durable, outermost transaction; inside another one, that of ATOMIC_REQUESTS too, a ConfigurationError."""
        with writing(self.using) as connection:
            yield DjangoTransaction(connection, scope, seconds(now))

    def claim(
        self, scope: str, subscribers: Sequence[str], /, *, now: datetime, lease_seconds: int, limit: int
    ) -> list[Delivery]:
        """Take due deliveries; on PostgreSQL those that another worker is taking at this moment are passed over."""
        at, rows = second(now), self._rows(models.Delivery, scope).filter(settled_at=None)
        in_turn = Q(order_id="") | ~Exists(rows.filter(_EARLIER, **_TURN))
        due = rows.filter(in_turn, subscriber__in=subscribers, next_try_at__lte=at).order_by("next_try_at", "pk")
        taken = {"state": CLAIMED, "attempt": F("attempt") + 1, "next_try_at": at + timedelta(seconds=lease_seconds)}
        with writing(self.using), store_errors():
            picked = list(due.select_for_update(skip_locked=True)[:limit])
            rows.filter(pk__in=[row.pk for row in picked]).update(**taken)
        claimed = [delivery_from({**plain(row), "attempt": row.attempt + 1}) for row in picked]
        return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))

    def settle(self, delivery: Delivery, outcome: Outcome, /, *, now: datetime) -> bool:
        """End a claim; False if another process has claimed it since."""
        with writing(self.using):
            return self._settled(delivery, outcome, now)

    def perform(self, delivery: Delivery, work: Callable[[Any], None], /, *, now: datetime) -> bool:
        """Mark the delivery done and run `work(connection)` in one transaction; False if the claim was lost.

        Whatever `work` writes to this database by the ORM is part of it.
        """
        with writing(self.using) as connection:
            if ours := self._settled(delivery, Outcome(verdict=Verdict.DONE), now):
                work(connection)
            return ours

    @store_errors()
    def backlog(self, scope: str, /) -> list[Backlog]:
        """What waits and what is dead, for each subscriber."""
        waits, dead = Q(settled_at=None), Q(state=DEAD)
        each = self._rows(models.Delivery, scope).filter(waits | dead).values("subscriber").order_by("subscriber")
        oldest = Min("due_at", filter=waits)
        counted = each.annotate(waiting=Count("pk", waits), dead=Count("pk", dead), oldest_due_at=oldest)
        return [Backlog(**row) for row in counted]

    @store_errors()
    def get(self, scope: str, key: Key, /) -> Record | None:
        """One order, or None."""
        return next(map(_record, self._rows(models.Order, scope).filter(pk=owner(self.using, scope, key))), None)

    @store_errors()
    def orders(self, scope: str, query: Query, /) -> Page[Record]:
        """A page of orders, newest first."""
        rows = self._rows(models.Order, scope)
        found = _search(rows, query, "key", objects_at_stripe__reference=query.reference)
        return Page(tuple(map(_record, found)), found.next_cursor)

    @store_errors()
    def payments(self, scope: str, query: Query, /) -> Page[FoundPayment]:
        """A page of payments, newest first."""
        rows = self._rows(models.StripeObject, scope)
        named = None if query.reference is None else rows.filter(reference=query.reference).values("payment_id")
        payments = rows.filter(kind="payment").select_related("order")
        found = _search(payments, query, "reference", of_order="order__", payment_id__in=named)
        items = (FoundPayment(payment_id=row.reference, record=_record(row.order)) for row in found)
        return Page(tuple(items), found.next_cursor)

    def stream(self, scope: str, /, *, statuses: Sequence[str] = (), batch: int = 500) -> Iterator[Record]:
        """Every order, oldest first: one short read for each batch, so that no read stays open while it is used."""
        rows = following = self._rows(models.Order, scope).filter(**{"status__in": statuses} if statuses else {})
        while True:
            with store_errors():
                found = list(following.order_by("created_at", "key")[:batch])
            yield from map(_record, found)
            if len(found) < batch:
                return
            at, key = found[-1].created_at, found[-1].key
            following = rows.filter(created_at__gte=at).exclude(created_at=at, key__lte=key)

    def _rows(self, model: Any, scope: str) -> Any:
        return model.objects.using(self.using).filter(scope=scope)

    @store_errors()
    def _settled(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """End this very attempt; False when it is no longer the latest."""
        change: dict[str, Any] = {"state": str(outcome.verdict), "settled_at": second(now), "body": ""}
        if outcome.verdict is Verdict.RETRY:
            change = {"state": WAITING, "next_try_at": second(outcome.retry_at or now)}
        elif outcome.verdict is Verdict.DEAD:
            change = {"state": DEAD, "settled_at": second(now)}
        attempt = self._rows(models.Delivery, delivery.scope).filter(pk=delivery.id, attempt=delivery.attempt)
        return attempt.filter(state=CLAIMED).update(**change, last_error=outcome.error) == 1


def _record(order: Any) -> Record:
    return record_from({**plain(order), "id": order.key})


def _search(rows: Any, query: Query, name: str, *, of_order: str = "", **given: Any) -> Page[Any]:
    """A page of rows, newest first, then by the column `name`; `of_order` leads to the columns of their order."""
    given |= {f"{of_order}customer_id": query.customer_id, f"{of_order}number": query.number}
    given |= {"status": query.status, "email": query.email and query.email.lower()}
    given["created_at__gte"] = query.created_from and second(query.created_from)
    given["created_at__lt"] = query.created_before and second(query.created_before)
    rows = rows.alias(email=Lower(f"{of_order}customer_email"))
    rows = rows.filter(**{column: value for column, value in given.items() if value is not None})
    if last := place_before(query):
        at = instant(last.created_at)
        rows = rows.filter(created_at__lte=at).exclude(**{"created_at": at, f"{name}__gte": last.id})
    found = list(rows.order_by("-created_at", f"-{name}")[: page_size(query) + 1])
    return page(found, query, lambda row: Place(seconds(row.created_at), getattr(row, name)))


if TYPE_CHECKING:
    _conforms: Storage = DjangoStore()
