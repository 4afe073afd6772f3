"""What a dispute is made of."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.resources.disputes.parameters import EVIDENCE_FIELDS
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DAY_SECONDS = 24 * 60 * 60
_DAYS_TO_ANSWER = 8
_EVIDENCE: dict[str, Any] = {**dict.fromkeys(EVIDENCE_FIELDS), "enhanced_evidence": {}}
_NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1"}
REASONS = (
    "bank_cannot_process",
    "check_returned",
    "credit_not_processed",
    "customer_initiated",
    "debit_not_authorized",
    "duplicate",
    "fraudulent",
    "general",
    "incorrect_account_details",
    "insufficient_funds",
    "noncompliant",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
"""The words Stripe has for why a cardholder disputes a charge."""


def due_by(now: int) -> int:
    """Until when evidence is taken: the end of a day, in UTC."""
    return (now // _DAY_SECONDS + _DAYS_TO_ANSWER + 1) * _DAY_SECONDS - 1


def new(account: Account, charge: Resource, *, reason: str, amount: int | None, inquiry: bool) -> Resource:
    """A dispute or an inquiry as the bank opens it."""
    return {
        "id": account.ids.new("du"),
        "object": "dispute",
        "amount": charge["amount_captured"] if amount is None else amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": _EVIDENCE,
        "evidence_details": {
            "due_by": due_by(account.now),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": account.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        **_details(charge, reason=reason, inquiry=inquiry),
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _details(charge: Resource, *, reason: str, inquiry: bool) -> dict[str, Any]:
    """What the card network says of it; of a bank debit there is no network to say anything."""
    paid_by = charge["payment_method_details"]
    if paid_by["type"] != "card":
        return {}
    card = {
        "brand": paid_by["card"]["brand"],
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": paid_by["card"]["network"],
        "network_reason_code": _NETWORK_REASONS.get(reason, "13.9"),
    }
    return {"payment_method_details": {"card": card, "type": "card"}}


def escalated(dispute: Resource, now: int) -> dict[str, Any]:
    """What changes in an inquiry that becomes a chargeback."""
    changes = {
        "evidence_details": {**dispute["evidence_details"], "due_by": due_by(now)},
        "is_charge_refundable": False,
        "status": "needs_response",
    }
    details = dispute.get("payment_method_details")
    if details is not None:
        changes["payment_method_details"] = {**details, "card": {**details["card"], "case_type": "chargeback"}}
    return changes
