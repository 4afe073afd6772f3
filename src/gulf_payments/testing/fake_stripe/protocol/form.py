"""Form bodies and query strings in Stripe's bracket notation: `shipping[address][city]=…`, `expand[]=…`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, unquote_plus

from gulf_payments.testing.fake_stripe.errors import ApiError

Decoded = dict[str, Any]
"""Names to a string, a list (from `name[]`) or a further dict (from `name[key]`)."""

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_MOST_PARAMETERS = 1000
_DEEPEST = 8


def decode(text: bytes | str) -> Decoded:
    """The parameters of a body or a query; ApiError 400 for what is no form at all."""
    decoded: Decoded = {}
    for name, value in _pairs(text):
        if "[" in name or "]" in name or not name:
            _place(decoded, _segments(name), value, name)
        elif isinstance(decoded.get(name, value), str):
            decoded[name] = value
        else:
            raise _conflict(name)
    return decoded


def _pairs(text: bytes | str) -> list[tuple[str, str]]:
    try:
        plain = (text if isinstance(text, bytes) else text.encode()).decode()
        fields = [field.partition("=") for field in plain.split("&") if field]
        pairs = [(_plain(name), _plain(value)) for name, _, value in fields[: _MOST_PARAMETERS + 1]]
    except UnicodeError:
        raise ApiError("Invalid request: the parameters are not valid UTF-8.") from None
    if len(pairs) > _MOST_PARAMETERS:
        raise ApiError(f"Invalid request: more than {_MOST_PARAMETERS} parameters.")
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise ApiError("Invalid request: parameters may not contain null bytes.")
    return pairs


def _plain(quoted: str) -> str:
    # Most names and values have nothing to unquote, and unquoting is what reading a form costs.
    if "%" in quoted or "+" in quoted:
        return unquote_plus(quoted, errors="strict")
    return quoted


def _segments(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ApiError(f"Invalid request: malformed parameter name: {name}", param=name)
    segments = [match[1], *_BRACKET.findall(match[2])]
    if len(segments) > _DEEPEST or "" in segments[1:-1]:
        raise ApiError(f"Invalid request: malformed parameter name: {name}", param=name)
    return segments


def _place(decoded: Decoded, segments: list[str], value: str, name: str) -> None:
    *parents, last = segments
    if not last:
        *parents, owner = parents
        _list_in(_descend(decoded, parents, name), owner, name).append(value)
        return
    holder = _descend(decoded, parents, name)
    if isinstance(holder.get(last), (dict, list)):
        raise _conflict(name)
    holder[last] = value


def _descend(decoded: Decoded, parents: list[str], name: str) -> Decoded:
    for segment in parents:
        inner = decoded.setdefault(segment, {})
        if not isinstance(inner, dict):
            raise _conflict(name)
        decoded = inner
    return decoded


def _list_in(holder: Decoded, owner: str, name: str) -> list[str]:
    values = holder.setdefault(owner, [])
    if not isinstance(values, list):
        raise _conflict(name)
    return values


def _conflict(name: str) -> ApiError:
    return ApiError(f"Invalid request: {name} is given both as a value and as a hash or an array.", param=name)


def path_segment(quoted: str) -> str:
    """One segment of a path, unquoted."""
    return unquote(quoted)
