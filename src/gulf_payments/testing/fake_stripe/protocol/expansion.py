"""`expand[]`: ids replaced by their objects, nested and in lists, at most four levels deep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.kinds import KINDS
from gulf_payments.testing.fake_stripe.protocol.inclusions import INCLUDABLE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DEEPEST = 4
_LIST, _SEARCH = "list of ", "search of "


def _spots() -> dict[tuple[str, str], tuple[str, ...]]:
    """Where an id may be replaced, and by what. A hash inside an object is a kind of its own, named by its path."""
    spots: dict[tuple[str, str], tuple[str, ...]] = {}
    for kind in KINDS.values():
        for path, targets in kind.expands.items():
            *hashes, last = path.split(".")
            name = kind.name
            for member in hashes:
                spots[name, member] = (f"{name}.{member}",)
                name = f"{name}.{member}"
            spots[name, last] = targets
    return spots


_EXPANDABLE = _spots()


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
    if kind.startswith(_SEARCH):
        return {"data": (kind.removeprefix(_SEARCH),), "total_count": ("number",)}.get(segment, ())
    included = INCLUDABLE.get((kind, segment))
    return _EXPANDABLE.get((kind, segment), ()) if included is None else (included.kind,)


def _not_expandable(answers: str, path: str) -> ApiError:
    listing = answers.startswith((_LIST, _SEARCH)) and not path.startswith("data")
    hint = f" You may want to try expanding 'data.{path}' instead." if listing else ""
    return ApiError(f"This property cannot be expanded ({path}).{hint}", param="expand")


def expand(account: Account, answer: Resource, paths: Sequence[str]) -> Resource:
    """The answer with everything that was asked for in place of its id; the paths have been checked."""
    for path in paths:
        answer = _expanded(account, answer, answer.get("object", ""), path.split("."))
    return answer


def _expanded(account: Account, value: Resource, kind: str, segments: list[str]) -> Resource:
    if not segments:
        return value
    head, *rest = segments
    inside = value.get(head)
    if isinstance(inside, list):
        return {**value, head: [_expanded(account, row, row["object"], rest) for row in inside]}
    nested = _nested(account, value, kind, head)
    if nested is None:
        return value
    return {**value, head: _expanded(account, nested, nested.get("object", f"{kind}.{head}"), rest)}


def _nested(account: Account, value: Resource, kind: str, name: str) -> Resource | None:
    current, spot = value.get(name), (kind, name)
    if isinstance(current, Mapping):
        return current
    if spot in INCLUDABLE and "deleted" not in value:
        return INCLUDABLE[spot].build(account, value)
    candidates = _EXPANDABLE.get(spot, ()) if current else ()
    found = (account.find(kind, str(current)) for kind in candidates)
    return next((row for row in found if row is not None), account.deleted.get(str(current)))
