"""What a store must keep when threads meet: one `check_*` for each promise about waiting and locking.

Threads are real: give a store that threads may share. Where one must wait, the check allows it a fifth of a second to
go on wrongly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event
from typing import ParamSpec, TypeVar

from gulf_payments.ports import Key, Seen, Storage
from gulf_payments.testing.contracts.samples import NOON, Bench, Undone

P = ParamSpec("P")
T = TypeVar("T")
WAIT_SECONDS = 10  # until a thread that should go on counts as stuck
PAUSE_SECONDS = 0.2  # in which a thread that should wait would have gone on


@contextmanager
def _elsewhere(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[Future[T]]:
    """Run `work` in a thread beside the block."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work, *args, **kwargs)


def check_an_event_waits_for_its_twin(store: Storage) -> None:
    """While one transaction records an event, its twin waits; it is new to the twin only if the first rolled back."""
    for rolled_back in (False, True):
        bench = Bench(store)
        inside, leave = Event(), Event()
        with _elsewhere(_hold_event, bench, inside, leave, Undone() if rolled_back else None):
            assert inside.wait(WAIT_SECONDS), "the first transaction did not start"
            with _elsewhere(bench.saw, "evt_1") as twin:
                time.sleep(PAUSE_SECONDS)
                early = twin.done()
                leave.set()
                known = twin.result(WAIT_SECONDS)
        assert not early, "the twin went on before the first transaction ended"
        assert known is not rolled_back, "the twin must learn how the first transaction ended"


def _hold_event(bench: Bench, inside: Event, leave: Event, failure: Exception | None) -> None:
    with suppress(Undone), bench.store.begin(bench.scope, now=NOON) as transaction:
        transaction.first_sight(Seen(event_id="evt_1", type="payment_intent.succeeded"))
        inside.set()
        leave.wait(WAIT_SECONDS)
        if failure is not None:
            raise failure


def check_one_event_many_threads(store: Storage) -> None:
    """Of one event delivered forty times to eight threads at once, exactly one delivery is the first."""
    bench = Bench(store)
    with ThreadPoolExecutor(8) as pool:
        known = list(pool.map(lambda _: bench.saw("evt_1"), range(40)))
    assert known.count(False) == 1, f"the event was new {known.count(False)} times"


def check_a_lock_lasts_to_the_end(store: Storage) -> None:
    """Who locks an order that is locked waits until that transaction ends, and then reads what it wrote."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    inside, leave = Event(), Event()
    with _elsewhere(_hold_order, bench, inside, leave):
        assert inside.wait(WAIT_SECONDS), "the first transaction did not start"
        with _elsewhere(_announced_by_intent, bench) as second:
            time.sleep(PAUSE_SECONDS)
            early = second.done()
            leave.set()
            announced = second.result(WAIT_SECONDS)
    assert not early, "the lock was released before its transaction ended"
    assert announced == {"first"}, "the second transaction read what was there before the first one ended"


def _hold_order(bench: Bench, inside: Event, leave: Event) -> None:
    with bench.store.begin(bench.scope, now=NOON) as transaction:
        dossier = transaction.lock(Key("order", "1"))
        assert dossier is not None, "order 1 was placed"
        inside.set()
        leave.wait(WAIT_SECONDS)
        transaction.save(replace(dossier, announced=frozenset({"first"})))


def _announced_by_intent(bench: Bench) -> frozenset[str]:
    with bench.store.begin(bench.scope, now=NOON) as transaction:
        dossier = transaction.lock(Key("intent", "pi_1"))
    assert dossier is not None, "pi_1 belongs to order 1"
    return dossier.announced


def check_no_update_is_lost(store: Storage) -> None:
    """Four threads that each lock, change and save one order ten times leave all forty changes."""
    bench = Bench(store)
    bench.place("1")
    keys = [f"{thread}:{turn}" for turn in range(10) for thread in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: bench.announce("1", key), keys))
    lost = set(keys) - bench.announced("1")
    assert not lost, f"{len(lost)} of {len(keys)} changes were lost"


RACE_CHECKS: tuple[Callable[[Storage], None], ...] = (
    check_an_event_waits_for_its_twin,
    check_one_event_many_threads,
    check_a_lock_lasts_to_the_end,
    check_no_update_is_lost,
)
