"""What people decide about an order: cancel it, let it expire, accept it unpaid, book outside money, resolve a flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gulf_payments import binding, machine
from gulf_payments.errors import CurrencyMismatch, GatewayRejected, InvalidInput, OrderLocked, TransitionRefused
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Accepted, Cancel, Dossier, Facts, OrderStatus, Outside, PaymentStatus, Resolution
from gulf_payments.money import Money
from gulf_payments.orders import Order
from gulf_payments.ports import Gateway, Key
from gulf_payments.readings import epoch, order_of

WRONG_STATE = "payment_intent_unexpected_state"
FINISH_AFTER = timedelta(seconds=60)  # if the process dies between asking and hearing, the outbox finishes the cancel


@dataclass(frozen=True, slots=True)
class Decisions:
    """The staff's side of one shop."""

    ledger: Ledger
    gateway: Gateway

    # --- cancel --------------------------------------------------------------------------------------------------

    def cancel(self, order_id: str, *, reason: str, actor: str) -> Order:
        """Close an unpaid order; see `Payments.cancel`. The wish is committed first, then Stripe decides."""
        with self.ledger.begin() as transaction:
            dossier = self.ledger.locked(transaction, order_id)
            if machine.read(dossier).closed:
                return order_of(self.ledger.record(order_id))
            _must_be_unpaid(dossier)
            now = self.ledger.clock()
            wish = Cancel(agreed=False, at=epoch(now), refused=False, reason=reason, actor=actor)
            job = self.ledger.job(
                "gulf.cancel", f"order:{order_id}:cancel:{wish.at}", order_id=order_id, due_at=now + FINISH_AFTER
            )
            self.ledger.step(transaction, dossier, Facts(cancel=wish), jobs=[job])
        return self.finish_cancel(order_id)

    def finish_cancel(self, order_id: str) -> Order:
        """Carry a committed wish to its end: cancel at Stripe, then agree or give way to money. May repeat."""
        facts = self.ledger.record(order_id).dossier.facts
        if facts.cancel is None or facts.cancel.agreed or facts.cancel.refused:
            return order_of(self.ledger.record(order_id))
        for payment in facts.payments.values():
            if payment.intent and not payment.canceled:
                self._close(payment.intent)
        dossier = self.ledger.apply(order_id, _conclude)
        if not machine.read(dossier).closed:
            _must_be_unpaid(dossier)
        return order_of(self.ledger.record(order_id))

    def _close(self, intent_id: str) -> None:
        try:
            sighting = self.gateway.cancel(intent_id).sighting
        except GatewayRejected as refusal:
            if refusal.code != WRONG_STATE:
                raise
            sighting = self.gateway.look_up(intent_id)
        binding.absorb(self.ledger, sighting)

    def expire(self, order_id: str) -> None:
        """Close an order whose time has run out, unless it was paid, accepted, amended or closed meanwhile."""
        dossier = self.ledger.record(order_id).dossier
        terms = dossier.facts.terms
        over = terms is not None and 0 < terms.expires_at <= epoch(self.ledger.clock())
        if over and machine.read(dossier).status is OrderStatus.PENDING:
            try:
                self.cancel(order_id, reason="expired", actor="clock")
            except OrderLocked:  # it was being paid at that very moment, and the payment won
                return

    # --- money that does not come through Stripe -----------------------------------------------------------------

    def accept(self, order_id: str, *, method: str, actor: str) -> Order:
        """Take the order without money; see `Payments.accept`."""

        def decide(dossier: Dossier) -> Facts:
            if dossier.facts.accepted is not None:
                return Facts()
            reading = machine.read(dossier)
            if reading.closed or reading.gross:
                raise TransitionRefused(
                    f"order {order_id} is {reading.status} and cannot be accepted unpaid",
                    why=str(reading.status),
                    subject_id=order_id,
                )
            return Facts(accepted=Accepted(epoch(self.ledger.clock()), method, actor))

        self.ledger.apply(order_id, decide)
        return order_of(self.ledger.record(order_id))

    def record_outside(
        self, order_id: str, amount: Money, *, method: str, reference: str, actor: str, voided: bool
    ) -> Order:
        """Book money from outside; see `Payments.record_outside_payment`."""
        if not reference.strip():
            raise InvalidInput("an outside payment needs a reference, such as the transfer's number: it is booked once")
        sighting = self.gateway.look_up(reference) if reference.startswith("pi_") else None
        if sighting is not None:
            self._must_be_free(order_id, reference)

        def decide(dossier: Dossier) -> Facts:
            _must_fit(dossier, amount, reference, voided=voided)
            entry = Outside(voided, epoch(self.ledger.clock()), amount.minor, method, actor)
            adopted = binding.news(dossier, sighting) if sighting else None
            booked = Facts(outside={reference: entry})
            return machine.merge(booked, adopted) if adopted else booked

        self.ledger.apply(order_id, decide)
        return order_of(self.ledger.record(order_id))

    def _must_be_free(self, order_id: str, intent_id: str) -> None:
        owner = self.ledger.store.get(self.ledger.scope, Key("intent", intent_id))
        if owner is not None and owner.order.id != order_id:
            raise TransitionRefused(
                f"{intent_id} already pays order {owner.order.id}", why="intent_taken", subject_id=order_id
            )

    # --- review --------------------------------------------------------------------------------------------------

    def resolve(self, order_id: str, flag: str, object_id: str, *, verdict: str, actor: str, note: str) -> Order:
        """Record a person's verdict on a flag; see `Payments.resolve`. The first verdict stands."""
        if verdict not in ("accept", "dismiss"):
            raise InvalidInput(f"a flag is resolved by 'accept' or 'dismiss', not {verdict!r}")
        key = f"{flag}:{object_id}"

        def decide(dossier: Dossier) -> Facts:
            if key in dossier.facts.resolved:
                return Facts()
            known = {*machine.unresolved(dossier), *machine.read(dossier).flags}
            if machine.Flag(flag, object_id) not in known:
                open_ones = ", ".join(sorted(other.key for other in known)) or "none"
                raise TransitionRefused(
                    f"order {order_id} has no flag {key}; it has {open_ones}", why="no_such_flag", subject_id=order_id
                )
            return Facts(resolved={key: Resolution(epoch(self.ledger.clock()), verdict, actor, note)})

        self.ledger.apply(order_id, decide)
        return order_of(self.ledger.record(order_id))


def _conclude(dossier: Dossier) -> Facts:
    """Agreed if no money is in or on its way, refused if there is."""
    reading, cancel = machine.read(dossier), dossier.facts.cancel
    assert cancel is not None
    busy = (PaymentStatus.PROCESSING, PaymentStatus.AUTHORIZED)
    won = reading.gross > 0 or any(account.status in busy for account in reading.accounts.values())
    return Facts(cancel=cancel._replace(agreed=not won, refused=won))


def _must_be_unpaid(dossier: Dossier) -> None:
    reading = machine.read(dossier)
    if reading.gross or reading.status is OrderStatus.PROCESSING:
        state = "is paid: refund it instead" if reading.gross else "is being paid right now: wait for the outcome"
        raise OrderLocked(f"order {dossier.order_id} {state}", subject_id=dossier.order_id)


def _must_fit(dossier: Dossier, amount: Money, reference: str, *, voided: bool) -> None:
    terms, order_id = dossier.facts.terms, dossier.order_id
    if terms is not None and amount.currency != terms.currency:
        raise CurrencyMismatch(f"order {order_id} is in {terms.currency}, the outside payment in {amount.currency}")
    if not amount:
        raise InvalidInput("an outside payment of nothing says nothing; to undo one, book it again with voided=True")
    known = dossier.facts.outside.get(reference)
    if known is not None and known.amount != amount.minor:
        raise InvalidInput(f"{reference} is already booked on order {order_id} with another amount")
    if voided and known is None:
        raise InvalidInput(f"order {order_id} has no outside payment {reference} to void")
    if machine.read(dossier).closed and not voided:
        raise TransitionRefused(f"order {order_id} is cancelled", why="canceled", subject_id=order_id)
