"""The parts that these tests put together: FakeStripe as a contract's provider, and a network that follows a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import stripe

from gulf_payments.stripe import StripeGateway
from gulf_payments.stripe.signature import sign
from gulf_payments.testing.fake_stripe import FakeStripe

SECRET_KEY, WEBHOOK_SECRET = "sk_test_Zz9hidden", "whsec_test"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_FAULTS: Mapping[str, Literal["timeout_after", "rate_limit"]] = {"answer_lost": "timeout_after", "busy": "rate_limit"}


def gateway_over(fake: FakeStripe, *, max_network_retries: int = 0) -> StripeGateway:
    """A gateway whose network is the fake."""
    return StripeGateway(
        secret_key=SECRET_KEY,
        webhook_secrets=[WEBHOOK_SECRET],
        http_client=fake.http_client(),
        max_network_retries=max_network_retries,
        clock=fake.clock,
    )


def signed(body: bytes) -> str:
    """A right signature of these bytes, made at NOW."""
    return sign(body, WEBHOOK_SECRET, at=NOW)


class FakeProvider:
    """FakeStripe as the gateway contract's provider."""

    def __init__(self, fake: FakeStripe) -> None:
        self._fake = fake

    def pay(self, intent_id: str, /, *, accepted: bool = True) -> None:
        """Pay as the customer, with a card that is accepted or declined."""
        self._fake.pay(intent_id, card="4242424242424242" if accepted else "4000000000009995")

    def refund_elsewhere(self, intent_id: str, amount: int, /) -> None:
        """Refund in the Dashboard."""
        self._fake.refund_from_dashboard(intent_id, amount)

    def fail_next(self, how: Literal["answer_lost", "busy"], /) -> None:
        """Let the next request go wrong."""
        self._fake.fail_next(_FAULTS[how])

    def deliveries(self) -> list[tuple[bytes, str]]:
        """Every event so far, signed now."""
        return [self._fake.signed(event["id"], secret=WEBHOOK_SECRET) for event in self._fake.events()]

    def later(self, seconds: int = 0, /) -> datetime:
        """Let time pass."""
        return self._fake.advance(seconds=seconds)


@dataclass(frozen=True)
class Sent:
    """One request as it reached the network."""

    method: str
    path: str
    fields: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class Script:
    """What the network answers, in order: (status, body), or None for a lost connection. It keeps what was sent."""

    answers: list[tuple[int, object] | None]
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def gateway(self, **options: Any) -> StripeGateway:
        """A gateway on this network."""
        defaults: dict[str, Any] = {"secret_key": SECRET_KEY, "webhook_secrets": [WEBHOOK_SECRET]}
        network = ScriptedClient(self)
        return StripeGateway(**{**defaults, "http_client": network, "clock": lambda: NOW, **options})


class ScriptedClient(stripe.HTTPClient):
    """The SDK's public extension point over a Script."""

    name = "scripted"

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Give the next answer."""
        parts = urlsplit(url)
        fields = dict(parse_qsl(post_data or parts.query))
        self._script.sent.append(Sent(method, parts.path, fields, dict(headers or {})))
        answer = self._script.answers.pop(0)
        if answer is None:
            lost: Exception = stripe.APIConnectionError("the line went dead", should_retry=True)  # type: ignore[no-untyped-call]
            raise lost
        status, content = answer
        body = content if isinstance(content, str) else json.dumps(content)
        return body, status, {"request-id": "req_1", **self._script.headers}

    def close(self) -> None:
        """Nothing to close."""

    def _sleep_time_seconds(self, *_: Any) -> float:
        return 0.0
