"""Checkout Sessions: create, update, list, expire; and that each expires by itself."""

from __future__ import annotations

from functools import partial

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.line_items import line_items
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import checks, fields, items, means
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.fields import KIND
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.checkouts import Checkout
from gulf_payments.testing.fake_stripe.state.tables import Resource

URL = "/v1/checkout/sessions"
_FILTERS = ("customer", "payment_intent", "status")


def create(call: Call) -> Resource:
    """POST /v1/checkout/sessions. No event tells of it, as with Stripe."""
    account, params = call.account, call.params
    checks.check_creation(account, params)
    bought = items.add(account, params)
    session: Resource = account.add(fields.new(account, params, bought, items.add_rates(account, params)))
    account.checkouts[session["id"]] = Checkout(bought, params.get("payment_intent_data") or {})
    account.later(session["expires_at"] - account.now, partial(_lapse, account, session["id"]))
    if session["mode"] == "setup":
        session = means.with_setup_intent(account, session, params.get("setup_intent_data") or {})
    return session


def update(call: Call) -> Resource:
    """POST /v1/checkout/sessions/{session}: its metadata."""
    session = fields.find(call.account, call.target)
    if "metadata" not in call.params:
        return session
    return call.account.change(session, metadata=merged_metadata(session["metadata"], call.params["metadata"]))


def listing(call: Call) -> Resource:
    """GET /v1/checkout/sessions."""
    params = call.params
    where = {name: (params[name],) for name in _FILTERS if params.get(name) is not None}
    email = (params.get("customer_details") or {}).get("email")
    return page(
        call,
        KIND,
        URL,
        where=where,
        matches=lambda row: email is None or (row["customer_details"] or {}).get("email") == email,
    )


def list_items(call: Call) -> Resource:
    """GET /v1/checkout/sessions/{session}/line_items."""
    cursors = {name: call.params[name] for name in ("limit", "starting_after", "ending_before") if name in call.params}
    return line_items(call.account, fields.find(call.account, call.target), **cursors)


def expire(call: Call) -> Resource:
    """POST /v1/checkout/sessions/{session}/expire."""
    session = fields.find(call.account, call.target)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
        raise ApiError(message, began=True)
    return _expire(call.account, session)


def _lapse(account: Account, identifier: str) -> None:
    session = fields.find(account, identifier)
    if session["status"] == "open":
        _expire(account, session)


def _expire(account: Account, session: Resource) -> Resource:
    expired = account.change(session, status="expired", url=None)
    account.announce("checkout.session.expired", expired)
    means.release(account, expired)
    return expired
