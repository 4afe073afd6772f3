"""How often somebody may try to pay: thieves test stolen cards by the hundred, customers try a few times."""

from __future__ import annotations

from contextlib import suppress

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from gulf_payments import Order, OrderLocked, Payments, TransitionRefused

WAIT_SECONDS = 600  # what a browser that tried too often is told to wait

# By the first word of what is counted. A page asks twice for each try: when it loads, and when its button is pressed.
RATES: dict[str, RateLimitItem] = {
    "order": RateLimitItemPerMinute(20, 10),
    "customer": RateLimitItemPerHour(100),
    "address": RateLimitItemPerHour(300),  # mobile networks give many customers one address
}


MOST_DECLINES = 10  # of one order; whoever has its secret can try cards without asking the shop


def close_if_tested(payments: Payments, order: Order) -> None:
    """Close an order, and its PaymentIntent, on which too many cards were declined: that is no customer."""
    if sum(payment.attempts for payment in order.payments) >= MOST_DECLINES:
        with suppress(OrderLocked, TransitionRefused):  # paid after all
            payments.cancel(order.id, reason="too_many_declines", actor="shop")


class Attempts:
    """Counts in one process's memory; give it `limits`' Redis storage where there are several."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())

    def may_try(self, who: str, /) -> bool:
        """Count a try of "order:…", "customer:…" or "address:…", and say whether it is one too many."""
        return self._limiter.hit(RATES[who.partition(":")[0]], who)
