"""How often somebody may try to pay: thieves test stolen cards by the hundred, customers try a few times."""

from __future__ import annotations

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter

WAIT_SECONDS = 600  # what a browser that tried too often is told to wait

# By the first word of what is counted. A page asks twice for each try: when it loads, and when its button is pressed.
RATES: dict[str, RateLimitItem] = {
    "order": RateLimitItemPerMinute(20, 10),
    "customer": RateLimitItemPerHour(40),
    "address": RateLimitItemPerHour(60),
}


class Attempts:
    """Counts in one process's memory; give it `limits`' Redis storage where there are several."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())

    def may_try(self, who: str, /) -> bool:
        """Count a try of "order:…", "customer:…" or "address:…", and say whether it is one too many."""
        return self._limiter.hit(RATES[who.partition(":")[0]], who)
