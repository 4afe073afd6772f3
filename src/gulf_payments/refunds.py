"""Refunds: one row and one key for each request, never above what is refundable, never sent twice.

A request is reserved in the facts before Stripe hears of it, and stays reserved until it is seen there or refused. Its
key is a digest of shop, mode, order and the caller's `request_id`, so the same request is the same refund for ever.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from gulf_payments import binding, machine
from gulf_payments.errors import (
    CurrencyMismatch,
    GatewayError,
    GatewayRejected,
    InvalidInput,
    OutcomeUnknown,
    PaymentNotFound,
    RefundRefused,
)
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Asked, Dossier, Facts
from gulf_payments.money import Money
from gulf_payments.orders import Refund
from gulf_payments.payable import KEY_LIFETIME
from gulf_payments.ports import Gateway, RefundRequest
from gulf_payments.readings import currency_of, epoch, order_of

FINISH_AFTER = timedelta(seconds=60)
UNDECIDED = frozenset({"idempotency_error", "authentication"})
"""Refusals at the door: they say nothing about a request that went through before and whose answer was lost."""


@dataclass(frozen=True, slots=True)
class Refunds:
    """Gives money back, once for each request."""

    ledger: Ledger
    gateway: Gateway

    def refund(
        self,
        order_id: str,
        amount: Money | None,
        *,
        request_id: str,
        payment_id: str | None,
        reason: str,
        note: str,
        actor: str,
    ) -> Refund:
        """Refund an order's payment; see `Payments.refund`."""
        if not request_id.strip():
            raise InvalidInput("a refund needs a request_id, such as the form's token: it makes a repetition harmless")
        key = self.key(order_id, request_id)
        with self.ledger.begin() as transaction:
            dossier = self.ledger.locked(transaction, order_id)
            known = dossier.facts.asked.get(key)
            if known is None:
                now = self.ledger.clock()
                asked = _reserve(dossier, amount, payment_id, at=epoch(now))
                asked = asked._replace(reason=reason, note=note, actor=actor)
                job = self.ledger.job(
                    "gulf.refund", f"refund:{key}:finish", order_id=order_id, object_id=key, due_at=now + FINISH_AFTER
                )
                self.ledger.step(transaction, dossier, Facts(asked={key: asked}), jobs=[job])
            elif amount not in (
                None,
                Money.from_minor(known.amount, currency_of(dossier.facts.payments[known.payment_id])),
            ):
                raise InvalidInput(f"request {request_id!r} already asked to refund another amount of order {order_id}")
        return self.finish(order_id, key)

    def finish(self, order_id: str, key: str, *, unattended: bool = False) -> Refund:
        """Carry a reserved request to its end; the same call again is harmless.

        Within the key's lifetime it is sent with the same key. After that Stripe is only asked: a request that never
        arrived is released. A refusal that nobody waits for (`unattended`) becomes an alert too.
        """
        dossier = self.ledger.record(order_id).dossier
        asked = dossier.facts.asked[key]
        if not asked.refused and not _seen(dossier, key):
            if epoch(self.ledger.clock() - KEY_LIFETIME) < asked.at:
                self._send(order_id, key, asked, unattended=unattended)
            else:
                self._ask(order_id, key, asked, unattended=unattended)
        return self._found(order_id, key)

    def complete(self, order_id: str, key: str) -> None:
        """The worker's part: finish what nobody finished. A refusal is an end like any other."""
        with suppress(RefundRefused):
            self.finish(order_id, key, unattended=True)

    def _send(self, order_id: str, key: str, asked: Asked, *, unattended: bool) -> None:
        request = RefundRequest(
            request_id=key,
            payment_id=asked.payment_id,
            order_id=order_id,
            shop=self.ledger.shop,
            intent_id=self.ledger.record(order_id).dossier.facts.payments[asked.payment_id].intent,
            amount=asked.amount,
            reason=asked.reason,
        )
        try:
            sighting = self.gateway.refund(request)
        except GatewayRejected as refusal:
            if refusal.code in UNDECIDED:  # it stays reserved
                raise OutcomeUnknown(str(refusal), code=refusal.code, request_id=refusal.request_id) from refusal
            self._release(order_id, key, unattended=unattended)
            with suppress(GatewayError):  # a refusal often means that Stripe knows of refunds that we do not
                binding.absorb(self.ledger, self.gateway.look_up(request.intent_id))
            raise RefundRefused(
                f"Stripe refused the refund of order {order_id}: {refusal}", subject_id=key
            ) from refusal
        binding.absorb(self.ledger, sighting)

    def _ask(self, order_id: str, key: str, asked: Asked, *, unattended: bool) -> None:
        intent_id = self.ledger.record(order_id).dossier.facts.payments[asked.payment_id].intent
        dossier = binding.absorb(self.ledger, self.gateway.look_up(intent_id))
        if dossier is not None and not _seen(dossier, key):
            self._release(order_id, key, unattended=unattended)

    def _release(self, order_id: str, key: str, *, unattended: bool) -> None:
        """The money is refundable again; this request will never be sent."""
        alerts = self.ledger.alerts("refund_refused", key, order_id=order_id) if unattended else []
        with self.ledger.begin() as transaction:
            dossier = self.ledger.locked(transaction, order_id)
            refused = dossier.facts.asked[key]._replace(refused=True)
            self.ledger.step(transaction, dossier, Facts(asked={key: refused}), jobs=alerts)

    def _found(self, order_id: str, key: str) -> Refund:
        order = order_of(self.ledger.record(order_id))
        refund = next(
            refund for payment in order.payments for refund in payment.refunds if key in (refund.request_id, refund.id)
        )
        if refund.status == "refused":
            raise RefundRefused(f"the refund of {refund.amount} of order {order_id} was refused", subject_id=key)
        return refund

    def token(self, order_id: str) -> str:
        """A request id for a form: the same for everyone who sees the order's money in this state."""
        dossier = self.ledger.record(order_id).dossier
        state = sorted((key, account.sums) for key, account in machine.read(dossier).accounts.items())
        asked = sorted(dossier.facts.asked.items())
        return hashlib.sha256(repr((order_id, state, asked)).encode()).hexdigest()[:32]

    def key(self, order_id: str, request_id: str) -> str:
        """The request's own id: idempotency key and `metadata.refund_id` at Stripe."""
        named = repr((self.ledger.scope, order_id, request_id))
        return f"rfd_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _seen(dossier: Dossier, key: str) -> bool:
    return any(
        refund.request_id == key for payment in dossier.facts.payments.values() for refund in payment.refunds.values()
    )


def _reserve(dossier: Dossier, amount: Money | None, payment_id: str | None, *, at: int) -> Asked:
    """Check the request against what is refundable now, under the lock. Raises RefundRefused and its kin."""
    accounts = machine.read(dossier).accounts
    if payment_id is not None and payment_id not in accounts:
        raise PaymentNotFound(f"order {dossier.order_id} has no payment {payment_id}", subject_id=payment_id)
    chosen = payment_id or max(accounts, key=lambda key: accounts[key].sums.refundable, default="")
    refundable = accounts[chosen].sums.refundable if chosen else 0
    if not refundable:
        raise RefundRefused(f"nothing of order {dossier.order_id} is refundable now", subject_id=dossier.order_id)
    currency = currency_of(dossier.facts.payments[chosen])
    wanted = amount if amount is not None else Money.from_minor(refundable, currency)
    if wanted.currency != currency:
        raise CurrencyMismatch(f"order {dossier.order_id} was paid in {currency}; {wanted} cannot be refunded")
    if not wanted:
        raise InvalidInput("a refund of nothing is no refund")
    if wanted.minor > refundable:
        rest = Money.from_minor(refundable, currency)
        raise RefundRefused(f"{wanted} is more than the {rest} refundable on {chosen}", subject_id=dossier.order_id)
    return Asked(refused=False, refund_id="", at=at, amount=wanted.chargeable().minor, payment_id=chosen)
