"""When Stripe tries again what an endpoint did not take: after a while, then twice as long, and so on for three days.

Stripe tells that it backs off exponentially over up to three days, not by which steps; these are the fake's.
"""

from __future__ import annotations

FIRST_SECONDS = 5 * 60
LONGEST_SECONDS = 12 * 60 * 60
GIVE_UP_SECONDS = 3 * 24 * 60 * 60
_MOST_DOUBLINGS = 10


def due_again(attempts: int, *, ready: int, now: int, first_seconds: int) -> int | None:
    """The second of the next attempt after so many, for what could first be sent at `ready`; None: no more."""
    wait = min(first_seconds * 2 ** min(attempts - 1, _MOST_DOUBLINGS), LONGEST_SECONDS)
    return now + wait if now + wait <= ready + GIVE_UP_SECONDS else None
