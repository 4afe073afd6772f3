"""What a webhook does to a store: the event seen, the order locked, stepped, saved, its deliveries recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gulf_payments.machine import Facts, step
from gulf_payments.ports import Delivery, Key, Seen, Storage
from gulf_payments.stores.sql import SQLStore
from gulf_payments.testing.contracts.samples import NOON, paid

SEEN = Seen(event_id="evt_1", type="payment_intent.succeeded", order_id="1")
PAID = paid("pay_1", "ch_1")


def receive(store: Storage, scope: str, seen: Seen = SEEN, news: Facts = PAID) -> int | None:
    """Receive one webhook; return how many effects it made due, None for a duplicate."""
    with store.begin(scope, now=NOON) as transaction:
        if not transaction.first_sight(seen):
            return None
        dossier = transaction.lock(Key("intent", "pi_1"))
        assert dossier is not None
        stepped, effects = step(dossier, news)
        deliveries = [
            Delivery(
                scope=scope,
                key=effect.key,
                subscriber="fulfil",
                kind=effect.kind,
                order_id="1",
                recorded_at=NOON,
                due_at=NOON,
            )
            for effect in effects
        ]
        transaction.save(stepped, deliveries)
        return len(deliveries)


def bombard(url: str, scope: str) -> list[int | None]:
    """Deliver the same event a hundred times from eight threads; this runs in a process of its own."""
    store = SQLStore(url)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: receive(store, scope), range(100)))
    store.close()
    return outcomes
