"""The shops that a fake drives: their gateway and clock swapped, their webhooks heard, and all of it put back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from gulf_payments.errors import ConfigurationError, OrderNotFound
from gulf_payments.machine import PaymentStatus
from gulf_payments.payments import Payments
from gulf_payments.ports import Clock, Gateway
from gulf_payments.testing.fake_stripe.controls import SECRET, Controls
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery, Receiver

if TYPE_CHECKING:
    import stripe

_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class DrivenShop:
    """One shop, the endpoint that hears its webhooks, its gateway here, and what it had before.

    `use_gateway` is bound to the object that had it: a shop that is made anew when settings change is another by then.
    """

    payments: Payments
    endpoint_id: str
    gateway: Gateway
    use_gateway: Callable[..., None]
    former_gateway: Gateway
    former_clock: Clock


class ShopDriver(Controls):
    """The part of a fake that shops' own objects are driven by."""

    _shops: list[DrivenShop]

    @abstractmethod
    def http_client(self) -> stripe.HTTPClient:
        """The SDK's way here."""

    @abstractmethod
    def story(self, *, last: int) -> str:
        """What happened lately."""

    def gateway(self, *, secret: str = SECRET) -> Gateway:
        """A gateway in test mode whose Stripe is this fake: for a shop that a test makes, before `drive` takes it."""
        from gulf_payments.stripe import StripeGateway

        return StripeGateway(
            secret_key="sk_test_fake",
            publishable_key="pk_test_fake",
            webhook_secrets=[secret],
            http_client=self.http_client(),
            clock=self._clock,
        )

    def drive(self, payments: Payments, *, receiver: Receiver | None = None, secret: str = "") -> None:
        """Have a shop's own object take payments from here: swaps its gateway and clock, and hears its webhooks.

        Any number of shops may be driven, each with an endpoint and a signing secret of its own ("whsec_test" for the
        first); one that is driven already stays so. `receiver` is the way that its webhooks take, if not straight to
        `receive_webhook`: say the shop's own view. What was stored before stays stored. `release` gives the shop back
        what it had. ConfigurationError for a shop with live keys.
        """
        shop = next((shop for shop in self._shops if shop.payments is payments), None)
        if shop is None:
            shop = self._driven(_drivable(payments), receiver, secret or self._next_secret())
            self._shops.append(shop)
        shop.payments.use_gateway(shop.gateway, clock=self._clock)

    def _next_secret(self) -> str:
        return f"{SECRET}_{len(self._shops) + 1}" if self._shops else SECRET

    def _driven(self, payments: Payments, receiver: Receiver | None, secret: str) -> DrivenShop:
        def straight(body: bytes, signature: str) -> int:
            return payments.receive_webhook(body, signature).status_code

        endpoint_id = self.add_endpoint(receiver or straight, secret=secret)
        return DrivenShop(
            payments, endpoint_id, self.gateway(secret=secret), payments.use_gateway, payments.gateway, payments.clock
        )

    def release(self) -> None:
        """Give every driven shop its own gateway and clock back, and send it no more webhooks."""
        while self._shops:
            shop = self._shops.pop()
            self.remove_endpoint(shop.endpoint_id)
            shop.use_gateway(shop.former_gateway, clock=shop.former_clock)

    @contextmanager
    def driving(self, *shops: Payments) -> Iterator[Self]:
        """Drive these shops for a while, then release every driven one.

        In a TestCase: `fake = self.enterContext(FakeStripe().driving(payments))`.
        """
        try:
            for payments in shops:
                self.drive(payments)
            yield self
        finally:
            self.release()

    def settle(self, *, days: float = 0, seconds: float = 0) -> list[Delivery]:
        """Let everything come to rest: webhooks arrive, and the driven shops perform their effects, mails included.

        With `days` or `seconds` that time passes then, and what it brought comes to rest too. Returned is every attempt
        at a webhook; what no endpoint takes waits. RuntimeError if each round makes new work, as a subscriber does
        that acts upon its own effects.
        """
        made = self._rest()
        if days or seconds:
            self.advance(days=days, seconds=seconds)
            made += self._rest()
        return made

    def _rest(self) -> list[Delivery]:
        made: list[Delivery] = []
        for _ in range(_ROUNDS):
            deliveries = self.deliver_webhooks()
            made += deliveries
            performed = [shop.payments.deliver_effects() for shop in self._shops]
            if not any(one.taken for one in deliveries) and not any(one.total - one.retry for one in performed):
                return made
        raise RuntimeError(f"nothing came to rest in {_ROUNDS} rounds of webhooks and effects:\n{self.story(last=12)}")

    def _intent_of_order(self, order_id: str) -> str:
        return _intent_of(self._shops, order_id)


def _drivable(payments: object) -> Payments:
    """A shop in test mode; TypeError for anything else, ConfigurationError for a live one."""
    if not isinstance(payments, Payments):
        raise TypeError(f"drive() takes a gulf_payments.Payments, not {type(payments).__name__}")
    if payments.gateway.livemode:
        raise ConfigurationError(
            f"a fake drives shops in test mode, and {payments.scope} has live keys: give the shop test keys "
            "(sk_test_…, pk_test_…) in its tests, any will do"
        )
    return payments


def _intent_of(shops: Sequence[DrivenShop], order_id: str) -> str:
    """The newest PaymentIntent of an order of these shops; LookupError says what is in the way."""
    if not shops:
        raise LookupError("this FakeStripe drives no shop that could have such an order: fake.drive(payments)")
    holders = [shop.payments for shop in shops if _has(shop.payments, order_id)]
    names = ", ".join(payments.scope for payments in holders or [shop.payments for shop in shops])
    if not holders:
        raise LookupError(f"there is no such order in {names}")
    if len(holders) > 1:
        raise LookupError(f"{names} each have such an order: pass what start_payment returned")
    started = [payment for payment in holders[0].order(order_id).payments if payment.intent_id]
    if not started:
        raise LookupError(f"the order in {names} has no payment yet: call start_payment first")
    return max(started, key=lambda payment: payment.status is not PaymentStatus.CANCELED).intent_id


def _has(payments: Payments, order_id: str) -> bool:
    try:
        payments.order(order_id)
    except OrderNotFound:
        return False
    return True
