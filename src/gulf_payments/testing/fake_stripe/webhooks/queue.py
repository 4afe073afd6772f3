"""The line of webhooks that wait: by age, by event, and by the moment they fall due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from heapq import heapify, heappop, heappush
from threading import Lock

from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks.retries import due_again

Key = tuple[str, str]
"""An event's id and an endpoint's."""
_SLACK = 64


@dataclass(frozen=True, slots=True)
class PendingWebhook:
    """An event that one endpoint has not yet taken. Moments are epoch seconds, as in Stripe's own objects.

    It may be sent from `ready` on, and `due` is when Stripe next tries by itself, or None if it has given up.
    `last_status` is what the endpoint answered last, None without an answer: `last_reason` then says why.
    """

    place: int
    event_id: str
    type: str
    endpoint_id: str
    ready: int
    due: int | None
    attempts: int = 0
    last_status: int | None = None
    last_reason: str | None = None

    @property
    def key(self) -> Key:
        """Which delivery this is: an event to an endpoint."""
        return self.event_id, self.endpoint_id

    def refused(
        self, *, times: int, status: int | None, reason: str | None, now: int, first_seconds: int
    ) -> PendingWebhook:
        """The same after so many more failed attempts; the first retry came, or comes, after `first_seconds`."""
        attempts = self.attempts + times
        due = due_again(attempts, ready=self.ready, now=now, first_seconds=first_seconds)
        return replace(self, attempts=attempts, due=due, last_status=status, last_reason=reason)


class Queue:
    """What waits. Thread-safe; each operation costs by what it touches, not by how much waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Key, PendingWebhook] = {}
        self._by_event: dict[str, set[Key]] = {}
        self._by_due: list[tuple[int, int, Key]] = []
        self._delays: list[tuple[tuple[str, ...], int]] = []
        self._places = 0

    def delay(self, seconds: int, types: Sequence[str]) -> None:
        """Hold back what comes from now on of these types; the latest word counts."""
        with self._lock:
            earlier = [] if "*" in types else self._delays
            self._delays = [(tuple(types), seconds), *earlier]

    def add(self, event: Resource, endpoint_ids: Sequence[str]) -> None:
        """Put a new event in line for each of these endpoints."""
        with self._lock:
            ready = event["created"] + self._delay_of(event["type"])
            for endpoint_id in endpoint_ids:
                self._places += 1
                self._put(PendingWebhook(self._places, event["id"], event["type"], endpoint_id, ready, due=ready))

    def _delay_of(self, kind: str) -> int:
        matching = (seconds for types, seconds in self._delays if any(fnmatchcase(kind, one) for one in types))
        return next(matching, 0)

    def put_back(self, waiting: Iterable[PendingWebhook]) -> None:
        """Put what was taken back into its place."""
        with self._lock:
            for one in waiting:
                self._put(one)

    def _put(self, one: PendingWebhook) -> None:
        self._waiting[one.key] = one
        self._by_event.setdefault(one.event_id, set()).add(one.key)
        if one.due is not None:
            heappush(self._by_due, (one.due, one.place, one.key))

    @property
    def pending(self) -> list[PendingWebhook]:
        """What waits, oldest first."""
        with self._lock:
            return _by_age(self._waiting.values())

    def take(self, event_ids: Sequence[str] | None = None, *, now: int | None = None) -> list[PendingWebhook]:
        """Take all that waits out of line, or all of these events, in that order.

        With `now` what is held back beyond it stays. ValueError if nothing is there to take for an event.
        """
        with self._lock:
            if event_ids is None:
                return [self._pop(one.key) for one in _by_age(self._ready(self._waiting, now))]
            found = {one: _by_age(self._ready(self._by_event.get(one, ()), now)) for one in event_ids}
            absent = [event_id for event_id, waiting in found.items() if not waiting]
            if absent:
                raise ValueError(f"no webhook waits for {', '.join(absent)}")
            return [self._pop(one.key) for waiting in found.values() for one in waiting]

    def forget(self, endpoint_id: str) -> None:
        """Lose what waits for an endpoint."""
        with self._lock:
            for key in [key for key in self._waiting if key[1] == endpoint_id]:
                self._pop(key)

    def clear(self) -> None:
        """Lose all that waits, and end all delays."""
        with self._lock:
            self._waiting, self._by_event, self._by_due, self._delays = {}, {}, [], []

    def _ready(self, keys: Iterable[Key], now: int | None) -> list[PendingWebhook]:
        waiting = (self._waiting[key] for key in keys)
        return [one for one in waiting if now is None or one.ready <= now]

    def take_due(self, now: int) -> list[PendingWebhook]:
        """Take what has fallen due, in the order in which it did."""
        taken = []
        with self._lock:
            while (due := self._next()) is not None and due <= now:
                taken.append(self._pop(heappop(self._by_due)[2]))
        return taken

    def next_due(self) -> int | None:
        """When the next falls due, or None."""
        with self._lock:
            return self._next()

    def _next(self) -> int | None:
        # What has left the line since stays in the heap, until it comes to the top or there is too much of it.
        while self._by_due and not self._counts(self._by_due[0]):
            heappop(self._by_due)
        return self._by_due[0][0] if self._by_due else None

    def _counts(self, entry: tuple[int, int, Key]) -> bool:
        waiting = self._waiting.get(entry[2])
        return waiting is not None and waiting.due == entry[0]

    def _pop(self, key: Key) -> PendingWebhook:
        one = self._waiting.pop(key)
        of_event = self._by_event[one.event_id]
        of_event.discard(key)
        if not of_event:
            del self._by_event[one.event_id]
        if len(self._by_due) > 2 * len(self._waiting) + _SLACK:
            self._by_due = [entry for entry in self._by_due if self._counts(entry)]
            heapify(self._by_due)
        return one


def _by_age(waiting: Iterable[PendingWebhook]) -> list[PendingWebhook]:
    return sorted(waiting, key=lambda one: one.place)
