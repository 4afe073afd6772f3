"""Refunds: made by the shop or in the Dashboard; some settle later, some fail after they had succeeded."""

from __future__ import annotations

from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import check_step, written
from gulf_payments.testing.fake_stripe.errors import ApiError, unexpected_state
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    choice,
    integer,
    merged_metadata,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE
from gulf_payments.testing.fake_stripe.resources import balance, disputes
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_CREATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("currency", "customer", "instructions_email", "origin"), unsupported),
        **dict.fromkeys(("refund_application_fee", "reverse_transfer"), unsupported),
        "amount": integer(least=1),
        "charge": text(),
        "metadata": metadata,
        "payment_intent": text(),
        "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    },
)
_LIST = Accepts({**PAGE, "charge": text(), "payment_intent": text()})

SETTLING_SECONDS = 60 * 60
"""How long a waiting refund waits, and a failing one seems to have succeeded. Stripe takes days."""


def create(call: Call) -> Resource:
    """POST /v1/refunds, for a charge or for the successful charge of a PaymentIntent."""
    params = call.params
    charge = _charge(call.account, params.get("charge"), params.get("payment_intent"))
    metadata = merged_metadata({}, params.get("metadata"))
    return refund(call.account, charge, params.get("amount"), reason=params.get("reason"), metadata=metadata)


def refund(
    account: Account,
    charge: Resource,
    amount: int | None,
    *,
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Resource:
    """Give back `amount`, or all that is left of the charge."""
    rest = charge["amount_captured"] - charge["amount_refunded"]
    amount = rest if amount is None else amount
    _check(account, charge, amount, rest)
    made: Resource = _new(account, charge, amount, reason, metadata or {})
    made = _book(account, account.add(made)) if made["status"] == "succeeded" else account.add(made)
    account.announce("refund.created", made)
    refunded = charge["amount_refunded"] + amount
    charge = account.change(charge, amount_refunded=refunded, refunded=refunded >= charge["amount_captured"])
    account.announce("charge.refunded", charge)
    _plan(account, charge, made)
    return made


def _charge(account: Account, charge_id: str | None, intent_id: str | None) -> Resource:
    if charge_id is not None:
        return account.require("charge", charge_id, param="charge", status=400)
    if intent_id is None:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise ApiError(message, code="parameter_missing", param="payment_intent")
    return successful_charge(account, account.require("payment_intent", intent_id, param="payment_intent", status=400))


def successful_charge(account: Account, intent: Resource) -> Resource:
    """The one charge of a PaymentIntent that took money; ApiError if there is none."""
    if intent["status"] == "requires_capture":
        message = (
            f"This PaymentIntent ({intent['id']}) has a status of requires_capture and cannot be refunded. "
            "Cancel it to release the funds."
        )
        raise unexpected_state(message, intent)
    for charge in account.tables["charge"].having("payment_intent", intent["id"]):
        if charge["captured"]:
            return charge
    message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
    raise ApiError(message, param="payment_intent", began=True)


def _check(account: Account, charge: Resource, amount: int, rest: int) -> None:
    if not charge["paid"] or not charge["captured"]:
        message = f"Charge {charge['id']} is not refundable: it has not been captured."
        raise ApiError(message, code="charge_not_refundable", began=True)
    if disputes.blocks_refund(account, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed", began=True)
    if rest <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded", began=True)
    check_step(amount, charge["currency"])
    if amount > rest:
        raise _too_much(charge, amount, rest)


def _too_much(charge: Resource, amount: int, rest: int) -> ApiError:
    what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
    asked, left = written(amount, charge["currency"]), written(rest, charge["currency"])
    return ApiError(f"Refund amount ({asked}) is greater than {what} ({left})", param="amount", began=True)


def _new(
    account: Account,
    charge: Resource,
    amount: int,
    reason: str | None,
    metadata: dict[str, str],
) -> dict[str, Any]:
    waits = account.held[charge["payment_method"]].refund == "waits"
    return {
        "id": account.ids.new("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": account.now,
        "currency": charge["currency"],
        "destination_details": _destination(reference=None),
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if waits else "succeeded",
        "transfer_reversal": None,
        **({"pending_reason": "processing"} if waits else {}),
    }


def _destination(*, reference: str | None) -> dict[str, Any]:
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    if reference is not None:
        card |= {"reference": reference, "reference_status": "available"}
    return {"card": card, "type": "card"}


def _book(account: Account, made: Resource) -> Resource:
    booking = balance.record(account, -made["amount"], made, kind="refund")
    return account.change(made, balance_transaction=booking["id"])


def _plan(account: Account, charge: Resource, made: Resource) -> None:
    match account.held[charge["payment_method"]].refund:
        case "fails":
            account.later(SETTLING_SECONDS, partial(_fail, account, made["id"]))
        case "waits":
            account.later(SETTLING_SECONDS, partial(_settle, account, made["id"]))
        case "succeeds":
            account.later(0, partial(_give_reference, account, made["id"]))


def _update(account: Account, made: Resource, fields: dict[str, Any], *, event: str) -> Resource:
    former = {name: value for name, value in made.items() if name != "pending_reason"}
    updated = account.add({**former, **fields})
    account.announce(event, updated, before=made if event == "refund.updated" else None)
    account.announce("charge.refund.updated", updated, before=made)
    return updated


def _give_reference(account: Account, refund_id: str) -> None:
    made = account.require("refund", refund_id, param="refund")
    fields = {"destination_details": _destination(reference=account.ids.digits(23))}
    _update(account, made, fields, event="refund.updated")


def _settle(account: Account, refund_id: str) -> None:
    waiting = account.require("refund", refund_id, param="refund")
    booking = balance.record(account, -waiting["amount"], waiting, kind="refund")
    fields = {"balance_transaction": booking["id"], "status": "succeeded"}
    _update(account, waiting, fields, event="refund.updated")


def _fail(account: Account, refund_id: str) -> None:
    # No charge event tells of the amount that is owed again; a shop that counts refunds by charge.refunded misses it.
    made = account.require("refund", refund_id, param="refund")
    booking = balance.record(account, made["amount"], made, kind="refund_failure")
    charge = account.require("charge", made["charge"], param="charge")
    account.change(charge, amount_refunded=charge["amount_refunded"] - made["amount"], refunded=False)
    fields = {
        "failure_balance_transaction": booking["id"],
        "failure_reason": "expired_or_canceled_card",
        "status": "failed",
    }
    _update(account, made, fields, event="refund.failed")


ROUTES = (
    Route("POST", "/v1/refunds", create, _CREATE, "refund"),
    listing("refund", "/v1/refunds", _LIST, "payment_intent", "charge"),
    reading("refund", "/v1/refunds"),
)
