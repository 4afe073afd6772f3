"""FakeStripe: the one object a test holds. Faces of the core, webhooks, faults, and a driver for what people do."""

from __future__ import annotations

from copy import deepcopy
from itertools import count
from typing import TYPE_CHECKING, Literal

from gulf_payments.testing.fake_stripe.core import Answer, Core
from gulf_payments.testing.fake_stripe.driver import JSON
from gulf_payments.testing.fake_stripe.errors import ConnectionLostError
from gulf_payments.testing.fake_stripe.journal import Journal
from gulf_payments.testing.fake_stripe.shops import ShopDriver
from gulf_payments.testing.fake_stripe.state.account import HOSTED_AT, Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, ControllableClock
from gulf_payments.testing.fake_stripe.state.identifiers import Identifiers
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks.retries import FIRST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx

    from gulf_payments.testing.fake_stripe.faces.sdk import FakeHTTPClient
    from gulf_payments.testing.fake_stripe.faces.transport import FakeTransport
    from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery

DEFAULT_API_VERSION = "2026-10-28.endive"
_SEEDS = count(1_000_000)


class FakeStripe(ShopDriver):
    """A stateful Stripe in this process.

        fake = FakeStripe()
        client = stripe.StripeClient("sk_test_123", http_client=fake.http_client())
        fake.add_endpoint(lambda body, signature: payments.receive_webhook(body, signature).status_code)
        fake.pay(attempt)                    # what the customer's browser does
        fake.deliver_webhooks()

    Args:
        clock: The present moment; by default a ControllableClock, which `advance` moves. Give the shop the same.
        seed: Makes ids, shuffles and bad luck; the same seed and the same calls give the same run. By default each
            fake of a process has a seed of its own, so that a shop that outlives one never meets its ids in the next.
        deliver: "on_request": webhooks wait for `deliver_webhooks`. "immediately": each is sent right after
            the change it tells of, outside the core's lock, and again, ever more rarely for three days of the
            clock, while it is not taken. A function is called by the thread that made the change. A URL is posted
            to before a driver call returns, but in the background of an API request, whose answer it would hold
            up: see `await_webhooks`.
        api_version: Of events, and of answers to requests that name none.
        hosted_at: The address of the server that shows the bank's 3-D Secure page, if one does.
        opening_balance: What the account can pay out before anything came in: minor units by currency.
        webhook_timeout_seconds: How long an endpoint's URL may take to answer, in real seconds.
        webhook_retry_seconds: When what was not taken is tried again; the wait doubles each time.

    Any secret key of Stripe's form is accepted; `sk_live_…` opens a live mode with objects of its own.
    Thread-safe. What methods return are copies.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
        deliver: Literal["on_request", "immediately"] = "on_request",
        api_version: str = DEFAULT_API_VERSION,
        hosted_at: str = HOSTED_AT,
        opening_balance: Mapping[str, int] | None = None,
        webhook_timeout_seconds: float = 10.0,
        webhook_retry_seconds: int = FIRST_SECONDS,
    ) -> None:
        self.clock: Clock = ControllableClock() if clock is None else clock
        self.seed = next(_SEEDS) if seed is None else seed
        self._shops = []
        self._journal = Journal()
        super().__init__(
            Core(
                clock=self.clock,
                ids=Identifiers(self.seed),
                api_version=api_version,
                hosted_at=hosted_at,
                opening_balance=opening_balance or {},
            ),
            self.clock,
            seed=self.seed,
            deliver_immediately=deliver == "immediately",
            webhook_timeout_seconds=webhook_timeout_seconds,
            webhook_retry_seconds=webhook_retry_seconds,
        )

    def __repr__(self) -> str:
        return f"FakeStripe(seed={self.seed}, clock={self.clock!r})"

    # Faces

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one HTTP request: (status, headers with lower-case names, body).

        Raises ConnectionLostError where `fail_next` asked for a time-out or a reset.
        """
        try:
            return self._answer(method, path, query, headers, body)
        finally:
            self._webhooks.send_due(in_background=True)

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            answer = self._core.handle(method, path, query, headers, body)
        except ConnectionLostError as lost:
            self._journal.note(str(lost))
            raise
        self._journal.answered(method, path, answer)
        return answer

    def http_client(self) -> FakeHTTPClient:
        """A client for `stripe.StripeClient(…, http_client=…)`, sync and async."""
        from gulf_payments.testing.fake_stripe.faces.sdk import FakeHTTPClient

        return FakeHTTPClient(self.handle)

    def transport(self) -> FakeTransport:
        """A transport for `httpx.Client(transport=…)` and `httpx.AsyncClient(transport=…)`.

        ModuleNotFoundError if httpx is not installed; it says how to get it.
        """
        from gulf_payments.testing.fake_stripe.faces.transport import FakeTransport

        return FakeTransport(self.handle)

    def respx_handler(self) -> Callable[[httpx.Request], httpx.Response]:
        """A side effect for a respx route: `respx.route(host="api.stripe.com").mock(side_effect=…)`.

        ModuleNotFoundError if httpx is not installed; it says how to get it.
        """
        from gulf_payments.testing.fake_stripe.faces.transport import respx_handler

        return respx_handler(self.handle)

    def host_at(self, url: str) -> None:
        """Let the bank's 3-D Secure page lie at this server's address from now on. A server says so of itself."""
        self._core.host_at(url)

    # What happened

    def story(self, *, last: int = 40) -> str:
        """What happened lately, oldest first: requests and answers, events, webhooks. Nothing secret is in it."""
        lines = self._journal.lines(last)
        if waiting := self.pending_webhooks:
            kinds = ", ".join(dict.fromkeys(one.type for one in waiting))
            lines.append(f"{len(waiting)} webhooks wait for settle() or deliver_webhooks(): {kinds}")
        return "\n".join(lines)

    def events(self, *types: str) -> list[JSON]:
        """Every event so far, or those of these types, oldest first; those of the live mode last."""

        def collect(account: Account) -> list[Resource]:
            return [row for row in account.tables["event"] if not types or row["type"] in types]

        found = [row for livemode in (False, True) for row in self._core.act(collect, livemode=livemode)]
        return deepcopy([dict(row) for row in found])

    def _note(self, happened: str) -> None:
        self._journal.note(happened)

    def _heard(self, event: Resource, endpoint_ids: Sequence[str]) -> None:
        self._journal.heard(event)
        super()._heard(event, endpoint_ids)

    def _delivered(self, deliveries: Sequence[Delivery]) -> None:
        self._journal.delivered(deliveries)
        super()._delivered(deliveries)
