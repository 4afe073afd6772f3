"""What Stripe sends, in models of only the fields that are read.

Unknown fields are skipped, unknown words (a new status, a new reason) are taken as they are, and a reference may be an
id or the whole object. What is read is read strictly: an amount is a whole number, never "100" or 1e2.
The shapes are those of API version 2025-03-31.basil, which later versions kept.
Source: Stripe's OpenAPI description and docs.stripe.com/api.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, Literal, TypeGuard, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gulf_payments.errors import PayloadMalformed

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
Amount = Annotated[int, Field(ge=0, lt=10**12)]  # Stripe charges twelve digits at most
Instant = Annotated[int, Field(ge=0, lt=10**11)]  # epoch seconds
Currency = Annotated[str, StringConstraints(min_length=3, max_length=3, to_upper=True)]
Word = str | None


class Wire(BaseModel):
    """Frozen, strict, deaf to what it does not know, and silent about what it refused."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


Listed = TypeVar("Listed", bound=Wire)


class Expanded(Wire):
    """A referenced object of which only the id matters."""

    id: Identifier


Reference = Identifier | Expanded | None


def id_of(reference: str | Expanded | Charge | None) -> str:
    """The id behind a reference, expanded or not; empty for none."""
    return reference if isinstance(reference, str) else reference.id if reference else ""


class Labels(Wire):
    """The metadata that this library writes on what it makes at Stripe."""

    shop: str = ""
    order_id: str = ""
    payment_id: str = ""
    refund_id: str = ""


class PaymentError(Wire):
    """`last_payment_error`: why the latest attempt failed."""

    code: Word = None
    decline_code: Word = None
    charge: Reference = None
    payment_method: Reference = None


class Outcome(Wire):
    """`charge.outcome`: what the network and Radar said."""

    type: Word = None
    reason: Word = None


class Card(Wire):
    """`payment_method_details.card`."""

    brand: Word = None
    last4: Word = None


class MethodDetails(Wire):
    """`charge.payment_method_details`."""

    type: Word = None
    card: Card | None = None


class Charge(Wire):
    """One try to take a PaymentIntent's money."""

    object: Literal["charge"]
    id: Identifier
    created: Instant
    amount: Amount
    amount_captured: Amount
    amount_refunded: Amount
    currency: Currency
    paid: bool
    captured: bool
    status: str
    payment_intent: Reference = None
    metadata: Labels | None = None
    balance_transaction: Reference = None
    failure_balance_transaction: Reference = None
    failure_code: Word = None
    outcome: Outcome | None = None
    payment_method_details: MethodDetails | None = None


class PaymentIntent(Wire):
    """What is to be paid, through as many charges as it takes."""

    object: Literal["payment_intent"]
    id: Identifier
    created: Instant
    amount: Amount
    currency: Currency
    status: str
    amount_received: Amount = 0
    amount_capturable: Amount = 0
    capture_method: Word = None
    cancellation_reason: Word = None
    client_secret: Word = Field(default=None, repr=False)
    latest_charge: Identifier | Charge | None = None
    last_payment_error: PaymentError | None = None
    metadata: Labels | None = None


class Refund(Wire):
    """Money on its way back."""

    object: Literal["refund"]
    id: Identifier
    created: Instant
    amount: Amount
    currency: Currency
    status: Word = None
    charge: Reference = None
    payment_intent: Reference = None
    metadata: Labels | None = None
    reason: Word = None
    failure_reason: Word = None


class EvidenceDetails(Wire):
    """`dispute.evidence_details`."""

    due_by: Instant | None = None


class Dispute(Wire):
    """A cardholder's objection at the bank, or an inquiry before one."""

    object: Literal["dispute"]
    id: Identifier
    amount: Amount
    currency: Currency
    status: str
    charge: Reference = None
    payment_intent: Reference = None
    reason: Word = None
    evidence_details: EvidenceDetails | None = None


class EarlyFraudWarning(Wire):
    """A card network's hint that a payment may be disputed."""

    object: Literal["radar.early_fraud_warning"]
    id: Identifier
    payment_intent: Reference = None


class Review(Wire):
    """A payment that Radar put before a person."""

    object: Literal["review"]
    id: Identifier
    payment_intent: Reference = None


class CheckoutSession(Wire):
    """A payment page hosted by Stripe."""

    object: Literal["checkout.session"]
    id: Identifier
    payment_intent: Reference = None


class Payout(Wire):
    """Money on its way to the shop's bank."""

    object: Literal["payout"]
    id: Identifier
    payment_intent: None = None


Known = PaymentIntent | Charge | Refund | Dispute | EarlyFraudWarning | Review | CheckoutSession | Payout


class EventData(Wire):
    """`event.data`."""

    object: Annotated[Known, Field(discriminator="object")]


class Event(Wire):
    """A snapshot event about an object that we know."""

    object: Literal["event"]
    id: Identifier
    type: Identifier
    created: Instant
    livemode: bool
    data: EventData
    account: Word = None
    api_version: Word = None


class Stub(Wire):
    """As much of any object as can be told without trusting it."""

    id: Any = None
    object: Any = None
    payment_intent: Any = None

    @property
    def intent_id(self) -> str:
        """The PaymentIntent it is or belongs to, if its id can be made out."""
        claimed = self.id if self.object == "payment_intent" else self.payment_intent
        named = claimed.get("id") if isinstance(claimed, dict) else claimed
        return named if _is_identifier(named) and named.startswith("pi_") else ""

    @property
    def object_id(self) -> str:
        """Its id, if it can be made out."""
        return self.id if _is_identifier(self.id) else ""


def _is_identifier(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(r"[!-~]{1,255}", value) is not None


class StubData(Wire):
    """`event.data` of an object that is not read."""

    object: Annotated[Stub | Any, Field(union_mode="left_to_right")] = None


class Related(Wire):
    """`related_object` of a thin event."""

    id: Identifier
    type: str


class Envelope(Wire):
    """Any signed event as far as it can be trusted alone: a type we do not read, an unreadable object, a thin event."""

    object: Literal["event", "v2.core.event"]
    id: Identifier
    type: Identifier
    livemode: bool
    account: Word = None
    api_version: Word = None
    data: Annotated[StubData | Any, Field(union_mode="left_to_right")] = None
    related_object: Related | None = None

    @property
    def stub(self) -> Stub:
        """What can be made out of the object it is about."""
        inner = self.data.object if isinstance(self.data, StubData) else None
        return inner if isinstance(inner, Stub) else Stub()


def parse(body: bytes) -> Event | Envelope:
    """Read a verified body; raises PayloadMalformed for anything that is not an event's envelope."""
    try:
        return Event.model_validate_json(body)
    except ValidationError:
        pass
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as unreadable:
        reasons = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in unreadable.errors()[:3])
    raise PayloadMalformed(f"signed, but not an event that can be read ({reasons})")


class Listing(Wire, Generic[Listed]):
    """A page of a list, newest first."""

    data: list[Listed]
    has_more: bool = False
