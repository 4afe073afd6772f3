"""The worker: passes of the outbox until it is told to stop."""

from __future__ import annotations

import importlib
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gulf_payments.errors import ConfigurationError, StoreUnavailable
from gulf_payments.outbox import Delivered
from gulf_payments.payments import Payments

REPORT_EVERY_SECONDS = 60
STORE_AWAY_SECONDS = 1.0  # between two tries at a store that is away


def load_app(path: str | None) -> Payments:
    """The shop's `Payments` from `module:object`, or from the environment. Raises ConfigurationError."""
    if path is None:
        from gulf_payments.bootstrap import from_env

        return from_env()
    module_name, _, name = path.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        raise ConfigurationError(f"--app {path}: there is no module {missing.name!r} here") from missing
    payments = getattr(module, name, None)
    if not isinstance(payments, Payments):
        raise ConfigurationError(f"--app {path}: {name or 'nothing'!r} in {module_name} is no Payments object")
    return payments


def stop_on_signals() -> threading.Event:
    """An event that is set by SIGTERM or SIGINT: the work in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def work(payments: Payments, *, stop: threading.Event, idle_seconds: float, report: Callable[[str], None]) -> None:
    """Deliver effects until `stop` is set; sleep `idle_seconds` when nothing is due. A busy database is waited for."""
    reported = float("-inf")
    while not stop.is_set():
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
        report(f"deliveries wait for {name!r}, which this worker does not load: start it with the shop's --app")
