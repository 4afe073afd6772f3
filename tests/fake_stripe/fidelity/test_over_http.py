"""The same behaviours and triggers, asked of the server over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.client import HTTPConnection

import pytest

import tests.fake_stripe.fidelity.behaviours.areas  # noqa: F401 - fills the book
from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.server.loopback import Server
from tests.fake_stripe.fidelity.behaviours.book import BOOK, Behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.steps import Step
from tests.fake_stripe.fidelity.test_triggers import WAYS, run
from tests.fake_stripe.fidelity.triggers import LATER_DAYS

PATIENCE_SECONDS = 10


@pytest.fixture
def distant(fake: FakeStripe) -> Iterator[Client]:
    """A shop whose requests go over a socket."""
    with Server(fake) as server:
        yield Client(fake, handle=Line(server.port).carry)


class Line:
    """A line to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def carry(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, f"{path}?{query}" if query else path, body or None, dict(headers))
            answered = connection.getresponse()
            found = {name.lower(): value for name, value in answered.getheaders()}
            return answered.status, found, answered.read()
        finally:
            connection.close()


@pytest.mark.parametrize("behaviour", BOOK, ids=str)
def test_behaviour_over_http(distant: Client, behaviour: Behaviour) -> None:
    """The server does what Stripe does."""
    behaviour.story(distant)


@pytest.mark.parametrize(("event", "steps"), WAYS)
def test_a_trigger_over_http(distant: Client, event: str, steps: tuple[Step, ...]) -> None:
    """The server makes the event happen by the requests of Stripe's command line."""
    run(distant, steps)
    distant.fake.advance(days=LATER_DAYS.get(event, 0))
    assert event in distant.types()
