"""What became of the mails of this process: counters that a page of figures reads, and a line in the log for each."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Literal

from gulf_payments.errors import MailRejected, MailUnavailable
from gulf_payments.mail.message import MailMessage

logger = logging.getLogger("gulf_payments.mail")

Outcome = Literal["sent", "put_off", "rejected", "broken"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many mails of a name came to an outcome, and the seconds that the sender took for them together.

    An outcome is `sent`, `put_off` (the outbox tries again), `rejected` (it never will) or `broken` (an error in the
    sender that is neither).
    """

    name: str
    outcome: Outcome
    count: int
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts from the start of the process, safe to read and write from several threads."""

    _count: Counter[tuple[str, Outcome]] = field(default_factory=Counter, repr=False)
    _seconds: defaultdict[tuple[str, Outcome], float] = field(default_factory=lambda: defaultdict(float), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def rows(self) -> list[Counted]:
        """The counts so far, by name and outcome."""
        with self._lock:
            return [Counted(*key, count, self._seconds[key]) for key, count in sorted(self._count.items())]

    @contextmanager
    def sending(self, message: MailMessage) -> Iterator[None]:
        """Count and log what becomes of a mail; what is raised passes through."""
        started = perf_counter()
        outcome: Outcome = "broken"
        try:
            yield
            outcome = "sent"
        except MailUnavailable:
            outcome = "put_off"
            raise
        except MailRejected:
            outcome = "rejected"
            raise
        finally:
            self._note(message, outcome, perf_counter() - started)

    def _note(self, message: MailMessage, outcome: Outcome, seconds: float) -> None:
        key = (message.name, outcome)
        with self._lock:
            self._count[key] += 1
            self._seconds[key] += seconds
        level = logging.INFO if outcome == "sent" else logging.WARNING
        to = masked(message.recipients)
        logger.log(level, "%s %s to %s: %s in %.3f s", message.name, message.key, to, outcome, seconds)


def masked(addresses: Sequence[str]) -> str:
    """Addresses as a log may hold them: one letter and the domain, enough to find a mail that somebody misses."""
    parts = (address.rpartition("@") for address in addresses)
    return ", ".join(f"{local[:1]}•••@{domain}" for local, _, domain in parts)
