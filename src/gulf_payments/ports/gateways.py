"""How a payment provider is talked to: what a gateway must do, and the data that crosses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from gulf_payments.machine import Payment as PaymentFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """News about one PaymentIntent, in the law's facts, and what its metadata says it belongs to."""

    intent_id: str
    facts: PaymentFacts
    shop: str = ""
    order_id: str = ""
    payment_id: str = ""
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A verified webhook event, read.

    `sighting` is its news; None where the event tells nothing by itself. `lookup` is a PaymentIntent to ask Stripe
    about when the event cannot be trusted or placed. `trouble` says in one word why a person should hear of it.
    """

    event_id: str
    type: str
    livemode: bool
    account: str = ""
    api_version: str = ""
    object_id: str = ""
    sighting: Sighting | None = None
    lookup: str = ""
    trouble: str = ""
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRequest:
    """A PaymentIntent to make: a pure function of our payment's row and the caller's further parameters."""

    payment_id: str  # the idempotency key
    order_id: str
    shop: str
    amount: int
    currency: str
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A PaymentIntent as just answered: its news, its Stripe status, and the secret for the customer's browser."""

    sighting: Sighting
    status: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """A refund to make: a pure function of our request's row; `request_id` is the idempotency key."""

    request_id: str
    payment_id: str
    order_id: str
    shop: str
    intent_id: str
    amount: int
    reason: str = ""


# --- Ports ------------------------------------------------------------------------------------------------------------


class WebhookReader(Protocol):
    """Reads what the provider posts."""

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Verify and read one delivery. Raises WebhookError only, whatever the bytes."""


class Intents(Protocol):
    """Takes payments. Each may raise GatewayRejected, GatewayUnavailable or OutcomeUnknown, and nothing else."""

    def create(self, request: IntentRequest, /) -> Intent:
        """Make the PaymentIntent; the same request again answers with the same one for 24 hours."""

    def retrieve(self, intent_id: str, /) -> Intent:
        """Read it as it stands."""

    def capture(self, intent_id: str, /) -> Intent:
        """Take the whole of what is authorised."""

    def cancel(self, intent_id: str, /) -> Intent:
        """Close it for ever; GatewayRejected with code `payment_intent_unexpected_state` if it cannot be."""


class Refunding(Protocol):
    """Gives money back."""

    def refund(self, request: RefundRequest, /) -> Sighting:
        """Make the refund; the same request again answers with the same one for 24 hours."""


class Lookup(Protocol):
    """Asks the provider what is true."""

    def look_up(self, intent_id: str, /) -> Sighting:
        """The PaymentIntent with all its charges, refunds and disputes, as facts."""


class Gateway(WebhookReader, Intents, Refunding, Lookup, Protocol):
    """What `Payments` is given as `gateway`, with what a checkout page and the scope need to know of it."""

    @property
    def publishable_key(self) -> str:
        """The key for the customer's browser."""

    @property
    def livemode(self) -> bool:
        """True with live keys."""

    @property
    def accounts(self) -> frozenset[str]:
        """Connected accounts whose events are ours; usually empty."""
