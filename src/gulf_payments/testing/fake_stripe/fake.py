"""FakeStripe: the one object a test holds. Faces of the core, webhooks, faults, and a driver for what people do."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from functools import partial
from threading import local
from typing import TYPE_CHECKING, Literal

from gulf_payments.testing.fake_stripe.core import Answer, Core
from gulf_payments.testing.fake_stripe.driver import JSON, Driver
from gulf_payments.testing.fake_stripe.faults import FaultKind
from gulf_payments.testing.fake_stripe.state.account import HOSTED_AT, Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, ControllableClock, epoch
from gulf_payments.testing.fake_stripe.state.identifiers import Identifiers
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks.queue import (
    Delivery,
    Endpoint,
    Order,
    PendingWebhook,
    Receiver,
    Webhooks,
    rendered,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gulf_payments.payments import Payments
    from gulf_payments.testing.fake_stripe.faces.sdk import FakeHTTPClient

DEFAULT_API_VERSION = "2026-10-28.endive"
_SECRET = "whsec_test"


class FakeStripe(Driver):
    """A stateful Stripe in this process.

        fake = FakeStripe()
        client = stripe.StripeClient("sk_test_123", http_client=fake.http_client())
        fake.add_endpoint(lambda body, signature: payments.receive_webhook(body, signature).status_code)
        fake.pay(attempt)                    # what the customer's browser does
        fake.deliver_webhooks()

    Args:
        clock: The present moment; by default a ControllableClock, which `advance` moves. Give the shop the same.
        seed: Makes ids and shuffles; the same seed and the same calls give the same run.
        deliver: "on_request": webhooks wait for `deliver_webhooks`. "immediately": each is sent right after
            the change it tells of, outside the core's lock, by a thread that made a change.
        api_version: Of events, and of answers to requests that name none.
        hosted_at: The address of the server that shows the bank's 3-D Secure page, if one does.

    Any secret key of Stripe's form is accepted; `sk_live_…` opens a live mode with objects of its own.
    Thread-safe. What methods return are copies.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 0,
        deliver: Literal["on_request", "immediately"] = "on_request",
        api_version: str = DEFAULT_API_VERSION,
        hosted_at: str = HOSTED_AT,
    ) -> None:
        self.clock: Clock = ControllableClock() if clock is None else clock
        self._ids = Identifiers(seed)
        super().__init__(
            Core(clock=self.clock, ids=self._ids, api_version=api_version, hosted_at=hosted_at), self.clock
        )
        self._webhooks = Webhooks(self.clock, seed, self._event)
        self._core.open(self._webhooks)
        self._immediately = deliver == "immediately"
        self._delivering = local()

    def __repr__(self) -> str:
        return f"FakeStripe(clock={self.clock!r})"

    # Faces

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one HTTP request: (status, headers with lower-case names, body).

        Raises ConnectionLostError where `fail_next` asked for a time-out or a reset.
        """
        try:
            return self._core.handle(method, path, query, headers, body)
        finally:
            self._changed()

    def http_client(self) -> FakeHTTPClient:
        """A client for `stripe.StripeClient(…, http_client=…)`, sync and async."""
        from gulf_payments.testing.fake_stripe.faces.sdk import FakeHTTPClient

        return FakeHTTPClient(self.handle)

    def drive(self, payments: Payments) -> None:
        """Have a shop's own object take payments from here: swaps its gateway and clock, and hears its webhooks.

        Use it on a test mode object of a test's own; what was stored before stays stored.
        """
        from gulf_payments.stripe import StripeGateway

        gateway = StripeGateway(
            secret_key="sk_test_fake",
            publishable_key="pk_test_fake",
            webhook_secrets=[_SECRET],
            http_client=self.http_client(),
            clock=self.clock,
        )
        payments.use_gateway(gateway, clock=self.clock)
        self.add_endpoint(lambda body, signature: payments.receive_webhook(body, signature).status_code)

    # Webhooks

    def add_endpoint(
        self,
        receiver: Receiver,
        *,
        secret: str = _SECRET,
        api_version: str | None = None,
    ) -> str:
        """Register an endpoint for what happens from now on; its id is returned.

        `receiver(body, signature_header)` answers an HTTP status; anything but 2xx leaves the event waiting.
        """
        endpoint = Endpoint(self._ids.new("we"), receiver, secret, api_version)
        self._webhooks.add(endpoint)
        return endpoint.id

    @property
    def pending_webhooks(self) -> list[PendingWebhook]:
        """What no endpoint has taken yet, oldest first."""
        return self._webhooks.pending

    def deliver_webhooks(self, *, order: Order | Sequence[str] = "created", copies: int = 1) -> list[Delivery]:
        """Send what waits and answer how each attempt went; what is not taken waits for the next call.

        Args:
            order: "created", "reversed", "shuffled" (by the seed), or event ids: only these, in that order.
            copies: How often each is sent, whatever the answer.

        What a receiver raises is raised here; the events it has not taken wait on.
        """
        return self._marked(self._webhooks.deliver(order, copies))

    def drop_webhooks(self, *event_ids: str) -> int:
        """Lose what waits, or only these events; how many deliveries were lost."""
        return len(self._webhooks.take(event_ids or None))

    def replay(self, event_id: str) -> list[Delivery]:
        """Send an event once more to every endpoint, as a resend from the Dashboard does: retries go on."""
        return self._webhooks.resend(self._event(event_id))

    def signed(
        self,
        event_id: str,
        *,
        at: datetime | None = None,
        secret: str = _SECRET,
    ) -> tuple[bytes, str]:
        """The body of an event and a right signature for it, made `at` that moment (default: now)."""
        body = rendered(self._event(event_id))
        return body, sign(body, secret, epoch(self.clock() if at is None else at))

    def events(self, *types: str) -> list[JSON]:
        """Every event so far, or those of these types, oldest first; those of the live mode last."""

        def collect(account: Account) -> list[Resource]:
            return [row for row in account.tables["event"] if not types or row["type"] in types]

        found = [row for livemode in (False, True) for row in self._core.act(collect, livemode=livemode)]
        return deepcopy([dict(row) for row in found])

    # Faults

    def fail_next(
        self,
        kind: FaultKind,
        match: tuple[str | None, str] | None = None,
        *,
        times: int = 1,
    ) -> None:
        """Let the next request go wrong, or the next `times` that match `(method, path_prefix)`.

        "timeout_before" and "connection_reset" never reach Stripe; "timeout_after" is carried out and its answer
        lost; "rate_limit" and "lock_timeout" answer 429, "conflict" 409; "server_error" answers 500, without
        effect, and is replayed for its idempotency key.
        """
        self._core.faults.add(kind, match, times)

    def _event(self, identifier: str) -> Resource:
        livemode = self._mode_of("event", identifier)
        return self._core.act(lambda account: account.require("event", identifier, param="id"), livemode=livemode)

    def _marked(self, deliveries: list[Delivery]) -> list[Delivery]:
        taken = {(one.event_id, one.endpoint_id) for one in deliveries if one.taken}
        for event_id, _ in taken:
            self._core.act(partial(_one_less, event_id=event_id), livemode=self._mode_of("event", event_id))
        return deliveries

    def _changed(self) -> None:
        # A receiver that calls the API makes further events: the delivery that is under way sends them too.
        if not self._immediately or getattr(self._delivering, "busy", False):
            return
        self._delivering.busy = True
        try:
            while any(waiting.attempts == 0 for waiting in self._webhooks.pending):
                self.deliver_webhooks()
        finally:
            self._delivering.busy = False


def _one_less(account: Account, *, event_id: str) -> None:
    event = account.require("event", event_id, param="id")
    account.change(event, pending_webhooks=max(0, event["pending_webhooks"] - 1))
