"""What the control API can do: one row a verb, with the fields it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.faults import FaultKind
from gulf_payments.testing.fake_stripe.server.control.fields import (
    FLAG,
    TEXT,
    TEXTS,
    Field,
    either,
    number,
    one_of,
    whole,
)
from gulf_payments.testing.fake_stripe.state.clock import epoch
from gulf_payments.testing.fake_stripe.webhooks.office import Order
from gulf_payments.testing.fake_stripe.webhooks.queue import PendingWebhook
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery

JSON = dict[str, Any]
_AMOUNT = whole(1, 99_999_999_999)
_TIMES = whole(1, 10_000)
_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to ask for. `act` is called with the fake and the fields given; `reads`: it changes nothing."""

    does: str
    act: Callable[..., JSON]
    fields: Mapping[str, Field] = field(default_factory=dict)
    reads: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods it answers to; the one to use comes last."""
        return ("HEAD", "POST", "GET") if self.reads else ("POST",)


def _advance(fake: FakeStripe, **by: float) -> JSON:
    return {"now": epoch(fake.advance(**by))}


def _events(fake: FakeStripe, types: list[str] | None = None) -> JSON:
    return {"data": fake.events(*types or ())}


def _pending(fake: FakeStripe) -> JSON:
    return {"data": [_waiting(one) for one in fake.pending_webhooks]}


def _waiting(one: PendingWebhook) -> JSON:
    return {"event": one.event_id, "type": one.type, "endpoint": one.endpoint_id, "attempts": one.attempts}


def _delivered(deliveries: list[Delivery]) -> JSON:
    return {
        "data": [
            {"event": one.event_id, "type": one.type, "endpoint": one.endpoint_id, "status": one.status_code}
            for one in deliveries
        ]
    }


def _fail_next(fake: FakeStripe, kind: Any, method: str | None = None, path: str = "", **more: Any) -> JSON:  # noqa: ANN401
    fake.fail_next(kind, (method, path), **more)
    return {}


def _intent(**more: Field) -> dict[str, Field]:
    return {"intent": TEXT.needed, **more}


VERBS: Mapping[str, Verb] = {
    "health": Verb("Say that the server is ready.", lambda _fake: {"status": "ok"}, reads=True),
    "pay": Verb(
        "The customer pays with a test card, and answers the 3-D Secure question. The PaymentIntent comes back.",
        lambda fake, **given: fake.pay(**given),
        _intent(card=TEXT, three_d_secure=one_of("pass", "fail", "leave")),
    ),
    "decline": Verb(
        "The customer pays with a card that is declined with this decline code.",
        lambda fake, **given: fake.decline(**given),
        _intent(code=TEXT),
    ),
    "challenge": Verb(
        "The customer answers the bank's 3-D Secure question.",
        lambda fake, **given: fake.challenge(**given),
        _intent(outcome=one_of("pass", "fail")),
    ),
    "refund": Verb(
        "Staff refund in the Dashboard: this amount in the minor unit, or all that is left.",
        lambda fake, **given: fake.refund_from_dashboard(**given),
        _intent(amount=_AMOUNT, reason=TEXT),
    ),
    "dispute": Verb(
        "The cardholder disputes the payment, or only inquires about it. The Dispute comes back.",
        lambda fake, **given: fake.dispute(**given),
        _intent(reason=TEXT, amount=_AMOUNT, inquiry=FLAG),
    ),
    "close_dispute": Verb(
        "The bank decides a dispute.",
        lambda fake, dispute, outcome: fake.close_dispute(dispute, outcome),
        {"dispute": TEXT.needed, "outcome": one_of("won", "lost", "warning_closed").needed},
    ),
    "fail_payment_late": Verb(
        "A payment that had succeeded fails after all, as bank debits do.",
        lambda fake, **given: fake.fail_payment_late(**given),
        _intent(),
    ),
    "advance": Verb(
        "Time passes, and what falls due happens.",
        _advance,
        {"days": number(0, _DAYS), "seconds": number(0, _DAYS * 86_400)},
    ),
    "retrieve": Verb(
        "An object by its id, as it stands now.",
        lambda fake, id: fake.retrieve(id),  # noqa: A006 - the field is called so
        {"id": TEXT.needed},
        reads=True,
    ),
    "events": Verb("Every event so far, or those of these types, oldest first.", _events, {"types": TEXTS}, reads=True),
    "webhooks": Verb("What no endpoint has taken yet, oldest first.", _pending, reads=True),
    "webhooks/deliver": Verb(
        "Send what waits: in an order, or only these events in that order; each so many times.",
        lambda fake, **given: _delivered(fake.deliver_webhooks(**given)),
        {"order": either(one_of(*get_args(Order)), TEXTS), "copies": _TIMES},
    ),
    "webhooks/drop": Verb(
        "Lose what waits, or only these events; how many deliveries were lost comes back.",
        lambda fake, events=(): {"dropped": fake.drop_webhooks(*events)},
        {"events": TEXTS},
    ),
    "webhooks/replay": Verb(
        "Send an event once more to every endpoint.",
        lambda fake, event: _delivered(fake.replay(event)),
        {"event": TEXT.needed},
    ),
    "faults/fail_next": Verb(
        "Let the next requests that match go wrong.",
        _fail_next,
        {"kind": one_of(*get_args(FaultKind)).needed, "method": TEXT, "path": TEXT, "times": _TIMES},
    ),
    "reset": Verb("Begin anew with an empty account; webhook endpoints stay.", lambda fake: fake.reset() or {}),
}
