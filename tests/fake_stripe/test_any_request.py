"""Requests at random, to every route there is: whatever is asked of whatever object, the fake itself does not break."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.routes import ROUTES

KEY = {"Authorization": "Bearer sk_test_shop"}
CARDS = ("visa", "pendingRefund", "authenticationRequired", "createDispute", "createDisputeInquiry")
NUMBERS = ("", "0", "1", "-1", "1000", "99999999999999", "1.5")
WORDS = ("true", "false", "sar", "kwd", "card", "manual", "off_session", "pm_card_visa", "tok_visa", "all", "never")
ODD = (
    "x",
    "\x00",
    "é",
    "[]",
    "{}",
    "a" * 6000,
    "https://shop.example/x",
    "amount>1 AND status:'x'",
    "metadata['a']:'b'",
)
MEMBERS = (
    "[]",
    "[0]",
    "[a]",
    "[a][b]",
    "[gte]",
    "[type]",
    "[enabled]",
    "[card][number]",
    "[99]",
    "[-1]",
    "[0][amount]",
)


class Crowd:
    """Clients who have seen some ids, and send anything."""

    def __init__(self, seed: int) -> None:
        self.fake = FakeStripe(seed=seed)
        self.random = Random(seed)  # noqa: S311 - a run that can be repeated
        self.seen: dict[str, list[str]] = defaultdict(list)

    def ask(self, method: str, path: str, parameters: list[tuple[str, str]]) -> None:
        """Send one request and remember the ids that come back. FakeStripeBug if the fake breaks."""
        form = urlencode(parameters)
        query, body = ("", form.encode()) if method == "POST" else (form, b"")
        status, _, answer = self.fake.handle(method, path, query, KEY, body)
        assert 200 <= status < 500
        self.remember(json.loads(answer))

    def remember(self, value: Any) -> None:
        """Note the ids in an answer, the latest thirty of each kind."""
        if isinstance(value, list):
            for one in value:
                self.remember(one)
        elif isinstance(value, dict):
            identifier = value.get("id")
            if isinstance(identifier, str):
                known = self.seen[identifier.partition("_")[0]]
                known[:] = [*known[-29:], identifier]
            self.remember(list(value.values()))

    def an_id(self) -> str:
        """One of the ids seen, of any kind."""
        return self.random.choice(self.random.choice([*self.seen.values()]))

    def parameter(self, route: Route) -> tuple[str, str]:
        """One parameter, perhaps of this route, perhaps of the right kind."""
        random = self.random
        name = random.choice([*route.accepts.kinds, "bogus"]) + random.choice(["", "", random.choice(MEMBERS)])
        return name, random.choice([self.an_id(), random.choice(NUMBERS + WORDS), random.choice(ODD)])

    def open_shop(self) -> None:
        """Make some of everything, and look at it."""
        for card in CARDS:
            for capture in ("automatic", "manual"):
                paid = {"amount": "1000", "currency": "sar", "confirm": "true", "capture_method": capture}
                method = {"payment_method": f"pm_card_{card}", "return_url": "https://shop.example/x"}
                self.ask("POST", "/v1/payment_intents", [*(paid | method).items()])
        for identifier in self.seen["pi"][:4]:
            self.ask("POST", "/v1/refunds", [("payment_intent", identifier), ("amount", "100")])
        for route in ROUTES:
            if route.method == "GET" and "{" not in route.pattern:
                self.ask("GET", route.pattern, [])


@pytest.mark.parametrize("seed", range(3))
def test_no_request_breaks_the_fake(seed: int) -> None:
    """Two thousand requests with half-right parameters, while days pass, and never an error of the fake's own."""
    crowd = Crowd(seed)
    for number in range(2000):
        if number % 500 == 0:
            crowd.fake.advance(days=number / 100)
            crowd.open_shop()
        route = crowd.random.choice(ROUTES)
        path = re.sub(r"\{\w*\}", lambda _: crowd.an_id(), route.pattern)
        crowd.ask(route.method, path, [crowd.parameter(route) for _ in range(crowd.random.randrange(4))])
    crowd.fake.advance(days=30)
    assert len(crowd.seen) > 5
