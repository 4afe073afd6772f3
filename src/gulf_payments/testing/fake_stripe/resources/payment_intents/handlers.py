"""PaymentIntents: create, update, confirm, capture, cancel; and the two things that befall them by themselves."""

from __future__ import annotations

from functools import partial

from gulf_payments.testing.fake_stripe.currencies import check_step
from gulf_payments.testing.fake_stripe.errors import ApiError, unexpected_state
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.resources import charges, payment_methods
from gulf_payments.testing.fake_stripe.resources.payment_intents import confirmation, fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

CANCELABLE = (*fields.OPEN, "requires_capture", "processing")


def create(call: Call) -> Resource:
    """POST /v1/payment_intents."""
    account, params = call.account, call.params
    fields.check_creation(params)
    fields.check_references(account, params)
    method = payment_methods.chosen(call)
    if method is not None and params.get("confirm"):
        payment_methods.check_usable(account, method, params.get("customer"))
    intent = account.add(fields.new(account, params, method))
    account.announce("payment_intent.created", intent)
    return _confirm(call, intent) if params.get("confirm") else intent


def retrieve(call: Call) -> Resource:
    """GET /v1/payment_intents/{intent}; a browser must know the client secret."""
    return _asked_for(call)


def _asked_for(call: Call) -> Resource:
    intent = call.account.require("payment_intent", call.target, param="intent")
    secret = call.params.get("client_secret")
    if secret is None and call.from_browser:
        raise ApiError("Missing required param: client_secret.", code="parameter_missing", param="client_secret")
    if secret not in {None, intent["client_secret"]}:
        message = "The client_secret provided does not match the client_secret associated with the PaymentIntent."
        raise ApiError(message, param="client_secret")
    return intent


def update(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}. No event tells of it, as with Stripe."""
    intent, params = _asked_for(call), call.params
    fields.check_update(intent, params)
    fields.check_references(call.account, params)
    method = payment_methods.chosen(call)
    settings = fields.settings(intent, params)
    if intent["status"] in fields.OPEN:
        settings["last_payment_error"] = None
        settings |= fields.restarted(intent, method, params)
    return call.account.change(intent, **settings)


def confirm(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/confirm, by the shop or by the customer's browser."""
    intent, params = _asked_for(call), call.params
    _check_confirmable(intent)
    method = payment_methods.chosen(call)
    if method is None and intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, intent)
    held = method or call.account.require("payment_method", intent["payment_method"], param="payment_method")
    payment_methods.check_usable(call.account, held, intent["customer"])
    settings = {**fields.settings(intent, params), "payment_method": held["id"]}
    return _confirm(call, call.account.change(intent, **settings))


_NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
    "method or ConfirmationToken."
)


def _check_confirmable(intent: Resource) -> None:
    status = intent["status"]
    if status in {"succeeded", "requires_capture"}:
        message = (
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
        )
        raise unexpected_state(message, intent)
    if status not in fields.OPEN:
        raise unexpected_state(_cannot("confirm", intent, "confirmed", fields.OPEN), intent)


def _cannot(verb: str, intent: Resource, participle: str, statuses: tuple[str, ...]) -> str:
    return (
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {participle}: {', '.join(statuses)}."
    )


def _confirm(call: Call, intent: Resource) -> Resource:
    if intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, intent)
    off_session = bool(call.params.get("off_session"))
    return_url = None if call.params.get("use_stripe_sdk") else call.params.get("return_url")
    confirmed = confirmation.confirm(call.account, intent, off_session=off_session, return_url=return_url)
    if confirmed["last_payment_error"] is not None:
        raise confirmation.declined(confirmed)
    if confirmed["status"] == "requires_capture":
        _plan_expiry(call.account, confirmed)
    return confirmed


def _plan_expiry(account: Account, intent: Resource) -> None:
    account.later(charges.AUTHORISATION_SECONDS, partial(_expire, account, intent["latest_charge"]))


def _expire(account: Account, charge_id: str) -> None:
    charge = account.require("charge", charge_id, param="charge")
    intent = account.require("payment_intent", charge["payment_intent"], param="intent")
    if intent["status"] != "requires_capture":
        return
    charges.expire(account, charge)
    _cancel(account, intent, "expired")


def capture(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/capture: all that was authorised, or a part."""
    intent, params, account = _asked_for(call), call.params, call.account
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        )
        raise unexpected_state(message, intent)
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    _check_capture(intent, amount)
    charge = account.require("charge", intent["latest_charge"], param="charge")
    charge = charges.capture(account, charge, amount)
    settings = {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    captured = account.change(intent, **fields.settings(intent, params), **settings)
    account.announce("payment_intent.succeeded", captured)
    return captured


def _check_capture(intent: Resource, amount: int) -> None:
    check_step(amount, intent["currency"], param="amount_to_capture")
    if amount > intent["amount_capturable"]:
        message = (
            f"The amount_to_capture ({amount}) is greater than the amount_capturable of this PaymentIntent "
            f"({intent['amount_capturable']})."
        )
        raise ApiError(message, code="amount_too_large", param="amount_to_capture")


def cancel(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/cancel: final; releases what was authorised."""
    intent = _asked_for(call)
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(_cannot("cancel", intent, "canceled", CANCELABLE), intent)
    return _cancel(call.account, intent, call.params.get("cancellation_reason"))


def _cancel(account: Account, intent: Resource, reason: str | None) -> Resource:
    canceled = account.change(
        intent,
        amount_capturable=0,
        canceled_at=account.now,
        cancellation_reason=reason,
        next_action=None,
        status="canceled",
    )
    account.announce("payment_intent.canceled", canceled)
    return canceled


def challenge(account: Account, intent: Resource, outcome: str) -> Resource:
    """Answer the 3-D Secure question that the PaymentIntent waits for."""
    if intent["status"] != "requires_action" or outcome not in {"pass", "fail"}:
        raise unexpected_state(_cannot("authenticate", intent, "authenticated", ("requires_action",)), intent)
    answered = confirmation.answer_challenge(account, intent, "pass" if outcome == "pass" else "fail")
    if answered["status"] == "requires_capture":
        _plan_expiry(account, answered)
    return answered


def fail_late(account: Account, intent: Resource) -> Resource:
    """A payment that had succeeded fails after all, as bank debits may."""
    if intent["status"] != "succeeded":
        raise unexpected_state(_cannot("fail", intent, "failed late", ("succeeded",)), intent)
    charge = charges.fail_late(account, account.require("charge", intent["latest_charge"], param="charge"))
    error = {
        "charge": charge["id"],
        "code": charge["failure_code"],
        "message": charge["failure_message"],
        "payment_method": account.require("payment_method", charge["payment_method"], param="payment_method"),
        "type": "card_error",
    }
    failed = account.change(
        intent,
        amount_received=0,
        last_payment_error=error,
        payment_method=None,
        status="requires_payment_method",
    )
    account.announce("payment_intent.payment_failed", failed)
    return failed
