"""Tokens: a card for one use, from a test card's number; or `tok_visa` and its like, good for any number of uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.cards import BY_TOKEN, Card
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, hash_of, unsupported
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, RETRIEVE
from gulf_payments.testing.fake_stripe.resources import legacy_cards, typed_cards
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_REQUIRED = ("number", "exp_month", "exp_year")
_CREATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("account", "bank_account", "customer", "cvc_update", "person", "pii"), unsupported),
        "card": hash_of(legacy_cards.NUMBERED, required=_REQUIRED),
    },
)
_NOTHING = "You must supply either a card, customer, PII data, bank account, or account legal entity data."


def create(call: Call) -> Resource:
    """POST /v1/tokens, for a test card only."""
    given = call.params.get("card")
    if given is None:
        raise ApiError(_NOTHING, param="card")
    return _new(call.account, typed_cards.read(call.account, given), given)


def retrieve(call: Call) -> Resource:
    """GET /v1/tokens/{token}; `tok_visa` and its like answer as a new token."""
    card = BY_TOKEN.get(call.target)
    if card is not None:
        return _new(call.account, card, {})
    return call.account.require("token", call.target, param="token")


def _new(account: Account, card: Card, given: Mapping[str, Any]) -> Resource:
    kept = legacy_cards.new(account, card, given)
    token = {
        "id": account.ids.new("tok"),
        "object": "token",
        "card": kept,
        "client_ip": "127.0.0.1",
        "created": account.now,
        "livemode": account.livemode,
        "type": "card",
        "used": False,
    }
    account.held[str(token["id"])] = card
    return account.add(token)


def card_behind(account: Account, source: str | Mapping[str, Any], *, param: str) -> Resource:
    """The new card that a token, or a test card described in full, stands for; a token of a shop's is then used up."""
    if not isinstance(source, str):
        return legacy_cards.new(account, typed_cards.read(account, source), source)
    card = BY_TOKEN.get(source)
    if card is not None:
        return legacy_cards.new(account, card)
    token = account.require("token", source, param=param, status=400)
    if token["used"]:
        message = f"You cannot use a Stripe token more than once: {source}."
        raise ApiError(message, code="token_already_used", param=param)
    account.change(token, used=True)
    found: Resource = token["card"]
    return found


ROUTES = (
    Route("POST", "/v1/tokens", create, _CREATE, "token", browser=True),
    Route("GET", "/v1/tokens/{token}", retrieve, RETRIEVE, "token", browser=True),
)
