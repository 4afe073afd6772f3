"""What a shop does with charges by the API."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SETTABLE = ("customer", "description", "receipt_email", "shipping", "transfer_group")


def update(call: Call) -> Resource:
    """POST /v1/charges/{charge}: what is written on it, never what it is about."""
    charge, params = call.account.require("charge", call.target, param="charge"), call.params
    changes: dict[str, Any] = {name: params[name] for name in _SETTABLE if name in params}
    if params.get("customer") is not None:
        call.account.require("customer", params["customer"], param="customer", status=400)
    if "metadata" in params:
        changes["metadata"] = merged_metadata(charge["metadata"], params["metadata"])
    if params.get("fraud_details"):
        changes["fraud_details"] = {**charge["fraud_details"], **params["fraud_details"]}
    updated = call.account.change(charge, **changes)
    call.account.announce("charge.updated", updated, before=charge)
    return updated
