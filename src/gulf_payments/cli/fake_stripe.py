"""`gulf-payments fake-stripe`: a fake Stripe on this machine, and one line for all that happens to it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event
from urllib.parse import urlencode, urlsplit

from rich.console import Console
from rich.text import Text

from gulf_payments.errors import ConfigurationError
from gulf_payments.testing.fake_stripe import Delivery, FakeStripe, RunningClock
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.fake import DEFAULT_API_VERSION
from gulf_payments.testing.fake_stripe.protocol import authentication
from gulf_payments.testing.fake_stripe.server import Served
from gulf_payments.testing.fake_stripe.server.loopback import Server

_HEALTH = "/_fake/health"  # asked every other moment by whoever waits for the server
_KEY = {"authorization": "Bearer sk_test_command_line"}
_OK, _REFUSED = 200, 400
# Stripe's command line triggers payout.updated with a payout that nothing came in for: test accounts hold some money.
_OPENING_BALANCE = {"usd": 2000}
_FIRST_RETRY_SECONDS = 1  # Stripe leaves minutes between tries; a developer waits for the next one


class Teller:
    """Prints what happens, a line each, from any thread. Whoever stops reading stops nothing else."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, line: Text | str) -> None:
        """Print one line, however long."""
        with suppress(OSError, SystemExit):
            self._console.print(line, soft_wrap=True, highlight=False)

    def served(self, served: Served) -> None:
        """Tell of a request."""
        if served.path == _HEALTH:
            return
        good = isinstance(served.outcome, int) and served.outcome < _REFUSED
        self._happened(f"{served.method} {served.path}", str(served.outcome), served.request_id, good=good)

    def delivered(self, delivery: Delivery) -> None:
        """Tell of an attempt to deliver a webhook."""
        outcome = str(delivery.status_code or delivery.reason)
        happened = f"webhook {delivery.type} to {_shown(delivery.url)}"
        self._happened(happened, outcome, delivery.event_id, good=delivery.taken)

    def _happened(self, what: str, outcome: str, identifier: str, *, good: bool) -> None:
        now = f"{datetime.now(UTC).astimezone():%H:%M:%S}"
        style = "green" if good else "red"
        self.say(Text.assemble(f"{now} {what} ", (outcome, style), (f" {identifier}".rstrip(), "dim")))


def running(*, seed: int, api_version: str | None) -> FakeStripe:
    """A fake whose time passes. ConfigurationError for an API version that it does not speak."""
    try:
        spoken = authentication.version({}, api_version or DEFAULT_API_VERSION)
    except ApiError as refused:
        raise ConfigurationError(f"--api-version: {refused}") from None
    return FakeStripe(
        clock=RunningClock(),
        seed=seed,
        deliver="immediately",
        api_version=spoken,
        opening_balance=_OPENING_BALANCE,
        webhook_retry_seconds=_FIRST_RETRY_SECONDS,
    )


def register(fake: FakeStripe, url: str, secret: str | None) -> str:
    """Open a webhook endpoint for all events, as the API does; its signing secret. ConfigurationError if refused."""
    try:
        if secret is not None:
            fake.add_endpoint(url, secret=secret)
            return secret
        return _registered(fake, url)
    except ValueError as refused:
        raise ConfigurationError(f"--webhook {url}: {refused}") from None


def _registered(fake: FakeStripe, url: str) -> str:
    form = urlencode({"url": url, "enabled_events[]": "*"}).encode()
    status, _, body = fake.handle("POST", "/v1/webhook_endpoints", "", _KEY, form)
    answer = json.loads(body)
    if status != _OK:
        raise ValueError(answer["error"]["message"])
    return str(answer["secret"])


def serve(fake: FakeStripe, *, port: int, webhooks: Mapping[str, str], console: Console, stop: Event) -> None:
    """Serve until `stop` is set. ConfigurationError if nothing can listen on the port.

    `webhooks` are the secrets of the endpoints by their URLs, to be told to whoever reads.
    """
    # With more clients than threads the rest wait for a moment: nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    teller = Teller(console)
    fake.on_delivery(teller.delivered)
    server = Server(fake, port=port, report=teller.served)
    try:
        server.start()
    except OSError as trouble:
        reason = (trouble.strerror or str(trouble)).lower()
        raise ConfigurationError(f"cannot listen on port {port}: {reason}; choose another with --port") from None
    try:
        for line in _introduction(server.url, fake.seed, webhooks):
            teller.say(line)
        stop.wait()
    finally:
        server.stop()
    teller.say("stopped")


def _shown(url: str) -> str:
    """An address without its user and its query, which may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _introduction(url: str, seed: int, webhooks: Mapping[str, str]) -> Iterable[str]:
    yield f"FakeStripe listens on {url}"
    yield f'  SDK        stripe.StripeClient("sk_test_1", base_addresses={{"api": "{url}"}})'
    yield f"  Stripe.js  {url}/v3/"
    yield f"  control    {url}/_fake/"
    for address, secret in webhooks.items():
        yield f"  webhook    {address} signed with {secret}"
    yield f"  seed       {seed}, for --seed to repeat its ids and bad luck"
    yield "Stop it with Ctrl-C or SIGTERM."
