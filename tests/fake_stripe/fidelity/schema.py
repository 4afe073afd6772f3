"""Judges answers by Stripe's schema, and objects by the fields that real Stripe always sends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from tests.fake_stripe.fidelity import published
from tests.fake_stripe.fidelity.published import JSON

Fault = tuple[str, str]
"""Where in the body, and what is wrong there."""

_REFERENCE, _DEFINITION = "#/components/schemas/", "#/$defs/"
_NOT_CHECKED = frozenset(("format", "nullable", "x-cut"))


def as_json_schema(schema: Any) -> Any:
    """OpenAPI's dialect as JSON Schema: `nullable` says that null will do, also beside `anyOf` and `$ref`."""
    if isinstance(schema, list):
        return [as_json_schema(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _member(name, value) for name, value in schema.items() if name not in _NOT_CHECKED}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def _member(name: str, value: Any) -> Any:
    match name:
        case "$ref":
            return value.replace(_REFERENCE, _DEFINITION)
        case "properties":
            # Here the names are Stripe's fields, and "format" or "nullable" would be one of them.
            return {field: as_json_schema(inner) for field, inner in value.items()}
        case _:
            return as_json_schema(value)


@cache
def _definitions() -> JSON:
    schemas = published.schema()["components"]["schemas"]
    return {name: as_json_schema(schema) for name, schema in schemas.items()}


def _validator(schema: JSON) -> jsonschema_rs.Validator:
    whole: Any = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": _definitions(), **schema}
    return jsonschema_rs.validator_for(whole)


@cache
def _of_kind(kind: str) -> jsonschema_rs.Validator | None:
    return _validator({"$ref": _DEFINITION + kind}) if kind in _definitions() else None


@cache
def _of_route(method: str, pattern: str) -> jsonschema_rs.Validator:
    answers = published.operations()[method, pattern]["responses"]["200"]
    return _validator(as_json_schema(answers["content"]["application/json"]["schema"]))


def pattern_of(method: str, path: str) -> str | None:
    """The schema's route for a path; None if it has none. A word goes before an id."""
    wanted = path.split("/")
    fitting = [
        pattern for verb, pattern in published.operations() if verb == method and _fits(pattern.split("/"), wanted)
    ]
    return min(fitting, key=lambda pattern: pattern.count("{"), default=None)


def _fits(pattern: list[str], wanted: list[str]) -> bool:
    pairs = zip(pattern, wanted, strict=False)
    return len(pattern) == len(wanted) and all(one == other or one.startswith("{") for one, other in pairs)


def faults_of_answer(method: str, path: str, status: int, body: object) -> Iterator[Fault]:
    """What is wrong with an answer, by the schema of its route or of errors; nothing for a route Stripe's lacks."""
    validator = _of_kind("error")
    if status == 200:
        pattern = pattern_of(method, path)
        validator = _of_route(method, pattern) if pattern else None
    if validator is not None:
        yield from _faults(validator, body)


def faults_of_object(row: JSON) -> Iterator[Fault]:
    """What is wrong with an object, by the schema of its kind; nothing for a kind the schema lacks."""
    validator = _of_kind("deleted_" + row["object"] if row.get("deleted") else row["object"])
    if validator is not None:
        yield from _faults(validator, row)


def _faults(validator: jsonschema_rs.Validator, body: object) -> Iterator[Fault]:
    instance: Any = body
    if validator.is_valid(instance):
        return
    for error in validator.iter_errors(instance):
        for inner in _innermost(error):
            yield ".".join(map(str, inner.instance_path)) or "(all)", inner.message[:300]


def _innermost(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """The errors of the alternative that came nearest: the one that failed deepest inside."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf):
        return [error]
    alternatives = [[inner for each in errors for inner in _innermost(each)] for errors in error.kind.context]
    return max(alternatives, key=_depth)


def _depth(errors: list[jsonschema_rs.ValidationError]) -> int:
    return max(len(error.instance_path) for error in errors)
