"""What people decide about an order: cancel it, let it expire, accept it unpaid, book outside money, resolve a flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gulf_payments import binding, machine, payable
from gulf_payments.errors import CurrencyMismatch, InvalidInput, OrderLocked, TransitionRefused
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Accepted, Cancel, Dossier, Facts, OrderStatus, Outside, PaymentStatus, Resolution
from gulf_payments.money import Money
from gulf_payments.orders import Order
from gulf_payments.ports import Delivery, Gateway, Key, Sighting
from gulf_payments.readings import epoch, order_of

FINISH_AFTER = timedelta(seconds=60)  # if the process dies between asking and hearing, the outbox finishes the cancel
LOOK_AGAIN_AFTER = timedelta(hours=6)  # a payment in flight or held when the order's time ran out may come to nothing


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
            if not machine.read(dossier).closed:
                _must_be_unpaid(dossier)
                wish, job = self._wish(dossier, reason=reason, actor=actor)
                self.ledger.step(transaction, dossier, Facts(cancel=wish), jobs=[job])
        self.finish_cancel(order_id)
        record = self.ledger.record(order_id)
        if not machine.read(record.dossier).closed:
            raise _locked(record.dossier)
        return order_of(record)

    def _wish(self, dossier: Dossier, *, reason: str, actor: str) -> tuple[Cancel, Delivery]:
        """What is wanted, later than any wish before it, and the job that carries it out if nobody else does."""
        now, before = self.ledger.clock(), dossier.facts.cancel
        at = max(epoch(now), before.at + 1) if before else epoch(now)
        order_id, due_at = dossier.order_id, now + FINISH_AFTER
        job = self.ledger.job("gulf.cancel", f"order:{order_id}:cancel:{at}", order_id=order_id, due_at=due_at)
        return Cancel(agreed=False, at=at, refused=False, reason=reason, actor=actor), job

    def finish_cancel(self, order_id: str) -> None:
        """Carry a committed wish to its end: cancel at Stripe, then agree or give way to money. May repeat."""
        facts = self.ledger.record(order_id).dossier.facts
        if facts.cancel is None or facts.cancel.agreed or facts.cancel.refused:
            return
        for payment in facts.payments.values():
            if payable.is_open(payment):
                binding.withdraw(self.ledger, self.gateway, payment.intent)
        self.ledger.apply(order_id, _conclude)

    def expire(self, order_id: str) -> None:
        """Close an order whose time has run out, unless it was paid, accepted, amended or closed meanwhile.

        While a payment is in flight or held, nothing is closed; it is looked at again later.
        """
        with self.ledger.begin() as transaction:
            dossier = self.ledger.locked(transaction, order_id)
            now, reading = self.ledger.clock(), machine.read(dossier)
            over = payable.is_over(dossier, now=epoch(now)) and dossier.facts.accepted is None
            if not over or reading.closed or reading.gross:
                return
            key, due_at = f"order:{order_id}:expire:at:{epoch(now)}", now + LOOK_AGAIN_AFTER
            jobs = [self.ledger.job("gulf.expire", key, order_id=order_id, due_at=due_at)]
            news = Facts()
            if reading.status is OrderStatus.PENDING:
                wish, job = self._wish(dossier, reason="expired", actor="clock")
                news, jobs = Facts(cancel=wish), [job, *jobs]
            self.ledger.step(transaction, dossier, news, jobs=jobs)
        self.finish_cancel(order_id)

    # --- money that does not come through Stripe -----------------------------------------------------------------

    def accept(self, order_id: str, *, method: str, actor: str) -> Order:
        """Take the order without money; see `Payments.accept`."""

        def decide(dossier: Dossier) -> Facts:
            if dossier.facts.accepted is not None:
                return Facts()
            reading = machine.read(dossier)
            closing = payable.is_closing(dossier)
            if reading.closed or reading.gross or closing:
                state = "being_canceled" if closing else str(reading.status)
                raise TransitionRefused(
                    f"order {order_id} is {state.replace('_', ' ')} and cannot be accepted unpaid",
                    why=state,
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
            self._must_be_free(order_id, sighting)

        def decide(dossier: Dossier) -> Facts:
            _must_fit(dossier, amount, reference, voided=voided)
            entry = Outside(voided, epoch(self.ledger.clock()), amount.minor, method, actor)
            adopted = binding.news(dossier, sighting) if sighting else None
            booked = Facts(outside={reference: entry})
            return machine.merge(booked, adopted) if adopted else booked

        self.ledger.apply(order_id, decide)
        return order_of(self.ledger.record(order_id))

    def _must_be_free(self, order_id: str, sighting: Sighting) -> None:
        intent_id = sighting.intent_id
        if sighting.shop not in ("", self.ledger.shop):
            raise TransitionRefused(f"{intent_id} is another shop's", why="intent_taken", subject_id=order_id)
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
    """Agreed if no money is in or on its way, refused if there is; what was concluded before stands."""
    reading, cancel = machine.read(dossier), dossier.facts.cancel
    assert cancel is not None
    if cancel.agreed or cancel.refused:
        return Facts()
    busy = (PaymentStatus.PROCESSING, PaymentStatus.AUTHORIZED)
    won = reading.gross > 0 or any(account.status in busy for account in reading.accounts.values())
    return Facts(cancel=cancel._replace(agreed=not won, refused=won))


def _must_be_unpaid(dossier: Dossier) -> None:
    reading = machine.read(dossier)
    if reading.gross or reading.status is OrderStatus.PROCESSING:
        raise _locked(dossier)


def _locked(dossier: Dossier) -> OrderLocked:
    paid = machine.read(dossier).gross > 0
    state = "is paid: refund it instead" if paid else "is being paid right now: wait for the outcome"
    return OrderLocked(f"order {dossier.order_id} {state}", subject_id=dossier.order_id)


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
    if known is not None and known.voided and not voided:
        raise InvalidInput(f"{reference} was voided on order {order_id}, for ever: book it under another reference")
    if machine.read(dossier).closed and not voided:
        raise TransitionRefused(f"order {order_id} is cancelled", why="canceled", subject_id=order_id)
