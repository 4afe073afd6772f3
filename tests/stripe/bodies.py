"""Stripe's JSON as it arrives: objects with the fields that matter and some that do not, and events about them."""

from __future__ import annotations

import json
from typing import Any

JSON = dict[str, Any]
AT = 1_760_000_000
VERSION = "2025-03-31.basil"
LABELS = {"shop": "gulf-emperor", "order_id": "1017", "payment_id": "pay_1", "colour": "green"}


def intent(**changed: Any) -> JSON:
    """A new PaymentIntent over 345.00 SAR."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 34500,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"enabled": True},
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": "pi_1_secret_abc",
        "created": AT,
        "currency": "sar",
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": LABELS,
        "status": "requires_payment_method",
        **changed,
    }


def charge(**changed: Any) -> JSON:
    """A captured card charge of that PaymentIntent."""
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 34500,
        "amount_captured": 34500,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": True,
        "created": AT + 10,
        "currency": "sar",
        "failure_balance_transaction": None,
        "failure_code": None,
        "livemode": False,
        "metadata": LABELS,
        "outcome": {"type": "authorized", "reason": None, "seller_message": "Payment complete."},
        "paid": True,
        "payment_intent": "pi_1",
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242", "wallet": None}},
        "status": "succeeded",
        **changed,
    }


def refund(**changed: Any) -> JSON:
    """A refund of 50.00 SAR that we asked for."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 5000,
        "charge": "ch_1",
        "created": AT + 20,
        "currency": "sar",
        "metadata": {**LABELS, "refund_id": "rfd_1"},
        "payment_intent": "pi_1",
        "reason": None,
        "status": "succeeded",
        **changed,
    }


def dispute(**changed: Any) -> JSON:
    """A chargeback of the whole."""
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 34500,
        "charge": "ch_1",
        "currency": "sar",
        "evidence_details": {"due_by": AT + 900_000, "has_evidence": False},
        "metadata": {},
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
        **changed,
    }


def declined(**changed: Any) -> JSON:
    """`last_payment_error` of a card without the money."""
    return {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "charge": "ch_0",
        "message": "Your card has insufficient funds.",
        "payment_method": {"id": "pm_1", "object": "payment_method"},
        **changed,
    }


def event(kind: str, about: object, **changed: Any) -> bytes:
    """The body of a snapshot event."""
    document = {
        "id": "evt_1",
        "object": "event",
        "api_version": VERSION,
        "created": AT + 100,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        **changed,
    }
    return json.dumps(document).encode()


def thin(kind: str, related: JSON | None) -> bytes:
    """The body of a thin event."""
    document = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "created": "2026-10-01T10:00:00.000Z",
        "livemode": False,
        "reason": None,
        "related_object": related,
        "type": kind,
    }
    return json.dumps(document).encode()
