"""What waits for a person, and what a person's word does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.machine import (
    REVIEWED,
    Dossier,
    Facts,
    Flag,
    Kind,
    OrderStatus,
    Payment,
    PaymentStatus,
    effects,
    merge,
    read,
    step,
    unresolved,
)
from tests.machine.generated import facts, generously
from tests.machine.news import (
    ORDER,
    accepted,
    an_order,
    canceled_by_shop,
    capturable,
    charge_succeeded,
    created,
    dismissed,
    dispute,
    elsewhere,
    known,
    of_payment,
    paid_outside,
    placed,
    refund,
    started,
    succeeded,
    told,
    warned,
)

CONFIRM = f"order:{ORDER}:confirm"

# What puts an order in review, by the flag that a person must resolve.
REVIEWS = {
    "amount_mismatch:pay_1": an_order(*told(succeeded(70))),
    "currency_mismatch:pay_1": an_order(*told(succeeded(currency="aed"))),
    "wrong_binding:pay_1": Dossier(ORDER, known(placed(), *told(created, succeeded()))),
    "paid_after_cancel:pay_1": an_order(canceled_by_shop(), *told(succeeded())),
    f"paid_after_cancel:{ORDER}": an_order(canceled_by_shop(), paid_outside()),
    "refund_failed:re_1": an_order(*told(succeeded(), refund("re_1", 100, "failed"))),
    f"underpaid:{ORDER}": an_order(paid_outside(40)),
}
each_review = pytest.mark.parametrize(("flag", "held"), REVIEWS.items(), ids=REVIEWS)


def _waiting(dossier: Dossier) -> list[Flag]:
    return [flag for flag in read(dossier).flags if flag.name in REVIEWED and flag.key not in dossier.facts.resolved]


@generously
@given(facts, st.data())
def test_every_review_has_a_way_out(news: Facts, data: st.DataObject) -> None:
    """Whatever put an order in review, it leaves once every waiting flag got a verdict: any, in any order."""
    dossier = Dossier(ORDER, merge(placed(), news))
    while waiting := _waiting(dossier):
        verdict = data.draw(st.sampled_from([accepted, dismissed]))
        dossier, _ = step(dossier, verdict(data.draw(st.sampled_from(waiting)).key))
    assert read(dossier).status is not OrderStatus.REVIEW


@generously
@given(facts)
def test_a_review_names_what_it_waits_for(news: Facts) -> None:
    """An order in review has at least one waiting flag, an alert for it, and news that it needs review."""
    dossier, _ = step(Dossier(ORDER, placed()), news)
    waiting = _waiting(dossier)
    if read(dossier).status is OrderStatus.REVIEW:
        assert waiting
    for flag in waiting:
        assert flag in unresolved(dossier)
        assert f"order:{ORDER}:review:{flag.key}" in dossier.announced


def test_every_flag_that_holds_is_told_of_here() -> None:
    """The reviews below cover each flag that waits for a person."""
    assert {flag.partition(":")[0] for flag in REVIEWS} == REVIEWED


@each_review
def test_before_a_word_is_said_nothing_is_confirmed(flag: str, held: Dossier) -> None:
    """The order is in review, one alert is raised and nothing confirmed."""
    dossier, _ = step(held, Facts())
    assert read(dossier).status is OrderStatus.REVIEW
    assert dossier.announced == {f"alert:{flag}", f"order:{ORDER}:review:{flag}"} | _aside(held)


def _aside(held: Dossier) -> set[str]:
    """A failed refund is news of its own."""
    return {f"refund:{refund_id}:failed" for payment in held.facts.payments.values() for refund_id in payment.refunds}


@each_review
def test_accepting_confirms(flag: str, held: Dossier) -> None:
    """Accept means go on: the confirmation is due at once, and the order is confirmed."""
    before, _ = step(held, Facts())
    dossier, due = step(before, accepted(flag))
    assert [effect.key for effect in due] == [CONFIRM]
    assert read(dossier).status is OrderStatus.CONFIRMED
    assert unresolved(dossier) == ()


@each_review
def test_dismissing_never_confirms(flag: str, held: Dossier) -> None:
    """Dismiss means dealt with: the order leaves review unconfirmed, and contradicting money counts no more."""
    before, _ = step(held, Facts())
    dossier, _ = step(before, dismissed(flag))
    reading = read(dossier)
    assert CONFIRM not in dossier.announced
    assert reading.status is not OrderStatus.REVIEW
    assert (reading.gross == 0) is (flag.partition(":")[0] not in {"refund_failed", "underpaid"})


def test_both_contradictions_of_one_payment_must_be_accepted() -> None:
    """Too little and in another currency: one accepted flag is not enough, one dismissed is."""
    odd = an_order(*told(succeeded(70, currency="aed")))
    once, _ = step(odd, accepted("amount_mismatch:pay_1"))
    assert read(once).status is OrderStatus.REVIEW
    twice, due = step(once, accepted("currency_mismatch:pay_1"))
    assert CONFIRM in [effect.key for effect in due]
    assert read(twice).status is OrderStatus.CONFIRMED
    assert read(step(once, dismissed("currency_mismatch:pay_1"))[0]).status is OrderStatus.PENDING


def test_accepting_more_than_the_total_still_asks_for_the_total_only() -> None:
    """Of 120 accepted for an order of 100, giving the 20 back leaves a confirmed order."""
    dossier = an_order(*told(succeeded(120), refund("re_1", 20)), accepted("amount_mismatch:pay_1"))
    assert read(dossier).status is OrderStatus.CONFIRMED


def test_flags_are_listed_in_one_order() -> None:
    """Two failed refunds are two flags, listed alike whichever failed first."""
    failures = told(refund("re_1", 40, "failed"), refund("re_2", 40, "failed"))
    one, other = (an_order(*told(succeeded()), *order) for order in (failures, reversed(failures)))
    assert read(one) == read(other)


def test_accepting_less_does_not_let_other_money_through() -> None:
    """A payment accepted for its amount and dismissed for its order lowers nothing: 40 in cash stay too little."""
    stray = known(placed(), *told(succeeded(70)), accepted("amount_mismatch:pay_1"), dismissed("wrong_binding:pay_1"))
    dossier = Dossier(ORDER, merge(stray, paid_outside(40)))
    assert not read(dossier).confirms
    assert Flag("underpaid", ORDER) in read(dossier).flags


def test_a_dismissed_stray_leaves_the_real_payment_alone() -> None:
    """A stray PaymentIntent holds a paid order until a person dismisses it; its money stays refundable."""
    stray = told(elsewhere(succeeded()))
    dossier = an_order(*told(succeeded()), *stray)
    assert read(dossier).status is OrderStatus.REVIEW
    assert CONFIRM in {effect.key for effect in effects(dossier)}
    dossier, _ = step(dossier, dismissed("wrong_binding:pay_2"))
    reading = read(dossier)
    assert (reading.status, reading.gross, reading.refundable) == (OrderStatus.CONFIRMED, 100, 200)


def test_a_dismissed_authorisation_is_not_offered_for_capture() -> None:
    """A hold of the wrong amount is announced only once a person accepts it; dismissed, it is none of the order's."""
    odd = an_order(*told(capturable(70)))
    assert read(odd).accounts["pay_1"].status is PaymentStatus.REVIEW
    assert not _authorized(odd)
    assert _authorized(step(odd, accepted("amount_mismatch:pay_1"))[0])
    dropped, _ = step(odd, dismissed("amount_mismatch:pay_1"))
    assert not _authorized(dropped)
    assert read(dropped).status is OrderStatus.PENDING


def _authorized(dossier: Dossier) -> bool:
    return Kind.ORDER_AUTHORIZED in {effect.kind for effect in effects(dossier)}


def test_money_accepted_after_a_cancel_reopens_the_order() -> None:
    """Whoever accepts money that came too late takes the order back: it is not closed and not announced as canceled."""
    late = an_order(canceled_by_shop(), *told(succeeded()))
    assert read(late).closed
    reopened, _ = step(late, accepted("paid_after_cancel:pay_1"))
    assert not read(reopened).closed
    dismissed_, due = step(late, dismissed("paid_after_cancel:pay_1"))
    assert read(dismissed_).status is OrderStatus.CANCELED
    assert Kind.ORDER_CANCELED in {effect.kind for effect in due}


def test_dismissed_money_is_not_held_again_by_a_cancel() -> None:
    """Whoever said that a payment is none of the order's is not asked once more because the order was canceled."""
    dossier, _ = step(an_order(*told(succeeded(70)), dismissed("amount_mismatch:pay_1")), canceled_by_shop())
    assert read(dossier).status is OrderStatus.CANCELED
    assert f"order:{ORDER}:canceled" in dossier.announced
    assert "alert:paid_after_cancel:pay_1" not in dossier.announced


def test_cash_after_a_cancel_needs_its_own_word() -> None:
    """Accepting the card's late money says nothing of late cash."""
    both = an_order(canceled_by_shop(), *told(succeeded(70)), paid_outside())
    for flag in ("paid_after_cancel:pay_1", "amount_mismatch:pay_1"):
        both, _ = step(both, dismissed(flag))
    assert not read(both).confirms
    assert read(step(both, accepted(f"paid_after_cancel:{ORDER}"))[0]).confirms


def test_a_dismissed_shortfall_waits_for_the_rest() -> None:
    """A deposit that a person let stand leaves the order pending; the rest confirms it."""
    deposit = an_order(paid_outside(40), dismissed(f"underpaid:{ORDER}"))
    assert read(deposit).status is OrderStatus.PENDING
    assert read(merge_(deposit, paid_outside(60, "cash-2"))).confirms


def merge_(dossier: Dossier, news: Facts) -> Dossier:
    """The dossier with news merged, its effects left aside."""
    return step(dossier, news)[0]


def test_a_success_without_money_has_a_way_out() -> None:
    """A PaymentIntent that succeeded with nothing received waits for a person, and stops waiting."""
    nothing = an_order(*told(succeeded(0)))
    assert read(nothing).status is OrderStatus.REVIEW
    for verdict in (accepted, dismissed):
        assert read(merge_(nothing, verdict("amount_mismatch:pay_1"))).status is OrderStatus.PENDING


def test_a_disputed_success_without_money_is_not_yet_disputed() -> None:
    """A dispute of nothing takes nothing away: what waits is still the success without money."""
    nothing = an_order(*told(succeeded(0), dispute("needs_response")))
    assert read(nothing).accounts["pay_1"].status is PaymentStatus.REVIEW


def test_an_authorisation_of_unknown_amount_is_not_yet_wrong() -> None:
    """Until the PaymentIntent says for how much, a hold contradicts nothing."""
    row = Payment(expected=started().payments["pay_1"].expected, authorized=True)
    assert read(Dossier(ORDER, merge(placed(), of_payment(row)))).flags == ()


def test_cash_for_a_paid_order_is_paid_twice() -> None:
    """Money by card and money in cash for one order raise one alert, and hold nothing up."""
    dossier, _ = step(an_order(paid_outside(), *told(succeeded())), Facts())
    assert unresolved(dossier) == (Flag("paid_twice", ORDER),)
    assert read(dossier).status is OrderStatus.CONFIRMED


def test_an_accepted_failed_refund_still_leaves_the_others_standing() -> None:
    """Of two full refunds one failed: accepting that does not send goods off while the other is under way."""
    story = told(succeeded(), refund("re_1", 100, "failed"), refund("re_2", 100, "pending"))
    dossier = an_order(*story, accepted("refund_failed:re_1"))
    assert not read(dossier).confirms


def test_unresolved_lists_what_nobody_answered() -> None:
    """The anomalies of an order are its alerts without a verdict, whatever raised them."""
    rows = known(started(), started("pay_2", "pi_2"))
    dossier, _ = step(
        an_order(rows),
        known(*told(charge_succeeded(), elsewhere(succeeded()), warned("early_fraud:issfr_1"), warned("radar_review"))),
    )
    assert unresolved(dossier) == (Flag("early_fraud", "issfr_1"), Flag("paid_twice", ORDER), Flag("radar_review", ""))
    assert unresolved(merge_(dossier, dismissed(f"paid_twice:{ORDER}"))) == (
        Flag("early_fraud", "issfr_1"),
        Flag("radar_review", ""),
    )


def test_a_confirmed_order_is_no_longer_unconfirmed() -> None:
    """An alert that the order was not confirmed answers itself when it is."""
    waiting, _ = step(an_order(*told(dispute("needs_response"))), *told(succeeded()))
    assert unresolved(waiting) == (Flag("paid_unconfirmed", ORDER),)
    confirmed, _ = step(waiting, *told(dispute("won"), start=50))
    assert unresolved(confirmed) == ()
