"""What a handler gets: one request, authenticated, routed and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gulf_payments.testing.fake_stripe.account import Account
from gulf_payments.testing.fake_stripe.tables import Resource


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `target` is the id in the path, `from_browser` says it came with a publishable key."""

    account: Account
    params: Mapping[str, Any]
    target: str = ""
    from_browser: bool = False


Handler = Callable[[Call], Resource]
"""Carries out one call and answers the object or list; raises ApiError for every other answer."""
