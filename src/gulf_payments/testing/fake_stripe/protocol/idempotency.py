"""Idempotency keys: the first answer is given again for as long as its key lives.

A key lives 24 hours; after that the same key is a new request. Sources: docs.stripe.com/api/idempotent_requests.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.form import Decoded

LIFETIME_SECONDS = 24 * 60 * 60
_LONGEST_KEY = 255


class Reply(NamedTuple):
    """An answer before it becomes bytes. `executed`: the endpoint had begun to work, so it is worth keeping.

    `headers` are those that only this answer has.
    """

    status: int
    value: Any
    request_id: str
    executed: bool = True
    headers: Mapping[str, str] = MappingProxyType({})


class _Kept(NamedTuple):
    at: int
    asked: tuple[str, str, Decoded]
    reply: Reply


class IdempotencyKeys:
    """The answers kept in one mode, and the keys whose request is still under way."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._under_way: set[str] = set()

    def begin(self, key: str) -> bool:
        """Note that a request with this key is under way; False if one is already."""
        if key in self._under_way:
            return False
        self._under_way.add(key)
        return True

    def end(self, key: str) -> None:
        """The request is about to be answered."""
        self._under_way.remove(key)

    def find(self, key: str, asked: tuple[str, str, Decoded], *, now: int) -> Reply | None:
        """The answer this key got before, or None; ApiError if it was used for something else, or is in use."""
        if len(key) > _LONGEST_KEY:
            message = f"Idempotency keys can be at most {_LONGEST_KEY} characters long; yours has {len(key)}."
            raise ApiError(message, kind="idempotency_error")
        if key in self._under_way:
            raise key_in_use(key)
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


def key_in_use(key: str | None) -> ApiError:
    """Another request with this key is under way."""
    return ApiError(
        f"There is currently another in-progress request using this Idempotent Key: {key}. Please try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
        headers={"stripe-should-retry": "true"},
    )


def _mismatch(key: str, kept: _Kept, asked: tuple[str, str, Decoded]) -> ApiError:
    same = "with the same parameters they were first used with"
    if kept.asked[:2] != asked[:2]:
        same = f"for the same endpoint they were first used for ('{asked[1]}' vs '{kept.asked[1]}')"
    return ApiError(
        f"Keys for idempotent requests can only be used {same}. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )
