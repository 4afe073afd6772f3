"""Payments: the object a shop holds. It composes checkout, decisions, refunds, webhooks and the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar

from gulf_payments.checkout import Checkout, PaymentAttempt
from gulf_payments.decisions import Decisions
from gulf_payments.endpoints import AsgiApp, WsgiApp, asgi_endpoint, wsgi_endpoint
from gulf_payments.errors import ConfigurationError, InvalidInput, OrderNotFound
from gulf_payments.events import PUBLIC, AlertRaised, DisputeClosed, DisputeOpened, Event
from gulf_payments.ledger import Handler, Ledger, Subscription, Subscriptions
from gulf_payments.machine import Kind
from gulf_payments.money import Money
from gulf_payments.orders import Order, Payment, Refund
from gulf_payments.outbox import Delivered, Dispatcher
from gulf_payments.ports import Backlog, Clock, Delivery, Gateway, Page, Query, Storage
from gulf_payments.readings import order_of, payment_of
from gulf_payments.refunds import Refunds
from gulf_payments.webhooks import Reply, Webhooks

SHOP_LENGTH = 40
OUR_NAMES = ("gulf.", "mail.")  # subscribers of the library itself
FOR_STAFF = (AlertRaised, DisputeClosed, DisputeOpened)  # never held up by a customer's mailbox

EventType = TypeVar("EventType", bound=type[Event | AlertRaised])
HandlerType = TypeVar("HandlerType", bound=Handler)
Found = TypeVar("Found")


class Mailer(Protocol):
    """What `Payments` is given as `mail`: the events it writes about, and the call that writes."""

    @property
    def subscriptions(self) -> tuple[type[Event | AlertRaised], ...]:
        """The events that lead to a mail."""

    def deliver(self, event: Event | AlertRaised, /, *, now: datetime) -> None:
        """Send the mail of one event, dated `now`. Raises MailError."""


def utc_now() -> datetime:
    """The clock used unless another is given."""
    return datetime.now(UTC)


class Payments:
    """One shop's payments in one mode (test or live, told by the gateway's keys).

    `shop` is a short stable name: it is written into every PaymentIntent, and one database or Stripe account may serve
    several. `mail=None` leaves the mails to the shop. Everything is safe to call from several threads and processes.
    """

    def __init__(
        self, *, shop: str, gateway: Gateway, store: Storage, mail: Mailer | None = None, clock: Clock = utc_now
    ) -> None:
        if not shop or len(shop) > SHOP_LENGTH or not shop.isprintable() or ":" in shop:
            raise ConfigurationError("shop must be a short plain name such as 'gulf-emperor', without a colon")
        self.shop, self.store, self.mail, self.clock = shop, store, mail, clock
        self._subscriptions = Subscriptions()
        self.use_gateway(gateway)
        self._subscribe_ourselves()

    def use_gateway(self, gateway: Gateway, *, clock: Clock | None = None) -> None:
        """Talk to another gateway from now on, by another clock if given: how a test suite swaps in its fake."""
        self.clock = clock or self.clock
        scope = f"{self.shop}:{'live' if gateway.livemode else 'test'}"
        self.gateway = gateway
        self._ledger = Ledger(self.store, scope, self.shop, self.clock, self._subscriptions)
        self._checkout = Checkout(self._ledger, gateway)
        self._decisions = Decisions(self._ledger, gateway)
        self._refunds = Refunds(self._ledger, gateway)
        self._webhooks = Webhooks(self._ledger, gateway)
        self._dispatcher = Dispatcher(self._ledger)

    def __repr__(self) -> str:
        return f"Payments({self._ledger.scope!r})"

    @property
    def scope(self) -> str:
        """The shop and its mode, which every row carries."""
        return self._ledger.scope

    # --- the customer's side -------------------------------------------------------------------------------------

    def place_order(self, order: Order) -> Order:
        """Place an order under the shop's own key, and return it with what its money says.

        Placing the same order again returns it. A changed one replaces it while nobody has paid: the next
        `start_payment` retires the old PaymentIntent. Raises OrderLocked once money is in or on its way,
        TransitionRefused for an order that is or is being cancelled.
        """
        return self._checkout.place(order)

    def start_payment(self, order_id: str, **parameters: Any) -> PaymentAttempt:  # noqa: ANN401 - Stripe's own parameters
        """Start the order's payment, or retry it: after a decline, an abandoned or cancelled attempt, a time-out.

        The open PaymentIntent is used again while order, amount, currency and parameters agree; else it is cancelled
        and a new one made. Further Stripe parameters (customer, setup_future_usage, capture_method, ...) are passed
        on; amount, currency, metadata and confirm are refused. Raises OrderNotFound, TransitionRefused (`why` says:
        already_paid, processing, authorized, in_review, canceled, being_canceled, expired), ParameterRefused, or a
        GatewayError; OutcomeUnknown means: call again.
        """
        return self._checkout.start(order_id, parameters)

    def refresh(self, order_id: str, *, customer_id: str | None = None) -> Order:
        """Ask Stripe what became of the payment, merge it and return the order: for the page the customer returns to.

        What the return address claims proves nothing; this does. With `customer_id`, only that customer's order is
        found. Raises OrderNotFound or a GatewayError.
        """
        self.order(order_id, customer_id=customer_id)
        return self._checkout.refresh(order_id)

    def order(self, order_id: str, *, customer_id: str | None = None) -> Order:
        """One order; with `customer_id`, only if it is theirs. Raises OrderNotFound, the same in both cases."""
        order = order_of(self._ledger.record(order_id))
        if customer_id is not None and (not customer_id or order.customer.id != customer_id):
            raise OrderNotFound(f"there is no order {order_id!r} in {self.scope}", subject_id=order_id)
        return order

    def orders(self, query: Query | None = None, /, **fields: Any) -> Page[Order]:  # noqa: ANN401 - fields of Query
        """A page of orders, newest first: `orders(customer_id="7", status="confirmed", limit=20)`.

        An empty `customer_id` finds nothing: guests have no name to be told apart by.
        """
        page = self._page(self.store.orders, query or Query(**fields))
        return Page(tuple(order_of(record) for record in page.items), page.next_cursor)

    def payments(self, query: Query | None = None, /, **fields: Any) -> Page[Payment]:  # noqa: ANN401 - fields of Query
        """A page of payments, newest first: `payments(status="failed", reference="pi_...")`."""
        page = self._page(self.store.payments, query or Query(**fields))
        return Page(tuple(payment_of(found.record, found.payment_id) for found in page.items), page.next_cursor)

    def _page(self, search: Callable[[str, Query], Page[Found]], query: Query) -> Page[Found]:
        return search(self.scope, query) if query.customer_id != "" else Page(())

    # --- the staff's side ----------------------------------------------------------------------------------------

    def capture(self, order_id: str) -> Order:
        """Take the whole of the order's authorised payment.

        Raises TransitionRefused if there is not exactly one, or if it has lapsed and nothing was taken.
        """
        return self._checkout.capture(order_id)

    def cancel(self, order_id: str, *, reason: str = "requested_by_customer", actor: str = "") -> Order:
        """Close an unpaid order and its PaymentIntents.

        Stripe decides against a payment in flight: if that wins, the order is paid and OrderLocked is raised. A second
        call returns the closed order. OutcomeUnknown: the wish is kept and carried out by the worker; calling again is
        safe too.
        """
        return self._decisions.cancel(order_id, reason=reason, actor=actor)

    def refund(
        self,
        order_id: str,
        amount: Money | None = None,
        *,
        request_id: str,
        payment_id: str | None = None,
        reason: str = "",
        note: str = "",
        actor: str = "",
    ) -> Refund:
        """Refund part of an order's payment, or all that is left of it.

        `request_id` makes it one refund however often it is asked: take `refund_token` for a form. `reason` may be
        Stripe's duplicate, fraudulent or requested_by_customer. Raises RefundRefused before Stripe is called if the
        amount is above what is refundable (nothing is, while a dispute is open), or with Stripe's own refusal;
        OutcomeUnknown leaves it reserved, and the worker or the same call finds out.
        """
        return self._refunds.refund(
            order_id, amount, request_id=request_id, payment_id=payment_id, reason=reason, note=note, actor=actor
        )

    def refund_token(self, order_id: str) -> str:
        """A `request_id` for a refund form: two people who look at one state of the order get one refund."""
        return self._refunds.token(order_id)

    def accept(self, order_id: str, *, method: str, actor: str = "") -> Order:
        """Take an order without money yet (`method="cash_on_delivery"`): it no longer expires. May be repeated."""
        return self._decisions.accept(order_id, method=method, actor=actor)

    def record_outside_payment(
        self, order_id: str, amount: Money, *, method: str, reference: str, actor: str = "", voided: bool = False
    ) -> Order:
        """Book money that came beside Stripe, once for each `reference`; `voided=True` takes it back.

        A reference that is a PaymentIntent's id (`pi_...`, made in Stripe's dashboard) binds that PaymentIntent to the
        order and is never counted twice.
        """
        return self._decisions.record_outside(
            order_id, amount, method=method, reference=reference, actor=actor, voided=voided
        )

    def resolve(self, order_id: str, flag: str, object_id: str, *, verdict: str, actor: str, note: str = "") -> Order:
        """A person's verdict on a flag or alert, for ever: `accept` (the money is right: confirm) or `dismiss`.

        A dismissed contradiction no longer counts as this order's money. `Order.anomalies` lists what is open, as
        "flag:object_id". Raises TransitionRefused if there is no such flag.
        """
        return self._decisions.resolve(order_id, flag, object_id, verdict=verdict, actor=actor, note=note)

    # --- webhooks and effects ------------------------------------------------------------------------------------

    def receive_webhook(self, body: bytes, signature: str | None) -> Reply:
        """Take one webhook: the raw body, and the Stripe-Signature header. `status_code` is the whole answer.

        400: hostile, nothing stored. 200: done, or nothing to do. 503: our own passing failure, Stripe will retry.
        Raises InvalidInput for a body that was decoded: its signature is over the bytes.
        """
        if not isinstance(body, bytes):
            raise InvalidInput(f"pass the request's raw body as bytes, not as {type(body).__name__}: it is signed so")
        return self._webhooks.receive(body, signature)

    def wsgi(self) -> WsgiApp:
        """A ready WSGI endpoint for the webhook, with a limit on the body."""
        return wsgi_endpoint(self.receive_webhook)

    def asgi(self) -> AsgiApp:
        """A ready ASGI endpoint for the webhook; it works in a thread and never blocks the loop."""
        return asgi_endpoint(self.receive_webhook)

    def on(self, event: EventType, *, name: str, transactional: bool = False) -> Callable[[HandlerType], HandlerType]:
        """Subscribe a function to an event of `gulf_payments.events`, under a name stored with each delivery.

        It is called at least once, retried until it returns, and in order for each order. `transactional=True`: it is
        also given the store's own handle (SQLStore: the connection), its writes and the mark are one transaction, and
        it is performed exactly once. Only what becomes due from now on is delivered.
        """
        if event not in PUBLIC:
            raise ConfigurationError(f"{event!r} is not an event; see gulf_payments.events")
        return self._subscriber(event.__name__, name, transactional=transactional)

    def on_stripe(
        self, event_type: str, *, name: str, transactional: bool = False
    ) -> Callable[[HandlerType], HandlerType]:
        """Subscribe to a Stripe event type the library does not use itself; the function gets a StripeEvent."""
        return self._subscriber(f"stripe:{event_type}", name, transactional=transactional)

    def _subscriber(self, kind: str, name: str, *, transactional: bool) -> Callable[[HandlerType], HandlerType]:
        if not name or name.startswith(OUR_NAMES):
            raise ConfigurationError(f"{name!r} cannot name a subscriber: choose a plain name of your own")

        def subscribe(handler: HandlerType) -> HandlerType:
            if iscoroutinefunction(handler):
                raise ConfigurationError(f"subscriber {name!r} is async, and would never be awaited: use a plain def")
            self._subscriptions.add(Subscription(kind, name, handler, transactional))
            return handler

        return subscribe

    def deliver_effects(self, *, limit: int = 1000) -> Delivered:
        """Perform what is due now: one pass of the outbox. The worker calls it in a loop; a test calls it once."""
        return self._dispatcher.deliver(limit=limit)

    def backlog(self) -> list[Backlog]:
        """What waits and what was given up, for each subscriber name, loaded in this process or not."""
        return self.store.backlog(self.scope)

    def unloaded_subscribers(self) -> tuple[str, ...]:
        """Names with deliveries waiting that nobody in this process performs: a renamed or forgotten subscriber."""
        loaded = set(self._subscriptions.names)
        return tuple(row.subscriber for row in self.backlog() if row.waiting and row.subscriber not in loaded)

    def _subscribe_ourselves(self) -> None:
        jobs: Mapping[str, Callable[[Delivery], object]] = {
            "gulf.lookup": lambda job: self._webhooks.look_up(job.object_id),
            "gulf.expire": lambda job: self._decisions.expire(job.order_id),
            "gulf.cancel": lambda job: self._decisions.finish_cancel(job.order_id),
            "gulf.refund": lambda job: self._refunds.complete(job.order_id, job.object_id),
        }
        for name, handler in jobs.items():
            self._subscriptions.add(Subscription(name, name, handler))
        self._subscriptions.add(Subscription(Kind.LOOKUP_DUE, "gulf.lookup", jobs["gulf.lookup"]))
        if self.mail is not None:
            for event in self.mail.subscriptions:
                name = "mail.staff" if event in FOR_STAFF else "mail.customer"
                self._subscriptions.add(Subscription(event.__name__, name, partial(self._write, self.mail)))

    def _write(self, mail: Mailer, event: Event | AlertRaised) -> None:
        mail.deliver(event, now=self.clock())
