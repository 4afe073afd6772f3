"""What the facts say, as the Order, Payment and Refund that people read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from gulf_payments import machine, payable
from gulf_payments.errors import PaymentNotFound, UnknownCurrency
from gulf_payments.messages.declines import message_key
from gulf_payments.money import Money, unit
from gulf_payments.orders import Order, Payment, Refund
from gulf_payments.ports import Record


def instant(epoch: int) -> datetime | None:
    """Epoch seconds as an aware UTC datetime; 0 is "not known"."""
    return datetime.fromtimestamp(epoch, UTC) if epoch else None


def epoch(at: datetime) -> int:
    """An aware datetime as epoch seconds."""
    return int(at.timestamp())


def order_of(record: Record) -> Order:
    """The agreement with everything its money says filled in."""
    reading = machine.read(record.dossier)
    currency = record.order.currency
    terms = record.dossier.facts.terms
    foreign = _foreign(record, reading)
    counted = [account.sums for account in foreign if account.counts]
    return replace(
        record.order,
        status=reading.status,
        payment_status=reading.payment_status,
        paid=Money.from_minor(reading.gross - sum(money.gross for money in counted), currency),
        refunded=Money.from_minor(reading.refunded - sum(money.refunded for money in counted), currency),
        refundable=Money.from_minor(reading.refundable - sum(account.sums.refundable for account in foreign), currency),
        payments=tuple(payment_of(record, payment_id, reading) for payment_id in reading.accounts),
        anomalies=tuple(flag.key for flag in machine.unresolved(record.dossier)),
        closing=payable.is_closing(record.dossier),
        created_at=record.created_at,
        expires_at=instant(terms.expires_at) if terms and record.dossier.facts.accepted is None else None,
    )


def _foreign(record: Record, reading: machine.Reading) -> list[machine.Account]:
    """The payments that came in another currency: the order's own sums leave them out, each payment shows its own."""
    order_currency, payments = record.order.currency, record.dossier.facts.payments
    return [
        account
        for key, account in reading.accounts.items()
        if _currency(payments[key], order_currency) != order_currency
    ]


def payment_of(record: Record, payment_id: str, reading: machine.Reading | None = None) -> Payment:
    """One payment of the order. Raises PaymentNotFound."""
    facts = record.dossier.facts.payments.get(payment_id)
    if facts is None:
        raise PaymentNotFound(f"order {record.order.id} has no payment {payment_id}", subject_id=payment_id)
    account = (reading or machine.read(record.dossier)).accounts[payment_id]
    currency = _currency(facts, record.order.currency)
    amount = facts.expected.amount if facts.expected else facts.terms.amount if facts.terms else account.sums.gross
    charge_id, charge = _leading_charge(facts)
    failure = _last_failure(facts)
    return Payment(
        id=payment_id,
        order_id=record.order.id,
        status=account.status,
        amount=Money.from_minor(amount, facts.expected.currency if facts.expected else currency),
        received=Money.from_minor(account.sums.gross, currency),
        refunded=Money.from_minor(account.sums.refunded, currency),
        refundable=Money.from_minor(account.sums.refundable, currency),
        intent_id=facts.intent,
        charge_id=charge_id,
        method=charge.method,
        last4=charge.last4,
        attempts=len(facts.attempts) + sum(1 for charge in facts.charges.values() if charge.paid),
        failure_code=failure.decline_code or failure.code,
        failure_message_key=message_key(failure.code, failure.decline_code) if facts.attempts else "",
        created_at=instant(facts.created),
        updated_at=instant(_latest_stamp(facts)),
        paid_at=instant(facts.paid_at.at if facts.paid_at else 0),
        refunds=_refunds_of(record, payment_id, facts, currency),
    )


def currency_of(facts: machine.Payment) -> str:
    """The currency the money came in, which is not the order's when somebody paid wrongly; empty if nothing tells."""
    charged = [charge.currency for charge in facts.charges.values() if charge.captured]
    named = [facts.terms.currency] if facts.terms else []
    expected = [facts.expected.currency] if facts.expected else []
    return next(filter(None, [*charged, *named, *expected]), "")


def _currency(facts: machine.Payment, fallback: str) -> str:
    currency = currency_of(facts)
    return currency if _is_known(currency) else fallback


def _is_known(currency: str) -> bool:
    """Whether an amount of it can be shown: one we never heard of must not make the order unreadable."""
    try:
        return bool(unit(currency))
    except UnknownCurrency:
        return False


def _leading_charge(facts: machine.Payment) -> tuple[str, machine.Charge]:
    """The charge that was paid, else the last one tried."""
    ranked = sorted(facts.charges.items(), key=lambda entry: (entry[1].paid, entry[1].captured, entry[0]))
    return ranked[-1] if ranked else ("", machine.Charge())


def _last_failure(facts: machine.Payment) -> machine.Attempt:
    nothing = machine.Attempt(0, 0, "", "")
    return max(facts.attempts.values(), key=lambda attempt: (attempt.at, attempt), default=nothing)


def _latest_stamp(facts: machine.Payment) -> int:
    stamps = [facts.created, facts.stage.at if facts.stage else 0, facts.terms.at if facts.terms else 0]
    stamps += [refund.at for refund in facts.refunds.values()]
    stamps += [dispute.state.at for dispute in facts.disputes.values() if dispute.state]
    return max(stamps)


def _refunds_of(record: Record, payment_id: str, facts: machine.Payment, currency: str) -> tuple[Refund, ...]:
    seen = [
        Refund(
            id=refund_id,
            payment_id=payment_id,
            amount=Money.from_minor(refund.amount, currency),
            status=refund.status,
            request_id=refund.request_id,
            reason=refund.reason,
            created_at=instant(refund.at),
        )
        for refund_id, refund in facts.refunds.items()
    ]
    answered = ({refund.request_id for refund in seen} | set(facts.refunds)) - {""}  # the dashboard's have no request
    asked = [
        Refund(
            id=request_id,
            payment_id=payment_id,
            amount=Money.from_minor(entry.amount, currency),
            status="refused" if entry.refused else "unknown",
            request_id=request_id,
            created_at=instant(entry.at),
        )
        for request_id, entry in record.dossier.facts.asked.items()
        if entry.payment_id == payment_id and request_id not in answered and entry.refund_id not in answered
    ]
    return tuple(sorted([*seen, *asked], key=lambda refund: refund.created_at or datetime.min.replace(tzinfo=UTC)))
