"""What is sent to Stripe: a pure function of our own rows, so that the same row always sends the same request."""

from __future__ import annotations

import re
from typing import Any

from gulf_payments.errors import GatewayRejected
from gulf_payments.ports import IntentRequest, RefundRequest

_REFUND_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})
# Names that the SDK's raw_request would take for itself, or that change how its answer must be read.
_OPTIONS = (
    "api_key content_type headers idempotency_key max_network_retries stripe_account stripe_context stripe_version"
)
_RESERVED = frozenset([*_OPTIONS.split(), "base", "expand", "method_", "url_", "usage"])


def of_intent(request: IntentRequest) -> dict[str, Any]:
    """Ours come last: no parameter of the caller can change what is charged or whose it is."""
    if reserved := _RESERVED & request.parameters.keys():
        raise GatewayRejected(
            f"not a PaymentIntent's parameter: {', '.join(sorted(reserved))}", code="parameter_unknown"
        )
    automatic = {} if "payment_method_types" in request.parameters else {"automatic_payment_methods": {"enabled": True}}
    return {
        **automatic,
        **request.parameters,
        "amount": request.amount,
        "currency": request.currency.lower(),
        "metadata": {"shop": request.shop, "order_id": request.order_id, "payment_id": request.payment_id},
    }


def of_refund(request: RefundRequest) -> dict[str, Any]:
    """Every id that leads from Stripe's refund back to our row; a reason of the shop's own stays with us."""
    reason = {"reason": request.reason} if request.reason in _REFUND_REASONS else {}
    return {
        **reason,
        "payment_intent": request.intent_id,
        "amount": request.amount,
        "metadata": {
            "shop": request.shop,
            "order_id": request.order_id,
            "payment_id": request.payment_id,
            "refund_id": request.request_id,
        },
    }


def checked_id(intent_id: str) -> str:
    """An id that is safe in a path: an empty one would read the whole list."""
    if not re.fullmatch(r"[A-Za-z0-9_]{1,255}", intent_id):
        raise GatewayRejected(f"not a PaymentIntent's id: {intent_id[:40]!r}", code="resource_missing")
    return intent_id
