"""Disputes and inquiries: opened by a cardholder's bank, closed won or lost."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, text
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE
from gulf_payments.testing.fake_stripe.resources import balance
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_LIST = Accepts({**PAGE, "charge": text(), "payment_intent": text()})

_EVIDENCE_SECONDS = 9 * 24 * 60 * 60
_EVIDENCE = dict.fromkeys(
    (
        "access_activity_log",
        "billing_address",
        "cancellation_policy",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "customer_communication",
        "customer_email_address",
        "customer_name",
        "customer_purchase_ip",
        "customer_signature",
        "duplicate_charge_documentation",
        "duplicate_charge_explanation",
        "duplicate_charge_id",
        "product_description",
        "receipt",
        "refund_policy",
        "refund_policy_disclosure",
        "refund_refusal_explanation",
        "service_date",
        "service_documentation",
        "shipping_address",
        "shipping_carrier",
        "shipping_date",
        "shipping_documentation",
        "shipping_tracking_number",
        "uncategorized_file",
        "uncategorized_text",
    ),
) | {"enhanced_evidence": {}}
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
# Which outcomes each status may come to; a lost dispute is sometimes won later.
_OUTCOMES = {
    "needs_response": ("won", "lost"),
    "under_review": ("won", "lost"),
    "lost": ("won",),
    "warning_needs_response": ("warning_closed",),
    "warning_under_review": ("warning_closed",),
}


def open_dispute(
    account: Account,
    charge_id: str,
    *,
    reason: str,
    amount: int | None = None,
    inquiry: bool = False,
) -> Resource:
    """Open a dispute, or an inquiry, which moves no money yet."""
    if reason not in REASONS:
        raise ApiError(f"Invalid reason: must be one of {', '.join(REASONS)}", param="reason")
    charge = account.require("charge", charge_id, param="charge")
    dispute = account.add(_new(account, charge, reason=reason, amount=amount, inquiry=inquiry))
    account.change(charge, disputed=True, dispute=dispute["id"])
    account.announce("charge.dispute.created", dispute)
    return dispute if inquiry else _withdraw(account, dispute)


def _withdraw(account: Account, dispute: Resource) -> Resource:
    fee = balance.dispute_fee(dispute["currency"])
    booking = balance.record(account, -dispute["amount"], dispute, kind="adjustment", category="dispute", fee=fee)
    withdrawn = account.change(dispute, balance_transactions=[booking])
    account.announce("charge.dispute.funds_withdrawn", withdrawn)
    return withdrawn


def close(account: Account, dispute_id: str, outcome: str) -> Resource:
    """Decide a dispute; ApiError if its status allows no such outcome."""
    dispute = account.require("dispute", dispute_id, param="dispute")
    allowed = _OUTCOMES.get(dispute["status"], ())
    if outcome not in allowed:
        options = " or ".join(allowed) or "nothing further"
        raise ApiError(f"A dispute with status {dispute['status']} can become {options}, not {outcome}.")
    closed = account.change(dispute, status=outcome)
    account.announce("charge.dispute.closed", closed)
    return _reinstate(account, closed) if outcome == "won" else closed


def _reinstate(account: Account, dispute: Resource) -> Resource:
    booking = balance.record(account, dispute["amount"], dispute, kind="adjustment", category="dispute_reversal")
    bookings = [*dispute["balance_transactions"], booking]
    reinstated = account.change(dispute, balance_transactions=bookings)
    account.announce("charge.dispute.funds_reinstated", reinstated)
    return reinstated


def blocks_refund(account: Account, charge: Resource) -> bool:
    """Whether a dispute of this charge took its money: such a charge cannot be refunded."""
    disputes = account.tables["dispute"].having("charge", charge["id"])
    return any(not row["status"].startswith("warning_") and row["status"] != "won" for row in disputes)


def warn_of_fraud(account: Account, charge_id: str) -> None:
    """The issuer suspects fraud: a warning, no money moves."""
    charge = account.require("charge", charge_id, param="charge")
    warning = {
        "id": account.ids.new("issfr"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge_id,
        "created": account.now,
        "fraud_type": "made_with_stolen_card",
        "livemode": account.livemode,
        "payment_intent": charge["payment_intent"],
    }
    account.announce("radar.early_fraud_warning.created", warning)


def _new(
    account: Account,
    charge: Resource,
    *,
    reason: str,
    amount: int | None,
    inquiry: bool,
) -> dict[str, Any]:
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
            "due_by": account.now + _EVIDENCE_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": account.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _details(charge, reason=reason, inquiry=inquiry),
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _details(charge: Resource, *, reason: str, inquiry: bool) -> dict[str, Any]:
    brand = charge["payment_method_details"]["card"]["brand"]
    card = {
        "brand": brand,
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": brand,
        "network_reason_code": _NETWORK_REASONS.get(reason, "13.9"),
    }
    return {"card": card, "type": "card"}


ROUTES = (
    listing("dispute", "/v1/disputes", _LIST, "payment_intent", "charge"),
    reading("dispute", "/v1/disputes"),
)
