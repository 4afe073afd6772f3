"""Stripe's objects as the law's facts. Pure.

An object comes in an event, or in an answer to a request of ours; either way a Stamp says when that was and where from.
Nothing is decided here: each function says what one object shows, and the law merges it with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from gulf_payments import machine as law
from gulf_payments.ports import Sighting
from gulf_payments.stripe import wire

_LABEL_LENGTH = 500  # what Stripe allows in a metadata value


class Stamp(NamedTuple):
    """When something was learned, in epoch seconds, and from what: an event's id, or `api:` and a request's id."""

    at: int
    source: str


# --- PaymentIntents ---------------------------------------------------------------------------------------------------

_STAGE_OF_STATUS = {
    "requires_payment_method": "created",
    "requires_confirmation": "requires_confirmation",
    "requires_action": "requires_action",
    "processing": "processing",
}
_STAGE_OF_EVENT = {
    "payment_intent.created": "created",
    "payment_intent.requires_action": "requires_action",
    "payment_intent.processing": "processing",
    "payment_intent.payment_failed": "failed",
}


class _News(TypedDict, total=False):
    """The fields of law.Payment that a PaymentIntent's event or status can tell."""

    stage: law.Stage
    attempts: Mapping[str, law.Attempt]
    authorized: bool
    ok: bool
    received: int
    paid_at: law.Earliest
    canceled: bool
    cancel_reason: str


def of_event_intent(kind: str, intent: wire.PaymentIntent, stamp: Stamp) -> law.Payment:
    """What a payment_intent.* event tells. Its type decides: by its status a failed one reads like a new one."""
    return law.Payment(intent=intent.id, terms=_terms(intent, stamp), **_told(kind, intent, stamp))


def _told(kind: str, intent: wire.PaymentIntent, stamp: Stamp) -> _News:
    match kind:
        case "payment_intent.succeeded":
            return _received(intent, stamp)
        case "payment_intent.amount_capturable_updated":
            return {"authorized": intent.amount_capturable > 0}
        case "payment_intent.canceled":
            return _canceled(intent)
        case "payment_intent.payment_failed":
            attempts = _attempts(intent, stamp) or _nameless_attempts(intent, stamp)
            return {"stage": _stage("failed", stamp), "attempts": attempts}
    stage = _STAGE_OF_EVENT.get(kind)
    return {"stage": _stage(stage, stamp)} if stage else {}


def of_answered_intent(intent: wire.PaymentIntent, stamp: Stamp) -> law.Payment:
    """What a PaymentIntent shows when it is read: its status, its last error and, if expanded, its latest charge."""
    shown: _News = {"attempts": _attempts(intent, stamp), **_shown(intent, stamp)}
    told = law.Payment(intent=intent.id, terms=_terms(intent, stamp), **shown)
    charge = intent.latest_charge
    return law.merge(told, of_charge(charge, stamp)) if isinstance(charge, wire.Charge) else told


def _shown(intent: wire.PaymentIntent, stamp: Stamp) -> _News:
    match intent.status:
        case "succeeded":
            return _received(intent, stamp)
        case "requires_capture":
            return {"authorized": True}
        case "canceled":
            return _canceled(intent)
        case "requires_payment_method" if intent.last_payment_error or intent.latest_charge:
            return {"stage": _stage("failed", stamp)}
    stage = _STAGE_OF_STATUS.get(intent.status)
    return {"stage": _stage(stage, stamp)} if stage else {}


def _terms(intent: wire.PaymentIntent, stamp: Stamp) -> law.Terms:
    order_id = _clean(intent.metadata.order_id) if intent.metadata else ""
    return law.Terms(stamp.at, stamp.source, intent.amount, intent.currency, order_id)


def _stage(name: str, stamp: Stamp) -> law.Stage:
    return law.Stage(stamp.at, law.STAGES.index(name), stamp.source)


def _received(intent: wire.PaymentIntent, stamp: Stamp) -> _News:
    """Money is in. Read long after, an automatic capture happened when its charge was made."""
    charge, paid_at = intent.latest_charge, stamp.at
    if isinstance(charge, wire.Charge) and intent.capture_method != "manual":
        paid_at = charge.created
    return {"ok": True, "received": intent.amount_received, "paid_at": law.Earliest(paid_at)}


def _canceled(intent: wire.PaymentIntent) -> _News:
    return {"canceled": True, "cancel_reason": intent.cancellation_reason or ""}


def _attempts(intent: wire.PaymentIntent, stamp: Stamp) -> dict[str, law.Attempt]:
    """The failed try behind `last_payment_error`, under its charge's id, else its payment method's."""
    error = intent.last_payment_error or wire.PaymentError()
    name = wire.id_of(error.charge) or wire.id_of(error.payment_method)
    if not name:
        return {}
    charge = intent.latest_charge
    at = charge.created if isinstance(charge, wire.Charge) and charge.id == name else stamp.at
    return {name: _attempt(error, at)}


def _nameless_attempts(intent: wire.PaymentIntent, stamp: Stamp) -> dict[str, law.Attempt]:
    """A failure that names neither: without a reason it is that of the latest charge, else of the event itself."""
    error = intent.last_payment_error
    name = stamp.source if error else wire.id_of(intent.latest_charge) or stamp.source
    return {name: _attempt(error or wire.PaymentError(), stamp.at)}


def _attempt(error: wire.PaymentError, at: int) -> law.Attempt:
    code, decline_code = error.code or "", error.decline_code or ""
    return law.Attempt(2 * bool(code) + bool(decline_code), at, code, decline_code)


# --- Charges ----------------------------------------------------------------------------------------------------------


def of_charge(charge: wire.Charge, stamp: Stamp) -> law.Payment:
    """What a charge shows: captured money, its own running total of refunds, and the failed try if it is one."""
    return law.Payment(charges={charge.id: _charge(charge, stamp)}, attempts=_failed_try(charge))


def of_event_charge(kind: str, charge: wire.Charge, stamp: Stamp) -> law.Payment:
    """What a charge.* event tells: the charge, when its money came in, and that an authorisation lapsed."""
    captured = charge.captured and charge.status == "succeeded"
    return law.Payment(
        intent=wire.id_of(charge.payment_intent),
        charges={charge.id: _charge(charge, stamp, expired=kind == "charge.expired")},
        attempts=_failed_try(charge),
        paid_at=law.Earliest(stamp.at) if captured else None,
    )


def _charge(charge: wire.Charge, stamp: Stamp, *, expired: bool = False) -> law.Charge:
    """`paid` at Stripe may be an authorisation; only what is captured counts, and a pending debit is not yet money."""
    details = charge.payment_method_details
    card = details.card if details else None
    succeeded = charge.status == "succeeded"
    failed_late = charge.status == "failed" and charge.failure_balance_transaction is not None
    return law.Charge(
        paid=(charge.paid and succeeded) or failed_late,
        failed=charge.status == "failed",
        expired=expired,
        captured=charge.amount_captured if succeeded or failed_late else 0,
        refunded=law.RefundedTotal(stamp.at, charge.amount_refunded, stamp.source),
        currency=charge.currency,
        method=(card and card.brand) or (details and details.type) or "",
        last4=(card and card.last4) or "",
        balance_transaction=wire.id_of(charge.balance_transaction),
    )


def _failed_try(charge: wire.Charge) -> dict[str, law.Attempt]:
    return {charge.id: _charge_attempt(charge)} if charge.status == "failed" else {}


def _charge_attempt(charge: wire.Charge) -> law.Attempt:
    outcome = charge.outcome or wire.Outcome()
    reason = (outcome.reason or "") if outcome.type == "issuer_declined" else ""
    return law.Attempt(bool(charge.failure_code) + bool(reason), charge.created, charge.failure_code or "", reason)


# --- Refunds, disputes, warnings --------------------------------------------------------------------------------------

# A status that did not exist when this was written: its money stays reserved and nobody is told that it was refunded.
_UNKNOWN_REFUND = "requires_action"


def of_refund(refund: wire.Refund, stamp: Stamp) -> law.Payment:
    """What a refund shows; `request_id` is ours if we asked for it, empty for one made in the Dashboard."""
    status = refund.status if refund.status in law.REFUND_STATUSES else _UNKNOWN_REFUND
    final = status in law.REFUND_FAILURES
    seen = law.Refund(
        final=final,
        at=stamp.at,
        rank=law.REFUND_STATUSES.index(status),
        source=stamp.source,
        status=status,
        amount=refund.amount,
        currency=refund.currency,
        charge=wire.id_of(refund.charge),
        request_id=_clean(refund.metadata.refund_id) if refund.metadata else "",
        reason=(refund.failure_reason if final else refund.reason) or "",
    )
    strange = {f"unknown_status:{refund.id}"} if refund.status not in (None, status) else ()
    intent_id = wire.id_of(refund.payment_intent)
    return law.Payment(intent=intent_id, refunds={refund.id: seen}, warnings=frozenset(strange))


def of_dispute(dispute: wire.Dispute, stamp: Stamp) -> law.Payment:
    """What a dispute shows: its latest state, and its outcome if it has one. An unknown status counts as open."""
    known = dispute.status in law.DISPUTE_STATUSES
    state = law.DisputeState(
        at=stamp.at,
        rank=law.DISPUTE_STATUSES.index(dispute.status if known else "unknown"),
        source=stamp.source,
        status=dispute.status if known else "unknown",
        amount=dispute.amount,
        currency=dispute.currency,
        charge=wire.id_of(dispute.charge),
        reason=dispute.reason or "",
        due_by=(dispute.evidence_details or wire.EvidenceDetails()).due_by or 0,
    )
    seen = law.Dispute(state, frozenset({dispute.status}) & law.DISPUTE_OUTCOMES)
    strange = () if known else {f"unknown_status:{dispute.id}"}
    intent_id = wire.id_of(dispute.payment_intent)
    return law.Payment(intent=intent_id, disputes={dispute.id: seen}, warnings=frozenset(strange))


def of_warning(name: str, about: wire.EarlyFraudWarning | wire.Review) -> law.Payment:
    """A hint of fraud or a manual review: a flag, and nothing else."""
    return law.Payment(intent=wire.id_of(about.payment_intent), warnings=frozenset({f"{name}:{about.id}"}))


# --- Whose it is ------------------------------------------------------------------------------------------------------


def sighting(about: wire.PaymentIntent | wire.Charge, intent_id: str, facts: law.Payment) -> Sighting:
    """Facts with what the metadata claims; a charge carries its PaymentIntent's metadata, amount and currency."""
    return labelled(about.metadata, intent_id, facts, amount=about.amount, currency=about.currency)


def labelled(
    labels: wire.Labels | None, intent_id: str, facts: law.Payment, *, amount: int = 0, currency: str = ""
) -> Sighting:
    """Facts with what these labels claim; a claim is a hint until our own row agrees."""
    claims = labels or wire.Labels()
    return Sighting(
        intent_id=intent_id,
        facts=facts,
        shop=_clean(claims.shop),
        order_id=_clean(claims.order_id),
        payment_id=_clean(claims.payment_id),
        amount=amount,
        currency=currency,
    )


def _clean(label: str) -> str:
    """A label that could be one of ours; anybody with the account's key can write others."""
    return label if label.isprintable() and len(label) <= _LABEL_LENGTH else ""
