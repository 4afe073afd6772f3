"""News of one order, told as Stripe and the shop tell it: each word here makes one piece of facts.

The order is 1017 and costs 100; its payment is pay_1, whose PaymentIntent is pi_1. A `News` still waits for its
time and the id of the event that brings it, so that one story can be told at any pace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gulf_payments.machine import (
    DISPUTE_OUTCOMES,
    DISPUTE_STATUSES,
    REFUND_FAILURES,
    REFUND_STATUSES,
    STAGES,
    Accepted,
    Asked,
    Attempt,
    Cancel,
    Charge,
    Dispute,
    DisputeState,
    Dossier,
    Earliest,
    Expected,
    Facts,
    OrderTerms,
    Outside,
    Payment,
    Refund,
    RefundedTotal,
    Resolution,
    Stage,
    Terms,
    merge,
)

ORDER, PAYMENT, INTENT, TOTAL = "1017", "pay_1", "pi_1", 100

News = Callable[[int, str], Facts]


def of_payment(payment: Payment, payment_id: str = PAYMENT) -> Facts:
    """Facts that say something of one payment only."""
    return Facts(payments={payment_id: payment})


# --- What the shop says -----------------------------------------------------------------------------------------------


def placed(total: int = TOTAL, *, revision: int = 1, expires_at: int = 0) -> Facts:
    """The shop places the order."""
    return Facts(terms=OrderTerms(revision, total, "sar", 1, expires_at))


def started(payment_id: str = PAYMENT, intent: str = INTENT, *, at: int = 1, order: str = ORDER) -> Facts:
    """The shop starts a payment: its row, and Stripe's answer with the PaymentIntent made for it."""
    terms = Terms(at, "api:req_0", TOTAL, "sar", order)
    return of_payment(Payment(created=at, expected=Expected(TOTAL, "sar"), intent=intent, terms=terms), payment_id)


def retired(payment_id: str = PAYMENT) -> Facts:
    """The shop gave up a payment's PaymentIntent for another."""
    return of_payment(Payment(retired=True), payment_id)


def cancel_requested(at: int = 5, *, reason: str = "requested") -> Facts:
    """Somebody wants the order closed; Stripe has not answered."""
    return Facts(cancel=Cancel(False, at, False, reason, "staff:7"))


def cancel_refused(at: int = 5) -> Facts:
    """Stripe answered that the money is in: the cancel is refused."""
    return Facts(cancel=Cancel(False, at, True, "requested", "staff:7"))


def canceled_by_shop(at: int = 5, *, reason: str = "requested") -> Facts:
    """Stripe agreed: no money will come, the order is closed."""
    return Facts(cancel=Cancel(True, at, False, reason, "staff:7"))


def taken_without_money(method: str = "cash_on_delivery") -> Facts:
    """The shop takes the order now and is paid at the door."""
    return Facts(accepted=Accepted(5, method, "staff:7"))


def paid_outside(amount: int = TOTAL, reference: str = "cash-1", *, at: int = 6, voided: bool = False) -> Facts:
    """Money came in beside Stripe."""
    return Facts(outside={reference: Outside(voided, at, amount, "cash", "staff:7")})


def accepted(flag: str, *, at: int = 90) -> Facts:
    """A person says of a flag: go on with it."""
    return Facts(resolved={flag: Resolution(at, "accept", "staff:7", "")})


def dismissed(flag: str, *, at: int = 90) -> Facts:
    """A person says of a flag: it is dealt with."""
    return Facts(resolved={flag: Resolution(at, "dismiss", "staff:7", "")})


def refund_asked(request: str, amount: int, *, refund: str = "", refused: bool = False) -> Facts:
    """The shop asked for a refund: the committed row, with Stripe's answer once there is one."""
    return Facts(asked={request: Asked(refused, refund, 7, amount, PAYMENT)})


# --- What Stripe says of the PaymentIntent ----------------------------------------------------------------------------


def _intent(
    payment: Payment, at: int, event: str, *, amount: int = TOTAL, currency: str = "sar", order: str = ORDER
) -> Facts:
    return of_payment(replace(payment, intent=INTENT, terms=Terms(at, event, amount, currency, order)))


def _passing(stage: str, attempt: str = "") -> News:
    def tell(at: int, event: str) -> Facts:
        attempts = {attempt or event: Attempt(0, at, "", "")} if stage == "failed" else {}
        return _intent(Payment(stage=Stage(at, STAGES.index(stage), event), attempts=attempts), at, event)

    return tell


created = _passing("created")
requires_action = _passing("requires_action")
processing = _passing("processing")
authentication_failed = _passing("failed")


def payment_failed(charge: str = "ch_1") -> News:
    """payment_intent.payment_failed: one attempt failed, never the payment."""
    return _passing("failed", charge)


def succeeded(amount: int = TOTAL, *, currency: str = "sar", order: str = ORDER) -> News:
    """payment_intent.succeeded."""

    def tell(at: int, event: str) -> Facts:
        payment = Payment(ok=True, received=amount, paid_at=Earliest(at))
        return _intent(payment, at, event, amount=amount, currency=currency, order=order)

    return tell


def capturable(amount: int = TOTAL, *, currency: str = "sar") -> News:
    """payment_intent.amount_capturable_updated."""
    return lambda at, event: _intent(Payment(authorized=True), at, event, amount=amount, currency=currency)


def canceled(reason: str = "abandoned") -> News:
    """payment_intent.canceled."""
    return lambda at, event: _intent(Payment(canceled=True, cancel_reason=reason), at, event)


# --- What Stripe says of charges, refunds and disputes ----------------------------------------------------------------


def _charge(charge: Charge, charge_id: str) -> News:
    return lambda _at, _event: of_payment(Payment(charges={charge_id: charge}))


def charge_succeeded(charge: str = "ch_1", amount: int = TOTAL, *, currency: str = "sar") -> News:
    """charge.succeeded, captured at once."""
    return _charge(Charge(paid=True, captured=amount, currency=currency, method="visa", last4="4242"), charge)


charge_captured = charge_succeeded


def charge_authorized(charge: str = "ch_1") -> News:
    """charge.succeeded with captured=false: an authorisation."""
    return _charge(Charge(paid=True, currency="sar", method="visa", last4="4242"), charge)


def charge_updated(charge: str = "ch_1") -> News:
    """charge.updated, once the balance transaction exists."""
    return _charge(Charge(paid=True, captured=TOTAL, currency="sar", balance_transaction="txn_1"), charge)


def charge_failed(charge: str = "ch_1", code: str = "card_declined") -> News:
    """charge.failed."""
    failed = Charge(failed=True, currency="sar")
    return lambda at, _event: of_payment(
        Payment(charges={charge: failed}, attempts={charge: Attempt(1, at, code, "insufficient_funds")})
    )


def charge_expired(charge: str = "ch_1") -> News:
    """charge.expired: the authorisation lapsed."""
    return _charge(Charge(paid=True, expired=True, currency="sar"), charge)


def charge_refunded(total: int, charge: str = "ch_1", *, captured: int = TOTAL) -> News:
    """charge.refunded, with the charge's running total."""
    return lambda at, event: _charge(
        Charge(paid=True, captured=captured, currency="sar", refunded=RefundedTotal(at, total, event)), charge
    )(at, event)


def refund(refund_id: str, amount: int, status: str = "succeeded", *, request: str = "", charge: str = "ch_1") -> News:
    """refund.created, refund.updated or refund.failed."""
    final, rank = status in REFUND_FAILURES, REFUND_STATUSES.index(status) if status in REFUND_STATUSES else 1
    return lambda at, event: of_payment(
        Payment(refunds={refund_id: Refund(final, at, rank, event, status, amount, "sar", charge, request, "")})
    )


def dispute(
    status: str, dispute_id: str = "dp_1", *, amount: int = TOTAL, currency: str = "sar", charge: str = "ch_1"
) -> News:
    """charge.dispute.created, updated or closed."""
    rank = DISPUTE_STATUSES.index(status if status in DISPUTE_STATUSES else "unknown")
    outcomes = DISPUTE_OUTCOMES & {status}

    def tell(at: int, event: str) -> Facts:
        state = DisputeState(at, rank, event, status, amount, currency, charge, "fraudulent", 0)
        return of_payment(Payment(disputes={dispute_id: Dispute(state, outcomes)}))

    return tell


def elsewhere(news: News, payment_id: str = "pay_2", intent: str = "pi_2") -> News:
    """The same news of another PaymentIntent; its charge needs a name of its own."""

    def tell(at: int, event: str) -> Facts:
        payment = news(at, event).payments[PAYMENT]
        return of_payment(replace(payment, intent=intent if payment.intent else ""), payment_id)

    return tell


def warned(warning: str) -> News:
    """radar.early_fraud_warning.created, or a review opened."""
    return lambda _at, _event: of_payment(Payment(warnings=frozenset({warning})))


# --- How a story is told ----------------------------------------------------------------------------------------------


def told(*story: News, start: int = 10, pace: int = 1) -> list[Facts]:
    """Tell a story: one event a second, or all in one second with pace 0, or backwards with pace -1."""
    return [news(start + pace * index, f"evt_{index}") for index, news in enumerate(story)]


def known(*facts: Facts) -> Facts:
    """All that these facts say together."""
    whole = Facts()
    for news in facts:
        whole = merge(whole, news)
    return whole


def an_order(*facts: Facts) -> Dossier:
    """A placed order with a started payment, and whatever else is known of it; nothing is announced yet."""
    return Dossier(ORDER, known(placed(), started(), *facts))


def fetched(everything: Facts, *, at: int = 1000, request: str = "api:req_1") -> Facts:
    """What Stripe's API answers when it is asked for each PaymentIntent, its charges, refunds and disputes.

    An answer holds the latest state of each object and none of the way there: attempts without a charge, that
    the money was once only authorised, and how a dispute stood before are gone.
    """
    return Facts(
        payments={
            payment_id: _as_answered(payment, at, request)
            for payment_id, payment in everything.payments.items()
            if payment.intent
        }
    )


def _as_answered(payment: Payment, at: int, request: str) -> Payment:
    over = payment.ok or payment.canceled
    return Payment(
        intent=payment.intent,
        ok=payment.ok,
        canceled=payment.canceled,
        authorized=payment.authorized and not over,
        received=payment.received,
        paid_at=payment.paid_at,
        cancel_reason=payment.cancel_reason,
        stage=payment.stage._replace(at=at, source=request) if payment.stage and not over else None,
        terms=payment.terms._replace(at=at, source=request) if payment.terms else None,
        charges={key: _charge_as_answered(charge, key, payment, at) for key, charge in payment.charges.items()},
        refunds={key: entry._replace(at=at, source=request) for key, entry in payment.refunds.items()},
        disputes={key: _dispute_as_answered(entry, at, request) for key, entry in payment.disputes.items()},
        attempts={key: attempt for key, attempt in payment.attempts.items() if key in payment.charges},
        warnings=payment.warnings,
    )


def _charge_as_answered(charge: Charge, charge_id: str, payment: Payment, at: int) -> Charge:
    """Stripe's running total falls when a refund fails."""
    alive = sum(entry.amount for entry in payment.refunds.values() if entry.charge == charge_id and not entry.final)
    total = alive if payment.refunds else charge.refunded.amount if charge.refunded else 0
    return replace(charge, refunded=RefundedTotal(at, total, "api:req_1"))


def _dispute_as_answered(entry: Dispute, at: int, request: str) -> Dispute:
    assert entry.state is not None
    return Dispute(entry.state._replace(at=at, source=request), DISPUTE_OUTCOMES & {entry.state.status})
