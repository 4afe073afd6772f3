"""Events: one for every change, a snapshot of the object as it stood then. The API shows those of the last 30 days."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, array_of, boolean, text
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE, RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

SHOWN_SECONDS = 30 * 24 * 60 * 60
_MOST_TYPES = 20

_LIST = Accepts(
    {
        **PAGE,
        "delivery_success": boolean,
        "type": text(),
        "types": array_of(text(unsettable=False)),
    },
)


def retrieve(call: Call) -> Resource:
    """GET /v1/events/{id}."""
    return _shown(call.account, call.target, param="id", status=404)


def listing(call: Call) -> Resource:
    """GET /v1/events, by type (`charge.*` stands for all of its kind), time and delivery."""
    for cursor in ("starting_after", "ending_before"):
        if call.params.get(cursor) is not None:
            _shown(call.account, call.params[cursor], param=cursor, status=400)
    where = {**_by_type(call), **_by_delivery(call)}
    return page(call, "event", "/v1/events", where=where, since=_oldest(call.account))


def _shown(account: Account, identifier: str, *, param: str, status: int) -> Resource:
    event = account.require("event", identifier, param=param, status=status)
    if event["created"] < _oldest(account):
        raise no_such("event", identifier, param=param, status=status)
    return event


def _oldest(account: Account) -> int:
    return account.now - SHOWN_SECONDS


def _by_type(call: Call) -> dict[str, tuple[Any, ...]]:
    one, several = call.params.get("type"), call.params.get("types")
    if one and several:
        message = "You may only specify one of these parameters: type, types."
        raise ApiError(message, code="parameters_exclusive", param="type")
    if several and len(several) > _MOST_TYPES:
        raise ApiError(f"You may only specify up to {_MOST_TYPES} event types.", param="types")
    patterns = several or ([one] if one else [])
    return {"type": _matching(call.account, patterns)} if patterns else {}


def _matching(account: Account, patterns: list[str]) -> tuple[str, ...]:
    known = account.tables["event"].values("type")
    return tuple(kind for kind in known if any(fnmatchcase(kind, pattern) for pattern in patterns))


def _by_delivery(call: Call) -> dict[str, tuple[Any, ...]]:
    delivered = call.params.get("delivery_success")
    if delivered is None:
        return {}
    counts = call.account.tables["event"].values("pending_webhooks")
    return {"pending_webhooks": tuple(count for count in counts if delivered == (count == 0))}


ROUTES = (
    Route("GET", "/v1/events", listing, _LIST, "list of event"),
    Route("GET", "/v1/events/{id}", retrieve, RETRIEVE, "event"),
)
