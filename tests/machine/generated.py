"""Facts as nobody would think them up: any handful of the words that Stripe, the shop and its staff can say.

Few ids, times and amounts, so that the words meet: they speak of the same charges, tie in the same second and add up
to the order's total more often than chance would have it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gulf_payments.machine import (
    DISPUTE_STATUSES,
    REFUND_STATUSES,
    STAGES,
    Asked,
    Attempt,
    Cancel,
    Charge,
    Expected,
    Facts,
    Payment,
    RefundedTotal,
    Stage,
    Terms,
)
from tests.machine.news import (
    ORDER,
    accepted,
    dismissed,
    dispute,
    known,
    of_payment,
    paid_outside,
    placed,
    refund,
    started,
    taken_without_money,
    told,
    warned,
)
from tests.machine.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable

generously = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])

TIMES, AMOUNTS, SOURCES = (1, 2, 3), (0, 30, 70, 100), ("evt_1", "api:req_1")
PAYMENTS, CHARGES, CURRENCIES = ("pay_1", "pay_2"), ("ch_1", "ch_2"), ("sar", "aed")
FLAGS = (
    *map(":".join, product(["amount_mismatch", "currency_mismatch", "wrong_binding", "paid_after_cancel"], PAYMENTS)),
    *("refund_failed:re_1", "refund_failed:re_2", "late_failure:ch_1", f"paid_twice:{ORDER}"),
    *(f"{name}:{ORDER}" for name in ("underpaid", "paid_after_cancel", "paid_unconfirmed")),
)

of_the_row = [
    Payment(retired=True),
    Payment(expected=Expected(100, "sar"), request="digest"),
    *(Payment(created=at, intent=intent) for at, intent in product(TIMES, ("pi_1", "pi_2"))),
]
of_the_intent = [
    *(Payment(ok=True, received=amount) for amount in AMOUNTS),
    *(Payment(authorized=True), Payment(canceled=True, cancel_reason="abandoned")),
    *(Payment(stage=Stage(at, rank, "evt_1")) for at, rank in product(TIMES, range(len(STAGES)))),
]
of_the_terms = [
    Payment(terms=Terms(*terms)) for terms in product(TIMES, SOURCES, AMOUNTS, CURRENCIES, ("", ORDER, "999"))
]
of_a_charge = [
    Payment(charges={charge: words})
    for charge in CHARGES
    for words in (
        *(Charge(paid=True), Charge(failed=True), Charge(expired=True, last4="4242")),
        *(Charge(paid=True, captured=amount) for amount in AMOUNTS),
        *(Charge(currency=currency) for currency in CURRENCIES),
        *(Charge(refunded=RefundedTotal(*total)) for total in product(TIMES, AMOUNTS, SOURCES)),
    )
]
of_an_attempt = [
    Payment(attempts={attempt: Attempt(detail, at, "card_declined", "")})
    for attempt, detail, at in product(("ch_1", "evt_1"), (0, 1), TIMES)
]
of_a_refund = [
    refund(refund_id, amount, status, request=request)(at, "evt_1").payments["pay_1"]
    for refund_id, amount, status, request, at in product(
        ("re_1", "re_2"), AMOUNTS, (*REFUND_STATUSES, "one_of_tomorrow"), ("", "rfd_1"), TIMES
    )
]
of_a_dispute = [
    dispute(status, dispute_id, amount=amount, currency=currency, charge=charge)(at, "evt_1").payments["pay_1"]
    for status, dispute_id, amount, currency, charge, at in product(
        (*DISPUTE_STATUSES, "one_of_tomorrow"), ("dp_1", "dp_2"), AMOUNTS, CURRENCIES, CHARGES, TIMES
    )
]
of_the_shop = [
    *(placed(), placed(140, revision=2), taken_without_money(), taken_without_money("bank_transfer")),
    *(Facts(cancel=Cancel(*wish, "expired", "")) for wish in product((False, True), TIMES, (False, True))),
    *(paid_outside(*cash, voided=voided) for cash in product(AMOUNTS, ("cash-1", "pi_1")) for voided in (False, True)),
]
of_its_refunds = [
    Facts(asked={"rfd_1": Asked(*asked)}) for asked in product((False, True), ("", "re_1"), TIMES, AMOUNTS, PAYMENTS)
]
of_the_staff = [verdict(flag, at=at) for verdict, flag, at in product((accepted, dismissed), FLAGS, TIMES)]


def _of_either(words: Iterable[Payment]) -> st.SearchStrategy[Facts]:
    return st.sampled_from([of_payment(payment, payment_id) for payment, payment_id in product(words, PAYMENTS)])


by_stripe = st.one_of(
    _of_either(of_the_row),
    _of_either(of_the_intent),
    _of_either(of_the_terms),
    _of_either(of_a_charge),
    _of_either(of_an_attempt),
    _of_either(of_a_refund),
    _of_either(of_a_dispute),
    st.sampled_from([news(1, "evt_1") for news in (warned("early_fraud:issfr_1"), warned("radar_review"))]),
    st.sampled_from([known(stream.rows, *told(*stream.news)) for stream in STREAMS]),
    st.sampled_from([started(), started("pay_2", "pi_2", at=2), started(order="999")]),
)
words = by_stripe | st.sampled_from(of_the_shop) | st.sampled_from(of_its_refunds)
unresolved_facts = st.lists(words, max_size=8).map(lambda said: known(*said))
facts = st.lists(words | st.sampled_from(of_the_staff), max_size=10).map(lambda said: known(*said))
