"""Placing an order and paying for it: start or retry a payment, refresh it, capture it.

Every call to Stripe has its row first and happens outside any transaction. The same call is the retry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from gulf_payments import binding, machine, payable
from gulf_payments.binding import MISSING, WRONG_STATE
from gulf_payments.errors import ConcurrentUpdate, GatewayRejected, OutcomeUnknown, ParameterRefused, TransitionRefused
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Dossier, Facts, OrderStatus, OrderTerms, PaymentStatus
from gulf_payments.orders import Order, Payment, new_id
from gulf_payments.ports import Delivery, Gateway, Intent, IntentRequest, Key
from gulf_payments.readings import epoch, instant, order_of

OURS = frozenset(
    {"amount", "currency", "metadata", "confirm"}
    | {"api_key", "expand", "headers", "idempotency_key", "stripe_account", "stripe_context", "stripe_version"}
)
"""What only the library sets: what is charged, whose it is, who confirms it, and how Stripe is called."""

ROUNDS = 4  # a start may find its payment cancelled or overtaken; each round begins anew from what is now known
UNHEARD = "authentication"  # turned away at the door: the key of the row is not spent


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAttempt:
    """What a checkout page needs: the secret for Stripe.js (never stored, never in a repr) and the public key."""

    order: Order
    payment: Payment
    client_secret: str = field(repr=False)
    publishable_key: str

    @property
    def intent_id(self) -> str:
        """The PaymentIntent's id."""
        return self.payment.intent_id


class _Plan(NamedTuple):
    payment_id: str
    intent_id: str
    superseded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkout:
    """The customer's side of one shop."""

    ledger: Ledger
    gateway: Gateway

    # --- place ---------------------------------------------------------------------------------------------------

    def place(self, order: Order) -> Order:
        """Place an order, or amend it while unpaid; see `Payments.place_order`."""
        for _ in range(ROUNDS):
            try:
                return self._place(order)
            except ConcurrentUpdate:  # its twin was faster: look at what it placed
                continue
        raise ConcurrentUpdate(f"order {order.id} keeps changing; place it again", subject_id=order.id)

    def _place(self, order: Order) -> Order:
        known = self.ledger.store.get(self.ledger.scope, Key("order", order.id))
        if known is not None and known.order == order:
            return order_of(known)
        with self.ledger.begin() as transaction:
            dossier = transaction.lock(Key("order", order.id))
            if (dossier is None) != (known is None):
                raise ConcurrentUpdate(f"order {order.id} was placed meanwhile", subject_id=order.id)
            if dossier is not None:
                payable.must_be_amendable(dossier)
            terms = self._terms(order, dossier)
            jobs = self._expiry(order.id, terms)
            self.ledger.step(transaction, dossier or Dossier(order.id), Facts(terms=terms), order=order, jobs=jobs)
        return order_of(self.ledger.record(order.id))

    def _terms(self, order: Order, dossier: Dossier | None) -> OrderTerms:
        now = self.ledger.clock()
        before = dossier.facts.terms if dossier else None
        return OrderTerms(
            revision=before.revision + 1 if before else 1,
            total=order.total.minor,
            currency=order.currency,
            placed_at=before.placed_at if before else epoch(now),
            expires_at=epoch(now + order.expires_in) if order.expires_in else 0,
        )

    def _expiry(self, order_id: str, terms: OrderTerms) -> list[Delivery]:
        due_at = instant(terms.expires_at)
        if due_at is None:
            return []
        key = f"order:{order_id}:expire:{terms.revision}"
        return [self.ledger.job("gulf.expire", key, order_id=order_id, due_at=due_at)]

    # --- start or retry ------------------------------------------------------------------------------------------

    def start(self, order_id: str, parameters: Mapping[str, Any]) -> PaymentAttempt:
        """Start or retry the payment; see `Payments.start_payment`."""
        if refused := sorted(OURS & parameters.keys()):
            raise ParameterRefused(f"only the library sets {', '.join(refused)}: change the order, or the gateway")
        request = _digest(parameters)
        for _ in range(ROUNDS):
            plan = self._plan(order_id, request)
            withdrawn = [binding.withdraw(self.ledger, self.gateway, intent_id) for intent_id in plan.superseded]
            if not all(withdrawn):
                continue  # one of them could not be cancelled: the next round sees why
            intent = self._open(order_id, plan, parameters)
            attempt = self._bound(order_id, plan.payment_id, intent) if intent else None
            if attempt is not None:
                return attempt
        raise ConcurrentUpdate(f"order {order_id} keeps changing; start its payment again", subject_id=order_id)

    def _plan(self, order_id: str, request: str) -> _Plan:
        """Choose or make the payment's row, and commit it before Stripe hears of it."""
        self._ask_if_processing(order_id)
        chosen: list[str] = []

        def decide(dossier: Dossier) -> Facts:
            now, reading = epoch(self.ledger.clock()), machine.read(dossier)
            payable.must_be_payable(dossier, reading, now=now)
            payment_id = payable.reusable(dossier, reading, request, now=now)
            chosen.append(payment_id or new_id("pay"))
            retired = payable.retiring(dossier, but=payment_id)
            if payment_id:
                return retired
            row = machine.Payment(created=now, expected=payable.asked_for(dossier), request=request)
            return machine.merge(retired, Facts(payments={chosen[0]: row}))

        dossier = self.ledger.apply(order_id, decide)
        return _Plan(chosen[0], dossier.facts.payments[chosen[0]].intent, payable.superseded(dossier))

    def _ask_if_processing(self, order_id: str) -> None:
        """A payment in flight may have ended without our knowing: ask before refusing to start another."""
        if machine.read(self.ledger.record(order_id).dossier).status is OrderStatus.PROCESSING:
            self.refresh(order_id)

    def _open(self, order_id: str, plan: _Plan, parameters: Mapping[str, Any]) -> Intent | None:
        """The PaymentIntent, read or made; None if Stripe no longer has it and the start must begin anew."""
        if not plan.intent_id:
            return self._create(order_id, plan.payment_id, parameters)
        try:
            return self.gateway.retrieve(plan.intent_id)
        except GatewayRejected as refusal:
            if refusal.code != MISSING:
                raise
            self._retire(order_id, plan.payment_id)
            return None

    def _create(self, order_id: str, payment_id: str, parameters: Mapping[str, Any]) -> Intent:
        """Make it under the row's key. A key that can only repeat a refusal or an error is spent, and its row retired.

        After an error a PaymentIntent may exist; nobody was given its secret, so nobody can pay it.
        """
        row = self.ledger.record(order_id).dossier.facts.payments[payment_id]
        assert row.expected is not None
        request = IntentRequest(
            payment_id=payment_id,
            order_id=order_id,
            shop=self.ledger.shop,
            amount=row.expected.amount,
            currency=row.expected.currency,
            parameters=parameters,
        )
        try:
            return self.gateway.create(request)
        except (GatewayRejected, OutcomeUnknown) as trouble:
            if _is_spent(trouble):
                self._retire(order_id, payment_id)
            raise

    def _retire(self, order_id: str, payment_id: str) -> None:
        self.ledger.apply(order_id, lambda _: Facts(payments={payment_id: machine.Payment(retired=True)}))

    def _bound(self, order_id: str, payment_id: str, intent: Intent) -> PaymentAttempt | None:
        """Record Stripe's answer; None if the payment was overtaken meanwhile and the start must begin anew."""
        facts = replace(intent.sighting.facts, intent=intent.sighting.intent_id)
        dossier = self.ledger.apply(order_id, lambda _: Facts(payments={payment_id: facts}))
        reading, row = machine.read(dossier), dossier.facts.payments[payment_id]
        if reading.closed or payable.is_closing(dossier):
            # Whoever closes the order could not know of this PaymentIntent.
            binding.withdraw(self.ledger, self.gateway, intent.sighting.intent_id)
            return None
        overtaken = row.retired or row.expected != payable.asked_for(dossier)
        why = payable.unpayable(dossier, reading, now=epoch(self.ledger.clock()))
        if overtaken or why or reading.accounts[payment_id].status is PaymentStatus.CANCELED:
            return None
        order = order_of(self.ledger.record(order_id))
        payment = next(payment for payment in order.payments if payment.id == payment_id)
        return PaymentAttempt(
            order=order,
            payment=payment,
            client_secret=intent.client_secret,
            publishable_key=self.gateway.publishable_key,
        )

    # --- refresh and capture -------------------------------------------------------------------------------------

    def refresh(self, order_id: str) -> Order:
        """Ask Stripe about the order's payments and merge; see `Payments.refresh`."""
        record = self.ledger.record(order_id)
        for payment in record.dossier.facts.payments.values():
            if payment.intent and not payment.canceled:
                binding.ask(self.ledger, self.gateway, payment.intent)
        return order_of(self.ledger.record(order_id))

    def capture(self, order_id: str) -> Order:
        """Take the whole of an authorisation; see `Payments.capture`."""
        record = self.ledger.record(order_id)
        accounts = machine.read(record.dossier).accounts
        held = [key for key, account in accounts.items() if account.status is PaymentStatus.AUTHORIZED]
        if len(held) != 1:
            raise TransitionRefused(
                f"order {order_id} has {len(held)} authorised payments to capture, not one",
                why="not_authorized",
                subject_id=order_id,
            )
        intent_id = record.dossier.facts.payments[held[0]].intent
        try:
            sighting = self.gateway.capture(intent_id).sighting
        except GatewayRejected as refusal:
            if refusal.code != WRONG_STATE:
                raise
            sighting = self.gateway.look_up(intent_id)
        binding.absorb(self.ledger, sighting)
        return self._captured(order_id, held[0])

    def _captured(self, order_id: str, payment_id: str) -> Order:
        record = self.ledger.record(order_id)
        account = machine.read(record.dossier).accounts[payment_id]
        if not account.sums.gross and account.status is not PaymentStatus.PROCESSING:
            raise TransitionRefused(
                f"the authorisation of order {order_id} is {account.status}: nothing was captured",
                why="not_authorized",
                subject_id=order_id,
            )
        return order_of(record)


def _digest(parameters: Mapping[str, Any]) -> str:
    """What tells two requests apart without keeping them: the parameters may hold personal data."""
    if not parameters:
        return ""
    text = json.dumps(parameters, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_spent(trouble: GatewayRejected | OutcomeUnknown) -> bool:
    """Whether the same key would be answered the same all day: Stripe repeats its errors, and gives a lost answer."""
    return trouble.code == "api_error" if isinstance(trouble, OutcomeUnknown) else trouble.code != UNHEARD
