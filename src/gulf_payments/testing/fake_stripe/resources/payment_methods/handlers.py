"""PaymentMethods: made, found, saved with a customer; from test numbers, tokens and ids, never from a real card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.cards import BY_METHOD_ID, BY_TOKEN
from gulf_payments.testing.fake_stripe.debits import BY_ACCOUNT
from gulf_payments.testing.fake_stripe.debits import BY_METHOD_ID as DEBIT_BY_METHOD_ID
from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.instruments import Instrument
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources import declines, typed_cards
from gulf_payments.testing.fake_stripe.resources.payment_methods import fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_RAW_CARD = (
    "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that "
    "map to the test card you are using, see https://stripe.com/docs/testing."
)
_USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)
_LET_GO = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and "
    "may not be used again."
)


def create(call: Call) -> Resource:
    """POST /v1/payment_methods; from a browser with a number, from a server with a token or a bank account."""
    data = call.params
    if data.get("type") is None:
        raise ApiError("Missing required param: type.", code="parameter_missing", param="type")
    return fields.new(call.account, _instrument(call, data, prefix=""), data)


def chosen(call: Call) -> Resource | None:
    """The PaymentMethod that a request names or brings along, or None if it has neither."""
    data = call.params.get("payment_method_data")
    if data is not None:
        if data.get("type") is None:
            name = "payment_method_data[type]"
            raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
        return fields.new(call.account, _instrument(call, data, prefix="payment_method_data"), data)
    identifier = call.params.get("payment_method")
    return None if identifier is None else named(call.account, identifier)


def named(account: Account, identifier: str, *, param: str = "payment_method", status: int = 400) -> Resource:
    """The PaymentMethod with this id; each use of a test id such as `pm_card_visa` makes a new one."""
    instrument = BY_METHOD_ID.get(identifier) or DEBIT_BY_METHOD_ID.get(identifier)
    if instrument is not None:
        return fields.new(account, instrument, {})
    return account.require("payment_method", identifier, param=param, status=status)


def _instrument(call: Call, data: Mapping[str, Any], *, prefix: str) -> Instrument:
    kind = data["type"]
    name = f"{prefix}[{kind}]" if prefix else kind
    if kind == "customer_balance":
        return fields.CUSTOMER_BALANCE
    given = data.get(kind) or {}
    if kind == "card":
        return _card(call, given, name)
    number = str(given.get("iban") or given.get("account_number") or "").replace(" ", "")
    found = BY_ACCOUNT.get((kind, number))
    if found is None:
        raise _no_account(kind, name)
    return found


def _no_account(kind: str, param: str) -> ApiError:
    known = sorted(number for of, number in BY_ACCOUNT if of == kind)
    if not known:
        return ApiError(f"FakeStripe does not carry out payments by {kind}; Stripe would.", param=param)
    message = f"FakeStripe takes only Stripe's test accounts for {kind}: {', '.join(known)}."
    return ApiError(message, param=param)


def _card(call: Call, card: dict[str, Any], name: str) -> Instrument:
    if not card:
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if card.get("token"):
        return _of_token(call.account, card["token"], f"{name}[token]")
    if not card.get("number"):
        param = f"{name}[number]"
        raise ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    if not call.from_browser:
        raise ApiError(_RAW_CARD, status=402)
    for member in ("exp_month", "exp_year"):
        if card.get(member) is None:
            param = f"{name}[{member}]"
            raise ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    return typed_cards.read(call.account, card)


def _of_token(account: Account, token: str, param: str) -> Instrument:
    found = BY_TOKEN.get(token) or account.held.get(token)
    if found is None:
        raise no_such("token", token, param=param, status=400)
    return found


def retrieve(call: Call) -> Resource:
    """GET /v1/payment_methods/{payment_method}; a `pm_card_…` id answers as a new PaymentMethod."""
    return named(call.account, call.target, status=404)


def update(call: Call) -> Resource:
    """POST /v1/payment_methods/{payment_method}: only one that a customer saved can change."""
    method, params = named(call.account, call.target, status=404), call.params
    if method["customer"] is None:
        message = "You must save this PaymentMethod to a customer before you can update it."
        raise ApiError(message, param="payment_method")
    changes: dict[str, Any] = {name: params[name] for name in ("allow_redisplay",) if params.get(name)}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(method["metadata"], params["metadata"])
    if params.get("billing_details"):
        changes["billing_details"] = fields.billing(params["billing_details"], method["billing_details"])
    for kind in ("card", "us_bank_account"):
        if params.get(kind) and kind == method["type"]:
            changes[kind] = {**method[kind], **params[kind]}
    updated = call.account.change(method, **changes)
    call.account.announce("payment_method.updated", updated, before=method)
    return updated


def listing(call: Call) -> Resource:
    """GET /v1/payment_methods: those of one customer, perhaps of one type."""
    customer, kind = call.params.get("customer"), call.params.get("type")
    if customer is not None:
        call.account.require("customer", customer, param="customer", status=400)
    return page(
        call,
        "payment_method",
        "/v1/payment_methods",
        where={"customer": (customer,)} if customer else {},
        matches=lambda row: kind is None or row["type"] == kind,
    )


def save(call: Call) -> Resource:
    """POST /v1/payment_methods/{payment_method}/attach."""
    method, customer = named(call.account, call.target, status=404), call.params["customer"]
    call.account.require("customer", customer, param="customer", status=400)
    if method["customer"] is not None and method["customer"] != customer:
        message = "The payment method you provided has already been attached to a customer."
        raise ApiError(message, param="payment_method", began=True)
    if method["id"] in call.account.spent:
        raise ApiError(_LET_GO, param="payment_method", began=True)
    declines.check_savable(call.account, method["id"])
    return attach(call.account, method, customer)


def attach(account: Account, method: Resource, customer: str) -> Resource:
    """Save the PaymentMethod with its customer; nothing changes if it is saved already."""
    if method["customer"] == customer:
        return method
    attached = account.change(method, customer=customer)
    account.announce("payment_method.attached", attached)
    return attached


def detach(call: Call) -> Resource:
    """POST /v1/payment_methods/{payment_method}/detach: for good, it cannot be used again."""
    method = named(call.account, call.target, status=404)
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise ApiError(message, param="payment_method", began=True)
    return let_go(call.account, method)


def let_go(account: Account, method: Resource) -> Resource:
    """Take a PaymentMethod from its customer."""
    account.spent.add(method["id"])
    detached = account.change(method, customer=None)
    account.announce("payment_method.detached", detached, before=method)
    return detached


def check_usable(account: Account, method: Resource, customer: str | None) -> None:
    """Refuse a PaymentMethod of another customer, or one used up without a customer."""
    owner = method["customer"]
    if owner is not None and owner != customer:
        raise ApiError(_of_another(method["id"], owner, customer), param="payment_method")
    if method["id"] in account.spent:
        raise ApiError(_USED_UP, param="payment_method")


def _of_another(method: str, owner: str, customer: str | None) -> str:
    if customer is None:
        return (
            f"The PaymentMethod {method} belongs to the Customer {owner}. Please include the Customer in the "
            "`customer` parameter on the PaymentIntent."
        )
    return (
        f"The PaymentMethod {method} does not belong to the Customer you supplied {customer}. Please use a "
        "PaymentMethod that belongs to that Customer."
    )
