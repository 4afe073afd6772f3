"""What Stripe published and what it answered: its OpenAPI schema, its fixtures, and recordings of its test API.

They lie in the folder that the variable STRIPE_OPENAPI names, and nowhere in this project.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

JSON = dict[str, Any]
VARIABLE = "STRIPE_OPENAPI"
FOLDER = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
needs_schema = pytest.mark.skipif(FOLDER is None, reason=f"{VARIABLE} names no folder with Stripe's schema")
"""For tests that compare the fake with what Stripe published."""

_OLDEST_SHAPES = "2025-10"


@dataclass(frozen=True)
class Recording:
    """One exchange with Stripe's test API."""

    method: str
    path: str
    request_body: str
    stripe_version: str
    status: int
    headers: Mapping[str, str]
    body: JSON


def _read(name: str) -> Any:
    if FOLDER is None:
        raise LookupError(f"{VARIABLE} is not set")
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def schema() -> JSON:
    """The schema of the payments part of the API."""
    found: JSON = _read("spec3.payments.json")
    return found


@cache
def operations() -> dict[tuple[str, str], JSON]:
    """Every route of the schema by its method and its pattern."""
    return {
        (method.upper(), pattern): operation
        for pattern, methods in schema()["paths"].items()
        for method, operation in methods.items()
    }


@cache
def fixtures() -> dict[str, JSON]:
    """One sample of each kind of object, as Stripe's own mock shows it."""
    found: dict[str, JSON] = _read("fixtures3.payments.json")["resources"]
    return found


@cache
def recordings() -> tuple[Recording, ...]:
    """Every exchange in an API version whose shapes are today's."""
    rows = (Recording(**{name: value for name, value in row.items() if name != "recorded_at"}) for row in _rows())
    return tuple(row for row in rows if row.stripe_version >= _OLDEST_SHAPES)


def _rows() -> list[JSON]:
    found: list[JSON] = _read("recorded.json")
    return found


def recorded(method: str, path_prefix: str, status: int, *, request: str = "") -> Recording:
    """The first recording of this kind whose form has `request` in it."""
    fitting = (
        row
        for row in recordings()
        if (row.method, row.status) == (method, status)
        and row.path.startswith(path_prefix)
        and request in row.request_body
    )
    return next(fitting)


def objects_in(value: object) -> Iterator[JSON]:
    """Every Stripe object in an answer, the outermost first."""
    if isinstance(value, dict):
        if isinstance(value.get("object"), str):
            yield value
        for inner in value.values():
            yield from objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)
