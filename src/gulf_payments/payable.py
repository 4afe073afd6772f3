"""Whether an order can be amended or paid now, and which of its payments that would use. Pure."""

from __future__ import annotations

from datetime import timedelta

from gulf_payments import machine
from gulf_payments.errors import OrderLocked, TransitionRefused
from gulf_payments.machine import Dossier, Expected, Facts, OrderStatus, PaymentStatus, Reading

KEY_LIFETIME = timedelta(hours=23)  # Stripe forgets an idempotency key after 24: past this a row is never sent again


def must_be_amendable(dossier: Dossier) -> None:
    """Raise TransitionRefused for an order that is or is being cancelled, OrderLocked with money in or on its way."""
    status = machine.read(dossier).status
    if status is OrderStatus.CANCELED or is_closing(dossier):
        why = "canceled" if status is OrderStatus.CANCELED else "being_canceled"
        said = f"order {dossier.order_id} is {why.replace('_', ' ')}; place a new one"
        raise TransitionRefused(said, why=why, subject_id=dossier.order_id)
    if status not in (OrderStatus.PENDING, OrderStatus.ACCEPTED):
        raise OrderLocked(
            f"order {dossier.order_id} is {status}: money is in or on its way, so it can no longer change",
            subject_id=dossier.order_id,
        )


def must_be_payable(dossier: Dossier, reading: Reading, *, now: int) -> None:
    """Raise TransitionRefused if no payment may be started at `now` (epoch seconds); its `why` says why."""
    why = unpayable(dossier, reading, now=now)
    if why:
        raise TransitionRefused(
            f"order {dossier.order_id} cannot be paid now: {why.replace('_', ' ')}",
            why=why,
            subject_id=dossier.order_id,
        )


def unpayable(dossier: Dossier, reading: Reading, *, now: int) -> str:
    """Why no payment may be started, in one word; empty if one may. An accepted order never runs out of time."""
    rules = (
        (reading.status is OrderStatus.CANCELED, "canceled"),
        (reading.gross > 0, "already_paid"),
        (reading.status is OrderStatus.REVIEW, "in_review"),
        (reading.status is OrderStatus.PROCESSING, "processing"),
        (reading.status is OrderStatus.AUTHORIZED, "authorized"),
        (is_closing(dossier), "being_canceled"),
        (dossier.facts.accepted is None and is_over(dossier, now=now), "expired"),
    )
    return next((why for holds, why in rules if holds), "")


def is_closing(dossier: Dossier) -> bool:
    """Whether somebody wants the order closed, and Stripe has not yet decided between that and money."""
    cancel = dossier.facts.cancel
    return cancel is not None and not (cancel.agreed or cancel.refused)


def is_over(dossier: Dossier, *, now: int) -> bool:
    """Whether the order's time has run out."""
    terms = dossier.facts.terms
    return terms is not None and 0 < terms.expires_at <= now


def asked_for(dossier: Dossier) -> Expected:
    """What a payment of the order must ask for today."""
    terms = dossier.facts.terms
    assert terms is not None, "a dossier is stored together with its order"
    return Expected(terms.total, terms.currency)


def reusable(dossier: Dossier, reading: Reading, request: str, *, now: int) -> str | None:
    """The open payment that asks for exactly this; one that Stripe never answered only while its key lives."""
    fresh = now - int(KEY_LIFETIME.total_seconds())
    fitting = [
        (payment.created, key)
        for key, payment in dossier.facts.payments.items()
        if payment.expected == asked_for(dossier)
        and payment.request == request
        and not (payment.retired or payment.ok or reading.accounts[key].sums.gross)
        and reading.accounts[key].status is not PaymentStatus.CANCELED
        and (payment.intent or payment.created > fresh)
    ]
    return max(fitting)[1] if fitting else None


def retiring(dossier: Dossier, *, but: str | None) -> Facts:
    """The news that every payment but one is no longer to be paid."""
    payments = dossier.facts.payments.items()
    retired = machine.Payment(retired=True)
    return Facts(payments={key: retired for key, payment in payments if key != but and not payment.retired})


def superseded(dossier: Dossier) -> tuple[str, ...]:
    """The PaymentIntents that could still be paid and must not be; one that succeeded is beyond that."""
    payments = dossier.facts.payments.values()
    return tuple(payment.intent for payment in payments if payment.retired and is_open(payment))


def is_open(payment: machine.Payment) -> bool:
    """Whether Stripe has it and, as far as we know, it has not come to its end there."""
    return bool(payment.intent) and not (payment.canceled or payment.ok)
