"""The provider's side of a gateway under test, and the words that the gateway checks are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from gulf_payments.errors import GatewayRejected, OutcomeUnknown
from gulf_payments.machine import STAGES, Payment, sums
from gulf_payments.orders import new_id
from gulf_payments.ports import Gateway, Intent, IntentRequest, RefundRequest, Sighting

T = TypeVar("T")
SHOP, ORDER_ID, AMOUNT, CURRENCY = "contract-shop", "contract-1017", 34500, "SAR"


class Provider(Protocol):
    """The provider's side of a gateway under test."""

    def pay(self, intent_id: str, /, *, accepted: bool = True) -> None:
        """Have the customer pay, with a card that is accepted or declined."""

    def refund_elsewhere(self, intent_id: str, amount: int, /) -> None:
        """Refund in the provider's own dashboard."""

    def fail_next(self, how: Literal["answer_lost", "busy"], /) -> None:
        """Carry the next request out but lose its answer, or turn it away undone because of load."""

    def deliveries(self) -> list[tuple[bytes, str]]:
        """Every webhook so far as (body, signature header), oldest first, signed now."""

    def later(self, seconds: int = 0, /) -> datetime:
        """Let so much time pass for both sides; the present moment is returned."""


def intent_request(*, payment_id: str = "", amount: int = AMOUNT, capture_method: str = "") -> IntentRequest:
    """A request for a PaymentIntent, under a payment_id of its own unless one is given."""
    return IntentRequest(
        payment_id=payment_id or new_id("pay"),
        order_id=ORDER_ID,
        shop=SHOP,
        amount=amount,
        currency=CURRENCY,
        parameters={"capture_method": capture_method} if capture_method else {},
    )


def refund_request(request: IntentRequest, intent_id: str, amount: int) -> RefundRequest:
    """A request for a refund of that payment, under an id of its own."""
    return RefundRequest(
        request_id=new_id("rfd"),
        payment_id=request.payment_id,
        order_id=request.order_id,
        shop=request.shop,
        intent_id=intent_id,
        amount=amount,
    )


def newly_made(gateway: Gateway, *, capture_method: str = "") -> tuple[IntentRequest, Intent]:
    """A PaymentIntent just made, with its request."""
    request = intent_request(capture_method=capture_method)
    return request, gateway.create(request)


def newly_paid(gateway: Gateway, provider: Provider) -> tuple[IntentRequest, str]:
    """A PaymentIntent just paid: its request and its id."""
    request, new = newly_made(gateway)
    provider.pay(new.sighting.intent_id)
    return request, new.sighting.intent_id


def despite_loss(call: Callable[[], T]) -> T:
    """Make a call whose answer may be lost; a gateway that tried again by itself has it already."""
    try:
        return call()
    except OutcomeUnknown:
        return call()


@contextmanager
def rejected(otherwise: str, *, code: str = "") -> Iterator[None]:
    """The block must be rejected, with this code if one is given; `otherwise` says what it means if it is not."""
    try:
        yield
    except GatewayRejected as refused:
        if code in ("", refused.code):
            return
        otherwise = f"rejected with code {refused.code!r}, not {code!r}"
    raise AssertionError(otherwise)


def stage(facts: Payment) -> str:
    """The passing stage, by name; empty if none was told."""
    return STAGES[facts.stage.rank] if facts.stage else ""


def expect_claims(sighting: Sighting, request: IntentRequest) -> None:
    """The sighting claims exactly what was asked for."""
    told = (sighting.shop, sighting.order_id, sighting.payment_id, sighting.amount, sighting.currency)
    wanted = (request.shop, request.order_id, request.payment_id, request.amount, request.currency)
    assert told == wanted, f"the sighting says {told}, the request said {wanted}"


def expect_refunded(sighting: Sighting, amount: int) -> None:
    """So much went back, or is on its way."""
    total = sums(sighting.facts)
    assert total.refunded + total.pending == amount, f"{total.refunded + total.pending} went back, not {amount}"
