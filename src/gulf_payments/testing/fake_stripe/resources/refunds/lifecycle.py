"""What becomes of a refund once it is made: it gets its reference, settles, fails, waits for the customer, is canceled.

No charge event tells of an amount that is owed again; a shop that counts refunds by charge.refunded misses it.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import balance
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

SETTLING_SECONDS = 60 * 60
"""How long a waiting refund waits, and a failing one seems to have succeeded. Stripe takes days."""

_DETAILS_SECONDS = 45 * 24 * 60 * 60
_UNDER_WAY = ("pending", "requires_action")
_PASSING = ("next_action", "pending_reason")  # gone with the status that they belong to

FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
"""The words Stripe has for why a refund failed."""


def behaviour(account: Account, charge: Resource) -> Literal["succeeds", "fails", "waits"]:
    """What the test card behind a charge does with refunds."""
    card = account.held.get(charge["payment_method"])
    return "succeeds" if card is None else card.refund


def destination(charge: Resource, *, reference: str | None = None) -> dict[str, Any]:
    """Where the money goes; to a card, with the bank's reference as soon as there is one."""
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {kind: {}, "type": kind}
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    if reference is not None:
        card |= {"reference": reference, "reference_status": "available"}
    return {"card": card, "type": "card"}


def plan(account: Account, made: Resource, charge: Resource) -> None:
    """Have happen later what the test card behind the charge is known for."""
    match behaviour(account, charge):
        case "fails":
            account.later(SETTLING_SECONDS, partial(_fail_late, account, made["id"]))
        case "waits":
            account.later(SETTLING_SECONDS, partial(_settle, account, made["id"]))
        case "succeeds":
            account.later(0, partial(_give_reference, account, made["id"]))


def book(account: Account, made: Resource) -> Resource:
    """Take the money from the balance."""
    charge = account.require("charge", made["charge"], param="charge")
    booking = balance.record(
        account,
        -made["amount"],
        made,
        kind="refund",
        description=_described("REFUND FOR CHARGE", charge),
        available_on=balance.settled(account, charge["balance_transaction"]),
    )
    return account.change(made, balance_transaction=booking["id"])


def _described(what: str, charge: Resource) -> str:
    return f"{what} ({charge['description']})" if charge["description"] else what


def update(account: Account, made: Resource, *, event: str = "refund.updated", **fields: Any) -> Resource:  # noqa: ANN401
    """Change a refund and tell of it by both events, `event` and the older charge.refund.updated."""
    passing = _PASSING if "status" in fields else ()
    updated = account.add({**{name: value for name, value in made.items() if name not in passing}, **fields})
    account.announce(event, updated, before=made if event == "refund.updated" else None)
    account.announce("charge.refund.updated", updated, before=made)
    return updated


def fail(account: Account, refund_id: str, reason: str) -> Resource:
    """Have a refund fail, one that had succeeded too; ApiError if it failed or was canceled before."""
    made = account.require("refund", refund_id, param="refund")
    if made["status"] not in {"succeeded", *_UNDER_WAY}:
        raise ApiError(f"A refund with status {made['status']} cannot fail.")
    return update(account, made, event="refund.failed", **_given_up(account, made, reason), status="failed")


def fail_under_way(account: Account, charge_id: str) -> None:
    """A chargeback takes the money that a refund was about to give: the refund fails."""
    for made in list(account.tables["refund"].having("charge", charge_id)):
        if made["status"] in _UNDER_WAY:
            fail(account, made["id"], "charge_for_pending_refund_disputed")


def cancel(account: Account, made: Resource) -> Resource:
    """Call a refund off that waits for the customer; ApiError for any other."""
    if made["status"] != "requires_action":
        raise ApiError("Canceling this refund is unsupported.", began=True)
    return update(account, made, **_given_up(account, made, "merchant_request"), status="canceled")


def expire(account: Account, made: Resource) -> Resource:
    """The customer never answered; ApiError for a refund that asked nothing."""
    if made["status"] != "requires_action":
        message = f"You cannot expire this refund because it has a status of {made['status']}, not requires_action."
        raise ApiError(message, began=True)
    return fail(account, made["id"], "unknown")


def hold(account: Account, refund_id: str) -> Resource:
    """Have a pending refund ask the customer for bank details, as refunds of bank transfers do."""
    made = account.require("refund", refund_id, param="refund")
    if made["status"] != "pending":
        raise ApiError(f"A refund with status {made['status']} has nothing to ask.")
    account.later(_DETAILS_SECONDS, partial(_expire_late, account, refund_id))
    return update(account, made, next_action=_question(account, made), status="requires_action")


def _question(account: Account, made: Resource) -> dict[str, Any]:
    charge = account.require("charge", made["charge"], param="charge")
    address = charge["receipt_email"] or charge["billing_details"]["email"] or "customer@example.com"
    details = {
        "email_sent": {"email_sent_at": account.now, "email_sent_to": address},
        "expires_at": account.now + _DETAILS_SECONDS,
    }
    return {"display_details": details, "type": "display_details"}


def _given_up(account: Account, made: Resource, reason: str) -> dict[str, Any]:
    """What is left of a refund whose money the shop keeps after all, which the charge and the balance now know."""
    charge = account.require("charge", made["charge"], param="charge")
    account.change(charge, amount_refunded=charge["amount_refunded"] - made["amount"], refunded=False)
    if made["balance_transaction"] is None:
        return {"failure_reason": reason}
    booking = balance.record(
        account,
        made["amount"],
        made,
        kind="refund_failure",
        description=_described("REFUND FAILURE", charge),
        available_on=balance.settled(account, made["balance_transaction"]),
    )
    return {"failure_balance_transaction": booking["id"], "failure_reason": reason}


def _give_reference(account: Account, refund_id: str) -> None:
    made = account.require("refund", refund_id, param="refund")
    charge = account.require("charge", made["charge"], param="charge")
    found = destination(charge, reference=account.ids.digits(23))
    if made["status"] == "succeeded" and found != made["destination_details"]:
        update(account, made, destination_details=found)


def _settle(account: Account, refund_id: str) -> None:
    made = account.require("refund", refund_id, param="refund")
    if made["status"] == "pending":
        booked = book(account, made)
        update(account, made, balance_transaction=booked["balance_transaction"], status="succeeded")


def _fail_late(account: Account, refund_id: str) -> None:
    if account.require("refund", refund_id, param="refund")["status"] == "succeeded":
        fail(account, refund_id, "expired_or_canceled_card")


def _expire_late(account: Account, refund_id: str) -> None:
    made = account.require("refund", refund_id, param="refund")
    if made["status"] == "requires_action":
        expire(account, made)
