"""Paying a Checkout Session: the page's own two routes, and how a session follows its PaymentIntent.

Stripe's reference does not have these routes; its hosted page and Stripe CLI's trigger scripts use them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.line_items import line_items
from gulf_payments.testing.fake_stripe.resources import payment_methods
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import custom_fields, fields, handlers
from gulf_payments.testing.fake_stripe.resources.customers import handlers as customers
from gulf_payments.testing.fake_stripe.resources.payment_intents import handlers as intents
from gulf_payments.testing.fake_stripe.resources.payment_intents.fields import OPEN, for_browser
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_PAGE = "ppage_"
_MOST_ITEMS = 100
_ACCEPTED = ("succeeded", "requires_capture", "processing")
_TO_INTENT = ("return_url", "shipping", "use_stripe_sdk")


def retrieve_page(call: Call) -> Resource:
    """GET /v1/payment_pages/{session}: what the page shows."""
    return _page(call, _asked_for(call))


def confirm_page(call: Call) -> Resource:
    """POST /v1/payment_pages/{session}/confirm: the customer presses "pay"."""
    account, params = call.account, call.params
    session = _with_delivery(account, _asked_for(call), params.get("shipping_rate"))
    _check_confirmable(session, params.get("expected_amount"))
    answers = custom_fields.answered(session["custom_fields"], params.get("custom_fields") or {})
    session = account.change(session, custom_fields=answers)
    if session["amount_total"] == 0:
        return _page(call, _complete(account, session, None))
    method = payment_methods.chosen(call)
    if method is None:
        raise ApiError("Missing required param: payment_method.", code="parameter_missing", param="payment_method")
    _check_type(session, method)
    session = _with_intent(account, _with_customer(account, session, method))
    _confirm(call, session["payment_intent"], method)
    return _page(call, account.current(session))


def _confirm(call: Call, identifier: str, method: Resource) -> None:
    secret = call.account.require("payment_intent", identifier, param="intent")["client_secret"]
    given = {name: call.params[name] for name in _TO_INTENT if name in call.params}
    params = {"client_secret": secret, "payment_method": method["id"], **given}
    intents.confirm(Call(call.account, params, (identifier,), from_browser=call.from_browser))


def _asked_for(call: Call) -> Resource:
    target = call.target
    if target.startswith(_PAGE):
        target = f"cs_{fields.mode_name(call.account)}_{target.removeprefix(_PAGE)}"
    return handlers.find(call.account, target)


def _check_confirmable(session: Resource, expected: int | None) -> None:
    if session["status"] == "complete":
        message = "This Checkout Session has already been completed."
        raise ApiError(message, code="checkout_succeeded_session", began=True)
    if session["status"] != "open":
        message = "This Checkout Session is no longer active."
        raise ApiError(message, code="checkout_not_active_session", began=True)
    if expected is not None and expected != session["amount_total"]:
        message = (
            f"The expected amount ({expected}) is not the amount of this Checkout Session ({session['amount_total']})."
        )
        raise ApiError(message, code="checkout_amount_mismatch", param="expected_amount")


def _check_type(session: Resource, method: Resource) -> None:
    if method["type"] not in session["payment_method_types"]:
        message = (
            f"The payment method type {method['type']} is not among those of this Checkout Session: "
            f"{', '.join(session['payment_method_types'])}."
        )
        raise ApiError(message, param="payment_method")


def _with_delivery(account: Account, session: Resource, rate: str | None) -> Resource:
    """The session with the shipping option that the customer has chosen."""
    if rate is None or session["status"] != "open":
        return session
    for option in session["shipping_options"]:
        if option["shipping_rate"] == rate:
            return account.change(session, **fields.amounts(session["amount_subtotal"], option))
    raise ApiError(f"The shipping rate `{rate}` is not an option of this Checkout Session.", param="shipping_rate")


def _with_customer(account: Account, session: Resource, method: Resource) -> Resource:
    """The session with a Customer of its own, if it is to have one and has none yet."""
    saves = account.checkouts[session["id"]].payment.get("setup_future_usage")
    if session["customer"] is not None or (session["customer_creation"] != "always" and not saves):
        return session
    billing = method["billing_details"]
    person = {name: billing[name] for name in ("address", "name", "phone") if billing[name]}
    address = _email(session, method)
    created = customers.create(Call(account, {**person, **({"email": address} if address else {})}))
    return account.change(session, customer=created["id"])


def _email(session: Resource, method: Resource) -> str | None:
    """What the shop knew already, else what the customer typed in."""
    address: str | None = (session["customer_details"] or {}).get("email") or method["billing_details"]["email"]
    return address


def _with_intent(account: Account, session: Resource) -> Resource:
    """The session with a PaymentIntent over its amount that can be confirmed: the same one after a decline."""
    if session["payment_intent"] is not None:
        intent = account.require("payment_intent", session["payment_intent"], param="intent")
        if intent["status"] in OPEN:
            if intent["amount"] != session["amount_total"]:
                intents.update(Call(account, {"amount": session["amount_total"]}, (intent["id"],)))
            return session
    intent = intents.create(Call(account, _intent_params(account, session)))
    account.watchers[intent["id"]] = partial(_follow, account, session["id"])
    return account.change(session, payment_intent=intent["id"])


def _intent_params(account: Account, session: Resource) -> dict[str, Any]:
    owner = {} if session["customer"] is None else {"customer": session["customer"]}
    options = session["payment_method_options"]
    return {
        **account.checkouts[session["id"]].payment,
        **owner,
        **({"payment_method_options": options} if options else {}),
        "amount": session["amount_total"],
        "currency": session["currency"],
        "payment_method_types": session["payment_method_types"],
    }


def _follow(account: Account, identifier: str, intent: Resource) -> None:
    """The PaymentIntent of a session has changed."""
    session = handlers.find(account, identifier)
    if session["payment_intent"] != intent["id"]:
        return
    if session["status"] == "open" and intent["status"] in _ACCEPTED:
        _complete(account, session, intent)
    elif session["status"] == "complete" and session["payment_status"] == "unpaid":
        _settle(account, session, intent)


def _complete(account: Account, session: Resource, intent: Resource | None) -> Resource:
    """The customer is done: the money is there, or on its way, or none was asked for."""
    completed = account.change(
        session,
        consent=_consent(session),
        payment_status=_payment_status(intent),
        status="complete",
        url=None,
        **_learned(account, session, intent),
    )
    account.announce("checkout.session.completed", completed)
    return completed


def _payment_status(intent: Resource | None) -> str:
    if intent is None:
        return "no_payment_required"
    return "paid" if intent["status"] == "succeeded" else "unpaid"


def _consent(session: Resource) -> dict[str, Any] | None:
    asked = session["consent_collection"]
    if asked is None:
        return None
    return {
        "promotions": "opt_out" if asked["promotions"] == "auto" else None,
        "terms_of_service": "accepted" if asked["terms_of_service"] == "required" else None,
    }


def _learned(account: Account, session: Resource, intent: Resource | None) -> dict[str, Any]:
    """What the payment tells of the customer."""
    if intent is None:
        return {}
    method = account.require("payment_method", intent["payment_method"], param="payment_method")
    billing = method["billing_details"]
    details = fields.customer_details(
        _email(session, method),
        address=billing["address"],
        name=billing["name"],
        phone=billing["phone"],
        tax_ids=[],
    )
    collected = session["collected_information"]
    if session["shipping_address_collection"] is not None and intent["shipping"] is not None:
        shipping = intent["shipping"]
        place = {"address": {**fields.NO_ADDRESS, **shipping["address"]}, "name": shipping["name"]}
        collected = {**fields.NOTHING_COLLECTED, "shipping_details": place}
    return {"collected_information": collected, "customer_details": details}


def _settle(account: Account, session: Resource, intent: Resource) -> None:
    """The money that was on its way has come, or will not come; a capture is told by the PaymentIntent alone."""
    delayed = intent["capture_method"] != "manual"
    if intent["status"] == "succeeded":
        paid = account.change(session, payment_status="paid")
        if delayed:
            account.announce("checkout.session.async_payment_succeeded", paid)
    elif intent["status"] == "requires_payment_method" and delayed:
        account.announce("checkout.session.async_payment_failed", session)


def _page(call: Call, session: Resource) -> dict[str, Any]:
    items = line_items(call.account, session, limit=_MOST_ITEMS)["data"]
    total = session["amount_total"]
    return {
        "id": _PAGE + session["id"].split("_", 2)[2],
        "object": "checkout.session",
        **{name: session[name] for name in _SHOWN},
        "line_item_group": {"currency": session["currency"], "line_items": items, "total": total},
        "payment_intent": _shown_intent(call, session["payment_intent"]),
        "session_id": session["id"],
        "success_url": (session["success_url"] or "").replace("{CHECKOUT_SESSION_ID}", session["id"]) or None,
        "total_summary": {"due": total, "subtotal": session["amount_subtotal"], "total": total},
    }


def _shown_intent(call: Call, identifier: str | None) -> Resource | None:
    if identifier is None:
        return None
    intent = call.account.require("payment_intent", identifier, param="intent")
    return for_browser(intent) if call.from_browser else intent


_SHOWN = (
    "cancel_url",
    "created",
    "currency",
    "customer_email",
    "expires_at",
    "livemode",
    "locale",
    "mode",
    "payment_method_types",
    "payment_status",
    "phone_number_collection",
    "shipping_address_collection",
    "shipping_options",
    "status",
    "submit_type",
    "ui_mode",
    "url",
)
