"""Search: Stripe's query language, and the routes that answer with what matches, newest first.

Sources: docs.stripe.com/search. A fresh object is found at once; at Stripe that takes up to a minute.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.kinds import KINDS
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import DEFAULT_LIMIT
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, integer, text
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Query, Resource

FieldType = Literal["token", "string", "numeric"]
"""A token matches as a whole, a string also in part, a number also by its size."""

_ACCEPTS = Accepts(
    {**EXPAND, "limit": integer(least=1, most=100), "page": text(), "query": text()},
    required=("query",),
)
_MOST_CLAUSES, _SHORTEST_PART = 10, 3
_QUOTED = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_CLAUSE = re.compile(
    rf"(?P<negated>-?)(?P<field>[a-z_][a-z0-9_.]*)(?:\[(?P<key>{_QUOTED})\])?"
    rf"(?P<operator>>=|<=|[:~=<>])(?P<value>{_QUOTED}|null|true|false|-?\d{{1,18}})",
    re.ASCII | re.IGNORECASE,
)
_JOINT = re.compile(r"\s+(?:(AND|OR)\s+)?", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_UNREADABLE = (
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for '
    'metadata or key:"value" to query for other fields.'
)
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda value, bound: value == bound,
    ":": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


_SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Clause:
    """One condition. `value` is None where the query says `null`."""

    path: tuple[str, ...]
    kind: FieldType
    operator: str
    value: str | None
    negated: bool

    def holds(self, row: Resource) -> bool:
        """Whether an object meets it."""
        return self._matches(_reached(row, self.path)) != self.negated

    def _matches(self, found: Any) -> bool:  # noqa: ANN401 - JSON
        if self.value is None or found is None:
            return found is self.value
        if self.kind == "numeric":
            return _COMPARISONS[self.operator](found, int(self.value))
        written, wanted = _written(found), self.value.lower()
        return wanted in written if self.operator == "~" else wanted == written


def searching(kind: str, url: str, fields: Mapping[str, FieldType]) -> Route:
    """The route that searches a kind by these fields; dots in a name lead into hashes."""
    resource = url.rpartition("/")[2]

    def handler(call: Call) -> Resource:
        clauses, every = _clauses(call.params["query"], fields, resource)
        return _results(call, kind, f"{url}/search", clauses, every=every)

    return Route("GET", f"{url}/search", handler, _ACCEPTS, f"search of {kind}")


def _results(call: Call, kind: str, url: str, clauses: list[_Clause], *, every: bool) -> Resource:
    meets = all if every else any

    def matches(row: Resource) -> bool:
        return meets(clause.holds(row) for clause in clauses)

    table, params = call.account.tables[kind], call.params
    where = _indexed(kind, clauses) if every else {}
    after = _opened(call.account, kind, params.get("page"))
    limit = params.get("limit", DEFAULT_LIMIT)
    rows, more = table.page(Query(limit=limit, starting_after=after, where=where, matches=matches))
    next_page = _sealed(rows[-1]["id"]) if more else None
    answer = {"object": "search_result", "data": rows, "has_more": more, "next_page": next_page, "url": url}
    if "total_count" in params.get("expand", ()):
        answer["total_count"] = sum(1 for row in table if matches(row))
    return answer


def _indexed(kind: str, clauses: list[_Clause]) -> dict[str, tuple[str | bool | None]]:
    # So that the payments of one customer are found without reading those of all others.
    return {
        clause.path[0]: (_SWITCHES.get(str(clause.value), clause.value),)
        for clause in clauses
        if clause.path[0] in KINDS[kind].indexed and clause.kind == "token" and not clause.negated
    }


def _clauses(query: str, fields: Mapping[str, FieldType], resource: str) -> tuple[list[_Clause], bool]:
    """The clauses, and whether an object must meet every one of them rather than any."""
    query, position = query.strip(), 0
    clauses: list[_Clause] = []
    joints: set[str] = set()
    while True:
        match = _CLAUSE.match(query, position) or _refuse(_UNREADABLE)
        clauses.append(_clause(match, fields, resource))
        if match.end() == len(query):
            break
        joint = _JOINT.match(query, match.end()) or _refuse(_UNREADABLE)
        joints.add((joint[1] or "AND").upper())
        position = joint.end()
    if len(joints) > 1:
        _refuse("You can't combine `AND` and `OR` in the same search query.")
    if len(clauses) > _MOST_CLAUSES:
        _refuse(f"A search query can have at most {_MOST_CLAUSES} clauses, but yours has {len(clauses)}.")
    return clauses, "OR" not in joints


def _clause(match: re.Match[str], fields: Mapping[str, FieldType], resource: str) -> _Clause:
    name, operator = match["field"].lower(), match["operator"]
    kind = fields.get(name)
    if kind is None:
        pages = resource.replace("_", "-")
        _refuse(
            f"Field `{name}` is an unsupported search field for resource `{resource}`. "
            f"See http://stripe.com/docs/search#query-fields-for-{pages} for a list of supported fields.",
        )
    if (name == "metadata") != (match["key"] is not None):
        _refuse(_UNREADABLE)
    path = (name, _plain(match["key"])) if match["key"] else tuple(name.split("."))
    value = _value(match["value"])
    _check(name, kind, operator, value)
    return _Clause(path, kind, operator, value, match["negated"] == "-")


def _check(name: str, kind: FieldType, operator: str, value: str | None) -> None:
    if operator != ":" and (value is None or kind != ("string" if operator == "~" else "numeric")):
        _refuse(f"The operator `{operator}` is not supported for field `{name}` with this value.")
    if value is None:
        return
    if kind == "numeric" and not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        _refuse(f"Field `{name}` must be compared with a number.")
    if operator == "~" and len(value) < _SHORTEST_PART:
        _refuse(f"Substring search needs at least {_SHORTEST_PART} characters.")


def _refuse(message: str) -> NoReturn:
    raise ApiError(message, param="query")


def _value(raw: str) -> str | None:
    return None if raw.lower() == "null" else _plain(raw)


def _plain(raw: str) -> str:
    return _ESCAPED.sub(r"\1", raw[1:-1]) if raw[0] in "\"'" else raw


def _reached(row: Resource, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    found: Any = row
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _written(found: Any) -> str:  # noqa: ANN401 - JSON
    return str(found).lower()


def _sealed(identifier: str) -> str:
    return urlsafe_b64encode(identifier.encode()).decode()


def _opened(account: Account, kind: str, page: str | None) -> str | None:
    """The id that the page before ended with."""
    if page is None:
        return None
    try:
        identifier = urlsafe_b64decode(page).decode()
    except ValueError:
        identifier = ""
    if account.find(kind, identifier) is None and identifier not in account.deleted:
        raise ApiError(f"Invalid page: {page}. Use the next_page of the answer before.", param="page")
    return identifier
