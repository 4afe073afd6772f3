"""The admin's own words, translated in `locale/`; statuses, methods and flags are the library's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gulf_payments.django.admin.displays import texts

HAPPENED: dict[str, Any] = {
    "order_placed": _("Order placed"),
    "order_accepted": _("Order accepted before it is paid"),
    "order_canceled": _("Order cancelled"),
    "cancel_asked": _("Cancellation asked for"),
    "cancel_refused": _("Cancellation gave way to money"),
    "outside_recorded": _("Outside payment recorded"),
    "outside_voided": _("Outside payment taken back"),
    "alert_accept": _("Alert accepted"),
    "alert_dismiss": _("Alert dismissed"),
    "payment_started": _("Payment started"),
    "payment_declined": _("Payment attempt failed"),
    "payment_requires_action": _("Bank check asked for"),
    "payment_processing": _("Payment processing"),
    "payment_succeeded": _("Payment succeeded"),
    "refund_asked": _("Refund asked for"),
    "refund_refused": _("Refund refused"),
    "refund_pending": _("Refund on its way"),
    "refund_requires_action": _("Refund awaits action"),
    "refund_succeeded": _("Refund done"),
    "refund_failed": _("Refund failed"),
    "refund_canceled": _("Refund cancelled"),
    "other": _("Stripe told more, at an unknown time"),
    "webhook": _("Webhook received"),
    "OrderConfirmed": _("Order confirmed"),
    "OrderAuthorized": _("Money held on the card"),
    "OrderAccepted": _("Order accepted"),
    "OrderCanceled": _("Order cancelled"),
    "OrderNeedsReview": _("Order needs review"),
    "PaymentFailed": _("Payment failed"),
    "PaymentRetryDue": _("Customer invited back"),
    "RefundIssued": _("Refund issued"),
    "RefundFailed": _("Refund failed"),
    "DisputeOpened": _("Dispute opened"),
    "DisputeClosed": _("Dispute closed"),
    "AlertRaised": _("Alert raised"),
    "LookupDue": _("Look-up due"),
    "gulf.lookup": _("Look-up at Stripe"),
    "gulf.expire": _("Expiry"),
    "gulf.cancel": _("Cancellation carried out"),
    "gulf.refund": _("Refund carried out"),
}
SOURCES: dict[str, Any] = {
    "shop": _("Shop"),
    "staff": _("Staff"),
    "customer": _("Customer"),
    "stripe": "Stripe",
    "clock": _("Clock"),
    "webhook": _("Webhook"),
    "subscriber": _("Worker"),
}
STATES: dict[str, Any] = {
    "waiting": _("Waiting"),
    "claimed": _("Being performed"),
    "done": _("Done"),
    "skipped": _("No longer due"),
    "dead": _("Given up"),
}
SIGHTS: dict[str, Any] = {
    "applied": _("Applied"),
    "stale": _("Nothing new"),
    "foreign": _("Of another shop"),
    "unused": _("Not used"),
    "lookup": _("Looked up"),
}
REASONS: dict[str, Any] = {
    "requested_by_customer": _("Requested by the customer"),
    "duplicate": _("Duplicate"),
    "fraudulent": _("Fraudulent"),
    "expired": _("Time ran out"),
    "abandoned": _("Abandoned"),
}
DISPUTES: dict[str, Any] = {
    "warning_needs_response": _("Inquiry: needs an answer"),
    "warning_under_review": _("Inquiry: under review"),
    "needs_response": _("Needs an answer"),
    "under_review": _("Under review at the bank"),
    "appeal_needs_response": _("Appeal: needs an answer"),
    "appeal_under_review": _("Appeal: under review"),
    "unknown": _("Unknown"),
}
METHODS: dict[str, Any] = {
    "cash_on_delivery": _("Cash on delivery"),
    "bank_transfer": _("Bank transfer"),
}


def happened(what: str) -> str:
    """What happened, in words; what has none is shown as it is."""
    if what.startswith("dispute_"):
        return gettext("Dispute: %(status)s") % {"status": dispute(what.removeprefix("dispute_"))}
    return str(HAPPENED.get(what, what))


def dispute(status: str) -> str:
    """The status of a dispute; one that has ended is told by the library."""
    return texts().find(f"dispute_outcome.{status}") or str(DISPUTES.get(status, status))
