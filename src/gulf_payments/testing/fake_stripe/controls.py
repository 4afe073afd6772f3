"""What a test does to the lines between Stripe and the shop: webhooks late, twice, forged or lost; requests that fail.

Every option is a plain JSON value, so that the same can be asked for over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from gulf_payments.testing.fake_stripe.core import Core
from gulf_payments.testing.fake_stripe.driver import Driver
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.faults import TRANSIENT, FaultKind, Match
from gulf_payments.testing.fake_stripe.resources import webhook_endpoints
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, epoch
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks import signatures
from gulf_payments.testing.fake_stripe.webhooks.office import Order, Webhooks
from gulf_payments.testing.fake_stripe.webhooks.queue import PendingWebhook
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery, Receiver, rendered
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature

SECRET = "whsec_test"
"""What endpoints sign with that a test registers without a secret of its own."""


class Controls(Driver):
    """Drives the core, its webhooks and its faults."""

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        seed: int,
        deliver_immediately: bool,
        webhook_timeout_seconds: float,
        webhook_retry_seconds: int,
    ) -> None:
        super().__init__(core, clock)
        self._seed = seed
        self._reports: list[Callable[[Delivery], None]] = []
        self._webhooks = Webhooks(
            core,
            clock,
            seed=seed,
            immediately=deliver_immediately,
            timeout_seconds=webhook_timeout_seconds,
            first_retry_seconds=webhook_retry_seconds,
            report=self._delivered,
        )
        core.open(self._heard)

    # Endpoints

    def add_endpoint(
        self,
        receiver: Receiver | str,
        *,
        secret: str = SECRET,
        api_version: str | None = None,
        enabled_events: Sequence[str] = ("*",),
        livemode: bool = False,
    ) -> str:
        """Register a webhook endpoint for what happens from now on; its id is returned.

        `receiver` is a URL, or a function `(body, signature_header)` that answers an HTTP status. Anything but 2xx
        leaves the event waiting. The API lists the endpoint like any other. ValueError for a malformed URL, or an
        event type that does not exist.
        """

        def register(account: Account) -> str:
            identifier = account.ids.new("we")
            url = receiver if isinstance(receiver, str) else f"https://in-process.invalid/{identifier}"
            webhook_endpoints.add(
                account,
                identifier,
                secret=secret,
                api_version=api_version,
                enabled_events=webhook_endpoints.enabled_events("enabled_events", list(enabled_events)),
                url=webhook_endpoints.address("url", url),
            )
            if not isinstance(receiver, str):
                self._webhooks.connect(identifier, receiver)
            return identifier

        try:
            return self._core.act(register, livemode=livemode)
        except ApiError as error:
            raise ValueError(str(error)) from None

    def remove_endpoint(self, endpoint_id: str) -> None:
        """Delete an endpoint, as the API does, and lose what it has not taken."""
        livemode = self._mode_of("webhook_endpoint", endpoint_id)
        self._core.act(partial(webhook_endpoints.remove, identifier=endpoint_id), livemode=livemode)
        self._webhooks.queue.forget(endpoint_id)

    def rotate_secret(self, endpoint_id: str) -> str:
        """Give an endpoint a new secret, which is returned; for 24 hours the old one signs beside it."""
        livemode = self._mode_of("webhook_endpoint", endpoint_id)
        return self._core.act(partial(webhook_endpoints.rotate, identifier=endpoint_id), livemode=livemode)

    # Webhooks

    @property
    def pending_webhooks(self) -> list[PendingWebhook]:
        """What no endpoint has taken yet, oldest first."""
        return self._webhooks.queue.pending

    def deliver_webhooks(
        self,
        *,
        order: Order | Sequence[str] = "created",
        copies: int = 1,
        signature: Signature = "right",
        threads: int = 1,
    ) -> list[Delivery]:
        """Send what waits and answer how each attempt went; what is not taken waits for the next call.

        Args:
            order: "created", "reversed", "shuffled" (by the seed), or event ids: only these, in that order.
            copies: How often each is sent, whatever the answer.
            signature: "right", "wrong", "old", "future" or "missing".
            threads: From how many threads at once.

        What a receiver raises is raised here; the events it has not taken wait on. From one thread the first such
        error stops the round, from several all are sent first, and several errors come as one group. What
        `delay_webhooks` still holds back is left where it is.
        """
        return self._webhooks.deliver(order=order, copies=copies, signature=signature, threads=threads)

    def hold_webhooks(self, *, held: bool = True) -> None:
        """From now on have webhooks wait for `deliver_webhooks`, or if not `held`, send each right after its change."""
        self._webhooks.immediately = not held
        self._changed()

    def on_delivery(self, report: Callable[[Delivery], None]) -> None:
        """Have every attempt to deliver a webhook told to `report`, by the thread that made it."""
        self._reports.append(report)

    def delay_webhooks(self, seconds: int, *, types: Sequence[str] = ("*",)) -> None:
        """From now on hold back events of these types (such as `charge.*`) for so long, by the fake's clock.

        The latest word on a type counts: 0 seconds for `*` ends all delays. What waits already is not touched.
        """
        self._webhooks.queue.delay(seconds, types)

    def drop_webhooks(self, *event_ids: str) -> int:
        """Lose what waits, or only these events; how many deliveries were lost."""
        return len(self._webhooks.queue.take(event_ids or None))

    def replay(
        self, event_id: str, *, endpoint_id: str | None = None, signature: Signature = "right"
    ) -> list[Delivery]:
        """Send an event once more to one endpoint, or to all that want it, as a resend from the Dashboard does.

        Retries go on, whatever is answered.
        """
        event = self._event(event_id)
        if endpoint_id is not None:
            self._mode_of("webhook_endpoint", endpoint_id)
            return self._webhooks.resend(event_id, [endpoint_id], signature=signature)
        wanting = self._core.act(lambda account: account.listeners(event["type"]), livemode=event["livemode"])
        return self._webhooks.resend(event_id, wanting, signature=signature)

    def signed(
        self,
        event_id: str,
        *,
        at: datetime | None = None,
        secret: str = SECRET,
        signature: Signature = "right",
    ) -> tuple[bytes, str]:
        """The body of an event and its signature, made `at` that moment (default: now); "" if it is to be missing."""
        signatures.check(signature)
        event = self._event(event_id)
        body, moment = rendered(event), epoch(self._clock() if at is None else at)
        return body, signatures.header(body, [secret], at=moment, signature=signature, livemode=event["livemode"])

    def await_webhooks(self, timeout_seconds: float = 60.0) -> None:
        """Wait until nothing is being sent in the background, in real seconds; TimeoutError if that takes longer.

        Only `deliver="immediately"` sends in the background, and only to URLs, what API requests have caused.
        """
        if not self._webhooks.wait(timeout_seconds):
            raise TimeoutError(f"webhooks are still being sent after {timeout_seconds:g} seconds")

    # Time

    def advance(self, *, days: float = 0, seconds: float = 0) -> datetime:
        """Move the clock on, and let happen on the way what is due: refunds settle or fail, authorisations lapse.

        With `deliver="immediately"` webhooks are sent and tried again on the way too, each at its own moment.
        What is still being sent in the background is waited for first. TypeError if the fake was given a clock of
        another kind: move that one, and call `catch_up`.
        """
        self.await_webhooks()
        return super().advance(days=days, seconds=seconds)

    def catch_up(self, *, in_background: bool = False) -> None:
        """Let happen what is due by now: after you moved a clock of your own.

        `in_background`: webhooks to URLs are sent by another thread, see `await_webhooks`.
        """
        self._core.run_due()
        self._webhooks.send_due(in_background=in_background)

    def reset(self) -> None:
        """Begin anew with an empty account: no faults, nothing that waits or is delayed. Endpoints and clock stay."""
        self._core.reset(self._heard)
        self._webhooks.clear()

    # Faults

    def fail_next(
        self,
        kind: FaultKind,
        match: Match | None = None,
        *,
        times: int = 1,
        seconds: float = 1.0,
    ) -> None:
        """Let the next request go wrong, or the next `times` that match `(method, path_prefix)`.

        "timeout_before" and "connection_reset" never reach Stripe; "timeout_after" is carried out and its answer
        lost; "rate_limit" and "lock_timeout" answer 429, "conflict" 409; "server_error" answers 500, without
        effect, and is replayed for its idempotency key. "slow" really waits for `seconds` before it is carried out;
        the clock stands still, other requests go on, and one with the same idempotency key gets the 409.
        """
        self._core.faults.add(kind, match, times=times, seconds=seconds)

    def fail_randomly(
        self,
        share: float = 0.1,
        kinds: Sequence[FaultKind] = TRANSIENT,
        match: Match | None = None,
        *,
        seconds: float = 1.0,
    ) -> None:
        """From now on let that share of requests go wrong, each in one of these ways, as the fake's seed has it.

        By default in those ways only that the same request under the same idempotency key gets over.
        """
        self._core.faults.randomly(share, kinds, match, seconds=seconds, seed=self._seed)

    def stop_failing(self) -> None:
        """Let requests go right again, also those for which a fault was waiting."""
        self._core.faults.clear()

    def _event(self, identifier: str) -> Resource:
        livemode = self._mode_of("event", identifier)
        return self._core.act(lambda account: account.require("event", identifier, param="id"), livemode=livemode)

    def _heard(self, event: Resource, endpoint_ids: Sequence[str]) -> None:
        """This happened, and these endpoints want to hear of it."""
        self._webhooks.hear(event, endpoint_ids)

    def _delivered(self, deliveries: Sequence[Delivery]) -> None:
        """These attempts were made, by whatever thread."""
        for report in self._reports:
            for one in deliveries:
                report(one)

    def _changed(self) -> None:
        self._webhooks.send_due()

    def _next_due(self) -> int | None:
        moments = (super()._next_due(), self._webhooks.next_due())
        return min((moment for moment in moments if moment is not None), default=None)
