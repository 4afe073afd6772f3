"""Faults that a test asks for: what goes wrong on the way to Stripe and back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, get_args

from gulf_payments.testing.fake_stripe.errors import ApiError

FaultKind = Literal[
    "timeout_before",
    "timeout_after",
    "connection_reset",
    "rate_limit",
    "lock_timeout",
    "conflict",
    "server_error",
]
"""What may go wrong. The effect happens with `timeout_after` alone; `server_error` is kept and replayed."""

LOST_BEFORE = frozenset(("timeout_before", "connection_reset"))
_DOCS = "https://stripe.com/docs/rate-limits"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with the next request that matches."""

    kind: FaultKind
    method: str | None = None
    path_prefix: str = ""

    def concerns(self, method: str, path: str) -> bool:
        """Whether this request is the one."""
        return self.method in {None, method} and path.startswith(self.path_prefix)


class Faults:
    """The faults still to come, each for one request."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, kind: FaultKind, match: tuple[str | None, str] | None, times: int) -> None:
        """Queue a fault; ValueError for a kind that does not exist."""
        if kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {kind!r}; there are {', '.join(get_args(FaultKind))}")
        method, prefix = match or (None, "")
        self._waiting.extend([Fault(kind, method.upper() if method else None, prefix)] * times)

    def take(self, method: str, path: str) -> FaultKind | None:
        """The fault of this request, if one waits for it."""
        for fault in self._waiting:
            if fault.concerns(method, path):
                self._waiting.remove(fault)
                return fault.kind
        return None


def refusal(kind: FaultKind | None, key: str | None) -> ApiError | None:
    """The error answer that a fault stands for; None for those that lose the connection."""
    match kind:
        case "rate_limit":
            message = f"Request rate limit exceeded. Learn more about rate limits here {_DOCS}."
            return ApiError(message, status=429, code="rate_limit")
        case "lock_timeout":
            return ApiError(_LOCKED, status=429, code="lock_timeout")
        case "conflict":
            return ApiError(
                f"There is currently another in-progress request using this Idempotent Key: {key}. "
                "Please try again later.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
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
