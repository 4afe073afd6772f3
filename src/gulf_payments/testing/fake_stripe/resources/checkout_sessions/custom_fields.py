"""Custom fields: up to three questions of the shop's own on the page, and what the customer answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Kind,
    array_of,
    boolean,
    choice,
    hash_of,
    integer,
    text,
)
from gulf_payments.testing.fake_stripe.state.tables import Resource

_OPTION = hash_of({"label": text(100), "value": text(100)}, required=("label", "value"))
_LENGTHS: dict[str, Kind] = {
    "default_value": text(255),
    "maximum_length": integer(least=1, most=255),
    "minimum_length": integer(least=1, most=255),
}
FIELD = hash_of(
    {
        "dropdown": hash_of({"default_value": text(100), "options": array_of(_OPTION)}, required=("options",)),
        "key": text(200, unsettable=False),
        "label": hash_of({"custom": text(50), "type": choice("custom")}, required=("custom", "type")),
        "numeric": hash_of(_LENGTHS),
        "optional": boolean,
        "text": hash_of(_LENGTHS),
        "type": choice("dropdown", "numeric", "text"),
    },
)
"""A parameter kind: one question."""
_MOST = 3


def answers(name: str, raw: Any, /) -> dict[str, str | None]:  # noqa: ANN401 - JSON
    """A parameter kind: answers by the key of their question."""
    if not isinstance(raw, dict):
        raise ApiError(f"Invalid hash: {name} must be given as {name}[key]", param=name)
    return {key: text(255)(f"{name}[{key}]", value) for key, value in raw.items()}


def check(fields: Sequence[Mapping[str, Any] | None]) -> None:
    """Refuse more questions than there may be, two of one name, and a choice of nothing."""
    if len(fields) > _MOST:
        raise ApiError(f"Array custom_fields exceeded maximum {_MOST} allowed elements.", param="custom_fields")
    for place, field in enumerate(fields):
        _check_field(field or {}, f"custom_fields[{place}]")
    if len({field["key"] for field in fields if field}) < len(fields):
        raise ApiError("Each custom field must have a unique `key`.", param="custom_fields")


def _check_field(field: Mapping[str, Any], param: str) -> None:
    missing = next((f"{param}[{name}]" for name in ("key", "label", "type") if field.get(name) is None), None)
    options = (field.get("dropdown") or {}).get("options")
    if missing is None and field["type"] == "dropdown" and (not options or None in options):
        missing = f"{param}[dropdown][options]"
    if missing is not None:
        raise ApiError(f"Missing required param: {missing}.", code="parameter_missing", param=missing)


def new(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions as a session shows them, not yet answered."""
    return [_new(field) for field in fields]


def _new(field: Mapping[str, Any]) -> dict[str, Any]:
    kind = field["type"]
    blank: dict[str, Any] = {"options": []} if kind == "dropdown" else {"maximum_length": None, "minimum_length": None}
    return {
        "key": field["key"],
        "label": field["label"],
        "optional": field.get("optional", False),
        kind: {"default_value": None, **blank, **(field.get(kind) or {}), "value": None},
        "type": kind,
    }


def answered(fields: Sequence[Resource], given: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The questions with the customer's answers; ApiError if one is missing or is no answer to its question."""
    return [_answered(field, given.get(field["key"])) for field in fields]


def _answered(field: Resource, answer: str | None) -> dict[str, Any]:
    kind = field["type"]
    about = field[kind]
    value = answer or about["default_value"]
    param = f"custom_fields[{field['key']}]"
    if value is None and not field["optional"]:
        raise ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    if value is not None and not _FITS[kind](about, value):
        raise ApiError(f"Invalid value for the custom field `{field['key']}`.", param=param)
    return {**field, kind: {**about, "value": value}}


def _fits_length(about: Mapping[str, Any], value: str) -> bool:
    return (about["minimum_length"] or 0) <= len(value) <= (about["maximum_length"] or 255)


_FITS = {
    "dropdown": lambda about, value: value in [option["value"] for option in about["options"]],
    "numeric": lambda about, value: value.isdecimal() and _fits_length(about, value),
    "text": _fits_length,
}


def example(field: Resource) -> str:
    """An answer that fits."""
    about = field[field["type"]]
    if field["type"] == "dropdown":
        return str(about["options"][0]["value"])
    return ("7" if field["type"] == "numeric" else "x") * (about["minimum_length"] or 1)
