"""Placing an order and paying for it: start or retry a payment, refresh it, capture it.

Every call to Stripe has its row first and happens outside any transaction. The same call is the retry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple

from gulf_payments import binding, machine
from gulf_payments.errors import ConcurrentUpdate, GatewayRejected, OrderLocked, ParameterRefused, TransitionRefused
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Dossier, Expected, Facts, OrderStatus, OrderTerms, PaymentStatus, Reading
from gulf_payments.orders import Order, Payment, new_id
from gulf_payments.ports import Delivery, Gateway, Intent, IntentRequest, Key
from gulf_payments.readings import epoch, order_of

OURS = frozenset({"amount", "currency", "metadata", "confirm"})
"""Stripe parameters that only the library sets: what is charged, whose it is, and who confirms it."""

KEY_LIFETIME = timedelta(hours=23)  # Stripe forgets an idempotency key after 24: past this a row is never sent again
ROUNDS = 4  # a start may find its payment cancelled or overtaken; each round begins anew from what is now known
WRONG_STATE = "payment_intent_unexpected_state"


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
                _must_be_amendable(dossier)
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
        if not terms.expires_at:
            return []
        due_at = self.ledger.clock() + timedelta(seconds=terms.expires_at - epoch(self.ledger.clock()))
        key = f"order:{order_id}:expire:{terms.revision}"
        return [self.ledger.job("gulf.expire", key, order_id=order_id, due_at=due_at)]

    # --- start or retry ------------------------------------------------------------------------------------------

    def start(self, order_id: str, parameters: Mapping[str, Any]) -> PaymentAttempt:
        """Start or retry the payment; see `Payments.start_payment`."""
        if refused := sorted(OURS & parameters.keys()):
            raise ParameterRefused(f"{', '.join(refused)} come from the order; change the order instead")
        request = _digest(parameters)
        for _ in range(ROUNDS):
            plan = self._plan(order_id, request)
            withdrawn = [self._withdraw(intent_id) for intent_id in plan.superseded]
            if not all(withdrawn):
                continue  # one of them could not be cancelled: the next round sees why
            intent = self._open(order_id, plan, parameters)
            attempt = self._bound(order_id, plan.payment_id, intent)
            if attempt is not None:
                return attempt
        raise ConcurrentUpdate(f"order {order_id} keeps changing; start its payment again", subject_id=order_id)

    def _plan(self, order_id: str, request: str) -> _Plan:
        """Choose or make the payment's row, and commit it before Stripe hears of it."""
        self._ask_if_processing(order_id)
        chosen: list[str] = []

        def decide(dossier: Dossier) -> Facts:
            reading = machine.read(dossier)
            self._must_be_payable(dossier, reading)
            payment_id = self._reusable(dossier, reading, request)
            chosen.append(payment_id or new_id("pay"))
            retired = {
                key: machine.Payment(retired=True)
                for key, payment in dossier.facts.payments.items()
                if key != payment_id and not payment.retired
            }
            if payment_id:
                return Facts(payments=retired)
            assert dossier.facts.terms is not None
            row = machine.Payment(
                created=epoch(self.ledger.clock()),
                expected=Expected(dossier.facts.terms.total, dossier.facts.terms.currency),
                request=request,
            )
            return Facts(payments={**retired, chosen[0]: row})

        dossier = self.ledger.apply(order_id, decide)
        return _Plan(chosen[0], dossier.facts.payments[chosen[0]].intent, _superseded(dossier))

    def _ask_if_processing(self, order_id: str) -> None:
        """A payment in flight may have ended without our knowing: ask before refusing to start another."""
        if machine.read(self.ledger.record(order_id).dossier).status is OrderStatus.PROCESSING:
            self.refresh(order_id)

    def _must_be_payable(self, dossier: Dossier, reading: Reading) -> None:
        why = self._unpayable(dossier, reading)
        if why:
            raise TransitionRefused(
                f"order {dossier.order_id} cannot be paid now: {why.replace('_', ' ')}",
                why=why,
                subject_id=dossier.order_id,
            )

    def _unpayable(self, dossier: Dossier, reading: Reading) -> str:
        cancel, terms = dossier.facts.cancel, dossier.facts.terms
        rules = (
            (reading.status is OrderStatus.CANCELED, "canceled"),
            (reading.gross > 0, "already_paid"),
            (reading.status is OrderStatus.REVIEW, "in_review"),
            (reading.status is OrderStatus.PROCESSING, "processing"),
            (reading.status is OrderStatus.AUTHORIZED, "authorized"),
            (cancel is not None and not cancel.refused, "being_canceled"),
            (terms is not None and 0 < terms.expires_at <= epoch(self.ledger.clock()), "expired"),
        )
        return next((why for holds, why in rules if holds), "")

    def _reusable(self, dossier: Dossier, reading: Reading, request: str) -> str | None:
        """The open payment that asks for exactly this; one that Stripe never answered only while its key lives."""
        terms = dossier.facts.terms
        assert terms is not None
        fresh = epoch(self.ledger.clock() - KEY_LIFETIME)
        fitting = [
            (payment.created, key)
            for key, payment in dossier.facts.payments.items()
            if payment.expected == Expected(terms.total, terms.currency)
            and payment.request == request
            and not payment.retired
            and reading.accounts[key].status is not PaymentStatus.CANCELED
            and (payment.intent or payment.created > fresh)
        ]
        return max(fitting)[1] if fitting else None

    def _withdraw(self, intent_id: str) -> bool:
        """Close a superseded PaymentIntent; False if Stripe would not, and now we know its state."""
        try:
            intent = self.gateway.cancel(intent_id)
        except GatewayRejected as refusal:
            if refusal.code != WRONG_STATE:
                raise
            binding.absorb(self.ledger, self.gateway.look_up(intent_id))
            return False
        binding.absorb(self.ledger, intent.sighting)
        return True

    def _open(self, order_id: str, plan: _Plan, parameters: Mapping[str, Any]) -> Intent:
        if plan.intent_id:
            return self.gateway.retrieve(plan.intent_id)
        row = self.ledger.record(order_id).dossier.facts.payments[plan.payment_id]
        assert row.expected is not None
        request = IntentRequest(
            payment_id=plan.payment_id,
            order_id=order_id,
            shop=self.ledger.shop,
            amount=row.expected.amount,
            currency=row.expected.currency,
            parameters=parameters,
        )
        try:
            return self.gateway.create(request)
        except GatewayRejected:  # this row's key is spent on a wrong request: the next start makes a new row
            retired = Facts(payments={plan.payment_id: machine.Payment(retired=True)})
            self.ledger.apply(order_id, lambda _: retired)
            raise

    def _bound(self, order_id: str, payment_id: str, intent: Intent) -> PaymentAttempt | None:
        """Record Stripe's answer; None if the payment was overtaken meanwhile and the start must begin anew."""
        facts = replace(intent.sighting.facts, intent=intent.sighting.intent_id)
        dossier = self.ledger.apply(order_id, lambda _: Facts(payments={payment_id: facts}))
        reading = machine.read(dossier)
        overtaken = dossier.facts.payments[payment_id].retired or self._unpayable(dossier, reading) != ""
        if overtaken or reading.accounts[payment_id].status is PaymentStatus.CANCELED:
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
                binding.absorb(self.ledger, self.gateway.look_up(payment.intent))
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
        return order_of(self.ledger.record(order_id))


def _digest(parameters: Mapping[str, Any]) -> str:
    """What tells two requests apart without keeping them: the parameters may hold personal data."""
    if not parameters:
        return ""
    text = json.dumps(parameters, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _superseded(dossier: Dossier) -> tuple[str, ...]:
    return tuple(
        payment.intent
        for payment in dossier.facts.payments.values()
        if payment.retired and payment.intent and not payment.canceled
    )


def _must_be_amendable(dossier: Dossier) -> None:
    status = machine.read(dossier).status
    if status is OrderStatus.CANCELED:
        raise TransitionRefused(
            f"order {dossier.order_id} is cancelled; place a new one", why="canceled", subject_id=dossier.order_id
        )
    if status not in (OrderStatus.PENDING, OrderStatus.ACCEPTED):
        raise OrderLocked(
            f"order {dossier.order_id} is {status}: money is in or on its way, so it can no longer change",
            subject_id=dossier.order_id,
        )
