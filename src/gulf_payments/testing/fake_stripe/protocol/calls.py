"""What a handler gets, and the row of the route table that brings it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource


class Call(NamedTuple):
    """One request, authenticated, routed and read.

    `ids` are the ids in the path from left to right; `from_browser` says it came with a publishable key.
    """

    account: Account
    params: Mapping[str, Any]
    ids: tuple[str, ...] = ()
    from_browser: bool = False

    @property
    def target(self) -> str:
        """The id of the object that the path is about: the last one."""
        return self.ids[-1]


Handler = Callable[[Call], Resource]
"""Carries out one call and answers the object or list; raises ApiError for every other answer."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route; `{…}` in the pattern stands for an id.

    `answers` is the kind of object that comes back, or `list of` it; `browser`: open to a publishable key.
    """

    method: str
    pattern: str
    handler: Handler
    accepts: Accepts
    answers: str
    browser: bool = False
