"""Taking turns: every contender runs once in each round, so that a noisy moment of the machine hits them all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat as repeated
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import NamedTuple

Work = Callable[[], object]

WARM_UP_ROUNDS = 10  # the driver of PostgreSQL prepares a statement when it is executed for the sixth time


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds that each contender's work took, round by round."""

    seconds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """The contender's median, in seconds."""
        return median(self.seconds[name])

    def ratio(self, name: str, *, to: str) -> float:
        """How many times as long as another it took: the median of the rounds' ratios."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(one / other for one, other in pairs)


class Race(NamedTuple):
    """Two readings of one race.

    `wall` is what a customer waits, disk and server included. `processor` is what this process and its children
    computed: it says the same on a busy machine, and is the one to compare where nothing is waited for.
    """

    wall: Times
    processor: Times


def race(
    contenders: Mapping[str, Iterator[Work]], *, rounds: int, repeat: int = 1, warm_up: int = WARM_UP_ROUNDS
) -> Race:
    """Let the contenders take turns for `warm_up` uncounted rounds and then `rounds` counted ones.

    In each round a contender gives its next work, which is done `repeat` times: above 1 for what takes microseconds,
    1 for work that can be done only once. Every second round goes backwards, so that none always follows the same.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    with _settled_heap():
        for turn in range(warm_up + rounds):
            for name in list(contenders)[:: -1 if turn % 2 else 1]:
                taken[name].append(_timed(next(contenders[name]), repeat))
    counted = {name: list(zip(*readings[warm_up:], strict=True)) for name, readings in taken.items()}
    return Race(*(Times({name: both[clock] for name, both in counted.items()}) for clock in (0, 1)))


def steady(works: Mapping[str, Work]) -> dict[str, Iterator[Work]]:
    """Contenders that do the same work in every round."""
    return {name: repeated(work) for name, work in works.items()}


def _timed(work: Work, repeat: int) -> tuple[float, float]:
    """The seconds of one work, waited and computed. What is repeated is done once before, to find its caches warm."""
    if repeat > 1:
        work()
    computed, started = _computed(), perf_counter()
    for _ in range(repeat):
        work()
    waited = perf_counter() - started
    return waited / repeat, (_computed() - computed) / repeat


def _computed() -> float:
    used = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


@contextmanager
def _settled_heap() -> Iterator[None]:
    """Keep the collector on, for garbage is part of the cost, but spare it what was prepared for the race."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
