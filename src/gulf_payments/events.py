"""What a shop can subscribe to with `@payments.on(Event, name=...)`.

Each event names its effect (`key`, unique for ever: use it to recognise a repetition) and carries the order as it
stands when the event is performed. An event is recorded once, in the transaction that made it due, and performed until
it succeeds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gulf_payments.machine import Kind
from gulf_payments.orders import Order, Payment, Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. `kind` of a class is its name; `recorded_at` is when it became due."""

    key: str
    order: Order
    recorded_at: datetime

    @property
    def order_id(self) -> str:
        """The shop's own key of the order."""
        return self.order.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """An event about one payment of the order; None when money came from outside Stripe."""

    payment: Payment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConfirmed(PaymentEvent):
    """The order is paid, in full and rightly: fulfil it, take the stock, empty `order.cart` at its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAuthorized(PaymentEvent):
    """The money is held on the card; `capture` it before the authorisation lapses (seven days by default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccepted(Event):
    """The order was taken without money yet; `method` tells how it will be paid."""

    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled(Event):
    """The order is closed and nothing was paid: release the stock. `reason` is `expired` when its time ran out."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNeedsReview(Event):
    """Do not ship: something contradicts. `resolve(flag, object_id, ...)` is a person's way out."""

    flag: str
    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """One attempt was declined or failed; the order stays payable, and the same payment can be tried again."""

    attempt_id: str = ""
    decline_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRetryDue(PaymentEvent):
    """A quarter of an hour after a failed attempt the order is still unpaid: invite the customer back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundIssued(PaymentEvent):
    """A refund is on its way to the customer (pending or succeeded)."""

    refund: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(PaymentEvent):
    """A refund came back: the money is in the shop's balance and the customer must be paid another way.

    `customer_was_told` says whether RefundIssued went out before.
    """

    refund: Refund
    customer_was_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(PaymentEvent):
    """A customer disputes a charge (or asks about it): hold unshipped goods, answer before `due_by`."""

    dispute_id: str
    reason: str = ""
    due_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed(PaymentEvent):
    """A dispute ended: `outcome` is won, lost, warning_closed or prevented."""

    dispute_id: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised:
    """Something needs a person's eye: `flag` about `object_id`. `order` is None for what belongs to no order."""

    key: str
    flag: str
    object_id: str
    recorded_at: datetime
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """A verified Stripe event as it came, for subscribers of `on_stripe`. `data` is the event's whole JSON."""

    id: str
    type: str
    created: datetime
    data: dict[str, Any] = field(repr=False)

    @classmethod
    def from_body(cls, body: str) -> StripeEvent:
        """Read back the stored JSON of a verified event."""
        data = json.loads(body)
        created = data["created"]
        at = datetime.fromtimestamp(created, UTC) if isinstance(created, int) else datetime.fromisoformat(created)
        return cls(id=data["id"], type=data["type"], created=at, data=data)


PUBLIC = (
    AlertRaised, DisputeClosed, DisputeOpened, OrderAccepted, OrderAuthorized, OrderCanceled, OrderConfirmed,
    OrderNeedsReview, PaymentFailed, PaymentRetryDue, RefundFailed, RefundIssued,
)  # fmt: skip
"""Every class that can be subscribed to; each is named by its Kind."""

BY_KIND: dict[Kind, type[Event | AlertRaised]] = {Kind(event.__name__): event for event in PUBLIC}
