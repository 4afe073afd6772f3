"""Answers that a face makes itself, where no request reached the core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.encoding import encoded


def json_answer(status: int, value: Mapping[str, Any], **headers: str) -> Answer:
    """A JSON answer; underscores in the names of headers stand for dashes."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return status, {"content-type": "application/json", **named}, encoded(value)


def refusal(error: ApiError, **headers: str) -> Answer:
    """An error as Stripe writes it, without the links that only a logged request has."""
    return json_answer(error.status, {"error": dict(sorted(error.members.items()))}, **headers)
