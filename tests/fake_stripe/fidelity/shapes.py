"""The fields that Stripe always sends, learnt from its recorded answers; its schema demands far fewer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.fake_stripe.fidelity import published
from tests.fake_stripe.fidelity.published import JSON, objects_in

Spot = tuple[str, str]
"""A kind of object and the path of a hash inside it; "" is the object itself."""

FREE_KEYS = frozenset(("fraud_details", "metadata", "payment_method_options", "radar_options"))
"""Hashes whose members depend on the account, the customer or the payment."""

NOT_ALWAYS: dict[str, frozenset[str]] = {
    # Only platforms of Connect hold money in reserve for others.
    "balance": frozenset(("connect_reserved",)),
    # Every recorded charge was asked for with `expand[]=refunds`; without it the list is left out since 2022-11-15.
    "charge": frozenset(("refunds",)),
    # Only cards and a few wallets have details of their own; a disputed bank debit has none.
    "dispute": frozenset(("payment_method_details",)),
    # Only lists inside an object count their rows.
    "list": frozenset(("total_count",)),
}
"""What every recording or sample shows and the API still does not always send, by kind."""


@cache
def always() -> dict[Spot, frozenset[str]]:
    """The members that were there in every recorded answer, and for kinds without one those of Stripe's sample."""
    learnt: dict[Spot, frozenset[str]] = {}
    for spot, members in _recorded():
        learnt[spot] = learnt[spot] & members if spot in learnt else members
    for kind, sample in published.fixtures().items():
        learnt.setdefault((kind, ""), frozenset(sample))
    return {spot: members - NOT_ALWAYS.get(spot[0], frozenset()) for spot, members in learnt.items()}


@cache
def ever(kind: str) -> frozenset[str]:
    """Every member that an object of this kind had in any recording or sample: later ones have a few more."""
    found = (members for spot, members in _recorded() if spot == (kind, ""))
    return frozenset(published.fixtures().get(kind, {})).union(*found)


def _recorded() -> Iterator[tuple[Spot, frozenset[str]]]:
    for recording in published.recordings():
        for row in objects_in(recording.body):
            for path, found in hashes_in(row):
                yield (row["object"], path), frozenset(found)


def hashes_in(row: JSON, path: str = "") -> Iterator[tuple[str, JSON]]:
    """Every hash of an object by its path, but not those of further objects inside."""
    yield path, row
    for name, value in row.items():
        if name not in FREE_KEYS:
            yield from _hashes_of(value, f"{path}.{name}".lstrip("."))


def _hashes_of(value: Any, path: str) -> Iterator[tuple[str, JSON]]:
    if isinstance(value, dict) and "object" not in value:
        yield from hashes_in(value, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _hashes_of(inner, f"{path}[]")


def lacking(row: JSON) -> Iterator[tuple[str, str]]:
    """Where an object lacks a member that Stripe always sends, and which."""
    kind = f"deleted_{row['object']}" if row.get("deleted") else row["object"]
    for path, found in hashes_in(row):
        # Everything recorded was paid by card; another type has its own hash in place of the card's.
        other_type = {"card"} if found.get("type", "card") != "card" else set()
        for name in sorted(always().get((kind, path), frozenset()) - set(found) - other_type):
            yield f"{path}.{name}".lstrip("."), "lacks what Stripe always sends"


def differences(real: object, fake: object, path: str = "") -> Iterator[str]:
    """Where the fake's answer has another shape than the real one; what is null in one may be anything in the other."""
    if isinstance(real, dict) and isinstance(fake, dict):
        for name in sorted(real.keys() | fake.keys()):
            yield from _member_differences(real, fake, name, f"{path}.{name}".lstrip("."))
    elif real is not None and fake is not None and type(real) is not type(fake):
        yield f"{path}: {type(real).__name__} at Stripe, {type(fake).__name__} here"


def _member_differences(real: JSON, fake: JSON, name: str, path: str) -> Iterator[str]:
    if name not in fake:
        yield f"{path}: missing here"
    elif name not in real:
        if name not in ever(str(real.get("object"))):
            yield f"{path}: unknown to Stripe"
    elif name not in FREE_KEYS:
        yield from differences(real[name], fake[name], path)
