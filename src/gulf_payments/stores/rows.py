"""What a store makes searchable of a dossier: pure functions from its facts to rows.

Nothing here is truth: every value can be derived again from the facts. Amounts are in minor units, currencies upper
case, instants epoch seconds (0 where unknown).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from gulf_payments.errors import InvalidInput
from gulf_payments.machine import Account, Charge, Dossier, Expected, Payment, Reading, read

FINDABLE = ("payment", "intent")  # the kinds of object by whose id a dossier is locked


class Summary(NamedTuple):
    """One order's row: what its facts say of it."""

    status: str
    payment_status: str
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int
    net_minor: int
    refundable_minor: int
    expires_at: int


class ObjectRow(NamedTuple):
    """One id of an order: a payment, its PaymentIntent, or a charge, refund or dispute of it.

    `amount_minor` is what the object is for, `received_minor` and `refunded_minor` what it brought in and gave back.
    A PaymentIntent's row is only a way to its payment: its status is that payment's. `updated_at` is the latest
    instant that the facts tell of.
    """

    reference: str
    kind: str
    order_id: str
    payment_id: str
    status: str
    amount_minor: int
    currency: str
    received_minor: int = 0
    refunded_minor: int = 0
    method: str = ""
    last4: str = ""
    failure_code: str = ""
    created_at: int = 0
    updated_at: int = 0
    paid_at: int = 0


class Rows(NamedTuple):
    """All rows of one dossier; `objects` by reference."""

    summary: Summary
    objects: dict[str, ObjectRow]


def derive(dossier: Dossier) -> Rows:
    """Every searchable row of a dossier."""
    reading = read(dossier)
    objects: dict[str, ObjectRow] = {}
    for payment_id, payment in dossier.facts.payments.items():
        for row in _objects(dossier.order_id, payment_id, payment, reading.accounts[payment_id]):
            objects.setdefault(row.reference, row)
    return Rows(_summary(dossier, reading), objects)


def changed(before: Rows | None, after: Rows) -> list[ObjectRow]:
    """The objects that are new or differ, in one order for everybody, so that writers cannot deadlock."""
    known = before.objects if before else {}
    return sorted(row for reference, row in after.objects.items() if known.get(reference) != row)


def seconds(moment: datetime) -> int:
    """An aware instant as epoch seconds. Raises InvalidInput for a naive one."""
    if moment.tzinfo is None:
        raise InvalidInput(f"{moment} has no time zone: pass an aware instant such as datetime.now(UTC)")
    return int(moment.timestamp())


def instant(epoch_seconds: int) -> datetime:
    """Epoch seconds as an aware UTC instant."""
    return datetime.fromtimestamp(epoch_seconds, UTC)


def _summary(dossier: Dossier, reading: Reading) -> Summary:
    terms = dossier.facts.terms
    return Summary(
        status=str(reading.status),
        payment_status=str(reading.payment_status),
        currency=terms.currency.upper() if terms else "",
        total_minor=terms.total if terms else 0,
        paid_minor=reading.gross,
        refunded_minor=reading.refunded,
        net_minor=reading.net,
        refundable_minor=reading.refundable,
        expires_at=terms.expires_at if terms else 0,
    )


def _objects(order_id: str, payment_id: str, payment: Payment, account: Account) -> Iterator[ObjectRow]:
    row = _payment_row(order_id, payment_id, payment, account)
    yield row
    if payment.intent:
        agreed = (row.amount_minor, row.currency)
        yield ObjectRow(payment.intent, "intent", order_id, payment_id, "", *agreed, created_at=row.created_at)
    for reference, charge in payment.charges.items():
        yield _charge_row(row, reference, charge)
    for reference, refund in payment.refunds.items():
        yield ObjectRow(
            reference, "refund", order_id, payment_id, refund.status, refund.amount, refund.currency.upper(),
            created_at=refund.at, updated_at=refund.at,
        )  # fmt: skip
    for reference, dispute in payment.disputes.items():
        if (state := dispute.state) is not None:
            yield ObjectRow(
                reference, "dispute", order_id, payment_id, state.status, state.amount, state.currency.upper(),
                created_at=state.at, updated_at=state.at,
            )  # fmt: skip


def _payment_row(order_id: str, payment_id: str, payment: Payment, account: Account) -> ObjectRow:
    terms, agreed = payment.terms, _agreed(payment)
    shown = max(payment.charges.values(), key=lambda charge: (charge.paid, charge.captured), default=Charge())
    failure = max(payment.attempts.values(), key=lambda attempt: attempt.at, default=None)
    paid_at = payment.paid_at.at if payment.paid_at else 0
    return ObjectRow(
        reference=payment_id,
        kind="payment",
        order_id=order_id,
        payment_id=payment_id,
        status=str(account.status),
        amount_minor=agreed.amount,
        currency=agreed.currency.upper(),
        received_minor=account.sums.gross,
        refunded_minor=account.sums.refunded,
        method=shown.method,
        last4=shown.last4,
        failure_code=(failure.decline_code or failure.code) if failure else "",
        created_at=payment.created or (terms.at if terms else paid_at),
        updated_at=max(_instants(payment), default=0),
        paid_at=paid_at,
    )


def _agreed(payment: Payment) -> Expected:
    """What our row asked for; for a payment without one, what its PaymentIntent says."""
    if payment.expected is not None:
        return payment.expected
    return Expected(payment.terms.amount, payment.terms.currency) if payment.terms else Expected(0, "")


def _charge_row(payment_row: ObjectRow, reference: str, charge: Charge) -> ObjectRow:
    return payment_row._replace(
        reference=reference,
        kind="charge",
        status=_charge_status(charge),
        currency=charge.currency.upper() or payment_row.currency,
        received_minor=charge.captured if charge.paid else 0,
        refunded_minor=charge.refunded.amount if charge.refunded else 0,
        method=charge.method,
        last4=charge.last4,
        failure_code="",
        updated_at=payment_row.created_at,
        paid_at=0,
    )


def _charge_status(charge: Charge) -> str:
    rules = ((charge.failed, "failed"), (charge.expired, "expired"), (charge.paid, "succeeded"))
    return next((status for holds, status in rules if holds), "pending")


def _instants(payment: Payment) -> Iterator[int]:
    yield payment.created
    yield from (entry.at for entry in (payment.stage, payment.terms, payment.paid_at) if entry is not None)
    yield from (attempt.at for attempt in payment.attempts.values())
    yield from (refund.at for refund in payment.refunds.values())
    yield from (charge.refunded.at for charge in payment.charges.values() if charge.refunded)
    yield from (dispute.state.at for dispute in payment.disputes.values() if dispute.state)
