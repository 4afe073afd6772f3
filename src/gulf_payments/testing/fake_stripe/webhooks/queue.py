"""Webhooks: endpoints, the queue of what they have not yet taken, and signatures.

A delivery is signed when it is sent, so a late or repeated one carries a fresh time; its event id stays the same.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from threading import Lock
from typing import Literal, get_args

from gulf_payments.testing.fake_stripe.protocol.encoding import encoded
from gulf_payments.testing.fake_stripe.state.clock import Clock, epoch
from gulf_payments.testing.fake_stripe.state.tables import Resource

Receiver = Callable[[bytes, str], int]
"""Takes a raw body and the `Stripe-Signature` header, answers an HTTP status; 2xx means taken."""

Order = Literal["created", "reversed", "shuffled"]
_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One webhook endpoint. `api_version` None: events come in the account's own version."""

    id: str
    receiver: Receiver
    secret: str
    api_version: str | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.id!r})"


@dataclass(frozen=True, slots=True)
class PendingWebhook:
    """An event that one endpoint has not yet taken, and how often it was tried."""

    event_id: str
    type: str
    endpoint: Endpoint
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt and what the endpoint answered."""

    event_id: str
    type: str
    endpoint_id: str
    status_code: int

    @property
    def taken(self) -> bool:
        """Whether the endpoint answered 2xx."""
        return self.status_code in _TAKEN


def sign(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header of a body: HMAC-SHA256 over `{at}.{body}`."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={signature}"


def rendered(event: Resource, api_version: str | None = None) -> bytes:
    """The body an endpoint gets for an event, in the endpoint's version."""
    versioned = {**event, "api_version": api_version} if api_version else event
    return encoded(versioned)


class Webhooks:
    """The endpoints and the queue. Receivers are called with no lock held, so they may call the API themselves."""

    def __init__(self, clock: Clock, seed: int, look_up: Callable[[str], Resource]) -> None:
        self._clock = clock
        self._random = Random(seed)  # noqa: S311 - a shuffle that can be repeated
        self._look_up = look_up
        self._lock = Lock()
        self._endpoints: tuple[Endpoint, ...] = ()
        self._queue: list[PendingWebhook] = []

    def __len__(self) -> int:
        return len(self._endpoints)

    def add(self, endpoint: Endpoint) -> None:
        """Register an endpoint: it gets what happens from now on."""
        with self._lock:
            self._endpoints = (*self._endpoints, endpoint)

    def hear(self, event: Resource, /) -> None:
        """Queue a new event for every endpoint."""
        if not self._endpoints:
            return
        with self._lock:
            self._queue.extend(PendingWebhook(event["id"], event["type"], one) for one in self._endpoints)

    @property
    def pending(self) -> list[PendingWebhook]:
        """What waits, oldest first."""
        with self._lock:
            return list(self._queue)

    def take(self, event_ids: Sequence[str] | None = None) -> list[PendingWebhook]:
        """Take what waits out of the queue: all, or all of these events, in that order."""
        with self._lock:
            if event_ids is None:
                taken, self._queue = self._queue, []
                return taken
            by_event: dict[str, list[PendingWebhook]] = {}
            for waiting in self._queue:
                by_event.setdefault(waiting.event_id, []).append(waiting)
            absent = [one for one in event_ids if one not in by_event]
            if absent:
                raise ValueError(f"no webhook waits for {', '.join(absent)}")
            self._queue = [waiting for waiting in self._queue if waiting.event_id not in event_ids]
            return [waiting for one in event_ids for waiting in by_event[one]]

    def deliver(self, order: Order | Sequence[str], copies: int) -> list[Delivery]:
        """Send what waits, in this order, each so many times; what no endpoint takes goes back to the queue's head."""
        if isinstance(order, str) and order not in get_args(Order):
            raise ValueError(f"no such order: {order!r}; {', '.join(get_args(Order))}, or a list of event ids")
        waiting = self._ordered(self.take(None if isinstance(order, str) else order), order, copies)
        done: list[Delivery] = []
        try:
            for one in waiting:
                done.append(self._send(one))  # noqa: PERF401 - what is done counts even if the next receiver raises
        finally:
            self._put_back(waiting, done)
        return done

    def resend(self, event: Resource) -> list[Delivery]:
        """Send an event to every endpoint now, whatever the queue holds."""
        return [self._send(PendingWebhook(event["id"], event["type"], one)) for one in self._endpoints]

    def _ordered(self, waiting: list[PendingWebhook], order: object, copies: int) -> list[PendingWebhook]:
        repeated = [one for one in waiting for _ in range(copies)]
        if order == "reversed":
            repeated.reverse()
        elif order == "shuffled":
            self._random.shuffle(repeated)
        return repeated

    def _send(self, waiting: PendingWebhook) -> Delivery:
        endpoint = waiting.endpoint
        body = rendered(self._look_up(waiting.event_id), endpoint.api_version)
        status = endpoint.receiver(body, sign(body, endpoint.secret, epoch(self._clock())))
        return Delivery(waiting.event_id, waiting.type, endpoint.id, status)

    def _put_back(self, waiting: Sequence[PendingWebhook], done: Sequence[Delivery]) -> None:
        taken = {(one.event_id, one.endpoint_id) for one in done if one.taken}
        tried = Counter((one.event_id, one.endpoint_id) for one in done)
        left = {(one.event_id, one.endpoint.id): one for one in waiting}
        back = [replace(one, attempts=one.attempts + tried[key]) for key, one in left.items() if key not in taken]
        with self._lock:
            self._queue[:0] = back
