"""Performing what is due: claim, check again what is transient, hand it to its subscriber, retry, give up loudly.

Each delivery is performed at least once; a transactional subscriber's exactly once, in the store's own transaction.
Between a mail server's yes and our mark a crash can repeat a mail; its Message-ID comes from the key, so it is the
same one twice.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gulf_payments import machine
from gulf_payments.errors import MailRejected
from gulf_payments.events import BY_KIND, AlertRaised, StripeEvent
from gulf_payments.ledger import Ledger, Subscription
from gulf_payments.machine import Kind
from gulf_payments.ports import Delivery, Key, Outcome, Record, Verdict
from gulf_payments.readings import instant, order_of

logger = logging.getLogger("gulf_payments.outbox")

LEASE_SECONDS = 300
BATCH = 20
FIRST_RETRY_SECONDS = 10
LONGEST_RETRY_SECONDS = 3600
MOST_ATTEMPTS = 15  # with the back-off above: about eight hours of trying
OUR_MOST_ATTEMPTS = 90  # three and a half days: a refund's key must have died, and Stripe itself tries for three
PERSONAL = re.compile(
    r"[^\s<>\"'(]+@[^\s<>\"')]+"  # an address
    r"|(?<!\w)\+?\d(?:[ -]?\d){7,}(?!\w)"  # a telephone, a card
    r"|(?:[sr]k_(?:live|test)|whsec)_\w+|_secret_\w+"
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one pass of the outbox did, by verdict."""

    done: int = 0
    skipped: int = 0
    retry: int = 0
    dead: int = 0

    @property
    def total(self) -> int:
        """How many deliveries were taken up."""
        return self.done + self.skipped + self.retry + self.dead


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Performs the deliveries of one shop in one mode, for the subscribers this process has loaded."""

    ledger: Ledger

    def deliver(self, *, limit: int) -> Delivered:
        """Perform what is due now, up to `limit`; see `Payments.deliver_effects`."""
        verdicts: Counter[str] = Counter()
        while (room := limit - verdicts.total()) > 0:
            now = self.ledger.clock()
            claimed = self.ledger.store.claim(
                self.ledger.scope,
                self.ledger.subscriptions.names,
                now=now,
                lease_seconds=LEASE_SECONDS,
                limit=min(BATCH, room),
            )
            if not claimed:
                break
            verdicts.update(self._perform_all(claimed, until=now + timedelta(seconds=LEASE_SECONDS / 2)))
        return Delivered(**{str(verdict): verdicts[verdict] for verdict in Verdict})

    def _perform_all(self, claimed: list[Delivery], *, until: datetime) -> Iterator[Verdict]:
        """Perform a batch; what slow ones left no time for goes back before its lease runs out under our hands."""
        for place, delivery in enumerate(claimed):
            if place and self.ledger.clock() > until:
                back = Outcome(verdict=Verdict.RETRY, retry_at=self.ledger.clock())
                self.ledger.store.settle(delivery, back, now=self.ledger.clock())
            else:
                yield self._perform(delivery)

    def _perform(self, delivery: Delivery) -> Verdict:
        try:
            outcome = self._attempt(delivery)
        except Exception as trouble:  # noqa: BLE001 - whatever a subscriber raises, its delivery is kept and retried
            outcome = self._after(delivery, trouble)
        if outcome is not None:
            self.ledger.store.settle(delivery, outcome, now=self.ledger.clock())
        return outcome.verdict if outcome else Verdict.DONE

    def _attempt(self, delivery: Delivery) -> Outcome | None:
        """Perform one delivery; None if it settled itself within the store's transaction."""
        subscription = self.ledger.subscriptions.find(delivery.kind, delivery.subscriber)
        if subscription is None:
            raise LookupError(f"{delivery.subscriber!r} is not subscribed to {delivery.kind} in this process")
        record = self._record(delivery)
        if delivery.transient and (record is None or not machine.still_due(record.dossier, delivery.key)):
            return Outcome(verdict=Verdict.SKIPPED)
        subject = self._subject(delivery, record)
        if subscription.transactional:
            self.ledger.store.perform(delivery, _with(subscription, subject), now=self.ledger.clock())
            return None
        subscription.handler(subject)
        return Outcome(verdict=Verdict.DONE)

    def _record(self, delivery: Delivery) -> Record | None:
        return self.ledger.store.get(self.ledger.scope, Key("order", delivery.order_id)) if delivery.order_id else None

    def _subject(self, delivery: Delivery, record: Record | None) -> object:
        """What the subscriber is handed: an event, a raw Stripe event, or the delivery itself for our own jobs."""
        if delivery.kind.startswith("stripe:"):
            return StripeEvent.from_body(delivery.body)
        if delivery.kind in BY_KIND:
            return event_of(delivery, record)
        return delivery

    def _after(self, delivery: Delivery, trouble: Exception) -> Outcome:
        error = f"{type(trouble).__name__}: {PERSONAL.sub('•••', str(trouble))}"[:300]
        most = OUR_MOST_ATTEMPTS if delivery.subscriber.startswith("gulf.") else MOST_ATTEMPTS
        if isinstance(trouble, MailRejected) or delivery.attempt >= most:
            return self._give_up(delivery, error)
        seconds = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(delivery.attempt - 1, 10))
        logger.warning("%s for %s failed, again in %d s: %s", delivery.key, delivery.subscriber, seconds, error)
        retry_at = self.ledger.clock() + timedelta(seconds=seconds)
        return Outcome(verdict=Verdict.RETRY, retry_at=retry_at, error=error)

    def _give_up(self, delivery: Delivery, error: str) -> Outcome:
        logger.error(
            "%s for %s given up after %d tries: %s", delivery.key, delivery.subscriber, delivery.attempt, error
        )
        if delivery.kind != Kind.ALERT_RAISED:  # an alert about a lost alert would have nobody to reach either
            with self.ledger.begin() as transaction:
                object_id = f"{delivery.subscriber}:{delivery.key}"
                transaction.post(self.ledger.alerts("delivery_dead", object_id))
        return Outcome(verdict=Verdict.DEAD, error=error)


def _with(subscription: Subscription, subject: object) -> Callable[[Any], None]:
    def work(handle: Any) -> None:  # noqa: ANN401 - the store's own handle
        subscription.handler(subject, handle)

    return work


def event_of(delivery: Delivery, record: Record | None) -> object:
    """The public event a delivery stands for, with the order as it is now."""
    kind = Kind(delivery.kind)
    order = order_of(record) if record else None
    if kind is Kind.ALERT_RAISED:
        return AlertRaised(
            key=delivery.key,
            flag=delivery.detail,
            object_id=delivery.object_id,
            recorded_at=delivery.recorded_at,
            order=order,
        )
    if record is None or order is None:
        raise LookupError(f"{delivery.key}: order {delivery.order_id!r} is gone")
    event: Any = BY_KIND[kind]
    given = {"key": delivery.key, "order": order, "recorded_at": delivery.recorded_at, **_details(delivery, record)}
    payment = next((payment for payment in order.payments if payment.id == delivery.payment_id), None)
    if kind not in (Kind.ORDER_ACCEPTED, Kind.ORDER_CANCELED, Kind.ORDER_NEEDS_REVIEW):
        given["payment"] = payment
    if kind in (Kind.REFUND_ISSUED, Kind.REFUND_FAILED) and payment is not None:
        given["refund"] = next(refund for refund in payment.refunds if refund.id == delivery.object_id)
    return event(**given)


def _details(delivery: Delivery, record: Record) -> dict[str, Any]:
    """What an event of this kind says beyond its order and payment."""
    facts = record.dossier.facts.payments.get(delivery.payment_id, machine.Payment())
    details: dict[str, Any]
    match Kind(delivery.kind):
        case Kind.ORDER_ACCEPTED:
            details = {"method": delivery.detail}
        case Kind.ORDER_CANCELED:
            details = {"reason": delivery.detail}
        case Kind.ORDER_NEEDS_REVIEW:
            details = {"flag": delivery.detail, "object_id": delivery.object_id}
        case Kind.PAYMENT_FAILED:
            details = {
                "attempt_id": delivery.object_id,
                "decline_code": facts.attempts[delivery.object_id].decline_code,
            }
        case Kind.REFUND_FAILED:
            details = {"customer_was_told": delivery.after in record.dossier.announced}
        case Kind.DISPUTE_OPENED:
            state = facts.disputes[delivery.object_id].state
            due_by = instant(state.due_by) if state else None
            details = {"dispute_id": delivery.object_id, "reason": state.reason if state else "", "due_by": due_by}
        case Kind.DISPUTE_CLOSED:
            details = {"dispute_id": delivery.object_id, "outcome": delivery.detail}
        case _:
            details = {}
    return details
