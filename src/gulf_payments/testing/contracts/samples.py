"""Orders, facts and deliveries for the contracts, and a few lines to put them into a store."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gulf_payments.machine import Charge, Dossier, Earliest, Expected, Facts, OrderTerms, Payment, step
from gulf_payments.money import Money
from gulf_payments.orders import Address, Cart, Customer, LineItem, Order
from gulf_payments.ports import Delivery, Key, Seen, Storage


class Undone(Exception):
    """Leaves a transaction as any failure of its caller's would."""


@contextmanager
def raises(kind: type[BaseException], promise: str) -> Iterator[None]:
    """Insist that the block raises; the promise is what was broken if it does not."""
    try:
        yield
    except kind:
        return
    raise AssertionError(promise)


NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOTAL_MINOR = 32_500


def at(seconds: int) -> datetime:
    """An instant so many seconds after the contracts' noon."""
    return NOON + timedelta(seconds=seconds)


def sample_order(order_id: str, **changes: Any) -> Order:  # noqa: ANN401 - fields of Order
    """An order with every part that a store must keep: SAR 325.00 in Arabic, an address, a cart, a lifetime."""
    given: dict[str, Any] = {
        "id": order_id,
        "number": f"GE-{order_id}",
        "customer": Customer(id="7", email="Sara@example.com", name="سارة", phone="+966500000000"),
        "lines": [
            LineItem("عود ملكي", Money("150.00", "SAR"), quantity=2, sku="OUD-1", tax_rate="15"),
            LineItem("Gift wrap 🎁", Money("10.00", "SAR"), url="https://shop.example/wrap?a=1&b=2"),
        ],
        "discount": Money("10.00", "SAR"),
        "shipping": Money("25.00", "SAR"),
        "shipping_tax_rate": "15",
        "shipping_address": Address(name="سارة", street="شارع العليا", city="الرياض", short_address="RRRD2929"),
        "cart": Cart(id="c-1", version=3),
        "expires_in": timedelta(hours=24, microseconds=5),
        "metadata": {"channel": "web", "ملاحظة": "هدية"},
        "url": "https://shop.example/orders/1",
    }
    return Order(**given | changes)


def unpaid(order: Order, *, payment_id: str = "", intent: str = "", placed_at: int = 0) -> Dossier:
    """What is known of a placed order: its terms and, when named, one payment that is bound to a PaymentIntent."""
    placed = int(NOON.timestamp()) + placed_at
    started = Payment(created=placed, expected=Expected(TOTAL_MINOR, "sar"), intent=intent)
    terms = OrderTerms(1, TOTAL_MINOR, "sar", placed, 0)
    return Dossier(order.id, Facts(terms=terms, payments={payment_id: started} if payment_id else {}))


def paid(payment_id: str, charge_id: str) -> Facts:
    """The news that a payment succeeded."""
    charge = Charge(paid=True, captured=TOTAL_MINOR, currency="sar", method="card", last4="4242")
    when = Earliest(int(NOON.timestamp()) + 60)
    return Facts(
        payments={payment_id: Payment(ok=True, received=TOTAL_MINOR, paid_at=when, charges={charge_id: charge})}
    )


@dataclass(frozen=True)
class Bench:
    """A store and a scope of its own, so that checks may share one database."""

    store: Storage
    scope: str = field(default_factory=lambda: f"contract-{uuid.uuid4().hex[:12]}:test")

    def place(
        self,
        order_id: str,
        *,
        payment_id: str = "",
        intent: str = "",
        seconds: int = 0,
        **changes: Any,  # noqa: ANN401
    ) -> Dossier:
        """Place a sample order, with one payment if it is named."""
        order = sample_order(order_id, **changes)
        dossier = unpaid(order, payment_id=payment_id, intent=intent, placed_at=seconds)
        with self.store.begin(self.scope, now=at(seconds)) as transaction:
            transaction.save(dossier, order=order)
        return dossier

    def step(self, key: Key, news: Facts, *, seconds: int = 0) -> Dossier:
        """Lock, step, save: apply news to a stored order."""
        with self.store.begin(self.scope, now=at(seconds)) as transaction:
            dossier = transaction.lock(key)
            assert dossier is not None, f"{key} must find its order"
            stepped, _due = step(dossier, news)
            transaction.save(stepped)
        return stepped

    def announce(self, order_id: str, *keys: str) -> None:
        """Add to what an order has announced: a change that is easy to see."""
        with self.store.begin(self.scope, now=NOON) as transaction:
            dossier = transaction.lock(Key("order", order_id))
            assert dossier is not None, f"order {order_id} must be there"
            transaction.save(replace(dossier, announced=dossier.announced | set(keys)))

    def announced(self, order_id: str) -> frozenset[str]:
        """What an order has announced, as the next transaction reads it."""
        with self.store.begin(self.scope, now=NOON) as transaction:
            dossier = transaction.lock(Key("order", order_id))
        assert dossier is not None, f"order {order_id} must be there"
        return dossier.announced

    def saw(self, event_id: str) -> bool:
        """Whether an event is already recorded; it is recorded afterwards."""
        with self.store.begin(self.scope, now=NOON) as transaction:
            return not transaction.first_sight(Seen(event_id=event_id, type="payment_intent.succeeded"))

    def delivery(self, key: str, subscriber: str = "fulfil", *, due: int = 0, **changes: Any) -> Delivery:  # noqa: ANN401
        """A delivery of this scope, due so many seconds after noon."""
        given: dict[str, Any] = {"kind": "OrderConfirmed", "recorded_at": NOON, "due_at": at(due)}
        return Delivery(scope=self.scope, key=key, subscriber=subscriber, **given | changes)

    def post(self, deliveries: Sequence[Delivery]) -> None:
        """Record deliveries in a transaction of their own."""
        with self.store.begin(self.scope, now=NOON) as transaction:
            transaction.post(deliveries)
