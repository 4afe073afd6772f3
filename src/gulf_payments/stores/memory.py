"""MemoryStore: everything in this process, for tests and tools; it keeps every promise of the ports but durability.

Transactions run one after another. Each writes into an overlay that joins the tables when it commits, so that rolling
back is forgetting it, and readers see committed rows only.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from threading import Lock, local
from typing import TYPE_CHECKING, Any, cast

from gulf_payments.errors import ConcurrentUpdate, ConfigurationError
from gulf_payments.machine import Dossier, dump
from gulf_payments.orders import Order
from gulf_payments.ports import Backlog, Delivery, FoundPayment, Key, Outcome, Page, Query, Record, Seen, Verdict
from gulf_payments.stores import memory_deliveries, memory_reads
from gulf_payments.stores.records import agreement_row, check_order, delivery_row, dossier_from, not_locked, record_from
from gulf_payments.stores.rows import FINDABLE, ObjectRow, changed, derive, seconds

if TYPE_CHECKING:
    from gulf_payments.ports import Storage

Row = dict[str, Any]
Name = tuple[str, ...]  # a scope, then what is unique in it


@dataclass(slots=True)
class Tables:
    """The same four tables that SQLStore has, and the deliveries' unique key."""

    orders: MutableMapping[Name, Row] = field(default_factory=dict)
    objects: MutableMapping[Name, ObjectRow] = field(default_factory=dict)
    events: MutableMapping[Name, Seen] = field(default_factory=dict)
    deliveries: MutableMapping[int, Row] = field(default_factory=dict)
    delivered: MutableMapping[Name, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))  # like a database's, not given back

    def parts(self) -> tuple[MutableMapping[Any, Any], ...]:
        """Each table, in one order."""
        return (self.orders, self.objects, self.events, self.deliveries, self.delivered)

    def overlaid(self) -> Tables:
        """These tables to write over, without touching them."""
        orders, objects, events, deliveries, delivered = (ChainMap({}, part) for part in self.parts())
        return Tables(orders, objects, events, deliveries, delivered, self.numbers)

    def absorb(self, overlay: Tables) -> None:
        """Take over what was written in an overlay."""
        for part, written in zip(self.parts(), overlay.parts(), strict=True):
            part.update(cast("ChainMap[Any, Any]", written).maps[0])

    def order(self, scope: str, key: Key) -> Row | None:
        """The order that a key leads to."""
        if key.kind == "order":
            return self.orders.get((scope, key.value))
        found = self.objects.get((scope, key.value))
        return self.orders.get((scope, found.order_id)) if found and found.kind in FINDABLE else None


class MemoryTransaction:
    """The port Transaction over an overlay of the tables."""

    def __init__(self, tables: Tables, scope: str, now: int) -> None:
        self.tables, self._scope, self._now = tables, scope, now
        self._held: dict[str, Dossier] = {}

    def first_sight(self, seen: Seen, /) -> bool:
        """Record an event; False if it was recorded before."""
        if (self._scope, seen.event_id) in self.tables.events:
            return False
        self.tables.events[self._scope, seen.event_id] = seen
        return True

    def mark(self, seen: Seen, /) -> None:
        """Correct the recorded event's sight and order."""
        if (self._scope, seen.event_id) in self.tables.events:
            self.tables.events[self._scope, seen.event_id] = seen

    def lock(self, key: Key, /, *others: Key) -> Dossier | None:
        """Read a dossier, of several keys by the first that finds one; nobody else writes until the end."""
        row = next(filter(None, (self.tables.order(self._scope, given) for given in (key, *others))), None)
        if row is None:
            return None
        dossier = dossier_from(row["facts"])
        self._held[dossier.order_id] = dossier
        return dossier

    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Write a locked dossier, or with `order` a new one, and its deliveries."""
        rows, before = derive(dossier), self._held.get(dossier.order_id)
        name, change = (self._scope, dossier.order_id), {"facts": dump(dossier), "updated_at": self._now}
        if order is not None:
            check_order(order, dossier)
            change |= agreement_row(order)
        elif before is None:
            raise not_locked(dossier.order_id)
        if before is None and name in self.tables.orders:
            raise ConcurrentUpdate(f"order {dossier.order_id} was placed meanwhile", subject_id=dossier.order_id)
        row = self.tables.orders.get(name, {"id": dossier.order_id, "created_at": self._now})
        self.tables.orders[name] = {**row, **rows.summary._asdict(), **change}
        self._put(changed(derive(before) if before else None, rows))
        self.post(deliveries)
        self._held[dossier.order_id] = dossier

    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Write deliveries that belong to no locked dossier."""
        for delivery in deliveries:
            row = delivery_row(delivery, self._scope)
            name = (self._scope, delivery.key, delivery.subscriber)
            if name not in self.tables.delivered:
                number = next(self.tables.numbers)
                self.tables.delivered[name] = number
                self.tables.deliveries[number] = {**row, "id": number}

    def _put(self, objects: Sequence[ObjectRow]) -> None:
        for row in objects:
            there = self.tables.objects.get((self._scope, row.reference), row)
            if there.order_id != row.order_id:
                raise ConcurrentUpdate(f"{row.reference} belongs to another order", subject_id=row.order_id)
            self.tables.objects[self._scope, row.reference] = row


class MemoryStore:
    """Keeps everything in memory; share one among all threads. What it holds is lost with it."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._turn = Lock()  # held for a whole transaction
        self._joining = Lock()  # held while an overlay joins the tables, or a reader looks
        self._thread = local()

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[MemoryTransaction]:
        """An outermost transaction: the only one while it lasts."""
        at = seconds(now)
        if getattr(self._thread, "busy", False):
            raise ConfigurationError("a store's transaction is outermost and short: do not open one inside another")
        self._thread.busy = True
        try:
            with self._turn:
                overlay = self._tables.overlaid()
                yield MemoryTransaction(overlay, scope, at)
                with self._joining:
                    self._tables.absorb(overlay)
        finally:
            self._thread.busy = False

    def claim(
        self, scope: str, subscribers: Sequence[str], /, *, now: datetime, lease_seconds: int, limit: int
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of these subscribers, each for `lease_seconds`."""
        at = seconds(now)
        with self.begin(scope, now=now) as transaction:
            rows = transaction.tables.deliveries
            until = at + lease_seconds
            return memory_deliveries.claim(rows, scope, frozenset(subscribers), now=at, until=until, limit=limit)

    def settle(self, delivery: Delivery, outcome: Outcome, /, *, now: datetime) -> bool:
        """End a claim; False if another has claimed it since."""
        with self.begin(delivery.scope, now=now) as transaction:
            return memory_deliveries.settle(transaction.tables.deliveries, delivery, outcome, now=seconds(now))

    def perform(self, delivery: Delivery, work: Callable[[Any], None], /, *, now: datetime) -> bool:
        """Mark the delivery done and run `work(transaction)`: both or neither; False if the claim was lost."""
        done = Outcome(verdict=Verdict.DONE)
        with self.begin(delivery.scope, now=now) as transaction:
            ours = memory_deliveries.settle(transaction.tables.deliveries, delivery, done, now=seconds(now))
            if ours:
                work(transaction)
            return ours

    def backlog(self, scope: str, /) -> list[Backlog]:
        """What waits and what is dead, for each subscriber."""
        with self._joining:
            return memory_deliveries.backlog(self._tables.deliveries.values(), scope)

    def get(self, scope: str, key: Key, /) -> Record | None:
        """One order, or None."""
        with self._joining:
            row = self._tables.order(scope, key)
        return record_from(row) if row else None

    def orders(self, scope: str, query: Query, /) -> Page[Record]:
        """A page of orders, newest first."""
        return memory_reads.orders(self._rows(scope), self._objects(scope), query)

    def payments(self, scope: str, query: Query, /) -> Page[FoundPayment]:
        """A page of payments, newest first."""
        return memory_reads.payments(self._rows(scope), self._objects(scope), query)

    def stream(self, scope: str, /, *, statuses: Sequence[str] = (), batch: int = 500) -> Iterator[Record]:
        """Every order, oldest first; `batch` makes no difference here."""
        del batch
        for row in sorted(self._rows(scope), key=lambda row: (row["created_at"], row["id"])):
            if not statuses or row["status"] in statuses:
                yield record_from(row)

    def _rows(self, scope: str) -> list[Row]:
        with self._joining:
            return [row for name, row in self._tables.orders.items() if name[0] == scope]

    def _objects(self, scope: str) -> list[ObjectRow]:
        with self._joining:
            return [row for name, row in self._tables.objects.items() if name[0] == scope]


if TYPE_CHECKING:
    _conforms: Storage = MemoryStore()
