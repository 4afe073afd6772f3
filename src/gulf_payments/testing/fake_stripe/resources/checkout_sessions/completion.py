"""How a session follows its PaymentIntent: complete once the customer is done, paid once the money is there."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.addresses import NO_ADDRESS
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_ACCEPTED = ("succeeded", "requires_capture", "processing")


def follow(account: Account, identifier: str, intent: Resource) -> None:
    """The PaymentIntent or SetupIntent of a session has changed."""
    session = fields.find(account, identifier)
    if intent["id"] != session[intent["object"]]:
        return
    if session["status"] == "open" and _is_done(intent):
        complete(account, session, intent)
    elif session["status"] == "complete" and session["payment_status"] == "unpaid":
        _settle(account, session, intent)


def _is_done(intent: Resource) -> bool:
    """Whether the customer has no more to do on the page; the transfer they promised they make elsewhere."""
    promised = (intent["next_action"] or {}).get("type") == "display_bank_transfer_instructions"
    return promised or intent["status"] in _ACCEPTED


def complete(account: Account, session: Resource, intent: Resource | None) -> Resource:
    """The customer is done: the money is there, or on its way, or none was asked for."""
    completed = account.change(
        session,
        consent=_consent(session),
        payment_status=_payment_status(session, intent),
        status="complete",
        url=None,
        **_learned(account, session, intent),
    )
    account.announce("checkout.session.completed", completed)
    return completed


def _payment_status(session: Resource, intent: Resource | None) -> str:
    if intent is None or session["mode"] == "setup":
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
        email(session, method),
        address=billing["address"],
        name=billing["name"],
        phone=billing["phone"],
        tax_ids=[],
    )
    collected = session["collected_information"]
    if session["shipping_address_collection"] is not None and intent.get("shipping") is not None:
        shipping = intent["shipping"]
        place = {"address": {**NO_ADDRESS, **shipping["address"]}, "name": shipping["name"]}
        collected = {**fields.NOTHING_COLLECTED, "shipping_details": place}
    return {"collected_information": collected, "customer_details": details}


def _settle(account: Account, session: Resource, intent: Resource) -> None:
    """The money that was on its way has come, or will not come; that a card was captured the session never tells."""
    if intent["latest_charge"] is None:
        return
    charge = account.require("charge", intent["latest_charge"], param="charge")
    slow = charge["payment_method_details"]["type"] != "card"
    if intent["status"] == "succeeded":
        session = account.change(session, payment_status="paid")
        if slow:
            account.announce("checkout.session.async_payment_succeeded", session)
    elif intent["status"] == "requires_payment_method" and slow:
        account.announce("checkout.session.async_payment_failed", session)


def email(session: Resource, method: Resource) -> str | None:
    """What the shop knew already, else what the customer typed in."""
    address: str | None = (session["customer_details"] or {}).get("email") or method["billing_details"]["email"]
    return address
