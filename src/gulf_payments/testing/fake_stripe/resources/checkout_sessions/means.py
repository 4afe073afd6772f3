"""What a session pays or saves by: a PaymentIntent, made when the customer pays, or a SetupIntent, made at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import completion
from gulf_payments.testing.fake_stripe.resources.payment_intents import handlers as payments
from gulf_payments.testing.fake_stripe.resources.payment_intents.fields import OPEN, for_browser
from gulf_payments.testing.fake_stripe.resources.setup_intents import fields as setup_fields
from gulf_payments.testing.fake_stripe.resources.setup_intents import handlers as setups
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_PASSED_ON = ("return_url", "shipping", "use_stripe_sdk")


def with_setup_intent(account: Account, session: Resource, data: Mapping[str, Any]) -> Resource:
    """A new session in setup mode with its SetupIntent."""
    card = session["payment_method_options"].get("card") or {}
    asks = {name: card[name] for name in ("request_three_d_secure",) if name in card}
    params = {
        **data,
        **_owner(session),
        "payment_method_options": {"card": asks},
        "payment_method_types": session["payment_method_types"],
    }
    return _followed(account, session, setups.create(Call(account, params)))


def with_intent(account: Account, session: Resource) -> Resource:
    """The session with an intent that can be confirmed: after a decline the same one, over what is due now."""
    if session["mode"] == "setup":
        setups.update(Call(account, _owner(session), (session["setup_intent"],)))
        return session
    identifier = session["payment_intent"]
    if identifier is None or _intent(account, session, "payment_intent")["status"] not in OPEN:
        return _followed(account, session, payments.create(Call(account, _payment(account, session))))
    if _intent(account, session, "payment_intent")["amount"] != session["amount_total"]:
        payments.update(Call(account, {"amount": session["amount_total"]}, (identifier,)))
    return session


def _followed(account: Account, session: Resource, intent: Resource) -> Resource:
    account.watchers[intent["id"]] = partial(completion.follow, account, session["id"])
    return account.change(session, **{intent["object"]: intent["id"]})


def _owner(session: Resource) -> dict[str, Any]:
    return {} if session["customer"] is None else {"customer": session["customer"]}


def _payment(account: Account, session: Resource) -> dict[str, Any]:
    options = session["payment_method_options"]
    return {
        **account.checkouts[session["id"]].payment,
        **_owner(session),
        **({"payment_method_options": options} if options else {}),
        "amount": session["amount_total"],
        "currency": session["currency"],
        "payment_method_types": session["payment_method_types"],
    }


def confirm(call: Call, session: Resource, method: Resource) -> None:
    """Have the customer pay by this PaymentMethod, or save it; ApiError 402 if it is declined."""
    kind, handlers = ("setup_intent", setups) if session["mode"] == "setup" else ("payment_intent", payments)
    given = {name: call.params[name] for name in _PASSED_ON if name in call.params}
    secret = _intent(call.account, session, kind)["client_secret"]
    params = {"client_secret": secret, "payment_method": method["id"], **given}
    handlers.confirm(Call(call.account, params, (session[kind],), from_browser=call.from_browser))


def release(account: Account, session: Resource) -> None:
    """Nobody can finish what was begun in an expired session."""
    for kind, handlers in (("payment_intent", payments), ("setup_intent", setups)):
        if session[kind] is not None and _intent(account, session, kind)["status"] in OPEN:
            handlers.cancel(Call(account, {}, (session[kind],)))


def shown(call: Call, session: Resource, kind: str) -> Resource | None:
    """The session's intent of this kind, as much of it as the caller may see; None if it has none."""
    if session[kind] is None:
        return None
    intent = _intent(call.account, session, kind)
    if kind == "setup_intent":
        return setup_fields.shown(call, intent)
    return for_browser(intent) if call.from_browser else intent


def _intent(account: Account, session: Resource, kind: str) -> Resource:
    return account.require(kind, session[kind], param="intent")
