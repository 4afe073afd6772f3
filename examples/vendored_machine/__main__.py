"""An order is declined, paid, and refunded in part; then the same news comes in every other order, each piece twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Any

from .machine import read
from .orders import Orders

INTENT = {
    "object": "payment_intent",
    "id": "pi_1",
    "amount": 32500,
    "currency": "sar",
    "metadata": {"order_id": "1017"},
}
DECLINE = {"code": "card_declined", "decline_code": "insufficient_funds"}
REFUND = {
    "object": "refund",
    "id": "re_1",
    "payment_intent": "pi_1",
    "charge": "ch_1",
    "amount": 5000,
    "currency": "sar",
}
NEWS: tuple[tuple[str, dict[str, Any]], ...] = (  # Stripe's objects, cut down to what is read
    ("payment_intent.created", INTENT),
    ("payment_intent.payment_failed", INTENT | {"last_payment_error": DECLINE}),
    ("payment_intent.succeeded", INTENT | {"amount_received": 32500}),
    ("refund.created", REFUND | {"status": "pending"}),
    ("refund.updated", REFUND | {"status": "succeeded"}),
)
EVENTS: tuple[Mapping[str, Any], ...] = tuple(
    {"id": f"evt_{at}", "type": kind, "created": at, "data": {"object": about}} for at, (kind, about) in enumerate(NEWS)
)


def played(events: Iterable[Mapping[str, Any]], *, aloud: bool = False) -> tuple[Any, list[str]]:
    """Play the events to a new shop; return the facts it ends with, and the kinds of what was done."""
    orders, done = Orders(":memory:"), []

    def do(kind: str, number: str, detail: str) -> None:
        done.append(kind)
        if aloud:
            print(f"    {kind}: order {number} {detail}".rstrip())

    orders.place("1017", 32500, "sar", "pi_1", now=0)
    for event in events:
        orders.hear(event, now=event["created"])
        if aloud:
            print(event["type"], "->", read(orders.dossier("1017")).status)
        orders.perform(do, now=event["created"])
    facts = orders.dossier("1017").facts
    orders.close()
    return facts, done


if __name__ == "__main__":
    facts, _ = played(EVENTS, aloud=True)
    others = [played(twice * 2) for twice in permutations(EVENTS)]
    assert all(ended == facts and done.count("OrderConfirmed") == 1 for ended, done in others)
    print(f"{len(others)} orders of arrival, every event twice: the same facts, and confirmed once")
