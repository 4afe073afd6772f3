"""The customer's browser: confirms with the publishable key and the client secret, as Stripe.js does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from gulf_payments.testing.fake_stripe.cards import card_numbered
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import RefusedError
from gulf_payments.testing.fake_stripe.resources.payment_methods.fields import EXPIRY_MONTH, EXPIRY_YEAR
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SEPARATOR = "_secret_"
_DECLINED = 402
_ANSWERED = (200, _DECLINED)


def intent_id(intent: object) -> str:
    """The PaymentIntent's id, from an id, a client secret, or anything that has a `client_secret`."""
    return _words(intent).partition(_SEPARATOR)[0]


def _words(intent: object) -> str:
    if isinstance(intent, Mapping):
        intent = intent.get("client_secret", intent)
    words = intent if isinstance(intent, str) else getattr(intent, "client_secret", None)
    if not isinstance(words, str):
        raise TypeError("expected a PaymentIntent id, a client secret, or an object with a client_secret")
    return words


class Visitor:
    """One customer before the payment page of one PaymentIntent."""

    def __init__(
        self,
        handle: Callable[[str, str, str, Mapping[str, str], bytes], Answer],
        intent: object,
        look_up: Callable[[str], Resource],
    ) -> None:
        self._handle = handle
        self.intent_id = intent_id(intent)
        found = look_up(self.intent_id)
        # Whoever has only the id is trusted with the secret; a secret that was passed in must be the right one.
        words = _words(intent)
        self._secret = words if _SEPARATOR in words else found["client_secret"]
        self._key = "pk_live_visitor" if found["livemode"] else "pk_test_visitor"

    def confirm(self, number: str) -> dict[str, Any]:
        """Type in a test card and press "pay": the PaymentIntent after it, a declined one too."""
        card = card_numbered(number)
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
            raise RefusedError(f"pay {self.intent_id}", answer["error"]["message"])
        paid: dict[str, Any] = answer["error"]["payment_intent"] if status == _DECLINED else answer
        return paid


def _form(fields: Mapping[str, object]) -> bytes:
    return urlencode(fields).encode()
