"""Disputes by request: answered with evidence, accepted; and the older routes below a charge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources.disputes import lifecycle
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_REVIEWED = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}


def retrieve_of_charge(call: Call) -> Resource:
    """GET /v1/charges/{charge}/dispute."""
    charge = call.account.require("charge", call.target, param="charge")
    if charge["dispute"] is None:
        raise ApiError(f"No dispute for charge: {charge['id']}", status=404)
    return call.account.require("dispute", charge["dispute"], param="dispute")


def update(call: Call) -> Resource:
    """POST /v1/disputes/{dispute}: evidence, sent to the bank unless `submit` is false, and metadata."""
    return answer(call.account, _asked_for(call), call.params)


def update_of_charge(call: Call) -> Resource:
    """POST /v1/charges/{charge}/dispute."""
    return answer(call.account, retrieve_of_charge(call), call.params)


def close(call: Call) -> Resource:
    """POST /v1/disputes/{dispute}/close: the shop gives in."""
    return lifecycle.accept(call.account, _asked_for(call))


def close_of_charge(call: Call) -> Resource:
    """POST /v1/charges/{charge}/dispute/close."""
    return lifecycle.accept(call.account, retrieve_of_charge(call))


def _asked_for(call: Call) -> Resource:
    return call.account.require("dispute", call.target, param="dispute")


def answer(account: Account, dispute: Resource, params: Mapping[str, Any]) -> Resource:
    """Stage or submit evidence, and set metadata; ApiError if the dispute is closed."""
    lifecycle.check_open(dispute)
    evidence = _merged(dispute["evidence"], params.get("evidence") or {})
    present = any(evidence.values())
    submits = present and params.get("submit", "evidence" in params)
    answered = account.change(
        dispute,
        evidence=evidence,
        evidence_details={
            **dispute["evidence_details"],
            "has_evidence": present,
            **_submission(dispute, submits=submits),
        },
        metadata=merged_metadata(dispute["metadata"], params.get("metadata", {})),
        status=_REVIEWED.get(dispute["status"], dispute["status"]) if submits else dispute["status"],
    )
    if answered != dispute:
        account.announce("charge.dispute.updated", answered, before=dispute)
    if submits:
        account.later(0, partial(lifecycle.weigh, account, dispute["id"]))
    return answered


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    enhanced = {**old["enhanced_evidence"], **(new.get("enhanced_evidence") or {})}
    return {**old, **new, "enhanced_evidence": {name: value for name, value in enhanced.items() if value}}


def _submission(dispute: Resource, *, submits: bool) -> dict[str, Any]:
    if not submits:
        return {}
    count = dispute["evidence_details"]["submission_count"] + 1
    return {"submission_count": count, "submission_method": "manual"}
