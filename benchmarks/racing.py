"""Taking turns: every contender runs once in each round, so that a noisy moment of the machine hits them all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat as repeated
from statistics import median
from time import perf_counter

Work = Callable[[], object]

WARM_UP_ROUNDS = 10  # the driver of PostgreSQL prepares a statement when it is executed for the sixth time


@dataclass(frozen=True, slots=True)
class Race:
    """The seconds that one piece of work took, for each contender and round."""

    seconds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """The contender's median, in seconds."""
        return median(self.seconds[name])

    def ratio(self, name: str, *, to: str) -> float:
        """How many times as long as another it took: the median of the rounds' ratios."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(one / other for one, other in pairs)


def race(
    contenders: Mapping[str, Iterator[Work]], *, rounds: int, repeat: int = 1, warm_up: int = WARM_UP_ROUNDS
) -> Race:
    """Let the contenders take turns for `warm_up` uncounted rounds and then `rounds` counted ones.

    In each round a contender gives its next work, which is done `repeat` times: above 1 for what takes microseconds,
    1 for work that can be done only once.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    with _settled_heap():
        for _ in range(warm_up + rounds):
            for name, works in contenders.items():
                seconds[name].append(_timed(next(works), repeat) / repeat)
    return Race({name: times[warm_up:] for name, times in seconds.items()})


def steady(works: Mapping[str, Work]) -> dict[str, Iterator[Work]]:
    """Contenders that do the same work in every round."""
    return {name: repeated(work) for name, work in works.items()}


def _timed(work: Work, repeat: int) -> float:
    started = perf_counter()
    for _ in range(repeat):
        work()
    return perf_counter() - started


@contextmanager
def _settled_heap() -> Iterator[None]:
    """Keep the collector on, for garbage is part of the cost, but spare it what was prepared for the race."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
