"""Facts as nobody would think them up: every combination that the types allow, over a small world.

Few ids, times and amounts, so that generated facts meet: they speak of the same charges, tie in the same second and
add up to the order's total more often than chance would have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

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
)
from tests.machine.news import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

V = TypeVar("V")

times = st.integers(1, 4)
amounts = st.sampled_from([0, 30, 40, 60, 70, 100, 100, 100])
sources = st.sampled_from(["evt_1", "evt_2", "api:req_1"])
currencies = st.sampled_from(["sar", "sar", "sar", "aed"])
payment_ids = st.sampled_from(["pay_1", "pay_2"])
charge_ids = st.sampled_from(["ch_1", "ch_2"])
actors = st.sampled_from(["staff:7", "staff:8"])
FLAGS = [
    *(f"{name}:{payment}" for name in ("amount_mismatch", "currency_mismatch", "wrong_binding", "paid_after_cancel")
      for payment in ("pay_1", "pay_2")),
    "refund_failed:re_1", "refund_failed:re_2", f"underpaid:{ORDER}", f"paid_after_cancel:{ORDER}", f"paid_unconfirmed:{ORDER}",
]  # fmt: skip


def few(keys: Sequence[str], values: st.SearchStrategy[V]) -> st.SearchStrategy[dict[str, V]]:
    """A mapping of at most two of these keys."""
    return st.dictionaries(st.sampled_from(keys), values, max_size=2)


def _refund(at: int, status: str, amount: int, charge: str, request: str, source: str) -> Refund:  # noqa: PLR0917
    rank = REFUND_STATUSES.index(status) if status in REFUND_STATUSES else 1
    return Refund(status in REFUND_FAILURES, at, rank, source, status, amount, "sar", charge, request, "")


def _dispute(at: int, status: str, amount: int, currency: str, charge: str, source: str) -> Dispute:  # noqa: PLR0917
    state = DisputeState(at, DISPUTE_STATUSES.index(status), source, status, amount, currency, charge, "", 0)
    return Dispute(state, DISPUTE_OUTCOMES & {status})


refund_statuses = st.sampled_from([*REFUND_STATUSES, "a_status_of_tomorrow"])
requests = st.sampled_from(["", "rfd_1", "rfd_2"])
refunds = st.builds(_refund, times, refund_statuses, amounts, charge_ids, requests, sources)
disputes = st.builds(_dispute, times, st.sampled_from(DISPUTE_STATUSES), amounts, currencies, charge_ids, sources)
charges = st.builds(
    Charge,
    paid=st.booleans(),
    failed=st.booleans(),
    expired=st.booleans(),
    captured=amounts,
    refunded=st.none() | st.builds(RefundedTotal, times, amounts, sources),
    currency=st.just("") | currencies,
    last4=st.sampled_from(["", "4242"]),
)
payments = st.builds(
    Payment,
    created=times,
    expected=st.none() | st.just(Expected(100, "sar")),
    retired=st.booleans(),
    intent=st.sampled_from(["", "pi_1", "pi_2"]),
    ok=st.booleans(),
    authorized=st.booleans(),
    canceled=st.booleans(),
    received=amounts,
    stage=st.none() | st.builds(Stage, times, st.integers(0, len(STAGES) - 1), sources),
    terms=st.none() | st.builds(Terms, times, sources, amounts, currencies, st.sampled_from([ORDER, ORDER, "", "999"])),
    paid_at=st.none() | st.builds(Earliest, times),
    charges=few(["ch_1", "ch_2"], charges),
    refunds=few(["re_1", "re_2"], refunds),
    disputes=few(["dp_1", "dp_2"], disputes),
    attempts=few(
        ["ch_1", "evt_1"], st.builds(Attempt, st.integers(0, 1), times, st.just("card_declined"), st.just(""))
    ),
    warnings=st.frozensets(st.sampled_from(["early_fraud:issfr_1", "radar_review"]), max_size=2),
)
cancels = st.builds(Cancel, st.booleans(), times, st.booleans(), st.sampled_from(["requested", "expired"]), actors)
terms = st.builds(OrderTerms, st.integers(1, 2), st.sampled_from([100, 100, 140]), st.just("sar"), times, st.just(0))
resolutions = st.builds(Resolution, times, st.sampled_from(["accept", "dismiss"]), actors, st.just(""))
unresolved_facts = st.builds(
    Facts,
    terms=st.none() | terms,
    cancel=st.none() | cancels,
    accepted=st.none() | st.builds(Accepted, times, st.just("cash_on_delivery"), actors),
    outside=few(["cash-1", "pi_1"], st.builds(Outside, st.booleans(), times, amounts, st.just("cash"), actors)),
    asked=few(
        ["rfd_1", "rfd_2"], st.builds(Asked, st.booleans(), st.sampled_from(["", "re_1"]), times, amounts, payment_ids)
    ),
    payments=few(["pay_1", "pay_2"], payments),
)
facts = st.builds(
    lambda news, resolved: Facts(**{**{name: getattr(news, name) for name in Facts.__slots__}, "resolved": resolved}),
    unresolved_facts,
    few(FLAGS, resolutions),
)
