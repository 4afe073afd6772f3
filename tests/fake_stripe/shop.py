"""A shop that talks to the fake through the real SDK."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, PendingWebhook

JSON = dict[str, Any]


class Shop:
    """One secret key and the SDK's client: plain JSON in and out."""

    def __init__(self, fake: FakeStripe, key: str = "sk_test_shop", *, retries: int = 0) -> None:
        self.fake = fake
        self.client = stripe.StripeClient(key, http_client=fake.http_client(), max_network_retries=retries)

    def call(self, method: str, path: str, /, **params: object) -> stripe.StripeResponse:
        """The SDK's raw response, with headers."""
        response: Any = self.client.raw_request(method, path, **params)
        assert isinstance(response, stripe.StripeResponse)
        return response

    def get(self, path: str, /, **params: object) -> JSON:
        """The body that a GET answers."""
        return self._body("get", path, **params)

    def post(self, path: str, /, **params: object) -> JSON:
        """The body that a POST answers."""
        return self._body("post", path, **params)

    def _body(self, method: str, path: str, /, **params: object) -> JSON:
        body: Any = self.call(method, path, **params).data
        return dict(body)

    def intent(self, **params: object) -> JSON:
        """A new PaymentIntent over 115.00 SAR."""
        return self.post("/v1/payment_intents", **{"amount": 11500, "currency": "sar", **params})

    def paid(self, card: str = "pm_card_visa", **params: object) -> JSON:
        """A PaymentIntent confirmed at once with a test PaymentMethod."""
        return self.intent(payment_method=card, confirm=True, **params)

    def refused(self, method: str, path: str, /, **params: object) -> JSON:
        """The error body of a call that must fail."""
        with pytest.raises(stripe.StripeError) as caught:
            self.call(method, path, **params)
        body: Any = caught.value.json_body
        error: JSON = dict(body["error"])
        return {**error, "status": caught.value.http_status}


def types(fake: FakeStripe) -> list[str]:
    """The kinds of all events so far, in order."""
    return [event["type"] for event in fake.events()]


def register(shop: Shop, url: str, *events: str) -> JSON:
    """An endpoint by the API; with its secret."""
    return shop.post("/v1/webhook_endpoints", url=url, enabled_events=list(events or ["payment_intent.created"]))


def only_pending(fake: FakeStripe) -> PendingWebhook:
    """The one webhook that waits."""
    (waiting,) = fake.pending_webhooks
    return waiting
