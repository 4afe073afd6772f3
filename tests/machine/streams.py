"""The streams of events that a payment really goes through, and what each must come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gulf_payments.machine import REVIEWED, OrderStatus, PaymentStatus
from tests.machine.news import (
    authentication_failed,
    canceled,
    capturable,
    charge_authorized,
    charge_captured,
    charge_expired,
    charge_failed,
    charge_refunded,
    charge_succeeded,
    charge_updated,
    created,
    dispute,
    elsewhere,
    known,
    payment_failed,
    processing,
    refund,
    requires_action,
    started,
    succeeded,
    warned,
)

if TYPE_CHECKING:
    from gulf_payments.machine import Facts
    from tests.machine.news import News

CONFIRM = {"order:1017:confirm"}
AUTHORIZED = {"pay:pay_1:authorized"}
UNCONFIRMED = {"alert:paid_unconfirmed:1017"}
NOTHING: set[str] = set()


def alert(*flags: str) -> set[str]:
    """The alert of each flag, and for one that waits for a person, the review."""
    reviews = {f"order:1017:review:{flag}" for flag in flags if flag.split(":")[0] in REVIEWED}
    return {f"alert:{flag}" for flag in flags} | reviews


def failed(*attempts: str) -> set[str]:
    """The news of each failed attempt, and the mail that waits to see whether the customer tries again."""
    return {f"pay:pay_1:failed:{attempt}" for attempt in attempts} | {"pay:pay_1:failed"}


def refunded(*refunds: str) -> set[str]:
    """The news of each refund."""
    return {f"refund:{refund_id}" for refund_id in refunds}


def refund_failed(refund_id: str) -> set[str]:
    """The news that a refund failed, its alert and its review."""
    return {f"refund:{refund_id}:failed"} | alert(f"refund_failed:{refund_id}")


def disputed(*stages: str, dispute_id: str = "dp_1") -> set[str]:
    """The news of a dispute: opened, and each outcome it had."""
    return {f"dispute:{dispute_id}:{stage}" for stage in ("opened", *stages)}


@dataclass(frozen=True, eq=False)
class Stream:
    """One story, what it comes to, and which effects it has in every order of arrival, and in some."""

    name: str
    news: tuple[News, ...]
    ends: PaymentStatus
    order: OrderStatus
    always: frozenset[str]
    may: frozenset[str]
    rows: Facts
    passing: frozenset[str]  # what the API no longer tells of once it is over


def _stream(
    name: str,
    *news: News,
    ends: PaymentStatus,
    order: OrderStatus,
    always: set[str] = NOTHING,
    may: set[str] = NOTHING,
    rows: Facts | None = None,
    passing: set[str] = NOTHING,
) -> Stream:
    sets = frozenset(always), frozenset(may)
    return Stream(name, news, ends, order, *sets, rows or started(), frozenset(passing))


P, O = PaymentStatus, OrderStatus  # noqa: E741 - the table's two columns
paid = (charge_succeeded(), succeeded())
two_rows = known(started(), started("pay_2", "pi_2", at=2))

STREAMS = (
    # The money comes in
    _stream("happy", created, *paid, charge_updated(), ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM),
    _stream("3-D Secure", created, requires_action, processing, *paid,
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM),
    _stream("only the PaymentIntent's event", succeeded(), ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM),
    _stream("only the charge's event", charge_succeeded(), ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM),
    _stream("authorised, then captured", created, charge_authorized(), capturable(), charge_captured(), succeeded(),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM, may=AUTHORIZED),
    _stream("declined, then paid", created, charge_failed("ch_0"), payment_failed("ch_0"), *paid,
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM, may=failed("ch_0")),
    _stream("3-D Secure refused, then paid", requires_action, authentication_failed, requires_action, *paid,
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM, may=failed("evt_1")),
    _stream("paid, and an old failure delivered late", *paid, charge_failed("ch_0"), payment_failed("ch_0"), created,
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM, may=failed("ch_0")),
    # It does not
    _stream("action required", created, requires_action, ends=P.REQUIRES_ACTION, order=O.PENDING),
    _stream("processing", requires_action, processing, ends=P.PROCESSING, order=O.PROCESSING),
    _stream("declined", created, charge_failed(), payment_failed(),
            ends=P.FAILED, order=O.PENDING, always=failed("ch_1")),
    _stream("authorised", charge_authorized(), capturable(),
            ends=P.AUTHORIZED, order=O.AUTHORIZED, always=AUTHORIZED),
    _stream("canceled", created, charge_failed(), payment_failed(), canceled(),
            ends=P.CANCELED, order=O.PENDING, may=failed("ch_1")),
    _stream("authorisation expired", charge_authorized(), capturable(), charge_expired(), canceled("expired"),
            ends=P.CANCELED, order=O.PENDING, may=AUTHORIZED),
    _stream("canceled and paid, which Stripe rules out", created, canceled(), *paid,
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | alert("conflicting_terminal:pay_1")),
    # It goes back
    _stream("a tenth refunded", *paid, refund("re_1", 10), charge_refunded(10),
            ends=P.PARTIALLY_REFUNDED, order=O.PARTIALLY_REFUNDED, always=CONFIRM | refunded("re_1")),
    _stream("two equal partial refunds", *paid, refund("re_1", 30), charge_refunded(30), refund("re_2", 30),
            charge_refunded(60),
            ends=P.PARTIALLY_REFUNDED, order=O.PARTIALLY_REFUNDED, always=CONFIRM | refunded("re_1", "re_2")),
    _stream("full refund", *paid, refund("re_1", 100, "pending"), refund("re_1", 100), charge_refunded(100),
            ends=P.REFUNDED, order=O.REFUNDED, always=refunded("re_1"), may=CONFIRM | UNCONFIRMED),
    _stream("refunds that only the charge tells of", *paid, charge_refunded(40), charge_refunded(100),
            ends=P.REFUNDED, order=O.REFUNDED, may=CONFIRM | UNCONFIRMED),
    _stream("a refund fails later", *paid, refund("re_1", 100), charge_refunded(100), refund("re_1", 100, "failed"),
            ends=P.SUCCEEDED, order=O.REVIEW, always=refund_failed("re_1"),
            may=CONFIRM | refunded("re_1") | UNCONFIRMED),
    _stream("a refund fails, a second part works", *paid, refund("re_1", 100, "pending"),
            refund("re_1", 100, "failed"),
            refund("re_2", 30), charge_refunded(30), ends=P.PARTIALLY_REFUNDED, order=O.REVIEW,
            always=refund_failed("re_1") | refunded("re_2"), may=CONFIRM | refunded("re_1") | UNCONFIRMED),
    _stream("a full refund is canceled", *paid, refund("re_1", 100, "requires_action"),
            refund("re_1", 100, "canceled"),
            ends=P.SUCCEEDED, order=O.REVIEW, always=refund_failed("re_1"), may=CONFIRM | UNCONFIRMED),
    _stream("a lower total after a higher one", *paid, charge_refunded(60), charge_refunded(20),
            ends=P.PARTIALLY_REFUNDED, order=O.PARTIALLY_REFUNDED, always=CONFIRM),
    _stream("an authorisation canceled before basil", charge_authorized(), capturable(), refund("re_1", 100),
            charge_refunded(100, captured=0), canceled(), ends=P.CANCELED, order=O.PENDING, may=AUTHORIZED),
    # It is taken back
    _stream("dispute won", *paid, dispute("needs_response"), dispute("under_review"), dispute("won"),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | disputed("won"), may=UNCONFIRMED),
    _stream("dispute lost, then won late", *paid, dispute("needs_response"), dispute("lost"), dispute("won"),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | disputed("lost", "won"), may=UNCONFIRMED,
            passing=disputed("lost") - disputed()),
    _stream("inquiry closed", *paid, dispute("warning_needs_response"), dispute("warning_closed"),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | disputed("warning_closed"), may=UNCONFIRMED),
    _stream("inquiry, chargeback, lost", *paid, dispute("warning_needs_response"), dispute("needs_response"),
            dispute("lost"),
            ends=P.REVERSED, order=O.REVERSED, always=disputed("lost"), may=CONFIRM | UNCONFIRMED),
    _stream("dispute open", *paid, dispute("needs_response"),
            ends=P.DISPUTED, order=O.DISPUTED, always=disputed(), may=CONFIRM | UNCONFIRMED),
    _stream("a dispute status that is new to us", *paid, dispute("arbitration"),
            ends=P.DISPUTED, order=O.DISPUTED, always=disputed(), may=CONFIRM | UNCONFIRMED),
    _stream("two disputes, one won and one lost in part", *paid, dispute("won"),
            dispute("needs_response", "dp_2", amount=40),
            dispute("lost", "dp_2", amount=40), ends=P.REVERSED, order=O.REVERSED,
            always=disputed("won") | disputed("lost", dispute_id="dp_2"), may=CONFIRM | UNCONFIRMED),
    _stream("disputed during a refund", *paid, refund("re_1", 100, "pending"), dispute("needs_response"),
            refund("re_1", 100, "failed"), dispute("lost"), ends=P.REVERSED, order=O.REVERSED,
            always=refund_failed("re_1") | disputed("lost"), may=CONFIRM | refunded("re_1") | UNCONFIRMED),
    _stream("disputed and won after a full refund", *paid, refund("re_1", 100), dispute("needs_response"),
            dispute("won"),
            ends=P.REFUNDED, order=O.REFUNDED, always=refunded("re_1") | disputed("won"), may=CONFIRM | UNCONFIRMED),
    _stream("refunded in full, and lost to a dispute as well", *paid, refund("re_1", 100), dispute("lost"),
            ends=P.REVERSED, order=O.REVERSED, always=refunded("re_1") | disputed("lost"), may=CONFIRM | UNCONFIRMED),
    _stream("the paid charge fails late", processing, *paid, charge_failed(), ends=P.REVERSED, order=O.REVERSED,
            always=alert("late_failure:ch_1"), may=CONFIRM | UNCONFIRMED),
    # It comes twice
    _stream("paid, and once more by a second PaymentIntent", *paid, elsewhere(charge_succeeded("ch_2")),
            elsewhere(succeeded()),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | alert("paid_twice:1017"), rows=two_rows),
    _stream("declined, paid by a second PaymentIntent, and the first succeeds late", charge_failed("ch_0"),
            payment_failed("ch_0"),
            elsewhere(charge_succeeded("ch_2")), elsewhere(succeeded()), succeeded(),
            ends=P.SUCCEEDED, order=O.CONFIRMED,
            always=CONFIRM | alert("paid_twice:1017"), may=failed("ch_0"), rows=two_rows),
    _stream("paid twice, and one of them refunded", succeeded(), elsewhere(succeeded()), refund("re_1", 100),
            charge_refunded(100),
            ends=P.REFUNDED, order=O.CONFIRMED, always=CONFIRM | alert("paid_twice:1017") | refunded("re_1"),
            may=UNCONFIRMED, rows=two_rows),
    # It contradicts
    _stream("paid too little", charge_succeeded(amount=99), succeeded(99),
            ends=P.REVIEW, order=O.REVIEW, always=alert("amount_mismatch:pay_1")),
    _stream("paid too much", charge_succeeded(amount=101), succeeded(101),
            ends=P.REVIEW, order=O.REVIEW, always=alert("amount_mismatch:pay_1")),
    _stream("paid in another currency", charge_succeeded(currency="aed"), succeeded(currency="aed"),
            ends=P.REVIEW, order=O.REVIEW, always=alert("currency_mismatch:pay_1")),
    _stream("a PaymentIntent that says it is for another order", charge_succeeded(), succeeded(order="999"),
            ends=P.REVIEW, order=O.REVIEW, always=alert("wrong_binding:pay_1"), rows=started(order="999")),
    _stream("a PaymentIntent that is none of ours and names the order", created, *paid,
            ends=P.REVIEW, order=O.REVIEW, always=alert("wrong_binding:pay_1"), rows=known()),
    _stream("authorised for too little, then captured", capturable(70), charge_captured(amount=70), succeeded(70),
            ends=P.REVIEW, order=O.REVIEW, always=alert("amount_mismatch:pay_1")),
    _stream("paid too little, then refunded", charge_succeeded(amount=99), succeeded(99), refund("re_1", 99),
            charge_refunded(99, captured=99),
            ends=P.REFUNDED, order=O.REFUNDED, always=alert("amount_mismatch:pay_1") | refunded("re_1"),
            may=UNCONFIRMED),
    _stream("paid, with an early fraud warning", *paid, warned("early_fraud:issfr_1"),
            ends=P.SUCCEEDED, order=O.CONFIRMED, always=CONFIRM | alert("early_fraud:issfr_1")),
)  # fmt: skip
