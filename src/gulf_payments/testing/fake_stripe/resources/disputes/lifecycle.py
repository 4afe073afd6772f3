"""What becomes of a dispute: opened by a cardholder's bank, answered, escalated, closed won or lost.

Sources: docs.stripe.com/disputes, docs.stripe.com/testing#disputes for the evidence that decides a test dispute.
"""

from __future__ import annotations

from functools import partial

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import balance, radar
from gulf_payments.testing.fake_stripe.resources.disputes import fields
from gulf_payments.testing.fake_stripe.resources.refunds import lifecycle as refunds
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_CLOSED = ("won", "lost", "warning_closed", "prevented")
# Which outcomes each status may come to; a lost dispute is sometimes won later.
_OUTCOMES = {
    "needs_response": ("won", "lost"),
    "under_review": ("won", "lost"),
    "lost": ("won",),
    "warning_needs_response": ("warning_closed",),
    "warning_under_review": ("warning_closed",),
}
_UNANSWERED = {"needs_response": "lost", "warning_needs_response": "warning_closed"}
_ESCALATING = "escalate_inquiry_evidence"
_VERDICTS = {
    ("under_review", "winning_evidence"): "won",
    ("under_review", "losing_evidence"): "lost",
    ("warning_under_review", "winning_evidence"): "warning_closed",
    ("warning_under_review", "losing_evidence"): "warning_closed",
}


def open_dispute(
    account: Account,
    charge_id: str,
    *,
    reason: str,
    amount: int | None = None,
    inquiry: bool = False,
) -> Resource:
    """Open a dispute, or an inquiry, which moves no money yet; ApiError for a charge that took none."""
    if reason not in fields.REASONS:
        raise ApiError(f"Invalid reason: must be one of {', '.join(fields.REASONS)}", param="reason")
    charge = account.require("charge", charge_id, param="charge")
    if not charge["captured"]:
        raise ApiError(f"Charge {charge_id} has not been captured; there is nothing to dispute.", param="charge")
    dispute = account.add(fields.new(account, charge, reason=reason, amount=amount, inquiry=inquiry))
    charge = account.change(charge, disputed=True, dispute=dispute["id"])
    account.announce("charge.dispute.created", dispute)
    radar.heed_no_more(account, charge_id)
    radar.close_review(account, charge, "disputed")
    _await_answer(account, dispute)
    return dispute if inquiry else _withdraw(account, dispute)


def _await_answer(account: Account, dispute: Resource) -> None:
    due_by = dispute["evidence_details"]["due_by"]
    account.later(due_by - account.now + 1, partial(_lapse, account, dispute["id"], due_by))


def _lapse(account: Account, dispute_id: str, due_by: int) -> None:
    """Nobody answered in time, unless the dispute has been escalated since and has a later date."""
    dispute = account.require("dispute", dispute_id, param="dispute")
    outcome = _UNANSWERED.get(dispute["status"])
    if outcome is not None and dispute["evidence_details"]["due_by"] == due_by:
        _decide(account, dispute, outcome)


def _withdraw(account: Account, dispute: Resource) -> Resource:
    refunds.fail_under_way(account, dispute["charge"])
    booking = balance.record(
        account,
        -dispute["amount"],
        dispute,
        kind="adjustment",
        category="dispute",
        description=f"Chargeback withdrawal for {dispute['charge']}",
        fee=balance.dispute_fee(dispute["currency"]),
    )
    withdrawn = account.change(dispute, balance_transactions=[*dispute["balance_transactions"], booking])
    account.announce("charge.dispute.funds_withdrawn", withdrawn)
    return withdrawn


def close(account: Account, dispute_id: str, outcome: str) -> Resource:
    """Decide a dispute as its bank does; ApiError if its status allows no such outcome."""
    dispute = account.require("dispute", dispute_id, param="dispute")
    allowed = _OUTCOMES.get(dispute["status"], ())
    if outcome not in allowed:
        options = " or ".join(allowed) or "nothing further"
        raise ApiError(f"A dispute with status {dispute['status']} can become {options}, not {outcome}.")
    return _decide(account, dispute, outcome)


def _decide(account: Account, dispute: Resource, outcome: str) -> Resource:
    closed = account.change(dispute, is_charge_refundable=outcome != "lost", status=outcome)
    account.announce("charge.dispute.closed", closed)
    return _reinstate(account, closed) if outcome == "won" else closed


def _reinstate(account: Account, dispute: Resource) -> Resource:
    booking = balance.record(
        account,
        dispute["amount"],
        dispute,
        kind="adjustment",
        category="dispute_reversal",
        description=f"Chargeback reversal for {dispute['charge']}",
    )
    reinstated = account.change(dispute, balance_transactions=[*dispute["balance_transactions"], booking])
    account.announce("charge.dispute.funds_reinstated", reinstated)
    return reinstated


def escalate(account: Account, dispute: Resource) -> Resource:
    """An inquiry becomes a chargeback, under the same id; ApiError for what is no open inquiry."""
    if dispute["status"] not in {"warning_needs_response", "warning_under_review"}:
        raise ApiError(f"A dispute with status {dispute['status']} is no open inquiry.")
    escalated = account.change(dispute, **fields.escalated(dispute, account.now))
    account.announce("charge.dispute.updated", escalated, before=dispute)
    _await_answer(account, escalated)
    return _withdraw(account, escalated)


def weigh(account: Account, dispute_id: str) -> None:
    """The bank looks at the evidence: certain words decide a test dispute, anything else stays under review."""
    dispute = account.require("dispute", dispute_id, param="dispute")
    words = dispute["evidence"]["uncategorized_text"]
    if words == _ESCALATING and dispute["status"] == "warning_under_review":
        escalate(account, dispute)
    elif outcome := _VERDICTS.get((dispute["status"], words)):
        _decide(account, dispute, outcome)


def check_open(dispute: Resource) -> None:
    """ApiError if there is nothing more that the shop could do."""
    if dispute["status"] in _CLOSED:
        raise ApiError("This dispute is already closed", began=True)


def is_inquiry(dispute: Resource) -> bool:
    """Whether the bank has only asked so far."""
    return str(dispute["status"]).startswith("warning_")


def accept(account: Account, dispute: Resource) -> Resource:
    """The shop gives in: a chargeback is lost, an inquiry closed."""
    check_open(dispute)
    if not is_inquiry(dispute):
        return _decide(account, dispute, "lost")
    # No money was taken and none comes back, but Stripe's own trigger for this event does just this to an inquiry.
    closed = _decide(account, dispute, "warning_closed")
    account.announce("charge.dispute.funds_reinstated", closed)
    return closed


def win(account: Account, dispute: Resource) -> Resource:
    """Have the bank decide for the shop; even a lost dispute may be won later."""
    if dispute["status"] != "lost":
        check_open(dispute)
    return _decide(account, dispute, "warning_closed" if is_inquiry(dispute) else "won")


def lose(account: Account, dispute: Resource) -> Resource:
    """Have the bank decide against the shop; an inquiry takes the money first."""
    check_open(dispute)
    return _decide(account, escalate(account, dispute) if is_inquiry(dispute) else dispute, "lost")
