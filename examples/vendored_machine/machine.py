# SPDX-License-Identifier: MIT
# The law of gulf_payments 0.1: copy this file alone and keep this line; it needs the standard library only.
"""The law: facts about one order's money, how they merge, and what they mean.

Rule 1: nothing ever sets a status. A webhook, an API answer and a staff decision all become facts;
facts merge by a join that is commutative, associative and idempotent; every status is a function of the merged
facts. So any order, any duplication and any loss that is healed later end in the same state.

Rule 2: an effect is due when its predicate over the facts is true, not when an event arrives, and its key is
announced at most once. When money is in and the confirmation is withheld, an alert says so.

Rule 3: pure. No clock, no ids, no I/O, no exception for bad news: money that contradicts becomes a flag.

How values merge is told by their type: bool, int, str and the registers (named tuples that begin with what
orders them) keep the greatest; `Earliest` and `Resolution` keep the least; sets unite; dicts and records merge
entry by entry. Amounts are integers in Stripe's minor unit, instants are epoch seconds, neither is negative.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property, partial
from operator import attrgetter
from types import UnionType
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

VERSION = 1  # of the dumped form


class PaymentStatus(StrEnum):
    """What one payment's facts say, by the first rule of `_payment_status` that holds."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    FAILED = "failed"
    AUTHORIZED = "authorized"
    SUCCEEDED = "succeeded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    REVERSED = "reversed"
    REVIEW = "review"
    CANCELED = "canceled"


class OrderStatus(StrEnum):
    """What an order's facts say, by the first rule of `_order_status` that holds."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    CONFIRMED = "confirmed"
    REVIEW = "review"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    REVERSED = "reversed"
    CANCELED = "canceled"


# --- Registers: named tuples compared from the left, the greatest kept ----------------------------

STAGES = ("created", "requires_confirmation", "requires_action", "processing", "failed")
REFUND_STATUSES = ("requires_action", "pending", "succeeded", "canceled", "failed")
REFUND_FAILURES = frozenset({"canceled", "failed"})
DISPUTE_STATUSES = (
    "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review",
    "unknown", "prevented", "lost", "appeal_needs_response", "appeal_under_review", "won",
)  # fmt: skip
DISPUTE_OUTCOMES = frozenset({"won", "lost", "warning_closed", "prevented"})


class Earliest(NamedTuple):
    """An instant of which the first report is kept."""

    at: int


class Stage(NamedTuple):
    """A PaymentIntent's passing stage; `rank` indexes STAGES and decides within one second."""

    at: int
    rank: int
    source: str


class Terms(NamedTuple):
    """What a PaymentIntent says it is for; `order_id` comes from its metadata, empty when it names none."""

    at: int
    source: str
    amount: int
    currency: str
    order_id: str


class Expected(NamedTuple):
    """What our own row asked Stripe for, committed before Stripe was called."""

    amount: int
    currency: str


class Attempt(NamedTuple):
    """One declined or failed try; the report that knows more (a decline code) wins."""

    detail: int
    at: int
    code: str
    decline_code: str


class RefundedTotal(NamedTuple):
    """A charge's own running total of refunds: a hint of refunds not yet seen, and it may fall."""

    at: int
    amount: int
    source: str


class Refund(NamedTuple):
    """A Stripe refund by its id; failure and cancellation are final."""

    final: bool
    at: int
    rank: int
    source: str
    status: str
    amount: int
    currency: str
    charge: str
    request_id: str
    reason: str


class DisputeState(NamedTuple):
    """The latest word on a dispute; `due_by` is when evidence closes, 0 when unknown."""

    at: int
    rank: int
    source: str
    status: str
    amount: int
    currency: str
    charge: str
    reason: str
    due_by: int


class OrderTerms(NamedTuple):
    """What the order costs; the highest revision wins. `expires_at` is 0 for an order that never expires."""

    revision: int
    total: int
    currency: str
    placed_at: int
    expires_at: int


class Cancel(NamedTuple):
    """A wish to close the order and Stripe's answer: requested, then refused or agreed; agreed is final."""

    agreed: bool
    at: int
    refused: bool
    reason: str
    actor: str


class Accepted(NamedTuple):
    """The shop takes the order without money yet: payment on delivery, bank transfer."""

    at: int
    method: str
    actor: str


class Outside(NamedTuple):
    """Money that came in beside Stripe; a reference that is a PaymentIntent's id adopts it instead."""

    voided: bool
    at: int
    amount: int
    method: str
    actor: str


class Resolution(NamedTuple):
    """A person's verdict on a flag, the first stands: accept (go on with it) or dismiss (it is dealt with)."""

    at: int
    verdict: str
    actor: str
    note: str


class Asked(NamedTuple):
    """A refund we asked for: reserved from the moment it is written until it is refused or seen at Stripe."""

    refused: bool
    refund_id: str
    at: int
    amount: int
    payment_id: str
    reason: str = ""
    note: str = ""
    actor: str = ""


# --- Records: merged field by field ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge; `captured` counts money, `paid` alone may be an authorisation."""

    paid: bool = False
    failed: bool = False
    expired: bool = False
    captured: int = 0
    refunded: RefundedTotal | None = None
    currency: str = ""
    method: str = ""
    last4: str = ""
    balance_transaction: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute: its latest state and every outcome it ever had (a lost one can still be won)."""

    state: DisputeState | None = None
    outcomes: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it may still end either way; so may one whose status is new to us."""
        return self.state is not None and self.state.status not in DISPUTE_OUTCOMES


@dataclass(frozen=True, slots=True)
class Payment:
    """The facts of one payment: our row and what Stripe said of its PaymentIntent.

    A payment without `expected` has no row of ours: a PaymentIntent that merely names the order.
    """

    created: int = 0
    expected: Expected | None = None
    request: str = ""  # digest of the further parameters the row was made with
    retired: bool = False
    intent: str = ""
    ok: bool = False
    authorized: bool = False
    canceled: bool = False
    received: int = 0
    stage: Stage | None = None
    terms: Terms | None = None
    cancel_reason: str = ""
    paid_at: Earliest | None = None
    charges: Mapping[str, Charge] = field(default_factory=dict)
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    warnings: frozenset[str] = frozenset()  # "early_fraud:issfr_1", "radar_review:prv_1"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of one order, and equally any piece of news about it: both merge the same way."""

    terms: OrderTerms | None = None
    cancel: Cancel | None = None
    accepted: Accepted | None = None
    outside: Mapping[str, Outside] = field(default_factory=dict)
    resolved: Mapping[str, Resolution] = field(default_factory=dict)  # by Flag.key
    asked: Mapping[str, Asked] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)


@dataclass(frozen=True)  # without slots: it remembers its reading
class Dossier:
    """One order's facts and the effect keys already given out: the unit that is locked, stepped and saved."""

    order_id: str
    facts: Facts = field(default_factory=Facts)
    announced: frozenset[str] = frozenset()

    @cached_property
    def reading(self) -> Reading:
        """What its facts mean; they never change, so it is worked out once."""
        return _reading(self)


# --- Merge ----------------------------------------------------------------------------------------

T = TypeVar("T")

RECORDS = (Charge, Dispute, Payment, Facts)
_NAMES = {record: tuple(part.name for part in fields(record)) for record in RECORDS}
_READ: dict[type, Callable[[Any], Any]] = {record: attrgetter(*names) for record, names in _NAMES.items()}


def merge(ours: T, news: T) -> T:
    """The join of two facts of one type: commutative, associative, idempotent; see the module's docstring."""
    return cast("T", _join(ours, news))


def _join(ours: Any, news: Any) -> Any:  # noqa: ANN401 - the one place where every kind of fact meets
    return _JOINS.get(type(news), max)(ours, news) if ours else news


def _by_key(ours: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    return ours | {key: _join(ours.get(key), entry) for key, entry in news.items()}


def _by_field(ours: Any, news: Any) -> Any:  # noqa: ANN401 - any of RECORDS
    read = _READ[type(ours)]
    pairs = zip(read(ours), read(news), strict=True)
    # What is false, 0, "", None or empty knows nothing.
    return type(ours)(*[_join(old, new) if new else old for old, new in pairs])


_JOINS: dict[type, Callable[[Any, Any], Any]] = dict.fromkeys(RECORDS, _by_field)
_JOINS |= {dict: _by_key, frozenset: frozenset.union, Earliest: min, Resolution: min}


# --- Meaning: sums, flags, statuses ---------------------------------------------------------------

# Each flag in REVIEWED waits for a person. Money under a CONTRADICTION confirms once all of them are accepted, and
# no longer counts once one is dismissed; MISFITS show in the payment's own status, HOLDING in the order's alone.
MISFITS = frozenset({"amount_mismatch", "currency_mismatch", "wrong_binding"})
CONTRADICTIONS = MISFITS | {"paid_after_cancel"}
HOLDING = frozenset({"paid_after_cancel", "refund_failed", "underpaid"})
REVIEWED = CONTRADICTIONS | HOLDING
LOWERING = frozenset({"amount_mismatch", "currency_mismatch"})  # accepted: what is in will do


class Flag(NamedTuple):
    """Something that is not as it should be, about one object; one in REVIEWED waits for a person."""

    name: str
    object_id: str

    @property
    def key(self) -> str:
        """How resolutions and alerts name it."""
        return f"{self.name}:{self.object_id}"


class Sums(NamedTuple):
    """One payment's money, in minor units."""

    gross: int
    refunded: int
    pending: int  # refunds under way at Stripe
    reversed: int
    reserved: int  # refunds asked for and not yet seen at Stripe
    unattributed: int  # refunds that only a charge's running total tells of
    claimed: int  # refunds of any status, seen or not: what a confirmation looks at
    disputed: bool

    @property
    def net(self) -> int:
        """What the shop still holds."""
        return max(0, self.gross - self.refunded - self.reversed)

    @property
    def refundable(self) -> int:
        """What can still be refunded: nothing while a dispute is open."""
        return 0 if self.disputed else max(0, self.net - self.pending - self.reserved)


def sums(payment: Payment, *, payment_id: str = "", asked: Mapping[str, Asked] | None = None) -> Sums:
    """Add up one payment's facts; `asked` holds the order's refund requests."""
    captured = told = 0
    for charge in payment.charges.values():
        captured += charge.captured if charge.paid else 0
        told += charge.refunded.amount if charge.captured and charge.refunded else 0
    gross = max(payment.received, captured)
    seen = succeeded = pending = 0
    for refund in payment.refunds.values():
        seen += refund.amount
        if refund.status == "succeeded":
            succeeded += refund.amount
        elif not refund.final:  # a status that is new to us may still take the money
            pending += refund.amount
    unattributed = max(0, told - seen)
    return Sums(
        gross=gross,
        refunded=min(gross, succeeded + unattributed),
        pending=pending,
        reversed=_reversed(payment, gross),
        reserved=_reserved(payment, payment_id, asked) if asked else 0,
        unattributed=unattributed,
        claimed=seen + unattributed,
        disputed=any(dispute.is_open for dispute in payment.disputes.values()),
    )


def _reversed(payment: Payment, gross: int) -> int:
    """Late failures and lost disputes, each charge once; a dispute in another currency takes its whole charge."""
    lost = {key: charge.captured for key, charge in payment.charges.items() if charge.paid and charge.failed}
    for dispute in payment.disputes.values():
        if dispute.state and dispute.state.status == "lost":
            charge = payment.charges.get(dispute.state.charge, Charge())
            whole = charge.captured or gross
            currency = charge.currency or (payment.terms.currency if payment.terms else "")
            share = dispute.state.amount if dispute.state.currency == currency else whole
            lost[dispute.state.charge] = min(whole, lost.get(dispute.state.charge, 0) + share)
    return min(gross, sum(lost.values()))


def _reserved(payment: Payment, payment_id: str, asked: Mapping[str, Asked]) -> int:
    seen = {refund.request_id for refund in payment.refunds.values()}
    return sum(
        request.amount
        for request_id, request in asked.items()
        if request.payment_id == payment_id
        and not (request.refused or request_id in seen or request.refund_id in payment.refunds)
    )


class Account(NamedTuple):
    """One payment read. `counts`: its money is this order's; `confirms`: it alone would confirm the order."""

    payment_id: str
    sums: Sums
    flags: tuple[Flag, ...]
    status: PaymentStatus
    counts: bool
    confirms: bool


class Reading(NamedTuple):
    """What a dossier's facts mean; its amounts are the order's, from Stripe and outside, in minor units."""

    status: OrderStatus
    payment_status: PaymentStatus
    accounts: Mapping[str, Account]
    flags: tuple[Flag, ...]
    gross: int
    refunded: int
    reversed: int
    refundable: int
    confirms: bool
    closed: bool
    held: bool

    @property
    def net(self) -> int:
        """What the shop still holds."""
        return max(0, self.gross - self.refunded - self.reversed)


class _Money(NamedTuple):
    """The order's own money, and the `target` that must be in for it to be paid."""

    gross: int
    refunded: int
    reversed: int
    net: int
    outside: int
    target: int


def read(dossier: Dossier) -> Reading:
    """Say what the facts mean, from scratch: a status is never stored as truth, so it can never be stale."""
    return dossier.reading


def _reading(dossier: Dossier) -> Reading:
    facts = dossier.facts
    accounts = {key: _account(dossier, key, payment) for key, payment in facts.payments.items()}
    counted = [account for account in accounts.values() if account.counts]
    money = _money(dossier, counted)
    flags = [flag for account in accounts.values() for flag in account.flags]
    flags += _order_flags(dossier, accounts, money)
    held = bool(flags) and _is_held(facts, counted, flags)
    return Reading(
        status=_order_status(facts, counted, money, held=held),
        payment_status=_leading(facts, counted, paid_outside=0 < money.target <= money.outside),
        accounts=accounts,
        flags=tuple(sorted(flags)),
        gross=money.gross,
        refunded=money.refunded,
        reversed=money.reversed,
        refundable=sum(account.sums.refundable for account in accounts.values()),
        confirms=any(account.confirms for account in counted) or _outside_confirms(dossier, money, held=held),
        closed=_is_closed(facts),
        held=held,
    )


def _verdict(facts: Facts, flag: Flag) -> str:
    resolution = facts.resolved.get(flag.key)
    return resolution.verdict if resolution else ""


def _ruled(dossier: Dossier, name: str, verdict: str) -> bool:
    """Whether this is the verdict on a flag of the order itself."""
    return verdict == _verdict(dossier.facts, Flag(name, dossier.order_id))


def _is_canceled(facts: Facts) -> bool:
    return facts.cancel is not None and facts.cancel.agreed


def _is_closed(facts: Facts) -> bool:
    """Whether the order takes no more money: money that came after the cancel and was accepted reopens it."""
    return _is_canceled(facts) and not any(
        key.startswith("paid_after_cancel:") and resolution.verdict == "accept"
        for key, resolution in facts.resolved.items()
    )


def _money(dossier: Dossier, counted: Sequence[Account]) -> _Money:
    outside = _outside(dossier)
    gross = outside + sum(account.sums.gross for account in counted)
    refunded = sum(account.sums.refunded for account in counted)
    reversed_ = sum(account.sums.reversed for account in counted)
    target = _target(dossier, counted, gross)
    return _Money(gross, refunded, reversed_, gross - refunded - reversed_, outside, target)


def _outside(dossier: Dossier) -> int:
    """What came in beside Stripe, unless a person dismissed it; a `pi_` reference counts as its payment instead."""
    booked = dossier.facts.outside
    if not booked or _ruled(dossier, "paid_after_cancel", "dismiss"):
        return 0
    return sum(entry.amount for key, entry in booked.items() if not entry.voided and not key.startswith("pi_"))


def _target(dossier: Dossier, counted: Iterable[Account], gross: int) -> int:
    """What must be in for the order to be paid: its total, or what a person accepted in its place."""
    facts = dossier.facts
    total = facts.terms.total if facts.terms else 0
    if not facts.resolved:
        return total
    flags = [flag for account in counted for flag in account.flags if flag.name in LOWERING]
    lowered = any(_verdict(facts, flag) == "accept" for flag in flags) or _ruled(dossier, "underpaid", "accept")
    return min(total, gross) if lowered else total


def _account(dossier: Dossier, payment_id: str, payment: Payment) -> Account:
    facts = dossier.facts
    total = sums(payment, payment_id=payment_id, asked=facts.asked)
    flags = tuple(sorted(_payment_flags(dossier, payment_id, total)))
    wrong, counts, right = False, True, facts.terms is not None and total.gross > 0 and not total.disputed
    for flag in flags:
        if flag.name in CONTRADICTIONS:
            verdict = _verdict(facts, flag)
            wrong |= not verdict and flag.name in MISFITS
            counts &= verdict != "dismiss"
            right &= verdict == "accept"
    return Account(
        payment_id=payment_id,
        sums=total,
        flags=flags,
        status=_payment_status(payment, total, wrong=wrong),
        counts=counts,
        confirms=right and _is_kept(dossier, payment, total, flags) and bool(_currencies(payment)),
    )


def _is_kept(dossier: Dossier, payment: Payment, total: Sums, flags: Iterable[Flag]) -> bool:
    """Whether the shop holds money to ship against; a failed refund that a person accepted claims nothing."""
    claimed, resolved = total.claimed, True
    for flag in flags:
        verdict = _verdict(dossier.facts, flag)
        resolved &= bool(verdict) or flag.name not in REVIEWED
        if flag.name == "refund_failed" and verdict == "accept":
            claimed -= payment.refunds[flag.object_id].amount
    if claimed < total.gross and not total.reversed:
        return True
    return resolved and total.net > total.pending and _ruled(dossier, "paid_unconfirmed", "accept")


def _outside_confirms(dossier: Dossier, money: _Money, *, held: bool) -> bool:
    if not money.outside or (_is_canceled(dossier.facts) and not _ruled(dossier, "paid_after_cancel", "accept")):
        return False
    return 0 < money.target <= money.outside or (not held and _ruled(dossier, "paid_unconfirmed", "accept"))


def _payment_flags(dossier: Dossier, payment_id: str, total: Sums) -> Iterator[Flag]:
    payment = dossier.facts.payments[payment_id]
    if total.gross or payment.ok or payment.authorized:
        yield from _contradictions(dossier, payment_id, total)
    if total.gross:
        yield from (Flag("refund_failed", key) for key, refund in payment.refunds.items() if refund.final)
    if payment.ok and payment.canceled:
        yield Flag("conflicting_terminal", payment_id)
    for charge_id, charge in payment.charges.items():
        if charge.paid and charge.failed:
            yield Flag("late_failure", charge_id)
    for warning in sorted(payment.warnings):
        name, _, object_id = warning.partition(":")
        yield Flag(name, object_id)


def _contradictions(dossier: Dossier, payment_id: str, total: Sums) -> Iterator[Flag]:
    """Money that does not fit, and money for a closed order unless a person said that it is not the order's."""
    facts = dossier.facts
    misfits = [Flag(name, payment_id) for name in _misfits(dossier, facts.payments[payment_id], total)]
    yield from misfits
    if total.gross and _is_canceled(facts) and not any(_verdict(facts, flag) == "dismiss" for flag in misfits):
        yield Flag("paid_after_cancel", payment_id)


def _misfits(dossier: Dossier, payment: Payment, total: Sums) -> Iterator[str]:
    """How money that is in, or authorised, does not fit its order."""
    if not _is_bound(dossier, payment):
        yield "wrong_binding"
    if terms := dossier.facts.terms:
        if _currencies(payment) - {terms.currency}:
            yield "currency_mismatch"
        authorized = payment.terms.amount if payment.terms else terms.total
        if terms.total != (total.gross if total.gross or payment.ok else authorized):
            yield "amount_mismatch"


def _is_bound(dossier: Dossier, payment: Payment) -> bool:
    """Whether it is ours: our row for this very order, or a PaymentIntent that a person recorded as outside money."""
    adopted = dossier.facts.outside.get(payment.intent)
    named = payment.terms.order_id if payment.terms else ""
    ours = payment.expected is not None and named in ("", dossier.order_id)
    return ours or (adopted is not None and not adopted.voided)


def _currencies(payment: Payment) -> set[str]:
    """The PaymentIntent's and each charge's: a charge seen first must not confirm another currency."""
    told = {charge.currency for charge in payment.charges.values()}
    return told.union((payment.terms.currency,) if payment.terms else ()) - {""}


def _order_flags(dossier: Dossier, accounts: Mapping[str, Account], money: _Money) -> Iterator[Flag]:
    paid = sum(account.sums.gross > 0 for account in accounts.values())
    if paid > 1 or (paid and money.outside):
        yield Flag("paid_twice", dossier.order_id)
    if money.outside and _is_canceled(dossier.facts):
        yield Flag("paid_after_cancel", dossier.order_id)
    if 0 < money.outside == money.gross < money.target:  # too little through Stripe is an amount_mismatch
        yield Flag("underpaid", dossier.order_id)


def _is_held(facts: Facts, counted: Iterable[Account], flags: Iterable[Flag]) -> bool:
    """Whether a person must look before the order goes on; every cause is a flag that can be resolved."""
    if any(account.status is PaymentStatus.REVIEW for account in counted):
        return True
    return any(flag.name in HOLDING and not _verdict(facts, flag) for flag in flags)


STAGE_STATUSES = (
    PaymentStatus.PENDING, PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.PROCESSING, PaymentStatus.FAILED,
)  # fmt: skip


def _payment_status(payment: Payment, total: Sums, *, wrong: bool) -> PaymentStatus:
    if total.gross or payment.ok:
        return _captured_status(total, wrong=wrong)
    if payment.canceled or any(charge.expired for charge in payment.charges.values()):
        return PaymentStatus.CANCELED
    if payment.authorized:
        return PaymentStatus.REVIEW if wrong else PaymentStatus.AUTHORIZED
    return STAGE_STATUSES[payment.stage.rank] if payment.stage else PaymentStatus.PENDING


def _captured_status(total: Sums, *, wrong: bool) -> PaymentStatus:
    if total.disputed and total.gross:
        return PaymentStatus.DISPUTED
    if total.reversed:
        return PaymentStatus.REVERSED
    if 0 < total.gross <= total.refunded:
        return PaymentStatus.REFUNDED
    if wrong:
        return PaymentStatus.REVIEW
    return PaymentStatus.PARTIALLY_REFUNDED if total.refunded else PaymentStatus.SUCCEEDED


def _order_status(facts: Facts, counted: Iterable[Account], money: _Money, *, held: bool) -> OrderStatus:
    statuses = [account.status for account in counted]
    if PaymentStatus.DISPUTED in statuses:
        return OrderStatus.DISPUTED
    if money.net <= 0 < money.gross:
        return OrderStatus.REVERSED if money.reversed else OrderStatus.REFUNDED
    if held:
        return OrderStatus.REVIEW
    return _paid_status(money) or _unpaid_status(facts, statuses)


def _paid_status(money: _Money) -> OrderStatus | None:
    if 0 < money.target <= money.net:
        return OrderStatus.CONFIRMED
    if money.reversed:
        return OrderStatus.REVERSED
    return OrderStatus.PARTIALLY_REFUNDED if money.refunded else None


def _unpaid_status(facts: Facts, statuses: Sequence[PaymentStatus]) -> OrderStatus:
    if _is_closed(facts):
        return OrderStatus.CANCELED
    if PaymentStatus.AUTHORIZED in statuses:
        return OrderStatus.AUTHORIZED
    if PaymentStatus.PROCESSING in statuses:
        return OrderStatus.PROCESSING
    return OrderStatus.ACCEPTED if facts.accepted else OrderStatus.PENDING


LEADING = (
    PaymentStatus.PROCESSING, PaymentStatus.AUTHORIZED, PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED,
    PaymentStatus.SUCCEEDED, PaymentStatus.REVERSED, PaymentStatus.REVIEW, PaymentStatus.DISPUTED,
)  # fmt: skip


def _leading(facts: Facts, counted: Iterable[Account], *, paid_outside: bool) -> PaymentStatus:
    """One payment status for the whole order: the weightiest, else that of the newest attempt."""
    leader = max(counted, key=lambda account: _weight(facts, account), default=None)
    if paid_outside and (leader is None or leader.status not in LEADING):
        return PaymentStatus.SUCCEEDED
    return leader.status if leader else PaymentStatus.PENDING


def _weight(facts: Facts, account: Account) -> tuple[int, bool, int, str]:
    payment = facts.payments[account.payment_id]
    weight = LEADING.index(account.status) if account.status in LEADING else -1
    return weight, not payment.retired, payment.created, account.payment_id


# --- Effects --------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What an effect is about; all but the last two are the public events of the same name."""

    ORDER_CONFIRMED = "OrderConfirmed"
    ORDER_AUTHORIZED = "OrderAuthorized"
    ORDER_ACCEPTED = "OrderAccepted"
    ORDER_CANCELED = "OrderCanceled"
    ORDER_NEEDS_REVIEW = "OrderNeedsReview"
    PAYMENT_FAILED = "PaymentFailed"
    REFUND_ISSUED = "RefundIssued"
    REFUND_FAILED = "RefundFailed"
    DISPUTE_OPENED = "DisputeOpened"
    DISPUTE_CLOSED = "DisputeClosed"
    ALERT_RAISED = "AlertRaised"
    PAYMENT_RETRY_DUE = "PaymentRetryDue"  # the customer still has not paid: the payment-failed mail
    LOOKUP_DUE = "LookupDue"  # Stripe knows more than we do: read the PaymentIntent again


class Effect(NamedTuple):
    """Something to be done once. `key` is unique for ever; `object_id` names the refund, dispute, attempt or flag.

    `transient` effects are checked again with `still_due` before they are performed; an effect with `after` is
    for those who were told of that earlier key only.
    """

    key: str
    kind: Kind
    payment_id: str = ""
    object_id: str = ""
    detail: str = ""
    delay_seconds: int = 0
    transient: bool = False
    after: str = ""


def step(dossier: Dossier, news: Facts) -> tuple[Dossier, tuple[Effect, ...]]:
    """Merge news into a dossier; return it with the effects that became due and were never announced before."""
    merged = Dossier(dossier.order_id, merge(dossier.facts, news), dossier.announced)
    due = {effect.key: effect for effect in effects(merged) if effect.key not in dossier.announced}
    stepped = Dossier(dossier.order_id, merged.facts, dossier.announced.union(due))
    vars(stepped)["reading"] = merged.reading  # the same facts mean the same
    return stepped, tuple(due.values())


def still_due(dossier: Dossier, key: str) -> bool:
    """Whether an announced effect's predicate holds now: asked before a transient effect is performed."""
    return any(effect.key == key for effect in effects(dossier))


def unresolved(dossier: Dossier) -> tuple[Flag, ...]:
    """The alerts nobody has resolved yet: the order's anomalies. A confirmation answers paid_unconfirmed by itself."""
    alerts = (key.removeprefix("alert:") for key in dossier.announced if key.startswith("alert:"))
    flags = (Flag(*key.split(":", 1)) for key in sorted(alerts) if key not in dossier.facts.resolved)
    return tuple(flag for flag in flags if flag.name != "paid_unconfirmed" or not _was_confirmed(dossier))


def _was_confirmed(dossier: Dossier) -> bool:
    return f"order:{dossier.order_id}:confirm" in dossier.announced


def effects(dossier: Dossier) -> Iterator[Effect]:
    """Every effect whose predicate holds, announced or not, in the order they should reach a subscriber.

    Before the order is placed nothing is due: what its money means is known only against its terms.
    """
    facts = dossier.facts
    if facts.terms is None:
        return
    reading = read(dossier)
    for payment_id, payment in facts.payments.items():
        yield from _payment_effects(payment_id, payment, reading)
    yield from _order_effects(dossier, reading)
    for payment_id, payment in facts.payments.items():
        if reading.accounts[payment_id].sums.gross:
            yield from _refund_effects(payment_id, payment)
        yield from _dispute_effects(payment_id, payment)
    for flag in reading.flags:
        if flag.name in REVIEWED and not _verdict(facts, flag):
            key = f"order:{dossier.order_id}:review:{flag.key}"
            yield Effect(key, Kind.ORDER_NEEDS_REVIEW, object_id=flag.object_id, detail=flag.name)
        yield _alert(flag)
    if reading.gross and not (reading.held or reading.confirms or _was_confirmed(dossier)):
        yield _alert(Flag("paid_unconfirmed", dossier.order_id))


def _alert(flag: Flag) -> Effect:
    return Effect(f"alert:{flag.key}", Kind.ALERT_RAISED, object_id=flag.object_id, detail=flag.name)


def _order_effects(dossier: Dossier, reading: Reading) -> Iterator[Effect]:
    name, facts = f"order:{dossier.order_id}", dossier.facts
    if facts.accepted and not reading.closed:
        yield Effect(f"{name}:accepted", Kind.ORDER_ACCEPTED, detail=facts.accepted.method)
    if reading.confirms:
        confirming = [payment_id for payment_id, account in reading.accounts.items() if account.confirms]
        yield Effect(f"{name}:confirm", Kind.ORDER_CONFIRMED, min(confirming, default=""))
    if facts.cancel and reading.status is OrderStatus.CANCELED:
        yield Effect(f"{name}:canceled", Kind.ORDER_CANCELED, detail=facts.cancel.reason)


def _payment_effects(payment_id: str, payment: Payment, reading: Reading) -> Iterator[Effect]:
    account = reading.accounts[payment_id]
    if account.status is PaymentStatus.FAILED:
        for attempt in payment.attempts:
            yield Effect(f"pay:{payment_id}:failed:{attempt}", Kind.PAYMENT_FAILED, payment_id, attempt)
        if reading.status is OrderStatus.PENDING and not payment.retired:
            key = f"pay:{payment_id}:failed"
            yield Effect(key, Kind.PAYMENT_RETRY_DUE, payment_id, delay_seconds=900, transient=True)
    if account.status is PaymentStatus.AUTHORIZED and account.counts and not reading.closed:
        yield Effect(f"pay:{payment_id}:authorized", Kind.ORDER_AUTHORIZED, payment_id)
    if account.sums.unattributed and payment.intent:
        key = f"lookup:{payment_id}:refunds:{account.sums.claimed}"
        yield Effect(key, Kind.LOOKUP_DUE, payment_id, payment.intent, delay_seconds=30, transient=True)


def _refund_effects(payment_id: str, payment: Payment) -> Iterator[Effect]:
    for refund_id, refund in payment.refunds.items():
        issued = f"refund:{refund_id}"
        if refund.status in ("pending", "succeeded"):
            yield Effect(issued, Kind.REFUND_ISSUED, payment_id, refund_id)
        if refund.final:
            key = f"{issued}:failed"
            yield Effect(key, Kind.REFUND_FAILED, payment_id, refund_id, refund.reason, after=issued)


def _dispute_effects(payment_id: str, payment: Payment) -> Iterator[Effect]:
    for dispute_id, dispute in payment.disputes.items():
        name = f"dispute:{dispute_id}"
        yield Effect(f"{name}:opened", Kind.DISPUTE_OPENED, payment_id, dispute_id)
        for outcome in sorted(dispute.outcomes):
            yield Effect(f"{name}:{outcome}", Kind.DISPUTE_CLOSED, payment_id, dispute_id, outcome)


# --- The stored form ------------------------------------------------------------------------------


def dump(dossier: Dossier) -> str:
    """The dossier as JSON with a version tag; equal dossiers give equal text."""
    document = {"v": VERSION, "order": dossier.order_id, "facts": dossier.facts, "announced": dossier.announced}
    return _ENCODER.encode(document)


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's hook
    if type(value) is frozenset:
        return sorted(value)
    names, read = _NAMES[type(value)], _READ[type(value)]
    return {name: content for name, content in zip(names, read(value), strict=True) if content}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)


def load(text: str | bytes) -> Dossier:
    """Read what `dump` wrote. Raises ValueError for a form this version does not know."""
    document = json.loads(text)
    if document.get("v") != VERSION:
        found = document.get("v")
        raise ValueError(f"this dossier has form {found!r}; this version reads {VERSION}: upgrade first")
    return Dossier(document["order"], _build(Facts, document["facts"]), frozenset(document["announced"]))


def _build(record: type[T], data: Mapping[str, Any]) -> T:
    plan = _PLANS[record]
    return record(**{name: plan[name](content) for name, content in data.items()})


def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type hint
    """How a value of a field with this hint is read back from JSON."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:  # a register or nothing
        return _reader(arguments[0])
    if origin is Mapping:
        entry = _reader(arguments[1])
        return lambda content: {key: entry(value) for key, value in content.items()}
    if origin is frozenset:
        return frozenset
    if hint in RECORDS:
        return partial(_build, hint)
    return (lambda content: hint(*content)) if issubclass(hint, tuple) else hint


_PLANS: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    record: {name: _reader(hint) for name, hint in get_type_hints(record).items()} for record in RECORDS
}


# --- The diagram, found by exploring the law ------------------------------------------------------


def _news(**payment: Any) -> Facts:  # noqa: ANN401 - fields of Payment
    return Facts(payments={"p": Payment(**payment)})


def _paid(amount: int, *, failed: bool = False) -> Facts:
    charge = Charge(paid=True, failed=failed, captured=amount, currency="sar")
    return _news(ok=True, received=amount, charges={"ch": charge})


def _refund(refund_id: str, amount: int, status: str) -> Facts:
    final, rank = status in REFUND_FAILURES, REFUND_STATUSES.index(status)
    return _news(refunds={refund_id: Refund(final, 1, rank, "", status, amount, "sar", "ch", "", "")})


def _dispute(status: str, at: int) -> Facts:
    state = DisputeState(at, DISPUTE_STATUSES.index(status), "", status, 100, "sar", "ch", "", 0)
    return _news(disputes={"dp": Dispute(state, frozenset({status}) & DISPUTE_OUTCOMES)})


def _stories() -> Iterator[Sequence[tuple[str, Facts]]]:
    """News of one order of 100, told in parts small enough to be heard in every order."""
    succeeded, authorized = ("succeeded", _paid(100)), ("authorized", _news(authorized=True))
    closed = ("order canceled", Facts(cancel=Cancel(True, 1, False, "", "")))
    stages = [(STAGES[rank], _news(stage=Stage(at, rank, ""))) for at in (1, 2) for rank in (2, 3, 4)]
    yield [*stages, authorized, succeeded, ("canceled", _news(canceled=True))]
    yield [
        succeeded, ("refunded", _refund("re_2", 60, "succeeded")), ("dispute opened", _dispute("needs_response", 1)),
        ("refunded in part", _refund("re_1", 40, "succeeded")), ("refund failed", _refund("re_1", 40, "failed")),
        ("dispute lost", _dispute("lost", 2)), ("dispute won", _dispute("won", 3)),
    ]  # fmt: skip
    for verdict in ("accept", "dismiss"):  # a person gives one of them
        ruled = Facts(resolved={"amount_mismatch:p": Resolution(1, verdict, "", "")})
        wrong = ("wrong amount", _paid(70))
        yield [wrong, ("refunded", _refund("re_3", 70, "succeeded")), closed, (f"{verdict}ed by staff", ruled)]
    yield [
        succeeded, authorized, closed, ("failed late", _paid(100, failed=True)),
        ("taken without money", Facts(accepted=Accepted(1, "", ""))),
        ("paid outside", Facts(outside={"cash": Outside(False, 1, 100, "", "")})),
    ]  # fmt: skip


def transitions() -> dict[tuple[str, str, str], set[str]]:
    """Every change of status that the stories reach: (machine, from, to) -> the news that cause it."""
    found: dict[tuple[str, str, str], set[str]] = {}
    ours = Payment(expected=Expected(100, "sar"), intent="pi", terms=Terms(0, "", 100, "sar", ""))
    start = Dossier("o", Facts(terms=OrderTerms(1, 100, "sar", 0, 0), payments={"p": ours}))
    for story in _stories():
        reached, waiting = {dump(start)}, [start]
        while waiting:
            before = waiting.pop()
            for label, news in story:
                after = Dossier("o", merge(before.facts, news))
                for edge in _edges(read(before), read(after)):
                    found.setdefault(edge, set()).add(label)
                if (text := dump(after)) not in reached:
                    reached.add(text)
                    waiting.append(after)
    return found


def _edges(before: Reading, after: Reading) -> Iterator[tuple[str, str, str]]:
    if before.accounts["p"].status is not after.accounts["p"].status:
        yield "payment", before.accounts["p"].status, after.accounts["p"].status
    if before.status is not after.status:
        yield "order", before.status, after.status


def diagram() -> str:
    """The law as a Mermaid state diagram."""
    lines, found = ["stateDiagram-v2"], sorted(transitions().items())
    for machine, statuses in (("payment", PaymentStatus), ("order", OrderStatus)):
        lines += [f"    state {machine} {{", *(f"        {machine}_{status}: {status}" for status in statuses)]
        lines.append(f"        [*] --> {machine}_pending")
        lines += [
            f"        {machine}_{old} --> {machine}_{new}: {', '.join(sorted(causes))}"
            for (owner, old, new), causes in found
            if owner == machine
        ]
        lines.append("    }")
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram())
