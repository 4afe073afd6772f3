"""Idempotency keys: the first answer is given again for as long as its key lives.

A key lives 24 hours; after that the same key is a new request. Sources: docs.stripe.com/api/idempotent_requests.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.form import Decoded

LIFETIME_SECONDS = 24 * 60 * 60
_LONGEST_KEY = 255


class Reply(NamedTuple):
    """An answer before it becomes bytes. `executed`: the endpoint had begun to work, so it is worth keeping."""

    status: int
    value: Any
    request_id: str
    executed: bool = True


class _Kept(NamedTuple):
    at: int
    asked: tuple[str, str, Decoded]
    reply: Reply


class IdempotencyKeys:
    """The answers kept in one mode."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def find(self, key: str, asked: tuple[str, str, Decoded], *, now: int) -> Reply | None:
        """The answer this key got before, or None; ApiError if it was used for something else."""
        if len(key) > _LONGEST_KEY:
            message = f"Idempotency keys can be at most {_LONGEST_KEY} characters long; yours has {len(key)}."
            raise ApiError(message, kind="idempotency_error")
        self._forget(now)
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.asked != asked:
            raise _mismatch(key, kept, asked)
        return kept.reply

    def keep(self, key: str, asked: tuple[str, str, Decoded], reply: Reply, *, now: int) -> None:
        """Remember an answer for its key."""
        self._kept[key] = _Kept(now, asked, reply)

    def _forget(self, now: int) -> None:
        # Insertion order is order of age, so only what has expired is looked at.
        while self._kept and now - next(iter(self._kept.values())).at >= LIFETIME_SECONDS:
            self._kept.popitem(last=False)


def _mismatch(key: str, kept: _Kept, asked: tuple[str, str, Decoded]) -> ApiError:
    what = "parameters" if kept.asked[:2] == asked[:2] else "endpoint"
    return ApiError(
        f"Keys for idempotent requests can only be used with the same {what} they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )
