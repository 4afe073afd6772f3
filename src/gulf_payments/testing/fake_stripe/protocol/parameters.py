"""Kinds of parameters, and the strict reading of a request by a table of them.

A kind is a function `(name, raw) -> value` that raises the error Stripe would answer. Strings arrive from the
form decoder; what a kind returns is what the objects store. An empty string unsets, and reads as None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.form import Decoded

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/]+\S*")
_LONGEST_EMAIL = 512
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOST_KEYS, _LONGEST_KEY, _LONGEST_VALUE = 50, 40, 500


class Kind(Protocol):
    """One kind of parameter: reads the raw value of `name`, or raises the ApiError that Stripe answers."""

    def __call__(self, name: str, raw: Any, /) -> Any:  # noqa: ANN401 - JSON in, JSON out
        """The value as the objects store it."""
        ...


@dataclass(frozen=True, slots=True)
class Accepts:
    """What one route takes: its parameters by name, and which must be there."""

    kinds: Mapping[str, Kind]
    required: tuple[str, ...] = ()


def read(accepts: Accepts, raw: Decoded) -> dict[str, Any]:
    """The parameters of one request, each of its kind; ApiError for unknown, malformed or missing ones."""
    values = _read_hash(accepts.kinds, raw, prefix="")
    for name in accepts.required:
        if values.get(name) is None:
            raise _missing(name)
    return values


def _read_hash(kinds: Mapping[str, Kind], raw: Decoded, *, prefix: str) -> dict[str, Any]:
    unknown = [_full(prefix, name) for name in raw if name not in kinds]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        message = f"Received unknown parameter{plural}: {', '.join(unknown)}"
        raise ApiError(message, code="parameter_unknown", param=unknown[0])
    return {name: kinds[name](_full(prefix, name), value) for name, value in raw.items()}


def _full(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def _missing(name: str) -> ApiError:
    return ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)


def _scalar(name: str, raw: object, expected: str) -> str:
    if isinstance(raw, str):
        return raw
    raise ApiError(f"Invalid {expected}: {name} must be a single value.", param=name)


def _filled(name: str, raw: object, expected: str) -> str:
    value = _scalar(name, raw, expected)
    if value:
        return value
    raise ApiError(
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
        f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a "
        "non-empty value.",
        code="parameter_invalid_empty",
        param=name,
    )


def text(longest: int = 5000, *, unsettable: bool = True) -> Kind:
    """A string of at most so many characters."""

    def kind(name: str, raw: Any, /) -> str | None:  # noqa: ANN401
        value = _scalar(name, raw, "string") if unsettable else _filled(name, raw, "string")
        if len(value) > longest:
            raise ApiError(f"Invalid string: {name} must be at most {longest} characters", param=name)
        return value or None

    return kind


def integer(*, least: int | None = None, most: int | None = None) -> Kind:
    """A whole number, within bounds if they are given."""

    def kind(name: str, raw: Any, /) -> int:  # noqa: ANN401
        value = _filled(name, raw, "integer")
        if not _INTEGER.fullmatch(value):
            raise _bad_integer(name, f"Invalid integer: {value}")
        number = int(value)
        if least is not None and number < least:
            raise _bad_integer(name, f"This value must be greater than or equal to {least}.")
        if most is not None and number > most:
            raise _bad_integer(name, f"This value must be less than or equal to {most}.")
        return number

    return kind


def _bad_integer(name: str, message: str) -> ApiError:
    return ApiError(message, code="parameter_invalid_integer", param=name)


def boolean(name: str, raw: Any, /) -> bool:  # noqa: ANN401
    """`true` or `false`."""
    value = _filled(name, raw, "boolean")
    if value not in {"true", "false"}:
        raise ApiError(f"Invalid boolean: {value}", param=name)
    return value == "true"


def choice(*options: str) -> Kind:
    """One of a few words."""

    def kind(name: str, raw: Any, /) -> str | None:  # noqa: ANN401
        value = _scalar(name, raw, "string")
        if value and value not in options:
            raise ApiError(f"Invalid {name}: must be one of {_or_list(options)}", param=name)
        return value or None

    return kind


def _or_list(options: tuple[str, ...]) -> str:
    *most, last = options
    return f"{', '.join(most)}, or {last}" if len(most) > 1 else " or ".join(options)


def either(first: Kind, second: Kind) -> Kind:
    """The first kind if the value fits it, else the second."""

    def kind(name: str, raw: Any, /) -> Any:  # noqa: ANN401
        try:
            return first(name, raw)
        except ApiError:
            return second(name, raw)

    return kind


def hash_of(kinds: Mapping[str, Kind], *, required: tuple[str, ...] = ()) -> Kind:
    """A hash with these members and no others."""

    def kind(name: str, raw: Any, /) -> dict[str, Any] | None:  # noqa: ANN401
        if raw == "":
            return None
        if not isinstance(raw, dict):
            raise ApiError("Invalid object", param=name)
        values = _read_hash(kinds, raw, prefix=name)
        for member in required:
            if values.get(member) is None:
                raise _missing(f"{name}[{member}]")
        return values

    return kind


def free_hash(name: str, raw: Any, /) -> dict[str, Any] | None:  # noqa: ANN401
    """A hash whose members are taken as they are: for what no test depends on."""
    if raw == "":
        return None
    if not isinstance(raw, dict):
        raise ApiError("Invalid object", param=name)
    return raw


def array_of(member: Kind) -> Kind:
    """An array, written `name[]=…` or `name[0]=…`."""

    def kind(name: str, raw: Any, /) -> list[Any]:  # noqa: ANN401
        if raw == "":
            return []
        values = _numbered(raw) if isinstance(raw, dict) else raw
        if not isinstance(values, list):
            raise ApiError("Invalid array", param=name)
        return [member(f"{name}[{position}]", value) for position, value in enumerate(values)]

    return kind


def _numbered(raw: Decoded) -> list[Any] | None:
    if not all(key.isdecimal() and key.isascii() for key in raw):
        return None
    return [raw[key] for key in sorted(raw, key=int)]


def metadata(name: str, raw: Any, /) -> dict[str, str] | None:  # noqa: ANN401
    """Free keys and values; an empty value removes its key, an empty whole removes all (None)."""
    if raw == "":
        return None
    if not isinstance(raw, dict):
        raise ApiError("Invalid object", param=name)
    if len(raw) > _MOST_KEYS:
        raise ApiError(f"Metadata can have at most {_MOST_KEYS} keys, but you passed {len(raw)}.", param=name)
    for key, value in raw.items():
        _check_metadatum(name, key, value)
    return raw


def _check_metadatum(name: str, key: str, value: object) -> None:
    if len(key) > _LONGEST_KEY:
        raise ApiError(_too_long("key", key, _LONGEST_KEY), param=name)
    if not isinstance(value, str):
        raise ApiError(f"Invalid string: metadata values must be strings: {key}", param=f"{name}[{key}]")
    if len(value) > _LONGEST_VALUE:
        raise ApiError(_too_long("value", value, _LONGEST_VALUE), param=f"{name}[{key}]")


def _too_long(part: str, words: str, longest: int) -> str:
    return (
        f"Metadata {part}s can have up to {longest} characters, but you passed in a {part} that is {len(words)} "
        f"characters. Invalid {part}: {words}"
    )


def merged_metadata(old: Mapping[str, str], new: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata after an update: keys given empty are gone, None clears all."""
    if new is None:
        return {}
    return {key: value for key, value in {**old, **new}.items() if value != ""}


def email(name: str, raw: Any, /) -> str | None:  # noqa: ANN401
    """An address that could exist."""
    value = _scalar(name, raw, "string")
    if value and (len(value) > _LONGEST_EMAIL or not _EMAIL.fullmatch(value)):
        raise ApiError(f"Invalid email address: {value}", code="email_invalid", param=name)
    return value or None


def url(name: str, raw: Any, /) -> str | None:  # noqa: ANN401
    """An address with its scheme."""
    value = _scalar(name, raw, "string")
    if value and not _URL.fullmatch(value):
        message = "Not a valid URL" if "://" in value else _NO_SCHEME
        raise ApiError(message, code="url_invalid", param=name)
    return value or None


_NO_SCHEME = "Invalid URL: An explicit scheme (such as https) must be provided."


def currency(name: str, raw: Any, /) -> str:  # noqa: ANN401
    """A currency code in either case, read as lower case."""
    return _filled(name, raw, "string").lower()


def unsupported(name: str, _raw: Any, /) -> Any:  # noqa: ANN401
    """A parameter that Stripe has and the fake does not carry out: said aloud, never ignored."""
    raise ApiError(f"FakeStripe does not carry out the parameter {name}; Stripe would.", param=name)


_moment = integer(least=0)
moments = either(_moment, hash_of({"gt": _moment, "gte": _moment, "lt": _moment, "lte": _moment}))
"""A point in time, or a range `created[gte]=…`, in epoch seconds."""
