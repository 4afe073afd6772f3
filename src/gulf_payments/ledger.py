"""Lock, step, save, announce: the few lines that checkout, refunds, webhooks and the outbox share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gulf_payments import machine
from gulf_payments.errors import ConfigurationError, OrderNotFound
from gulf_payments.machine import Dossier, Effect, Facts
from gulf_payments.orders import Order
from gulf_payments.ports import Clock, Delivery, Key, Record, Storage, Transaction

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who performs effects of one kind: a stored name, and the function this process loaded for it."""

    kind: str
    name: str
    handler: Handler
    transactional: bool = False


@dataclass(slots=True)
class Subscriptions:
    """Everything subscribed in this process, by (kind, name); the names are what deliveries are stored under."""

    _by_kind: dict[str, dict[str, Subscription]] = field(default_factory=dict)

    def add(self, subscription: Subscription) -> None:
        """Subscribe. Raises ConfigurationError if the name is already taken for that kind."""
        known = self._by_kind.setdefault(subscription.kind, {})
        if subscription.name in known:
            raise ConfigurationError(
                f"two subscribers to {subscription.kind} are named {subscription.name!r}: "
                "the name is stored with each delivery, so it must tell them apart"
            )
        known[subscription.name] = subscription

    def to(self, kind: str) -> tuple[str, ...]:
        """The names subscribed to a kind, in the order they were added."""
        return tuple(self._by_kind.get(kind, ()))

    def find(self, kind: str, name: str) -> Subscription | None:
        """The subscription a delivery was stored for, if this process has it."""
        return self._by_kind.get(kind, {}).get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, once."""
        return tuple(dict.fromkeys(name for known in self._by_kind.values() for name in known))


@dataclass(frozen=True, slots=True)
class Ledger:
    """One shop's book in one mode: the store, its scope, the clock, and who is to be told."""

    store: Storage
    scope: str
    shop: str
    clock: Clock
    subscriptions: Subscriptions

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """One transaction, stamped with the time at its start."""
        with self.store.begin(self.scope, now=self.clock()) as transaction:
            yield transaction

    def apply(self, order_id: str, decide: Callable[[Dossier], Facts]) -> Dossier:
        """Lock an order, let `decide` look at it under the lock, merge its news, save, announce.

        What `decide` raises undoes everything. Raises OrderNotFound.
        """
        with self.begin() as transaction:
            dossier = self.locked(transaction, order_id)
            return self.step(transaction, dossier, decide(dossier))

    def locked(self, transaction: Transaction, order_id: str) -> Dossier:
        """The order's dossier, held until the transaction ends. Raises OrderNotFound."""
        dossier = transaction.lock(Key("order", order_id))
        if dossier is None:
            raise OrderNotFound(f"there is no order {order_id!r} in {self.scope}", subject_id=order_id)
        return dossier

    def step(
        self,
        transaction: Transaction,
        dossier: Dossier,
        news: Facts,
        *,
        order: Order | None = None,
        jobs: Sequence[Delivery] = (),
    ) -> Dossier:
        """Merge news into a locked dossier; save it with the deliveries that are now due and the given jobs."""
        after, effects = machine.step(dossier, news)
        if after != dossier or order is not None or jobs:
            transaction.save(after, [*self._announce(after.order_id, effects), *jobs], order=order)
        return after

    def _announce(self, order_id: str, effects: Iterable[Effect]) -> Iterator[Delivery]:
        now = self.clock()
        for effect in effects:
            due_at = now + timedelta(seconds=effect.delay_seconds)
            for name in self.subscriptions.to(effect.kind):
                yield self._delivery(effect, name, order_id, now, due_at)

    def _delivery(self, effect: Effect, name: str, order_id: str, now: datetime, due_at: datetime) -> Delivery:
        return Delivery(
            scope=self.scope,
            key=effect.key,
            subscriber=name,
            kind=effect.kind,
            recorded_at=now,
            due_at=due_at,
            order_id=order_id,
            payment_id=effect.payment_id,
            object_id=effect.object_id,
            detail=effect.detail,
            transient=effect.transient,
            after=effect.after,
        )

    def job(self, kind: str, key: str, *, order_id: str = "", object_id: str = "", due_at: datetime) -> Delivery:
        """A delivery to the library itself: something it must not forget to do."""
        return Delivery(
            scope=self.scope,
            key=key,
            subscriber=kind,
            kind=kind,
            recorded_at=self.clock(),
            due_at=due_at,
            order_id=order_id,
            object_id=object_id,
        )

    def alerts(self, flag: str, object_id: str, *, order_id: str = "") -> list[Delivery]:
        """An alert that the facts of no order tell, for everyone subscribed to alerts; once for ever by its key."""
        effect = Effect(f"alert:{flag}:{object_id}", machine.Kind.ALERT_RAISED, object_id=object_id, detail=flag)
        return list(self._announce(order_id, [effect]))

    def record(self, order_id: str) -> Record:
        """Read one order without locking it. Raises OrderNotFound."""
        record = self.store.get(self.scope, Key("order", order_id))
        if record is None:
            raise OrderNotFound(f"there is no order {order_id!r} in {self.scope}", subject_id=order_id)
        return record
