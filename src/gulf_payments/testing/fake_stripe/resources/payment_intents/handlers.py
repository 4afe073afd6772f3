"""PaymentIntents: create, update, confirm, capture, cancel; and the two things that befall them by themselves."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.currencies import check_step
from gulf_payments.testing.fake_stripe.errors import ApiError, unexpected_state
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.resources import confirmable, payment_methods
from gulf_payments.testing.fake_stripe.resources.charges import lifecycle
from gulf_payments.testing.fake_stripe.resources.payment_intents import bank_transfers, confirmation, fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)


def create(call: Call) -> Resource:
    """POST /v1/payment_intents."""
    account, params = call.account, call.params
    fields.check_creation(params)
    fields.check_references(account, params)
    method = payment_methods.chosen(call)
    drafted = fields.new(account, params, method)
    if method is not None:
        fields.check_method(drafted, method)
        payment_methods.check_usable(account, method, params.get("customer"))
    if (params.get("automatic_payment_methods") or {}).get("enabled"):
        account.redirecting.add(drafted["id"])
    if params.get("confirm"):
        confirmable.check_return_url(call, drafted)
    intent = account.add(drafted)
    account.announce("payment_intent.created", intent)
    return _confirm(call, intent) if params.get("confirm") else intent


def retrieve(call: Call) -> Resource:
    """GET /v1/payment_intents/{intent}; a browser must know the client secret."""
    return _shown(call, confirmable.asked_for(call, "payment_intent"))


def _shown(call: Call, intent: Resource) -> Resource:
    return fields.for_browser(intent) if call.from_browser else intent


def update(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}. No event tells of it, as with Stripe."""
    intent, params = confirmable.asked_for(call, "payment_intent"), call.params
    fields.check_update(intent, params)
    fields.check_references(call.account, params)
    method = payment_methods.chosen(call)
    settings = fields.settings(intent, params)
    if method is not None:
        fields.check_method({**intent, **settings}, method)
        payment_methods.check_usable(call.account, method, settings.get("customer") or intent["customer"])
    if intent["status"] in fields.OPEN:
        settings["last_payment_error"] = None
        settings |= fields.restarted(intent, method, params)
    return call.account.change(intent, **settings)


def confirm(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/confirm, by the shop or by the customer's browser."""
    intent, params = confirmable.asked_for(call, "payment_intent"), call.params
    _check_confirmable(call, intent)
    method = payment_methods.chosen(call)
    if method is None and intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, _shown(call, intent))
    held = method or call.account.require("payment_method", intent["payment_method"], param="payment_method")
    settings = {**fields.settings(intent, params), "payment_method": held["id"]}
    fields.check_method({**intent, **settings}, held)
    payment_methods.check_usable(call.account, held, intent["customer"])
    confirmable.check_return_url(call, intent)
    return _shown(call, _confirm(call, call.account.change(intent, **settings)))


_NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
    "method or ConfirmationToken."
)
_BY_SERVER = (
    "This PaymentIntent's `confirmation_method` is set to `manual`: it cannot be confirmed using your publishable key. "
    "Please use your secret key instead."
)


def _check_confirmable(call: Call, intent: Resource) -> None:
    status = intent["status"]
    if status in {"succeeded", "requires_capture"}:
        message = (
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
        )
        raise unexpected_state(message, _shown(call, intent))
    if status not in fields.OPEN:
        confirmable = ("requires_confirmation", "requires_action")
        raise unexpected_state(_cannot("confirm", intent, "confirmed", confirmable), _shown(call, intent))
    if call.from_browser and intent["confirmation_method"] == "manual":
        raise ApiError(_BY_SERVER, code="payment_intent_invalid_parameter")


def _cannot(verb: str, intent: Resource, participle: str, statuses: tuple[str, ...]) -> str:
    return (
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {participle}: {', '.join(statuses)}."
    )


def _confirm(call: Call, intent: Resource) -> Resource:
    if intent["payment_method"] is None:
        raise unexpected_state(_NO_METHOD, intent)
    params = call.params
    how = confirmation.Circumstances(
        off_session=bool(params.get("off_session")),
        refuses_action=bool(params.get("error_on_requires_action")),
        return_url=None if params.get("use_stripe_sdk") else params.get("return_url"),
    )
    confirmed = confirmation.confirm(call.account, intent, how)
    if confirmed["last_payment_error"] is not None:
        raise confirmable.declined(confirmed["last_payment_error"], _shown(call, confirmed))
    return confirmed


def capture(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/capture: all that was authorised, or a part."""
    intent, params, account = confirmable.asked_for(call, "payment_intent"), call.params, call.account
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        )
        raise unexpected_state(message, intent)
    if params.get("final_capture") is False:
        raise ApiError(_ONE_CAPTURE, param="final_capture", began=True)
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    _check_capture(intent, amount)
    charge = account.require("charge", intent["latest_charge"], param="charge")
    charge = lifecycle.capture(account, charge, amount)
    settings = {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    captured = account.change(intent, **fields.settings(intent, params), **settings)
    account.announce("payment_intent.succeeded", captured)
    return captured


_ONE_CAPTURE = "`final_capture` can only be false for a charge that may be captured again, as none of the fake's may."


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
    intent = confirmable.asked_for(call, "payment_intent")
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(_cannot("cancel", intent, "canceled", CANCELABLE), intent)
    return confirmation.cancel(call.account, intent, call.params.get("cancellation_reason"))


def increment(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/increment_authorization: no test card of the fake allows it."""
    intent = confirmable.asked_for(call, "payment_intent")
    if intent["status"] != "requires_capture":
        raise unexpected_state(_cannot("increment", intent, "incremented", ("requires_capture",)), intent)
    raise unexpected_state("This PaymentIntent is not eligible for incremental authorization.", intent)


def apply_cash(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/apply_customer_balance: what the customer sent pays, as far as it goes."""
    intent, params = confirmable.asked_for(call, "payment_intent"), call.params
    if params.get("currency", intent["currency"]) != intent["currency"]:
        message = f"The currency must be that of the PaymentIntent: {intent['currency']}."
        raise ApiError(message, param="currency", began=True)
    if not bank_transfers.waits(intent):
        raise unexpected_state(_NO_TRANSFER, intent)
    bank_transfers.receive(call.account, intent, most=params.get("amount"))
    return call.account.current(intent)


_NO_TRANSFER = "This PaymentIntent does not wait for a bank transfer, so no customer balance can be applied to it."


def list_items(call: Call) -> Resource:
    """GET /v1/payment_intents/{intent}/amount_details_line_items: the fake keeps no details of amounts."""
    intent = confirmable.asked_for(call, "payment_intent")
    url = f"/v1/payment_intents/{intent['id']}/amount_details_line_items"
    return {"object": "list", "data": [], "has_more": False, "url": url}


def verify_microdeposits(call: Call) -> Resource:
    """POST /v1/payment_intents/{intent}/verify_microdeposits: none of the fake's ever waits for them."""
    intent = confirmable.asked_for(call, "payment_intent")
    message = "This PaymentIntent cannot be verified: it does not require verification with microdeposits."
    raise unexpected_state(message, _shown(call, intent))


def challenge(account: Account, intent: Resource, outcome: str) -> Resource:
    """Answer the 3-D Secure question that the PaymentIntent waits for."""
    if intent["status"] != "requires_action" or outcome not in {"pass", "fail"}:
        raise unexpected_state(_cannot("authenticate", intent, "authenticated", ("requires_action",)), intent)
    return confirmation.answer_challenge(account, intent, "pass" if outcome == "pass" else "fail")


def fail_late(account: Account, intent: Resource) -> Resource:
    """A payment that had succeeded fails after all, as bank debits may."""
    if intent["status"] != "succeeded":
        raise unexpected_state(_cannot("fail", intent, "failed late", ("succeeded",)), intent)
    charge = lifecycle.fail_late(account, account.require("charge", intent["latest_charge"], param="charge"))
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
