"""Proof that the contracts bite: a store that breaks one promise fails the check that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from gulf_payments.machine import Dossier
from gulf_payments.orders import Order
from gulf_payments.ports import Delivery, Key, Outcome, Seen, Storage
from gulf_payments.stores.memory import MemoryStore, MemoryTransaction
from gulf_payments.stores.records import delivery_row
from gulf_payments.stores.rows import derive
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stores.sql.transaction import SQLTransaction
from gulf_payments.testing.contracts import outbox, races, stores

Check = Callable[[Storage], None]


class MeddledStore(MemoryStore):
    """A memory store whose transactions are of a worse kind."""

    def __init__(self, kind: type[MemoryTransaction]) -> None:
        """Take the kind of transaction to use."""
        super().__init__()
        self._kind = kind

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[MemoryTransaction]:
        """Begin as usual, then swap the transaction's class."""
        with super().begin(scope, now=now) as transaction:
            transaction.__class__ = self._kind
            yield transaction


class ForgetsRollback(MemoryStore):
    """Commits whatever happened."""

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[MemoryTransaction]:
        """Let the block's failure out only after the commit."""
        failure: Exception | None = None
        with super().begin(scope, now=now) as transaction:
            try:
                yield transaction
            except Exception as error:  # noqa: BLE001 - that is the sabotage
                failure = error
        if failure is not None:
            raise failure


class DropsEventIds(MemoryTransaction):
    """Finds every event new."""

    def first_sight(self, seen: Seen, /) -> bool:
        """Record nothing."""
        del seen
        return True


class WritesStaleSnapshots(MemoryStore):
    """Remembers what it first read of an order, and hands that out for ever: a cache in the wrong place."""

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        super().__init__()
        self.first_read: dict[Key, Dossier | None] = {}

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[MemoryTransaction]:
        """Yield a transaction that reads from the memory first."""
        first_read = self.first_read

        class Stale(MemoryTransaction):
            """Reads each dossier once, for ever."""

            def lock(self, key: Key, /, *others: Key) -> Dossier | None:
                """Answer what was read first."""
                fresh = super().lock(key, *others)
                return first_read.setdefault(key, fresh)

        with super().begin(scope, now=now) as transaction:
            transaction.__class__ = Stale
            yield transaction


class SavesWithoutLock(MemoryTransaction):
    """Locks by itself when the caller did not."""

    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Overwrite whatever is there."""
        self.lock(Key("order", dossier.order_id))
        super().save(dossier, deliveries, order=order)


class LetsIntentsMove(MemoryTransaction):
    """Gives a PaymentIntent to whoever saved it last."""

    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Make room first."""
        for reference in derive(dossier).objects:
            self.tables.objects[self._scope, reference] = derive(dossier).objects[reference]
        super().save(dossier, deliveries, order=order)


class RepeatsDeliveries(MemoryTransaction):
    """Forgets which deliveries it has."""

    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Write them without looking."""
        for delivery in deliveries:
            number = next(self.tables.numbers)
            self.tables.deliveries[number] = {**delivery_row(delivery, self._scope), "id": number}


class IgnoresScopes(MemoryStore):
    """Has one scope for all shops."""

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[MemoryTransaction]:
        """Begin in the same scope, whatever was asked for."""
        del scope
        with super().begin("everything", now=now) as transaction:
            yield transaction


class SettlesUnfenced(MemoryStore):
    """Lets an overtaken worker settle."""

    def settle(self, delivery: Delivery, outcome: Outcome, /, *, now: datetime) -> bool:
        """Pretend that the attempt is the latest."""
        with self.begin(delivery.scope, now=now) as transaction:
            latest = transaction.tables.deliveries[delivery.id]["attempt"]
        return super().settle(replace(delivery, attempt=latest), outcome, now=now)


class ForgetsLeases(MemoryStore):
    """Claims for no time at all."""

    def claim(
        self, scope: str, subscribers: Sequence[str], /, *, now: datetime, lease_seconds: int, limit: int
    ) -> list[Delivery]:
        """Claim with a lease that is over at once."""
        del lease_seconds
        return super().claim(scope, subscribers, now=now, lease_seconds=0, limit=limit)


class ForgetsTurns(MemoryTransaction):
    """Records deliveries as if they belonged to no order."""

    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Strip the order."""
        super().post([replace(delivery, order_id="") for delivery in deliveries])


class PerformsFirst(MemoryStore):
    """Marks a delivery done before its work, in a transaction of its own."""

    def perform(self, delivery: Delivery, work: Callable[[Any], None], /, *, now: datetime) -> bool:
        """Settle, then work."""
        done = super().perform(delivery, lambda _handle: None, now=now)
        if done:
            work(self)
        return done


SABOTEURS: list[tuple[Callable[[], Storage], Check]] = [
    (ForgetsRollback, stores.check_an_exception_undoes_everything),
    (lambda: MeddledStore(DropsEventIds), stores.check_an_event_is_seen_once),
    (lambda: MeddledStore(DropsEventIds), races.check_one_event_many_threads),
    (WritesStaleSnapshots, races.check_no_update_is_lost),
    (lambda: MeddledStore(SavesWithoutLock), stores.check_saving_needs_the_lock),
    (lambda: MeddledStore(SavesWithoutLock), stores.check_an_order_is_inserted_once),
    (lambda: MeddledStore(LetsIntentsMove), stores.check_a_payment_intent_has_one_order),
    (lambda: MeddledStore(RepeatsDeliveries), stores.check_a_delivery_is_recorded_once),
    (IgnoresScopes, stores.check_scopes_are_apart),
    (SettlesUnfenced, outbox.check_a_lost_claim_settles_nothing),
    (ForgetsLeases, outbox.check_a_lease_keeps_others_away),
    (ForgetsLeases, outbox.check_no_delivery_is_claimed_twice_at_once),
    (lambda: MeddledStore(ForgetsTurns), outbox.check_an_order_is_delivered_in_turn),
    (PerformsFirst, outbox.check_failed_work_is_not_done),
]


@pytest.mark.parametrize(("saboteur", "check"), SABOTEURS)
def test_a_saboteur_fails_its_check(saboteur: Callable[[], Storage], check: Check) -> None:
    """The broken promise is found by the check that is named after it."""
    with pytest.raises(AssertionError):
        check(saboteur())


def test_the_honest_store_passes_the_same_checks() -> None:
    """It is the sabotage that fails, not the check."""
    for _saboteur, check in SABOTEURS:
        check(MemoryStore())


class TrustsRowcount(SQLTransaction):
    """Asks the driver how many rows it inserted: psycopg under SQLAlchemy answers -1, which is true."""

    event_table: Table

    def first_sight(self, seen: Seen, /) -> bool:
        """Insert without RETURNING."""
        row = {"scope": self._scope, "event_id": seen.event_id, "type": seen.type, "sight": "", "order_id": ""}
        inserting = insert(self.event_table).values(**row, received_at=self._now).on_conflict_do_nothing()
        return bool(self.handle.execute(inserting).rowcount)


class ReleasesLockEarly(SQLTransaction):
    """Reads an order without holding its row."""

    reader: SQLStore

    def lock(self, key: Key, /, *others: Key) -> Dossier | None:
        """Read as a reader does."""
        del others
        record = self.reader.get(self._scope, key)
        if record is None:
            return None
        self._held[record.dossier.order_id] = record.dossier
        return record.dossier


class MeddledSQLStore(SQLStore):
    """A SQLStore whose transactions are of a worse kind."""

    kind: type[SQLTransaction]

    @contextmanager
    def begin(self, scope: str, /, *, now: datetime) -> Iterator[SQLTransaction]:
        """Begin as usual, then swap the transaction's class."""
        with super().begin(scope, now=now) as transaction:
            transaction.__class__ = self.kind
            vars(transaction).update(event_table=self.tables.event, reader=self)
            yield transaction


SQL_SABOTEURS: list[tuple[type[SQLTransaction], Check]] = [
    (TrustsRowcount, stores.check_an_event_is_seen_once),
    (TrustsRowcount, races.check_one_event_many_threads),
    (ReleasesLockEarly, races.check_a_lock_lasts_to_the_end),
    (ReleasesLockEarly, races.check_no_update_is_lost),
]


@pytest.mark.parametrize(("kind", "check"), SQL_SABOTEURS)
def test_a_saboteur_on_postgresql_fails_its_check(kind: type[SQLTransaction], check: Check, postgres_url: str) -> None:
    """What SQLite would forgive is found on PostgreSQL: rows counted by the driver, rows read without their lock."""
    store = MeddledSQLStore(postgres_url)
    store.create_tables()
    store.kind = SQLTransaction
    check(store)
    store.kind = kind
    with pytest.raises(AssertionError):
        check(store)
    store.close()
