"""The JSON fields that verbs of the control API take, and their reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it must be, in words and as a check."""

    says: str
    fits: Callable[[object], bool]
    required: bool = False

    @property
    def needed(self) -> Field:
        """The same, but it must be given."""
        return replace(self, required=True)

    @property
    def described(self) -> str:
        """In words, for who reads the list of verbs."""
        return f"{self.says}, required" if self.required else self.says


def _is_text(value: object) -> bool:
    # JSON can escape half a character, which nothing can write down again.
    return isinstance(value, str) and value.encode(errors="replace").decode() == value


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) for one in value)


def _is_texts_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(name) and _is_text(one) for name, one in value.items())


TEXT = Field("a string", _is_text)
TEXTS = Field("a list of strings", _is_texts)
TEXTS_BY_NAME = Field("an object of strings", _is_texts_by_name)
FLAG = Field("true or false", lambda value: isinstance(value, bool))


def whole(least: int, most: int) -> Field:
    """A whole number between two bounds."""
    says = f"a whole number from {least} to {most}"
    return Field(says, lambda value: isinstance(value, int) and _between(value, least, most))


def number(least: float, most: float) -> Field:
    """A number between two bounds."""
    return Field(f"a number from {least} to {most}", lambda value: _between(value, least, most))


def _between(value: object, least: float, most: float) -> bool:
    # true is 1 in Python, and JSON may say NaN.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most


def one_of(*words: str) -> Field:
    """One of a few words."""
    return Field(f"one of {', '.join(words)}", lambda value: value in words)


def many_of(*words: str) -> Field:
    """A list of some of these words, at least one."""
    says = f"a list of some of {', '.join(words)}"
    return Field(says, lambda value: isinstance(value, list) and bool(value) and all(one in words for one in value))


def either(first: Field, second: Field) -> Field:
    """What fits one of two fields."""
    return Field(f"{first.says}, or {second.says}", lambda value: first.fits(value) or second.fits(value))


def check(fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given, null ones left out; ValueError says which is unknown, missing or of a wrong kind."""
    unknown = [name for name in given if name not in fields]
    if unknown:
        known = f"it takes {', '.join(fields)}" if fields else "it takes no fields"
        raise ValueError(f"there is no field {unknown[0]!r} here: {known}")
    filled = {name: value for name, value in given.items() if value is not None}
    for name, field in fields.items():
        if field.required and name not in filled:
            raise ValueError(f"the field {name!r} is missing: give {field.says}")
        if name in filled and not field.fits(filled[name]):
            raise ValueError(f"the field {name!r} must be {field.says}")
    return filled
