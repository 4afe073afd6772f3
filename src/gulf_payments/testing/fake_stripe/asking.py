"""What a test asks of the driver: read, or refused in a sentence that says what was asked and what would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from gulf_payments.orders import Order
from gulf_payments.testing.fake_stripe.errors import ApiError, RefusedError
from gulf_payments.testing.fake_stripe.kinds import BY_PREFIX
from gulf_payments.testing.fake_stripe.masking import shown
from gulf_payments.testing.fake_stripe.resources.payment_intents.fields import OPEN
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SEPARATOR = "_secret_"
_WAYS = "an attempt, an order or its id, a PaymentIntent, its id or its client_secret"
_SHOWN = 3


class Named(NamedTuple):
    """The PaymentIntent that is meant, and its client secret if that is what named it."""

    intent_id: str
    secret: str | None = None


class _Act(NamedTuple):
    participle: str
    statuses: tuple[str, ...]


_ACTS = {
    "pay": _Act("paid", OPEN),
    "challenge": _Act("challenged", ("requires_action",)),
    "refund": _Act("refunded", ("succeeded",)),
    "dispute": _Act("disputed", ("succeeded",)),
    "fail": _Act("failed late", ("succeeded",)),
}
"""What can be done to a PaymentIntent, by the first word of what is asked: while it has one of these statuses."""


def named(asked: str, thing: object, intent_of_order: Callable[[str], str]) -> Named:
    """The PaymentIntent that a test means by whatever it has at hand.

    TypeError for what names none, LookupError (of `intent_of_order`) for words that are no order's id either.
    """
    words = thing if isinstance(thing, str) else _words_of(thing)
    if words is None:
        raise TypeError(f"cannot {asked} an object of type {type(thing).__name__}: pass {_WAYS}")
    identifier, mark, _ = words.partition(_SEPARATOR)
    if identifier.startswith("pi_"):
        return Named(identifier, words if mark else None)
    try:
        return Named(intent_of_order(words))
    except LookupError as unknown:
        raise LookupError(f"cannot {asked} {shown(words)!r}: {_what_is(identifier)}{unknown}") from None


def _words_of(thing: object) -> str | None:
    """The words by which an object names its PaymentIntent; an SDK's object is a Mapping up to stripe 15."""
    if isinstance(thing, Order):
        return thing.id
    names = ("client_secret", "intent_id", "id")
    found = (thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None) for name in names)
    return next((words for words in found if isinstance(words, str) and words), None)


def _what_is(identifier: str) -> str:
    kind = BY_PREFIX.get(identifier.partition("_")[0])
    return f"a {kind.name} is no PaymentIntent; " if kind and "_" in identifier else ""


def identifier_of(asked: str, thing: object, prefix: str) -> str:
    """The id of an object of one kind: passed as it is, or within the object. TypeError for anything else."""
    words = thing.get("id") if isinstance(thing, Mapping) else getattr(thing, "id", thing)
    if not isinstance(words, str):
        kind = type(thing).__name__
        raise TypeError(
            f"cannot {asked} an object of type {kind}: pass a {BY_PREFIX[prefix].name} or its id ({prefix}_…)"
        )
    return words


def whole_amount(asked: str, amount: object) -> None:
    """Let only an amount in the minor unit pass, or None: TypeError, ValueError."""
    if amount is None:
        return
    if type(amount) is not int:
        kind = type(amount).__name__
        raise TypeError(f"cannot {asked} an amount of type {kind}: pass an int in the minor unit (32500 is SAR 325.00)")
    if amount < 1:
        raise ValueError(f"cannot {asked} an amount of {amount}: it must be above 0, in the minor unit")


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Let only a known word pass: ValueError names them all."""
    if value not in (words := tuple(known)):
        given = repr(shown(value)) if isinstance(value, str) else f"of type {type(value).__name__}"
        raise ValueError(f"{name}= is one of {', '.join(words)}; not {given}")


def refused(asked: str, intent: Resource, error: ApiError | str) -> RefusedError:
    """Why Stripe would not do this to a PaymentIntent, which state that is in, and which it would have to be in."""
    identifier, status = intent["id"], intent["status"]
    act = _ACTS.get(asked.partition(" ")[0])
    if act is None or status in act.statuses:
        return RefusedError(f"{asked} {identifier}", f"{error} ({identifier} is {status})")
    possible = f"PaymentIntents that can be {act.participle}: {', '.join(act.statuses)}"
    return RefusedError(f"{asked} {identifier}", f"it is {status} ({possible}). Stripe would say: {error}")


def absent(kind: str, identifier: str, rows: Iterable[Resource]) -> LookupError:
    """Nothing has this id; `rows` are those that there are, newest first."""
    newest = [f"{row['id']} ({row['status']})" if "status" in row else str(row["id"]) for row in rows][:_SHOWN]
    there = f"its newest: {', '.join(newest)}" if newest else "it has none: was this one made at another Stripe?"
    return LookupError(f"this FakeStripe has no {kind} {shown(identifier)!r}; {there}")
