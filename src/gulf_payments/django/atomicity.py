"""Views that must commit by themselves, and before the answer: those that reach Stripe, and the webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections, transaction

View = TypeVar("View", bound=Callable[..., Any])


def never_atomic(view: View) -> View:
    """Leave every database's ATOMIC_REQUESTS out of a view: `transaction.non_atomic_requests` for each of them."""
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view
