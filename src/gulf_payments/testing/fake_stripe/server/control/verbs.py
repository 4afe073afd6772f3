"""What the control API can do: one row a verb, with the fields it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.faults import FaultKind
from gulf_payments.testing.fake_stripe.server.control.fields import (
    FLAG,
    TEXT,
    TEXTS,
    Field,
    either,
    many_of,
    number,
    one_of,
    whole,
)
from gulf_payments.testing.fake_stripe.state.clock import epoch
from gulf_payments.testing.fake_stripe.webhooks.office import Order
from gulf_payments.testing.fake_stripe.webhooks.queue import PendingWebhook
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature

JSON = dict[str, Any]
_DAYS = 36_500
_AMOUNT = whole(1, 99_999_999_999)
_TIMES = whole(1, 10_000)
_THREADS = whole(1, 100)
_MOMENT = whole(0, 253_402_300_799)
_HELD_SECONDS = whole(0, _DAYS * 86_400)
_SLOW_SECONDS = number(0, 600)
_SIGNATURE = one_of(*get_args(Signature))
_KINDS = get_args(FaultKind)


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


def _intent(**more: Field) -> dict[str, Field]:
    return {"intent": TEXT.needed, **more}


def _quietly(act: Callable[..., None]) -> Callable[..., JSON]:
    def carried_out(fake: FakeStripe, **given: Any) -> JSON:  # noqa: ANN401
        act(fake, **given)
        return {}

    return carried_out


def _close_dispute(fake: FakeStripe, dispute: str, outcome: Any) -> JSON:  # noqa: ANN401 - one of its words
    return fake.close_dispute(dispute, outcome)


def _retrieve(fake: FakeStripe, id: str) -> JSON:  # noqa: A002 - the field is called so
    return fake.retrieve(id)


def _advance(fake: FakeStripe, **by: float) -> JSON:
    return {"now": epoch(fake.advance(**by))}


def _events(fake: FakeStripe, types: Iterable[str] = ()) -> JSON:
    return {"data": fake.events(*types)}


def _pending(fake: FakeStripe) -> JSON:
    return {"data": [_waiting(one) for one in fake.pending_webhooks]}


def _waiting(one: PendingWebhook) -> JSON:
    names = ("type", "attempts", "ready", "due", "last_status", "last_reason")
    return {"event": one.event_id, "endpoint": one.endpoint_id, **{name: getattr(one, name) for name in names}}


def _delivered(deliveries: Iterable[Delivery]) -> JSON:
    return {
        "data": [
            {
                "event": one.event_id,
                "type": one.type,
                "endpoint": one.endpoint_id,
                "status": one.status_code,
                "reason": one.reason,
            }
            for one in deliveries
        ]
    }


def _replay(fake: FakeStripe, event: str, endpoint: str | None = None, **how: Any) -> JSON:  # noqa: ANN401
    return _delivered(fake.replay(event, endpoint_id=endpoint, **how))


def _signed(fake: FakeStripe, event: str, at: int | None = None, **how: Any) -> JSON:  # noqa: ANN401
    body, header = fake.signed(event, at=None if at is None else datetime.fromtimestamp(at, UTC), **how)
    return {"body": body.decode(), "signature": header}


def _fail_next(
    fake: FakeStripe,
    kind: Any,  # noqa: ANN401 - one of its words
    method: str | None = None,
    path: str = "",
    **how: Any,  # noqa: ANN401
) -> None:
    fake.fail_next(kind, (method, path), **how)


def _fail_randomly(fake: FakeStripe, method: str | None = None, path: str = "", **how: Any) -> None:  # noqa: ANN401
    fake.fail_randomly(match=(method, path), **how)


def _release(fake: FakeStripe) -> None:
    fake.hold_webhooks(held=False)


_PEOPLE = {
    "pay": Verb(
        "The customer pays with a test card, and answers the 3-D Secure question. The PaymentIntent comes back.",
        FakeStripe.pay,
        _intent(card=TEXT, three_d_secure=one_of("pass", "fail", "leave")),
    ),
    "decline": Verb(
        "The customer pays with a card that is declined with this decline code.",
        FakeStripe.decline,
        _intent(code=TEXT),
    ),
    "challenge": Verb(
        "The customer answers the bank's 3-D Secure question.",
        FakeStripe.challenge,
        _intent(outcome=one_of("pass", "fail")),
    ),
    "refund": Verb(
        "Staff refund in the Dashboard: this amount in the minor unit, or all that is left.",
        FakeStripe.refund_from_dashboard,
        _intent(amount=_AMOUNT, reason=TEXT),
    ),
    "dispute": Verb(
        "The cardholder disputes the payment, or only inquires about it. The Dispute comes back.",
        FakeStripe.dispute,
        _intent(reason=TEXT, amount=_AMOUNT, inquiry=FLAG),
    ),
    "close_dispute": Verb(
        "The bank decides a dispute.",
        _close_dispute,
        {"dispute": TEXT.needed, "outcome": one_of("won", "lost", "warning_closed").needed},
    ),
    "fail_payment_late": Verb(
        "A payment that had succeeded fails after all, as bank debits do.", FakeStripe.fail_payment_late, _intent()
    ),
}

_STATE = {
    "health": Verb("Say that the server is ready.", lambda _fake: {"status": "ok"}, reads=True),
    "retrieve": Verb("An object by its id, as it stands now.", _retrieve, {"id": TEXT.needed}, reads=True),
    "events": Verb("Every event so far, or those of these types, oldest first.", _events, {"types": TEXTS}, reads=True),
    "advance": Verb(
        "Time passes, and what falls due happens.",
        _advance,
        {"days": number(0, _DAYS), "seconds": number(0, _DAYS * 86_400)},
    ),
    "reset": Verb("Begin anew with an empty account; webhook endpoints stay.", _quietly(FakeStripe.reset)),
}

_WEBHOOKS = {
    "webhooks": Verb("What no endpoint has taken yet, oldest first.", _pending, reads=True),
    "webhooks/hold": Verb("From now on have webhooks wait for webhooks/deliver.", _quietly(FakeStripe.hold_webhooks)),
    "webhooks/release": Verb(
        "From now on send each webhook right after its change, as Stripe does.",
        _quietly(_release),
    ),
    "webhooks/deliver": Verb(
        "Send what waits: in an order, or only these events in that order; each so many times, signed so.",
        lambda fake, **how: _delivered(fake.deliver_webhooks(**how)),
        {
            "order": either(one_of(*get_args(Order)), TEXTS),
            "copies": _TIMES,
            "signature": _SIGNATURE,
            "threads": _THREADS,
        },
    ),
    "webhooks/delay": Verb(
        "From now on hold back events of these types (such as charge.*; all without types) for so long.",
        _quietly(FakeStripe.delay_webhooks),
        {"seconds": _HELD_SECONDS.needed, "types": TEXTS},
    ),
    "webhooks/drop": Verb(
        "Lose what waits, or only these events; how many deliveries were lost comes back.",
        lambda fake, events=(): {"dropped": fake.drop_webhooks(*events)},
        {"events": TEXTS},
    ),
    "webhooks/replay": Verb(
        "Send an event once more to one endpoint, or to all that want it.",
        _replay,
        {"event": TEXT.needed, "endpoint": TEXT, "signature": _SIGNATURE},
    ),
    "webhooks/signed": Verb(
        "The body of an event and its signature, made at a moment (epoch seconds) with a secret.",
        _signed,
        {"event": TEXT.needed, "at": _MOMENT, "secret": TEXT, "signature": _SIGNATURE},
    ),
    "webhooks/rotate": Verb(
        "Give an endpoint a new secret, which comes back; for 24 hours the old one signs beside it.",
        lambda fake, endpoint: {"secret": fake.rotate_secret(endpoint)},
        {"endpoint": TEXT.needed},
    ),
}

_FAULTS = {
    "faults/fail_next": Verb(
        "Let the next requests that match go wrong; seconds is how long a slow answer takes.",
        _quietly(_fail_next),
        {
            "kind": one_of(*_KINDS).needed,
            "method": TEXT,
            "path": TEXT,
            "times": _TIMES,
            "seconds": _SLOW_SECONDS,
        },
    ),
    "faults/fail_randomly": Verb(
        "From now on let that share of requests (from 0 to 1) go wrong, each in one of these ways.",
        _quietly(_fail_randomly),
        {"share": number(0, 1), "kinds": many_of(*_KINDS), "method": TEXT, "path": TEXT, "seconds": _SLOW_SECONDS},
    ),
    "faults/stop": Verb("Let requests go right again.", _quietly(FakeStripe.stop_failing)),
}

VERBS: Mapping[str, Verb] = {**_STATE, **_PEOPLE, **_WEBHOOKS, **_FAULTS}
