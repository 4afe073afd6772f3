"""The worker's loop."""

from __future__ import annotations

import threading

from gulf_payments import StoreUnavailable
from gulf_payments.outbox import Delivered
from gulf_payments.worker import work
from tests.shops import Shop


def test_a_database_that_is_away_is_waited_for() -> None:
    """The database is gone at the start and comes back: the worker says so, waits, and goes on."""
    shop, stop, said = Shop(), threading.Event(), list[str]()
    answers = [StoreUnavailable("restarting"), StoreUnavailable("restarting"), None]

    class Flaky:
        """A shop whose store is away twice."""

        def unloaded_subscribers(self) -> tuple[str, ...]:
            """Fail while the store is away."""
            trouble = answers.pop(0)
            if trouble:
                raise trouble
            return ("forgotten",)

        def deliver_effects(self, *, limit: int) -> Delivered:
            """Stop the loop once work is done."""
            stop.set()
            return shop.payments.deliver_effects(limit=limit)

    work(Flaky(), stop=stop, idle_seconds=0.0, report=said.append)  # type: ignore[arg-type]
    assert [line.partition(",")[0] for line in said] == [
        "the store is away",
        "the store is away",
        "deliveries wait for 'forgotten'",
    ]
