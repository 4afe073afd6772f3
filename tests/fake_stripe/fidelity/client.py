"""A client that speaks plain HTTP forms to the fake, so that nothing stands between a test and the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.core import Answer
from tests.fake_stripe.fidelity.published import JSON

Handle = Callable[[str, str, str, Mapping[str, str], bytes], Answer]
SECRET_KEY = "sk_test_fidelity"


@dataclass(frozen=True)
class Answered:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: JSON

    @property
    def error(self) -> JSON:
        """The error of a request that must have been refused."""
        assert self.status >= 400, self.body
        found: JSON = self.body["error"]
        return found


class Client:
    """One shop with one key; `handle` carries its requests, by default straight to the fake."""

    def __init__(self, fake: FakeStripe, key: str = SECRET_KEY, *, handle: Handle | None = None) -> None:
        self.fake = fake
        self.key = key
        self.handle = handle or fake.handle

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        /,
        **headers: str,
    ) -> Answered:
        """Send one request; header names are written with underscores."""
        form = urlencode(list(pairs(params or {})))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("authorization", f"Bearer {self.key}")
        in_body = method == "POST"
        status, answered, body = self.handle(
            method, path, "" if in_body else form, sent, form.encode() if in_body else b""
        )
        return Answered(status, answered, json.loads(body))

    def get(self, path: str, **params: Any) -> JSON:
        """What a GET that must succeed answers."""
        return self._body("GET", path, params)

    def post(self, path: str, **params: Any) -> JSON:
        """What a POST that must succeed answers."""
        return self._body("POST", path, params)

    def delete(self, path: str) -> JSON:
        """What a DELETE that must succeed answers."""
        return self._body("DELETE", path, {})

    def refused(self, path: str, method: str = "POST", **params: Any) -> JSON:
        """The error of a request that must be refused, with the status in it."""
        answered = self.ask(method, path, params)
        return {**answered.error, "status": answered.status}

    def _body(self, method: str, path: str, params: Mapping[str, Any]) -> JSON:
        answered = self.ask(method, path, params)
        assert answered.status == 200, f"{method} {path} {params}: {answered.status} {answered.body}"
        return answered.body

    def intent(self, **params: Any) -> JSON:
        """A new PaymentIntent over 20.00 USD by card."""
        given = {"amount": 2000, "currency": "usd", "payment_method_types": ["card"], **params}
        return self.post("/v1/payment_intents", **{name: value for name, value in given.items() if value is not None})

    def paid(self, card: str = "pm_card_visa", **params: Any) -> JSON:
        """The same, confirmed at once."""
        return self.intent(payment_method=card, confirm=True, **params)

    def declined(self, card: str, **params: Any) -> JSON:
        """The error of a card that must be declined."""
        given = {"amount": 2000, "currency": "usd", "payment_method_types": ["card"], "payment_method": card, **params}
        return self.refused("/v1/payment_intents", confirm=True, **given)

    def customer(self, **params: Any) -> JSON:
        """A new customer."""
        return self.post("/v1/customers", **params)

    def types(self) -> list[str]:
        """The kinds of all events so far, oldest first."""
        return [event["type"] for event in self.fake.events()]


def pairs(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters in Stripe's bracket notation."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from pairs(inner, f"{name}[{key}]" if name else key)
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            yield from pairs(inner, f"{name}[{position}]")
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
