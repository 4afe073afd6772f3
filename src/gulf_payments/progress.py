"""What an order's customer is told of it: one state, one sentence, and whether paying is offered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.orders import Order, Payment


class State(StrEnum):
    """What an order is for its customer; staff see more (`OrderStatus`)."""

    READY = "ready"  # waits for the customer to pay
    FAILED = "failed"  # the last try came to nothing; another may be made
    PROCESSING = "processing"  # money is on its way, or somebody looks at it
    PAID = "paid"
    ACCEPTED = "accepted"  # taken without money yet: it is paid on delivery
    CLOSED = "closed"  # cancelled, or out of time
    REFUNDED = "refunded"  # the money went back, wholly or in part


@dataclass(frozen=True, slots=True)
class Progress:
    """What to tell the customer of an order.

    `message_key` is a key for `customer_message`. `may_pay`: `start_payment` would not refuse. `settled`: nothing more
    will happen by itself, so a page may stop asking. `not_charged`: a try failed, and it is certain that nothing was
    taken by any other.
    """

    state: State
    message_key: str
    may_pay: bool = False
    settled: bool = True
    not_charged: bool = False


_SAID = {
    OrderStatus.CONFIRMED: (State.PAID, "page.paid"),
    OrderStatus.ACCEPTED: (State.ACCEPTED, "page.accepted"),
    OrderStatus.PARTIALLY_REFUNDED: (State.REFUNDED, "page.partially_refunded"),
    OrderStatus.REFUNDED: (State.REFUNDED, "page.refunded"),
    OrderStatus.REVERSED: (State.REFUNDED, "page.refunded"),
    OrderStatus.CANCELED: (State.CLOSED, "page.canceled"),
}
# Whatever else the law says of money reads as being confirmed: an authorisation, a dispute, a flag that staff look at.
_CONFIRMING = (State.PROCESSING, "page.confirming")
_UNDER_WAY = (PaymentStatus.PROCESSING, PaymentStatus.AUTHORIZED)
_PAYABLE = (OrderStatus.PENDING, OrderStatus.ACCEPTED)


def progress_of(order: Order, *, now: datetime | None = None) -> Progress:
    """What an order says to its customer at `now` (the present moment unless given), as the library returned it."""
    over = order.expires_at is not None and order.expires_at <= (now or datetime.now(UTC))
    if order.closing:
        return Progress(State.PROCESSING, "page.checking", settled=False)
    if order.status is OrderStatus.PENDING and not order.paid:
        return _unpaid(order, over=over)
    state, key = _SAID.get(order.status, _CONFIRMING)
    return Progress(
        state,
        "page.session_expired" if state is State.CLOSED and over else key,
        may_pay=order.status in _PAYABLE and not order.paid,
        settled=state is not State.PROCESSING,
    )


def _unpaid(order: Order, *, over: bool) -> Progress:
    """An order that waits for money: out of time, after a failure, or fresh."""
    failure = _failure(order)
    if over:  # not closed yet: a payment made in the last minute may still be told
        return Progress(State.CLOSED, "page.session_expired", settled=False)
    if failure is not None:
        key = f"decline.{failure.failure_message_key}" if failure.failure_message_key else "page.payment_failed"
        return Progress(State.FAILED, key, may_pay=True, not_charged=_nothing_is_in(order))
    return Progress(State.READY, "page.awaiting_payment", may_pay=True, settled=False)


def _failure(order: Order) -> Payment | None:
    """The payment that failed last, if that is how things stand."""
    if order.payment_status is not PaymentStatus.FAILED:
        return None
    failed = [payment for payment in order.payments if payment.status is PaymentStatus.FAILED]
    return max(failed, key=lambda payment: (payment.updated_at is not None, payment.updated_at), default=None)


def _nothing_is_in(order: Order) -> bool:
    """Whether no money is in or on its way by any payment, whatever it was for."""
    return not any(payment.received or payment.status in _UNDER_WAY for payment in order.payments)
