"""Faults that a test asks for: what goes wrong on the way to Stripe and back."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Literal, get_args

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.idempotency import key_in_use

FaultKind = Literal[
    "timeout_before",
    "timeout_after",
    "connection_reset",
    "rate_limit",
    "lock_timeout",
    "conflict",
    "server_error",
    "slow",
]
"""What may go wrong. The effect happens with `timeout_after` and `slow`; `server_error` is kept and replayed."""

Match = Sequence[str | None]
"""Which requests are meant: a method, or None for all, and how the path begins."""

TRANSIENT: tuple[FaultKind, ...] = (
    "timeout_before",
    "timeout_after",
    "connection_reset",
    "rate_limit",
    "lock_timeout",
    "conflict",
)
"""What the same request under the same key gets over."""

LOST_BEFORE = frozenset(("timeout_before", "connection_reset"))
_DOCS = "https://stripe.com/docs/rate-limits"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with a request that matches; `seconds` is how long "slow" takes."""

    kind: FaultKind
    method: str | None = None
    path_prefix: str = ""
    seconds: float = 0.0

    def concerns(self, method: str, path: str) -> bool:
        """Whether this request is meant."""
        return self.method in {None, method} and path.startswith(self.path_prefix)


@dataclass(frozen=True, slots=True)
class _Chance:
    share: float
    faults: tuple[Fault, ...]
    random: Random

    def take(self, method: str, path: str) -> Fault | None:
        """One of the faults, if this request is unlucky."""
        if not self.faults[0].concerns(method, path) or self.random.random() >= self.share:
            return None
        return self.random.choice(self.faults)


class Faults:
    """The faults still to come: those that wait for one request, and those that chance brings."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Fault] = deque()
        self._chance: _Chance | None = None

    def add(self, kind: FaultKind, match: Match | None, *, times: int, seconds: float) -> None:
        """Queue a fault; ValueError for a kind that does not exist."""
        fault = _fault(kind, match, seconds)
        with self._lock:
            self._waiting.extend([fault] * times)

    def randomly(
        self, share: float, kinds: Sequence[FaultKind], match: Match | None, *, seconds: float, seed: int
    ) -> None:
        """From now on let that share of requests go wrong, each in one of these ways, as the seed has it."""
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1: {share!r}")
        faults = tuple(_fault(kind, match, seconds) for kind in kinds)
        if not faults:
            raise ValueError("name at least one kind of fault")
        with self._lock:
            self._chance = _Chance(share, faults, Random(seed))  # noqa: S311 - bad luck that can be repeated

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._waiting.clear()
            self._chance = None

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of this request, if there is one."""
        if not self._waiting and self._chance is None:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault.concerns(method, path):
                    self._waiting.remove(fault)
                    return fault
            return None if self._chance is None else self._chance.take(method, path)


def _fault(kind: FaultKind, match: Match | None, seconds: float) -> Fault:
    if kind not in get_args(FaultKind):
        raise ValueError(f"no such fault: {kind!r}; there are {', '.join(get_args(FaultKind))}")
    if not seconds >= 0:
        raise ValueError(f"a request cannot take {seconds!r} seconds")
    method, prefix = match or (None, "")
    return Fault(kind, method.upper() if method else None, prefix or "", seconds if kind == "slow" else 0.0)


def refusal(kind: FaultKind | None, key: str | None) -> ApiError | None:
    """The error answer that a fault stands for; None for those that lose the connection or only take time."""
    match kind:
        case "rate_limit":
            message = f"Request rate limit exceeded. Learn more about rate limits here {_DOCS}."
            limited = {"stripe-rate-limited-reason": "global-rate"}
            return ApiError(message, status=429, code="rate_limit", headers=limited)
        case "lock_timeout":
            return ApiError(_LOCKED, status=429, code="lock_timeout", headers={"stripe-should-retry": "true"})
        case "conflict":
            return key_in_use(key)
        case "server_error":
            return ApiError("An unknown error occurred.", status=500, kind="api_error", began=True)
        case _:
            return None


_LOCKED = (
    "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
    "it. If you see this error intermittently, retry the request. If you see this error frequently and are making "
    "multiple concurrent requests to a single object, make your requests serially or at a lower rate. "
    f"For more details, see {_DOCS}#object-lock-timeouts."
)
