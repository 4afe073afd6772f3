"""Events: one for every change, a snapshot of the object as it stood then."""

from __future__ import annotations

from fnmatch import fnmatchcase

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, array_of, boolean, text
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_LIST = Accepts(
    {
        **PAGE,
        "delivery_success": boolean,
        "type": text(),
        "types": array_of(text(unsettable=False)),
    },
)


def listing(call: Call) -> Resource:
    """GET /v1/events, by type (`charge.*` stands for all of its kind), time and delivery."""
    if call.params.get("type") and call.params.get("types"):
        message = "You may only specify one of these parameters: type, types."
        raise ApiError(message, code="parameters_exclusive", param="type")
    patterns = call.params.get("types") or [call.params.get("type")]
    where = {"type": _types(call.account, patterns)} if patterns != [None] else {}
    delivered = call.params.get("delivery_success")
    return page(
        call,
        "event",
        "/v1/events",
        where=where,
        matches=lambda row: delivered is None or delivered == (row["pending_webhooks"] == 0),
    )


def _types(account: Account, patterns: list[str]) -> tuple[str, ...]:
    known = account.tables["event"].values("type")
    return tuple(kind for kind in known if any(fnmatchcase(kind, pattern) for pattern in patterns))


ROUTES = (
    Route("GET", "/v1/events", listing, _LIST, "list of event"),
    reading("event", "/v1/events"),
)
