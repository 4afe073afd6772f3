"""All benchmarks by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from benchmarks import databases, django_load, events, fake, imports, law, mails, webhooks
from benchmarks.figures import Report


class Benchmark(NamedTuple):
    """One benchmark: what measures it in a number of rounds, and how many rounds give a steady median."""

    measure: Callable[[int], Report]
    rounds: int


BENCHMARKS: Mapping[str, Benchmark] = {
    "events": Benchmark(events.measure, 150),
    "webhook-sqlite": Benchmark(partial(webhooks.measure, databases.sqlite), 200),
    "webhook-postgresql": Benchmark(partial(webhooks.measure, databases.postgresql), 200),
    "django-load": Benchmark(django_load.measure, 3),
    "law": Benchmark(law.measure, 200),
    "imports": Benchmark(imports.measure, 25),
    "fake": Benchmark(fake.measure, 200),
    "mail": Benchmark(mails.measure, 60),
}
"""In the order in which they run; with these rounds all of them take a minute on a small machine."""
