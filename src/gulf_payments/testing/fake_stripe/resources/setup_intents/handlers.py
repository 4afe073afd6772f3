"""SetupIntents: create, update, confirm, cancel; and the answer to the bank's question."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.resources import confirmable, payment_methods
from gulf_payments.testing.fake_stripe.resources.setup_intents import confirmation, fields
from gulf_payments.testing.fake_stripe.resources.setup_intents.fields import unexpected_state
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_NO_METHOD = (
    "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the SetupIntent "
    "with a payment method and then confirm it again, or confirm it again directly with a payment method or "
    "ConfirmationToken."
)
_ENDED = {"canceled": "been canceled", "succeeded": "already succeeded"}


def create(call: Call) -> Resource:
    """POST /v1/setup_intents."""
    account, params = call.account, call.params
    fields.check_creation(params)
    fields.check_customer(account, params)
    method = payment_methods.chosen(call)
    drafted = fields.new(account, params, method)
    if method is not None:
        fields.check_method(drafted, method)
    if (params.get("automatic_payment_methods") or {}).get("enabled"):
        account.redirecting.add(drafted["id"])
    if params.get("confirm"):
        confirmable.check_return_url(call, drafted)
    intent = account.add(drafted)
    account.announce("setup_intent.created", intent)
    return _confirm(call, intent) if params.get("confirm") else intent


def retrieve(call: Call) -> Resource:
    """GET /v1/setup_intents/{intent}; a browser must know the client secret."""
    return fields.shown(call, confirmable.asked_for(call, "setup_intent"))


def update(call: Call) -> Resource:
    """POST /v1/setup_intents/{intent}. No event tells of it, as with Stripe."""
    intent, params = confirmable.asked_for(call, "setup_intent"), call.params
    fields.check_customer(call.account, params)
    method = payment_methods.chosen(call)
    settings = fields.settings(intent, params)
    if method is not None:
        _check_open(call, intent, "update")
        fields.check_method({**intent, **settings}, method, shown=intent)
        settings |= {**fields.chosen(method), "next_action": None}
    return call.account.change(intent, **settings)


def confirm(call: Call) -> Resource:
    """POST /v1/setup_intents/{intent}/confirm, by the shop or by the customer's browser."""
    intent = confirmable.asked_for(call, "setup_intent")
    method = payment_methods.chosen(call)
    if method is None and intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, fields.shown(call, intent))
    _check_open(call, intent, "confirm")
    held = method or call.account.require("payment_method", intent["payment_method"], param="payment_method")
    settings = {**fields.settings(intent, call.params), "payment_method": held["id"]}
    fields.check_method({**intent, **settings}, held, shown=fields.shown(call, intent))
    confirmable.check_return_url(call, intent)
    return fields.shown(call, _confirm(call, call.account.change(intent, **settings)))


def _check_open(call: Call, intent: Resource, verb: str) -> None:
    ended = _ENDED.get(intent["status"])
    if ended is not None:
        message = f"You cannot {verb} this SetupIntent because it has {ended}."
        raise unexpected_state(message, fields.shown(call, intent))


def _confirm(call: Call, intent: Resource) -> Resource:
    if intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, intent)
    params = call.params
    return_url = None if params.get("use_stripe_sdk") else params.get("return_url")
    confirmed = confirmation.confirm(call.account, intent, return_url=return_url)
    if confirmed["last_setup_error"] is not None:
        raise confirmable.declined(confirmed["last_setup_error"], fields.shown(call, confirmed))
    return confirmed


def cancel(call: Call) -> Resource:
    """POST /v1/setup_intents/{intent}/cancel: final; a PaymentMethod that it names stays named."""
    intent = confirmable.asked_for(call, "setup_intent")
    if intent["status"] == "canceled":
        raise unexpected_state("You cannot cancel this SetupIntent because it is already canceled.", intent)
    if intent["status"] not in fields.OPEN:
        message = (
            f"You cannot cancel this SetupIntent because it has a status of {intent['status']}. Only a SetupIntent "
            "with one of the following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, "
            "or `requires_action`."
        )
        raise unexpected_state(message, intent)
    reason = call.params.get("cancellation_reason")
    canceled = call.account.change(intent, cancellation_reason=reason, next_action=None, status="canceled")
    call.account.announce("setup_intent.canceled", canceled)
    return canceled


def verify_microdeposits(call: Call) -> Resource:
    """POST /v1/setup_intents/{intent}/verify_microdeposits: none of the fake's ever waits for them."""
    intent = confirmable.asked_for(call, "setup_intent")
    message = (
        f"This SetupIntent cannot be actioned on because it has a status of {intent['status']}. Only a SetupIntent "
        'with one of the following statuses may be actioned on: ["requires_action"].'
    )
    raise ApiError(message, code="intent_invalid_state", began=True, setup_intent=fields.shown(call, intent))


def challenge(account: Account, intent: Resource, outcome: str) -> Resource:
    """Answer the 3-D Secure question that the SetupIntent waits for."""
    if intent["status"] != "requires_action" or outcome not in {"pass", "fail"}:
        message = f"You cannot authenticate this SetupIntent because it has a status of {intent['status']}."
        raise unexpected_state(message, intent)
    return confirmation.answer_challenge(account, intent, "pass" if outcome == "pass" else "fail")
