"""What staff are told when a deed does not go through."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gulf_payments.django.admin.displays import texts
from gulf_payments.errors import (
    ConcurrentUpdate,
    GatewayError,
    GatewayUnavailable,
    GulfPaymentsError,
    InvalidInput,
    OrderLocked,
    OutcomeUnknown,
    RefundRefused,
    StoreError,
    TransitionRefused,
)

SAID: dict[type[GulfPaymentsError], Any] = {
    RefundRefused: gettext_lazy(
        "The refund was refused: it is more than can be refunded now, or Stripe did not accept it. No money was moved."
    ),
    OutcomeUnknown: gettext_lazy(
        "Stripe's answer was lost. What was asked for is kept and is being checked; do not ask for it another way."
    ),
    GatewayUnavailable: gettext_lazy("Stripe cannot be reached now. Try again shortly."),
    GatewayError: gettext_lazy("Stripe did not accept this. Look at the order again before you retry."),
    OrderLocked: gettext_lazy("Money is in or on its way, so the order can no longer be closed."),
    ConcurrentUpdate: gettext_lazy("Somebody changed the order at the same time. Look at it and decide again."),
    InvalidInput: gettext_lazy("This does not fit what is already recorded. Look at the order and begin again."),
    StoreError: gettext_lazy("The database is busy. Try again shortly."),
}


def said(error: GulfPaymentsError) -> str:
    """The sentence for an error, in the reader's language; never the error's own words."""
    if isinstance(error, TransitionRefused):
        status = texts().find(f"status.{error.why}")
        refused = _("The order's state does not allow this.")
        return f"{refused} ({status})" if status else refused
    known = next((kind for kind in type(error).__mro__ if kind in SAID), None)
    return str(SAID[known]) if known else _("This did not work. Look at the order before you try again.")
