"""The customer's browser: confirms with the publishable key and the client secret, as Stripe.js does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from gulf_payments.testing.fake_stripe.asking import refused
from gulf_payments.testing.fake_stripe.cards import Card
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.resources.payment_methods.fields import EXPIRY_MONTH, EXPIRY_YEAR
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DECLINED = 402
_ANSWERED = (200, _DECLINED)


class Visitor:
    """One customer before the payment page of one PaymentIntent."""

    def __init__(
        self,
        handle: Callable[[str, str, str, Mapping[str, str], bytes], Answer],
        found: Resource,
        secret: str | None = None,
    ) -> None:
        self._handle = handle
        self._found = found
        self.intent_id: str = found["id"]
        # Whoever has only the id is trusted with the secret; a secret that was passed in must be the right one.
        self._secret = secret or found["client_secret"]
        self._key = "pk_live_visitor" if found["livemode"] else "pk_test_visitor"

    def confirm(self, card: Card) -> dict[str, Any]:
        """Type in a test card and press "pay": the PaymentIntent after it, a declined one too."""
        form = {
            "client_secret": self._secret,
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": card.number,
            "payment_method_data[card][exp_month]": EXPIRY_MONTH,
            "payment_method_data[card][exp_year]": EXPIRY_YEAR,
            "payment_method_data[card][cvc]": "123",
            "use_stripe_sdk": "true",
        }
        path = f"/v1/payment_intents/{self.intent_id}/confirm"
        status, _, body = self._handle("POST", path, "", {"authorization": f"Bearer {self._key}"}, _form(form))
        answer: dict[str, Any] = json.loads(body)
        if status not in _ANSWERED:
            raise refused("pay", self._found, answer["error"]["message"])
        paid: dict[str, Any] = answer["error"]["payment_intent"] if status == _DECLINED else answer
        return paid


def _form(fields: Mapping[str, object]) -> bytes:
    return urlencode(fields).encode()
