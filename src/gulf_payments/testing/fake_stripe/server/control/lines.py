"""Verbs for the lines between Stripe and the shop: webhooks late, twice, forged or lost; requests that fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.faults import FaultKind
from gulf_payments.testing.fake_stripe.server.control.fields import (
    FLAG,
    TEXT,
    TEXTS,
    either,
    many_of,
    number,
    one_of,
    whole,
)
from gulf_payments.testing.fake_stripe.server.control.verb import JSON, Verb, quietly
from gulf_payments.testing.fake_stripe.webhooks.office import Order
from gulf_payments.testing.fake_stripe.webhooks.queue import PendingWebhook
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature

_TIMES = whole(1, 10_000)
_THREADS = whole(1, 100)
_MOMENT = whole(0, 253_402_300_799)
_HELD_SECONDS = whole(0, 36_500 * 86_400)
_SLOW_SECONDS = number(0, 600)
_SIGNATURE = one_of(*get_args(Signature))
_KINDS = get_args(FaultKind)


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


def _add(fake: FakeStripe, url: str, **how: Any) -> JSON:  # noqa: ANN401
    return {"endpoint": fake.add_endpoint(url, **how)}


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


_WEBHOOKS = {
    "webhooks": Verb("What no endpoint has taken yet, oldest first.", _pending, reads=True),
    "webhooks/hold": Verb("From now on have webhooks wait for webhooks/deliver.", quietly(FakeStripe.hold_webhooks)),
    "webhooks/release": Verb(
        "From now on send each webhook right after its change, as Stripe does.",
        quietly(_release),
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
        quietly(FakeStripe.delay_webhooks),
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
    "webhooks/add": Verb(
        "Register an endpoint with a secret of your own; its id comes back.",
        _add,
        {"url": TEXT.needed, "secret": TEXT, "api_version": TEXT, "enabled_events": TEXTS, "livemode": FLAG},
    ),
    "webhooks/remove": Verb(
        "Delete an endpoint, and lose what it has not taken.",
        quietly(lambda fake, endpoint: fake.remove_endpoint(endpoint)),
        {"endpoint": TEXT.needed},
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
        quietly(_fail_next),
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
        quietly(_fail_randomly),
        {"share": number(0, 1), "kinds": many_of(*_KINDS), "method": TEXT, "path": TEXT, "seconds": _SLOW_SECONDS},
    ),
    "faults/stop": Verb("Let requests go right again.", quietly(FakeStripe.stop_failing)),
}

VERBS: Mapping[str, Verb] = {**_WEBHOOKS, **_FAULTS}
