"""What happened to an order, oldest first: its facts one by one, and what each did to its status. Pure.

The facts are told again in the order of their instants and merged as they come, so the status before and after each
is what the law says of them. What has no instant of its own (a PaymentIntent's cancellation) stands at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from gulf_payments import machine
from gulf_payments.machine import Asked, Charge, Dossier, Facts, Payment, Stage
from gulf_payments.readings import currency_of

FAILED = machine.STAGES.index("failed")
SHOWN_STAGES = ("requires_action", "processing")
ANSWERS = ("refund_succeeded", "refund_pending", "refund_failed", "dispute_")  # follow what was asked in their second


class Happening(NamedTuple):
    """One line of an order's history.

    `at` is epoch seconds, 0 when nothing tells; `what` a word for what happened; `source` who reported or caused it:
    shop, staff, customer, stripe, clock, webhook or subscriber. `actor` is the shop's own name of them (`staff:7`),
    `amount` in minor units of `currency`. `before` and `after` are order statuses, empty where nothing changed.
    """

    at: int
    what: str
    source: str
    actor: str = ""
    amount: int = 0
    currency: str = ""
    reference: str = ""
    detail: str = ""
    note: str = ""
    before: str = ""
    after: str = ""
    payment_id: str = ""


Told = tuple[Happening, Facts]


def history(dossier: Dossier) -> list[Happening]:
    """The facts of an order as they came, each with the order's status before and after."""
    told = sorted(_told(dossier), key=lambda entry: (entry[0].at, entry[0].what.startswith(ANSWERS)))
    known, status, lines = Facts(), "", []
    for line, news in [*told, (Happening(0, "other", "stripe"), dossier.facts)]:
        known = machine.merge(known, news)
        now = str(Dossier(dossier.order_id, known).reading.status)
        if now != status:
            lines.append(line._replace(before=status, after=now))
        elif line.what != "other":
            lines.append(line)
        status = now
    return lines


def merged(*histories: Iterable[Happening]) -> list[Happening]:
    """Several histories as one, oldest first; lines without an instant come last."""
    lines = [line for history in histories for line in history]
    return sorted(lines, key=lambda line: (not line.at, line.at))


def source_of(actor: str) -> str:
    """Who acted: `staff:7` is staff, `clock` the clock, anything else the shop's own code."""
    kind = actor.partition(":")[0]
    return kind if kind in ("staff", "customer", "clock") else "shop"


# --- The facts, one by one --------------------------------------------------------------------------------------------


def _told(dossier: Dossier) -> Iterator[Told]:
    facts = dossier.facts
    if terms := facts.terms:
        placed = Happening(terms.placed_at, "order_placed", "shop", amount=terms.total, currency=terms.currency)
        yield placed, Facts(terms=terms)
    for payment_id, payment in facts.payments.items():
        for line, news in _payment(payment, facts.asked):
            yield line._replace(payment_id=payment_id), Facts(payments={payment_id: news})
    yield from _asked(facts)
    yield from _decisions(facts)


def _decisions(facts: Facts) -> Iterator[Told]:
    currency = facts.terms.currency if facts.terms else ""
    if accepted := facts.accepted:
        line = Happening(accepted.at, "order_accepted", source_of(accepted.actor), accepted.actor)
        yield line._replace(detail=accepted.method), Facts(accepted=accepted)
    if cancel := facts.cancel:
        what = "order_canceled" if cancel.agreed else "cancel_refused" if cancel.refused else "cancel_asked"
        line = Happening(cancel.at, what, source_of(cancel.actor), cancel.actor)
        yield line._replace(detail=cancel.reason), Facts(cancel=cancel)
    for reference, entry in facts.outside.items():
        line = Happening(
            entry.at, "outside_voided" if entry.voided else "outside_recorded", source_of(entry.actor), entry.actor,
            entry.amount, currency, reference, detail=entry.method,
        )  # fmt: skip
        yield line, Facts(outside={reference: entry})
    for key, verdict in facts.resolved.items():
        line = Happening(verdict.at, f"alert_{verdict.verdict}", source_of(verdict.actor), verdict.actor)
        flag, _, object_id = key.partition(":")
        yield line._replace(detail=flag, reference=object_id, note=verdict.note), Facts(resolved={key: verdict})


def _asked(facts: Facts) -> Iterator[Told]:
    for key, asked in facts.asked.items():
        payment = facts.payments.get(asked.payment_id, Payment())
        line = Happening(
            asked.at, "refund_refused" if asked.refused else "refund_asked", source_of(asked.actor), asked.actor,
            asked.amount, currency_of(payment), key, detail=asked.reason, note=asked.note, payment_id=asked.payment_id,
        )  # fmt: skip
        yield line, Facts(asked={key: asked})


def _payment(payment: Payment, asked: Mapping[str, Asked]) -> Iterator[tuple[Happening, Payment]]:
    currency = currency_of(payment)
    yield from _started(payment, currency)
    yield from _tried(payment)
    if payment.paid_at:
        line = Happening(payment.paid_at.at, "payment_succeeded", "customer", amount=payment.received)
        yield line._replace(currency=currency, reference=payment.intent), _as_paid(payment)
    for refund_id, refund in payment.refunds.items():
        request = asked.get(refund.request_id)
        line = Happening(refund.at, f"refund_{refund.status}", "stripe", request.actor if request else "")
        shown = line._replace(amount=refund.amount, currency=currency, reference=refund_id, detail=refund.reason)
        yield shown, Payment(refunds={refund_id: refund})
    for dispute_id, dispute in payment.disputes.items():
        if state := dispute.state:
            line = Happening(state.at, f"dispute_{state.status}", "stripe", amount=state.amount)
            shown = line._replace(currency=state.currency, reference=dispute_id, detail=state.reason)
            yield shown, Payment(disputes={dispute_id: dispute})


def _started(payment: Payment, currency: str) -> Iterator[tuple[Happening, Payment]]:
    agreed = payment.expected or payment.terms
    at = payment.created or (payment.terms.at if payment.terms else 0)
    if agreed and at:
        source = "shop" if payment.expected else "stripe"
        line = Happening(at, "payment_started", source, amount=agreed.amount, currency=currency)
        kept = Payment(created=payment.created, expected=payment.expected, request=payment.request)
        yield line._replace(reference=payment.intent), replace(kept, intent=payment.intent, terms=payment.terms)


def _tried(payment: Payment) -> Iterator[tuple[Happening, Payment]]:
    for attempt_id, attempt in sorted(payment.attempts.items(), key=lambda entry: entry[1].at):
        code = attempt.decline_code or attempt.code
        line = Happening(attempt.at, "payment_declined", "customer", reference=payment.intent, detail=code)
        yield line, Payment(attempts={attempt_id: attempt}, stage=Stage(attempt.at, FAILED, attempt_id))
    stage = payment.stage
    if stage and (name := machine.STAGES[stage.rank]) in SHOWN_STAGES:
        yield Happening(stage.at, f"payment_{name}", "stripe", reference=payment.intent), Payment(stage=stage)


def _as_paid(payment: Payment) -> Payment:
    """The payment as it was when its money came in."""
    charges = {key: _as_captured(charge) for key, charge in payment.charges.items()}
    return replace(payment, charges=charges, refunds={}, disputes={}, warnings=frozenset(), canceled=False)


def _as_captured(charge: Charge) -> Charge:
    return replace(charge, refunded=None) if not charge.paid else replace(charge, refunded=None, failed=False)
