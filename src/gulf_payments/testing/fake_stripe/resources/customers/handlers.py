"""Customers: created, changed, deleted; and the PaymentMethods that each has saved."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.resources import declines, payment_methods, sources, tokens
from gulf_payments.testing.fake_stripe.resources.customers import fields
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

URL = "/v1/customers"


def create(call: Call) -> Resource:
    """POST /v1/customers, perhaps with a first card: a token as `source`, or a PaymentMethod."""
    account, customer = call.account, fields.new(call.account, call.params)
    card, method = _new_card(call, "source"), _first_method(call)
    invoices = customer["invoice_settings"]
    if invoices["default_payment_method"] is not None:
        default = _default_method(call, customer["id"], method)
        customer["invoice_settings"] = {**invoices, "default_payment_method": default}
    customer["default_source"] = card and card["id"]
    account.add(customer)
    account.announce("customer.created", customer)
    if card is not None:
        sources.keep(account, card, customer["id"])
    if method is not None:
        payment_methods.attach(account, method, customer["id"])
    return customer


def _new_card(call: Call, param: str) -> Resource | None:
    given = call.params.get(param)
    if given is None:
        return None
    card = tokens.card_behind(call.account, given, param=param)
    declines.check_savable(call.account, card["id"])
    return card


def _first_method(call: Call) -> Resource | None:
    method = payment_methods.chosen(call)
    if method is None:
        return None
    if method["customer"] is not None:
        message = "The payment method you provided has already been attached to a customer."
        raise ApiError(message, param="payment_method", began=True)
    payment_methods.check_usable(call.account, method, None)
    declines.check_savable(call.account, method["id"])
    return method


def _default_method(call: Call, customer: str, method: Resource | None) -> str:
    """The PaymentMethod that invoices are paid with: one that the customer has, or is given in the same request."""
    wanted = call.params["invoice_settings"]["default_payment_method"]
    if method is not None and wanted in {call.params["payment_method"], method["id"]}:
        return str(method["id"])
    return str(_method_of(call.account, customer, wanted, param="invoice_settings[default_payment_method]")["id"])


def _method_of(account: Account, customer: str, method: str, *, param: str, status: int = 400) -> Resource:
    found = account.require("payment_method", method, param=param, status=status)
    if found["customer"] != customer:
        message = (
            f"The customer does not have a payment method with the ID {method}. "
            "The payment method must be attached to the customer."
        )
        raise ApiError(message, status=status, code="resource_missing", param=param)
    return found


def retrieve(call: Call) -> Resource:
    """GET /v1/customers/{customer}; of a deleted one no more than that."""
    left = call.account.deleted.get(call.target)
    return left if left is not None and left["object"] == "customer" else _living(call)


def _living(call: Call, param: str = "id") -> Resource:
    return call.account.require("customer", call.ids[0], param=param)


def update(call: Call) -> Resource:
    """POST /v1/customers/{customer}."""
    account, customer, params = call.account, _living(call), call.params
    changes = fields.settings(customer, params)
    if changes.get("invoice_settings", {}).get("default_payment_method") is not None:
        _default_method(call, customer["id"], None)
    card = _new_card(call, "source") or _new_card(call, "card")
    changes |= _default_source(call, customer, card)
    if card is not None:
        sources.keep(account, card, customer["id"])
    updated = account.change(customer, **changes)
    if updated != customer:
        account.announce("customer.updated", updated, before=customer)
    if card is not None:
        _replace(account, customer)
    return updated


def _default_source(call: Call, customer: Resource, card: Resource | None) -> dict[str, Any]:
    if card is not None:
        return {"default_source": card["id"]}
    for param in ("default_source", "default_card"):
        wanted = call.params.get(param)
        if wanted is not None:
            return {"default_source": sources.owned(call.account, wanted, customer["id"], param=param)["id"]}
    return {}


def _replace(account: Account, before: Resource) -> None:
    """A card that is set on the customer, rather than added, takes the place of the default there was."""
    former = account.find("card", str(before["default_source"]))
    if former is not None:
        sources.remove(account, former)


def delete(call: Call) -> Resource:
    """DELETE /v1/customers/{customer}: for good; its cards go with it, its payments stay."""
    account, customer = call.account, _living(call)
    for method in list(account.tables["payment_method"].having("customer", customer["id"])):
        payment_methods.let_go(account, method)
    for card in list(account.tables["card"].having("customer", customer["id"])):
        sources.remove(account, card)
    account.announce("customer.deleted", customer)
    return account.delete(customer)


def listing(call: Call) -> Resource:
    """GET /v1/customers, perhaps those with one address, written exactly so."""
    email = call.params.get("email")
    return page(call, "customer", URL, where={} if email is None else {"email": (email,)})


def methods(call: Call) -> Resource:
    """GET /v1/customers/{customer}/payment_methods."""
    customer, params = _living(call, "customer")["id"], call.params
    wanted = {name: params[name] for name in ("allow_redisplay", "type") if params.get(name)}

    def matches(row: Resource) -> bool:
        return all(row[name] == value for name, value in wanted.items())

    url = f"{URL}/{customer}/payment_methods"
    return page(call, "payment_method", url, where={"customer": (customer,)}, matches=matches)


def method(call: Call) -> Resource:
    """GET /v1/customers/{customer}/payment_methods/{payment_method}."""
    customer = _living(call, "customer")["id"]
    return _method_of(call.account, customer, call.target, param="payment_method", status=404)
