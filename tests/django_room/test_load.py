"""The Django webhook under load on PostgreSQL: nothing is lost, doubled or stuck."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.django_load import bombarded, required

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.databases import Postgres


def test_hundreds_of_shuffled_events_from_two_processes(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> None:
    """Forty paid orders, each event twice in any order, workers beside: each confirmed, shipped and mailed once."""
    with django_db_blocker.unblock():
        outcome = bombarded(postgres, "DjangoStore", orders=40)
    assert outcome.posts >= 300
    assert outcome.answers == {200: outcome.posts}
    assert (outcome.unpaid, outcome.lost, outcome.doubled, outcome.stuck) == (0, 0, 0, 0)
    for wrong in ({"lost": 1}, {"doubled": 1}, {"stuck": 1}, {"unpaid": 1}, {"answers": {200: 1, 503: 1}}):
        with pytest.raises(RuntimeError, match="lost, doubled, stuck or refused"):
            required(replace(outcome, **wrong))
