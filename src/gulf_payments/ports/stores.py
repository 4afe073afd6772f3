"""Where dossiers and deliveries live: what a store must do, and the data that crosses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from gulf_payments.machine import Dossier
from gulf_payments.orders import Order

Clock = Callable[[], datetime]
"""Tells the time: an aware UTC datetime."""

T = TypeVar("T")


class Key(NamedTuple):
    """How a dossier is found: by the shop's order id, by our payment id, or by a PaymentIntent's id."""

    kind: Literal["order", "payment", "intent"]
    value: str


class Sight(StrEnum):
    """What became of a webhook event."""

    APPLIED = "applied"  # it changed what we know
    STALE = "stale"  # it told nothing new
    FOREIGN = "foreign"  # another shop's, mode's or account's
    UNUSED = "unused"  # of a type that nobody asked for
    LOOKUP = "lookup"  # it cannot be trusted or placed as it is: Stripe is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One webhook event, recorded so that it is applied once."""

    event_id: str
    type: str
    sight: Sight = Sight.APPLIED
    order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One effect for one subscriber; unique by (scope, key, subscriber). It holds ids, never the content.

    `kind` is an event's name, `stripe:` and an event type, or one of the library's own jobs. Deliveries of one order
    reach one subscriber in the order of `due_at`, then of recording. `body` is set only for a raw Stripe event and
    dropped once performed. `attempt` counts claims and fences them: a settle under an older attempt is refused.
    """

    scope: str
    key: str
    subscriber: str
    kind: str
    recorded_at: datetime
    due_at: datetime
    order_id: str = ""
    payment_id: str = ""
    object_id: str = ""
    detail: str = ""
    transient: bool = False
    after: str = ""
    body: str = field(default="", repr=False)
    attempt: int = 0
    id: int = 0  # given by the store


class Verdict(StrEnum):
    """How a claimed delivery ended."""

    DONE = "done"
    SKIPPED = "skipped"  # no longer due
    RETRY = "retry"
    DEAD = "dead"  # given up; it stays, and is reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt: RETRY comes back at `retry_at`; `error` is one masked line for people."""

    verdict: Verdict
    retry_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """One subscriber's unfinished deliveries: `waiting` are due or will be, `dead` were given up."""

    subscriber: str
    waiting: int
    dead: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One order as stored: the agreement as the shop placed it, and the dossier of its money."""

    order: Order
    dossier: Dossier
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPayment:
    """A search's hit among payments: which payment of which order."""

    payment_id: str
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search; every given field must fit. Newest first.

    `status` is an order's status where orders are searched, a payment's where payments are. `reference` is any id of
    Stripe's or ours that the order has: pi_, ch_, re_, dp_, pay_. `cursor` is the `next_cursor` of the page before.
    """

    customer_id: str | None = None
    status: str | None = None
    number: str | None = None
    reference: str | None = None
    email: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    limit: int = 50
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a search; `next_cursor` is empty on the last."""

    items: tuple[T, ...]
    next_cursor: str = ""

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


# --- Ports ------------------------------------------------------------------------------------------------------------


class Transaction(Protocol):
    """All or nothing: leaving the block normally commits, leaving it by an exception undoes everything."""

    def first_sight(self, seen: Seen, /) -> bool:
        """Record an event; False if it was recorded before. Waits for a concurrent twin to commit or roll back."""

    def mark(self, seen: Seen, /) -> None:
        """Correct the recorded event's `sight` and `order_id`."""

    def lock(self, key: Key, /, *others: Key) -> Dossier | None:
        """Read a dossier and hold its order's row, the only lock, until the end; None when there is none.

        With several keys the first that finds an order decides; it stays one query.
        """

    def save(self, dossier: Dossier, deliveries: Sequence[Delivery] = (), /, *, order: Order | None = None) -> None:
        """Write a locked dossier, and deliveries unless (scope, key, subscriber) exists already.

        With `order`, insert or replace the agreement as well: needed for a dossier that was not there before. Raises
        ConcurrentUpdate if another transaction inserted that order meanwhile, or if a PaymentIntent's id in the
        dossier already belongs to another order.
        """

    def post(self, deliveries: Sequence[Delivery], /) -> None:
        """Write deliveries that belong to no locked dossier, unless they exist already."""


class Store(Protocol):
    """Where dossiers live. Driver errors come out as StoreError; the passing ones as StoreUnavailable."""

    def begin(self, scope: str, /, *, now: datetime) -> AbstractContextManager[Transaction]:
        """A durable, outermost transaction; ConfigurationError inside another one. `now` stamps its rows."""


class Outbox(Protocol):
    """Deliveries waiting to be performed."""

    def claim(
        self, scope: str, subscribers: Sequence[str], /, *, now: datetime, lease_seconds: int, limit: int
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of these subscribers, each for `lease_seconds`; never one twice at once.

        A delivery is due when `due_at` (or its retry's time) has come, no lease on it is running, and no earlier
        delivery of the same order to the same subscriber is unfinished (done, skipped and dead ones are finished).
        """

    def settle(self, delivery: Delivery, outcome: Outcome, /, *, now: datetime) -> bool:
        """End a claim. False, and nothing changes, if the lease ran out and another process claimed it since."""

    def perform(self, delivery: Delivery, work: Callable[[Any], None], /, *, now: datetime) -> bool:
        """Run `work` and mark the delivery done in one transaction: both or neither, so exactly once.

        `work` receives the store's own handle (SQLStore: the SQLAlchemy connection). False if the claim was lost.
        """

    def backlog(self, scope: str, /) -> list[Backlog]:
        """What waits and what is dead, for each subscriber name found, loaded here or not."""


class Archive(Protocol):
    """Reads; they lock nothing."""

    def get(self, scope: str, key: Key, /) -> Record | None:
        """One order, or None."""

    def orders(self, scope: str, query: Query, /) -> Page[Record]:
        """A page of orders, newest first."""

    def payments(self, scope: str, query: Query, /) -> Page[FoundPayment]:
        """A page of payments, newest first."""

    def stream(self, scope: str, /, *, statuses: Sequence[str] = (), batch: int = 500) -> Iterator[Record]:
        """Every order (of these order statuses), oldest first, in flat memory."""


class Storage(Store, Outbox, Archive, Protocol):
    """What `Payments` is given as `store`: one object that is all three."""
