"""`gulf-payments fake-stripe`: a fake Stripe on this machine, and one line for all that happens to it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from threading import Event

from rich.console import Console
from rich.text import Text

from gulf_payments.errors import ConfigurationError
from gulf_payments.testing.fake_stripe import FakeStripe, RunningClock
from gulf_payments.testing.fake_stripe.server import Served
from gulf_payments.testing.fake_stripe.server.loopback import Server

_HEALTH = "/_fake/health"  # asked every other moment by whoever waits for the server
_REFUSED = 400


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
        self.say(
            Text.assemble(
                f"{_now()} {served.method} {served.path} ",
                (str(served.outcome), "green" if good else "red"),
                (f" {served.request_id}", "dim"),
            )
        )


def serve(fake: FakeStripe, *, port: int, console: Console, stop: Event) -> None:
    """Serve until `stop` is set. ConfigurationError if nothing can listen on the port."""
    teller = Teller(console)
    server = Server(fake, port=port, report=teller.served)
    try:
        server.start()
    except OSError as trouble:
        reason = (trouble.strerror or str(trouble)).lower()
        raise ConfigurationError(f"cannot listen on port {port}: {reason}; choose another with --port") from None
    try:
        for line in _introduction(server.url):
            teller.say(line)
        stop.wait()
    finally:
        server.stop()
    teller.say("stopped")


def running(*, seed: int, api_version: str | None) -> FakeStripe:
    """A fake whose time passes. ConfigurationError for an API version that it does not speak."""
    from gulf_payments.testing.fake_stripe.errors import ApiError
    from gulf_payments.testing.fake_stripe.fake import DEFAULT_API_VERSION
    from gulf_payments.testing.fake_stripe.protocol import authentication

    try:
        spoken = authentication.version({}, api_version or DEFAULT_API_VERSION)
    except ApiError as refused:
        raise ConfigurationError(f"--api-version: {refused}") from None
    return FakeStripe(clock=RunningClock(), seed=seed, api_version=spoken)


def _introduction(url: str) -> list[str]:
    return [
        f"FakeStripe listens on {url}",
        f'  SDK        stripe.StripeClient("sk_test_1", base_addresses={{"api": "{url}"}})',
        f"  Stripe.js  {url}/v3/",
        f"  control    {url}/_fake/",
        "Stop it with Ctrl-C or SIGTERM.",
    ]


def _now() -> str:
    return f"{datetime.now(UTC).astimezone():%H:%M:%S}"
