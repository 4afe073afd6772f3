"""Time for the fake: a clock that moves only when it is told to, and one that also runs by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

Clock = Callable[[], datetime]
"""Anything that answers the present moment as an aware UTC datetime."""


class ControllableClock:
    """A clock that stands still until it is moved, and moves forward only.

    It starts at the present moment, so that signatures made by it are also accepted by code that reads the
    system's clock; pass `start` for a run that repeats to the second. Share one with the shop under test.
    """

    def __init__(self, start: datetime | None = None) -> None:
        moment = datetime.now(UTC).replace(microsecond=0) if start is None else start
        if moment.tzinfo is None:
            raise ValueError("the clock's start must be an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC)")
        self._now = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self._now

    def __repr__(self) -> str:
        return f"ControllableClock({self._now.isoformat()})"

    def advance(self, delta: timedelta) -> datetime:
        """Move on by `delta`; the new moment is returned. ValueError if it is negative."""
        return self.move_to(self._now + delta)

    def move_to(self, moment: datetime) -> datetime:
        """Move on to `moment`; ValueError if it lies in the past."""
        if moment < self._now:
            raise ValueError(f"a clock cannot go back from {self._now.isoformat()} to {moment.isoformat()}")
        self._now = moment.astimezone(UTC)
        return self._now


class RunningClock(ControllableClock):
    """A clock that runs on by itself, with the system's, and can be moved ahead of it: for a server. Thread-safe."""

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__(start)
        self._ahead = timedelta() if start is None else self._now - datetime.now(UTC)
        self._lock = Lock()

    def __call__(self) -> datetime:
        """The moment it shows."""
        return datetime.now(UTC) + self._ahead

    def __repr__(self) -> str:
        return f"RunningClock(at {self().isoformat()})"

    def advance(self, delta: timedelta) -> datetime:
        """Move on by `delta`; the new moment is returned. ValueError if it is negative."""
        if delta < timedelta():
            raise ValueError(f"a clock cannot go back by {-delta}")
        return self.move_to(self() + delta)

    def move_to(self, moment: datetime) -> datetime:
        """Move on to `moment`; if it has passed that by itself, it stays where it is."""
        with self._lock:
            self._ahead += max(timedelta(), moment - self())
        return self()


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as Stripe writes time."""
    return int(moment.timestamp())
