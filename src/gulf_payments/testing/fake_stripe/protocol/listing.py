"""Reading: one object by its id, and lists with filters and cursors, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.kinds import KINDS
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Query, Resource

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}
DEFAULT_LIMIT = 10


def reading(kind: str, url: str, *, param: str = "id") -> Route:
    """The route that reads one object of a kind by its id."""

    def handler(call: Call) -> Resource:
        return call.account.require(kind, call.target, param=param)

    return Route("GET", f"{url}/{{id}}", handler, RETRIEVE, kind)


def listing(kind: str, url: str, accepts: Accepts, *filters: str) -> Route:
    """The route that lists a kind, filtered by fields that hold ids."""

    def handler(call: Call) -> Resource:
        where = {name: (_existing(call, name),) for name in filters if call.params.get(name) is not None}
        return page(call, kind, url, where=where)

    return Route("GET", url, handler, accepts, f"list of {kind}")


def _existing(call: Call, kind: str) -> str:
    identifier = call.params[kind]
    if kind not in KINDS:
        return str(identifier)  # a word of the shop's own, such as a transfer group
    return str(call.account.require(kind, identifier, param=kind, status=400)["id"])


def page(
    call: Call,
    kind: str,
    url: str,
    *,
    where: Mapping[str, tuple[Any, ...]],
    matches: Callable[[Resource], bool] = lambda _row: True,
    since: int | None = None,
) -> Resource:
    """One page of a list, by the call's cursors, limit and `created`."""
    query = query_of(call, kind, where=where, matches=matches)
    return listed(call.account, kind, url, replace(query, since=since))


def query_of(
    call: Call,
    kind: str,
    *,
    where: Mapping[str, tuple[Any, ...]],
    matches: Callable[[Resource], bool] = lambda _row: True,
) -> Query:
    """Which rows of a kind a call asks for; ApiError for a cursor that names none, or for two."""
    params = call.params
    query = Query(
        limit=params.get("limit", DEFAULT_LIMIT),
        starting_after=_cursor(call, kind, "starting_after"),
        ending_before=_cursor(call, kind, "ending_before"),
        where=where,
        matches=_both(within("created", params.get("created")), matches),
    )
    if query.starting_after and query.ending_before:
        message = "You may only specify one of these parameters: starting_after, ending_before."
        raise ApiError(message, code="parameters_exclusive", param="ending_before")
    return query


def listed(account: Account, kind: str, url: str, query: Query) -> dict[str, Any]:
    """The list object for a query."""
    rows, more = account.tables[kind].page(query)
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _cursor(call: Call, kind: str, name: str) -> str | None:
    identifier = call.params.get(name)
    if identifier is None:
        return None
    return str(call.account.require(kind, identifier, param=name, status=400)["id"])


def within(field: str, wanted: int | Mapping[str, int] | None) -> Callable[[Resource], bool]:
    """Whether the moment in a field is the wanted one, or lies in the wanted range."""
    if wanted is None:
        return lambda _row: True
    if isinstance(wanted, int):
        return lambda row: bool(row[field] == wanted)
    return lambda row: all(_COMPARISONS[name](row[field], bound) for name, bound in wanted.items())


def _both(one_of: Callable[[Resource], bool], other: Callable[[Resource], bool]) -> Callable[[Resource], bool]:
    return lambda row: one_of(row) and other(row)
