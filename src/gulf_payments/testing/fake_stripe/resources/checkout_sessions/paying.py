"""The page of a Checkout Session: its own two routes, by which a customer sees what is due and pays it.

Stripe's reference does not have them; its hosted page and Stripe CLI's trigger scripts use them.
"""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.line_items import line_items
from gulf_payments.testing.fake_stripe.resources import payment_methods
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import completion, custom_fields, fields, means
from gulf_payments.testing.fake_stripe.resources.customers import handlers as customers
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_PAGE = "ppage_"
_MOST_ITEMS = 100


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
        return _page(call, completion.complete(account, session, None))
    method = payment_methods.chosen(call)
    if method is None:
        raise ApiError("Missing required param: payment_method.", code="parameter_missing", param="payment_method")
    _check_type(session, method)
    session = means.with_intent(account, _with_customer(account, session, method))
    means.confirm(call, session, method)
    return _page(call, account.current(session))


def _asked_for(call: Call) -> Resource:
    target = call.target
    if target.startswith(_PAGE):
        target = f"cs_{fields.mode_name(call.account)}_{target.removeprefix(_PAGE)}"
    return fields.find(call.account, target)


def _check_confirmable(session: Resource, expected: int | None) -> None:
    if session["status"] == "complete":
        message = "This Checkout Session has already been completed."
        raise ApiError(message, code="checkout_succeeded_session", began=True)
    if session["status"] != "open":
        message = "This Checkout Session is no longer active."
        raise ApiError(message, code="checkout_not_active_session", began=True)
    if expected is not None and expected != (session["amount_total"] or 0):
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
    if session["customer"] is not None or not _needs_customer(account, session, method):
        return session
    billing = method["billing_details"]
    person = {name: billing[name] for name in ("address", "name", "phone") if billing[name]}
    address = completion.email(session, method)
    created = customers.create(Call(account, {**person, **({"email": address} if address else {})}))
    return account.change(session, customer=created["id"])


def _needs_customer(account: Account, session: Resource, method: Resource) -> bool:
    if session["customer_creation"] == "always" or method["type"] == "customer_balance":
        return True
    options = session["payment_method_options"].get(method["type"]) or {}
    usages = {account.checkouts[session["id"]].payment.get("setup_future_usage"), options.get("setup_future_usage")}
    return not usages <= {None, "none"}


def _page(call: Call, session: Resource) -> dict[str, Any]:
    items = line_items(call.account, session, limit=_MOST_ITEMS)["data"]
    total = session["amount_total"]
    return {
        "id": _PAGE + session["id"].split("_", 2)[2],
        "object": "checkout.session",
        **{name: session[name] for name in _SHOWN},
        "line_item_group": {"currency": session["currency"], "line_items": items, "total": total},
        "payment_intent": means.shown(call, session, "payment_intent"),
        "session_id": session["id"],
        "setup_intent": means.shown(call, session, "setup_intent"),
        "success_url": (session["success_url"] or "").replace("{CHECKOUT_SESSION_ID}", session["id"]) or None,
        "total_summary": {"due": total, "subtotal": session["amount_subtotal"], "total": total},
    }


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
