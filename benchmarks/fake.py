"""Create and confirm a PaymentIntent on the fake through the SDK, against the SDK on a client that only repeats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import stripe

from benchmarks.figures import Aim, Report, micro, ratio
from benchmarks.racing import race, steady
from gulf_payments.testing.fake_stripe import FakeStripe

Answer = tuple[str, int, Mapping[str, str]]
REPEAT = 10  # as a suite does it: one payment after another
FILLED_BY_ROUND = 100


class Repeater(stripe.HTTPClient):
    """Answers at once what the real one answered the first time, by the path's last word."""

    name = "repeater"

    def __init__(self, real: stripe.HTTPClient) -> None:
        super().__init__()
        self._real = real
        self._answers: dict[str, Answer] = {}

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - the SDK's signature
        **_usage: Any,  # noqa: ANN401
    ) -> Answer:
        """One answer; the real client is asked once for each kind."""
        kind = urlsplit(url).path.rpartition("/")[2]
        if kind not in self._answers:
            self._answers[kind] = self._real.request(method, url, headers, post_data)
        return self._answers[kind]

    def close(self) -> None:
        """Nothing to close."""


def measure(rounds: int) -> Report:
    """Race the fake against the SDK's own floor, and an empty fake against one that is full of payments."""
    full = _client(FakeStripe().http_client())
    for _ in range(rounds * FILLED_BY_ROUND):
        _pay(full)
    contenders = {
        "fake": partial(_pay, _client(FakeStripe().http_client())),
        "floor": partial(_pay, _client(Repeater(FakeStripe().http_client()))),
        "full": partial(_pay, full),
    }
    times = race(steady(contenders), rounds=rounds, repeat=REPEAT).processor
    return Report(
        f"Create and confirm a PaymentIntent through the SDK, stripe {stripe.VERSION}",
        [
            micro("on FakeStripe", times.median("fake")),
            micro("on a client that repeats the same answers", times.median("floor")),
            ratio("the fake to the SDK's own floor", times.ratio("fake", to="floor"), Aim(1.15)),
            ratio(
                f"a fake that holds {rounds * FILLED_BY_ROUND:,} payments to an empty one",
                times.ratio("full", to="fake"),
                Aim(1.15),
            ),
        ],
    )


def _client(http: stripe.HTTPClient) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_benchmark", http_client=http)


def _pay(client: stripe.StripeClient) -> None:
    created = client.v1.payment_intents.create(
        {
            "amount": 32500,
            "currency": "sar",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    client.v1.payment_intents.confirm(created.id, {"payment_method": "pm_card_visa"})
