"""`expand[]`: ids replaced by their objects, nested and in lists, at most four levels deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.kinds import KINDS
from gulf_payments.testing.fake_stripe.protocol.listing import DEFAULT_LIMIT, listed
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Query, Resource

_DEEPEST = 4
_EXPANDABLE = {(kind.name, spot): targets for kind in KINDS.values() for spot, targets in kind.expands.items()}


def _refunds(account: Account, charge: Resource) -> dict[str, Any]:
    url = f"/v1/charges/{charge['id']}/refunds"
    of_charge = Query(limit=DEFAULT_LIMIT, where={"charge": (charge["id"],)})
    total = sum(1 for _ in account.tables["refund"].having("charge", charge["id"]))
    return {**listed(account, "refund", url, of_charge), "total_count": total}


@dataclass(frozen=True, slots=True)
class _Inclusion:
    """A list that an object leaves out unless it is asked for."""

    kind: str
    build: Callable[[Account, Resource], dict[str, Any]]


_INCLUDABLE = {("charge", "refunds"): _Inclusion("list of refund", _refunds)}
_LIST = "list of "


def check_expand(answers: str, paths: Sequence[str]) -> None:
    """Refuse, before anything is done, a path that the kind of object a route answers does not have."""
    for path in paths:
        segments = path.split(".")
        if len(segments) - (segments[0] == "data") > _DEEPEST:
            message = f"You cannot expand more than {_DEEPEST} levels of a property. Property: {path}"
            raise ApiError(message, param="expand")
        kinds: tuple[str, ...] = (answers,)
        for segment in segments:
            kinds = tuple(inner for kind in kinds for inner in _kinds_in(kind, segment))
            if not kinds:
                raise _not_expandable(answers, path)


def _kinds_in(kind: str, segment: str) -> tuple[str, ...]:
    if kind.startswith(_LIST):
        return (kind.removeprefix(_LIST),) if segment == "data" else ()
    included = _INCLUDABLE.get((kind, segment))
    return _EXPANDABLE.get((kind, segment), ()) if included is None else (included.kind,)


def _not_expandable(answers: str, path: str) -> ApiError:
    listing = answers.startswith(_LIST) and not path.startswith("data")
    hint = f" You may want to try expanding 'data.{path}' instead." if listing else ""
    return ApiError(f"This property cannot be expanded ({path}).{hint}", param="expand")


def expand(account: Account, answer: Resource, paths: Sequence[str]) -> Resource:
    """The answer with everything that was asked for in place of its id; the paths have been checked."""
    for path in paths:
        answer = _expanded(account, answer, path.split("."))
    return answer


def _expanded(account: Account, value: Resource, segments: list[str]) -> Resource:
    if not segments:
        return value
    head, *rest = segments
    if value["object"] == "list":
        return {**value, "data": [_expanded(account, row, rest) for row in value["data"]]}
    nested = _nested(account, value, head)
    return value if nested is None else {**value, head: _expanded(account, nested, rest)}


def _nested(account: Account, value: Resource, name: str) -> Resource | None:
    current, spot = value.get(name), (value["object"], name)
    if isinstance(current, Mapping):
        return current
    if spot in _INCLUDABLE:
        return _INCLUDABLE[spot].build(account, value)
    candidates = _EXPANDABLE.get(spot, ()) if current else ()
    return next((found for kind in candidates if (found := account.find(kind, str(current)))), None)
