"""The `Stripe-Signature` header: a right one, or one of the wrong ones that a receiver must refuse.

It reads `t=<seconds>,v1=<hex>[,v1=<hex>…][,v0=<hex>]`: an HMAC-SHA256 of `<t>.<body>` for each secret, and in test mode
one more under a scheme that means nothing, which receivers ignore. Source: docs.stripe.com/webhooks.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Literal, get_args

Signature = Literal["right", "wrong", "old", "future", "missing"]
"""How a delivery is signed. "old" and "future" lie outside the five minutes that receivers tolerate."""

_TOLERANCE_SECONDS = 300
_SHIFTS = {"old": -2 * _TOLERANCE_SECONDS, "future": 2 * _TOLERANCE_SECONDS}


def check(signature: str) -> None:
    """ValueError for a way of signing that does not exist."""
    if signature not in get_args(Signature):
        raise ValueError(f"no such signature: {signature!r}; there are {', '.join(get_args(Signature))}")


def header(body: bytes, secrets: Sequence[str], *, at: int, signature: Signature = "right", livemode: bool) -> str:
    """The header of a body that is sent at that second; empty if it is to be missing."""
    if signature == "missing":
        return ""
    at += _SHIFTS.get(signature, 0)
    keys = [f"{secret}_of_a_stranger" for secret in secrets] if signature == "wrong" else secrets
    marks = [f"v1={_mac(body, key, at)}" for key in keys]
    if not livemode:
        marks.append(f"v0={_mac(body, f'v0_{keys[0]}', at)}")
    return ",".join([f"t={at}", *marks])


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.digest(secret.encode(), b"%d.%b" % (at, body), "sha256").hex()
