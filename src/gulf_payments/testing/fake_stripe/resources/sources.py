"""The cards that a customer keeps as sources: added by a token, changed, removed; and which of them is charged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Handler, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    choice,
    hash_of,
    merged_metadata,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE, RETRIEVE
from gulf_payments.testing.fake_stripe.resources import declines, legacy_cards, tokens
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DESCRIBED = hash_of(
    {**legacy_cards.NUMBERED, "object": choice("card")},
    required=("number", "exp_month", "exp_year"),
)
_TOKEN = text()


def given_source(name: str, raw: Any, /) -> Any:  # noqa: ANN401 - a kind of parameter
    """A token, or a test card described in full."""
    return _DESCRIBED(name, raw) if isinstance(raw, dict) else _TOKEN(name, raw)


_CREATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("alipay_account", "bank_account"), unsupported),
        "card": given_source,
        "metadata": metadata,
        "source": given_source,
    },
)
_UPDATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("account_holder_name", "account_holder_type", "owner"), unsupported),
        **legacy_cards.EDITABLE,
        "metadata": metadata,
    },
)
_LIST = Accepts({**{name: kind for name, kind in PAGE.items() if name != "created"}, "object": text()})


def create(call: Call) -> Resource:
    """POST /v1/customers/{customer}/sources."""
    customer, params = _customer(call), call.params
    param = "card" if params.get("source") is None and params.get("card") is not None else "source"
    if params.get(param) is None:
        raise ApiError("Missing required param: source.", code="parameter_missing", param="source")
    card = tokens.card_behind(call.account, params[param], param=param)
    declines.check_savable(call.account, card["id"])
    kept = keep(call.account, card, customer["id"], merged_metadata({}, params.get("metadata")))
    if customer["default_source"] is None:
        _make_default(call.account, customer, kept["id"])
    return kept


def keep(account: Account, card: Resource, customer: str, metadata: Mapping[str, str] | None = None) -> Resource:
    """Save a card with its customer; which card is the default stays as it is."""
    kept = account.add({**card, "customer": customer, "metadata": metadata or {}})
    account.announce("customer.source.created", kept)
    return kept


def retrieve(call: Call) -> Resource:
    """GET /v1/customers/{customer}/sources/{id}."""
    return _card(call)


def update(call: Call) -> Resource:
    """POST /v1/customers/{customer}/sources/{id}."""
    card, params = _card(call), call.params
    changes: dict[str, Any] = {name: params[name] for name in legacy_cards.EDITABLE if name in params}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(card["metadata"], params["metadata"])
    updated = call.account.change(card, **changes)
    if updated != card:
        call.account.announce("customer.source.updated", updated, before=card)
    return updated


def delete(call: Call) -> Resource:
    """DELETE /v1/customers/{customer}/sources/{id}; the newest of the others becomes the default."""
    account, customer, card = call.account, _customer(call), _card(call)
    left = remove(account, card)
    if customer["default_source"] == card["id"]:
        newest = next(account.tables["card"].having("customer", customer["id"]), None)
        _make_default(account, customer, None if newest is None else newest["id"])
    return left


def remove(account: Account, card: Resource) -> Resource:
    """Take a card from its customer; which card is the default stays as it is."""
    left = account.delete(card)
    account.announce("customer.source.deleted", card)
    return left


def card_source(account: Account, source: str | None, customer: str | None) -> Resource:
    """The card that a charge's `source` means: a token's, one of the customer's own, or the customer's default.

    The same card is behind its id in `account.held`.
    """
    if source is None:
        source = _default(account, customer)
    if not source.startswith("card_"):
        return tokens.card_behind(account, source, param="source")
    return owned(account, source, customer, param="source")


def owned(account: Account, card_id: str, customer: str | None, *, param: str) -> Resource:
    """A card that the customer keeps; ApiError if there is none with this id."""
    card = account.find("card", card_id)
    if card is None or card["customer"] != customer:
        owner = f"Customer {customer}" if customer else "The customer"
        message = f"{owner} does not have a linked source with ID {card_id}."
        raise ApiError(message, status=404, code="missing", param=param)
    return card


def _default(account: Account, customer: str | None) -> str:
    if customer is None:
        message = "Must provide source or customer."
        raise ApiError(message, code="parameter_missing", param="source")
    found = account.require("customer", customer, param="customer", status=400)["default_source"]
    if found is None:
        message = "Cannot charge a customer that has no active card"
        raise ApiError(message, status=402, kind="card_error", code="missing", param="card")
    return str(found)


def _customer(call: Call) -> Resource:
    return call.account.require("customer", call.ids[0], param="customer")


def _card(call: Call) -> Resource:
    customer, card = _customer(call), call.account.require("card", call.target, param="id")
    if card["customer"] != customer["id"]:
        raise no_such("source", call.target, param="id")
    return card


def _make_default(account: Account, customer: Resource, card: str | None) -> None:
    changed = account.change(customer, default_source=card)
    account.announce("customer.updated", changed, before=customer)


def _listed_under(name: str) -> Handler:
    def handler(call: Call) -> Resource:
        customer = _customer(call)["id"]
        wanted = call.params.get("object") in {None, "card"}
        url = f"/v1/customers/{customer}/{name}"
        return page(call, "card", url, where={"customer": (customer,)}, matches=lambda _row: wanted)

    return handler


def _routes(name: str) -> tuple[Route, ...]:
    url = f"/v1/customers/{{customer}}/{name}"
    one = f"{url}/{{id}}"
    return (
        Route("POST", url, create, _CREATE, "card"),
        Route("GET", url, _listed_under(name), _LIST, "list of card"),
        Route("GET", one, retrieve, RETRIEVE, "card"),
        Route("POST", one, update, _UPDATE, "card"),
        Route("DELETE", one, delete, RETRIEVE, "card"),
    )


ROUTES = (*_routes("sources"), *_routes("cards"))
