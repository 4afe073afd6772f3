"""What will happen by itself: fees that settle, refunds that fail, authorisations that lapse."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

Job = Callable[[], object]


class Timetable:
    """Jobs by the second they are due, in the order they were planned."""

    def __init__(self) -> None:
        self._jobs: list[tuple[int, int, Job]] = []
        self._order = count()

    def plan(self, due: int, job: Job) -> None:
        """Have `job` done as soon as the clock shows `due` (epoch seconds)."""
        heappush(self._jobs, (due, next(self._order), job))

    def next_due(self) -> int | None:
        """When the next job is due, or None if none is planned."""
        return self._jobs[0][0] if self._jobs else None

    def run(self, now: int) -> None:
        """Do what is due, and what that makes due."""
        while self._jobs and self._jobs[0][0] <= now:
            heappop(self._jobs)[2]()
