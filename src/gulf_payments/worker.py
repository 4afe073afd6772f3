"""The worker: passes of the outbox until it is told to stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

from gulf_payments.errors import StoreUnavailable
from gulf_payments.outbox import Delivered
from gulf_payments.payments import Payments

REPORT_EVERY_SECONDS = 60
STORE_AWAY_SECONDS = 1.0  # between two tries at a store that is away
FORGOTTEN = "was it renamed, or does nothing here import it? (gulf-payments worker loads what --app names)"


def stop_on_signals() -> threading.Event:
    """An event that is set by SIGTERM or SIGINT: the work in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def work(
    payments: Payments,
    *,
    stop: threading.Event,
    idle_seconds: float,
    report: Callable[[str], None],
    between: Callable[[], object] = lambda: None,
) -> None:
    """Deliver effects until `stop` is set; sleep `idle_seconds` when nothing is due. A busy database is waited for.

    `between` is called before each pass: where a framework lets go of its dead connections.
    """
    reported = float("-inf")
    while not stop.is_set():
        between()
        try:
            if time.monotonic() - reported >= REPORT_EVERY_SECONDS:
                _report_unloaded(payments, report)
                reported = time.monotonic()
            delivered = payments.deliver_effects(limit=100)
        except StoreUnavailable as trouble:
            report(f"the store is away, and is waited for: {trouble}")
            stop.wait(max(idle_seconds, STORE_AWAY_SECONDS))
            continue
        if delivered.total:
            report(summary(delivered))
        else:
            stop.wait(idle_seconds)


def summary(delivered: Delivered) -> str:
    """One pass of the outbox in one line."""
    return f"{delivered.done} done, {delivered.skipped} skipped, {delivered.retry} to retry, {delivered.dead} dead"


def _report_unloaded(payments: Payments, report: Callable[[str], None]) -> None:
    for name in payments.unloaded_subscribers():
        report(f"deliveries wait for {name!r}, which this worker does not load: {FORGOTTEN}")
