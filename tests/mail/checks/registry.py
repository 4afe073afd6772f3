"""What a check is, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.mail.checks.opened import Opened


class Check(NamedTuple):
    """A rule of good mail: its name, the rule in a sentence, and what it has to complain of in a mail."""

    name: str
    rule: str
    complaints: Callable[[Opened], Iterator[str]]


CHECKS: dict[str, Check] = {}


def check(complaints: Callable[[Opened], Iterator[str]]) -> Callable[[Opened], Iterator[str]]:
    """Enter a function that yields complaints as a check."""
    name = complaints.__name__
    assert name not in CHECKS, f"two checks are called {name}"
    CHECKS[name] = Check(name, (complaints.__doc__ or "").strip(), complaints)
    return complaints
