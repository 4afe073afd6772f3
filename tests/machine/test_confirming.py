"""When an order is confirmed, when it is not, and that nobody is left without a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.machine import (
    REVIEWED,
    Dossier,
    Effect,
    Facts,
    Kind,
    OrderStatus,
    Payment,
    effects,
    merge,
    read,
    step,
)
from tests.machine.generated import facts, generously, unresolved_facts
from tests.machine.news import (
    ORDER,
    accepted,
    an_order,
    cancel_refused,
    cancel_requested,
    charge_succeeded,
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
)

CONFIRM = f"order:{ORDER}:confirm"


def _confirmations(dossier: Dossier) -> list[Effect]:
    return [effect for effect in effects(dossier) if effect.kind is Kind.ORDER_CONFIRMED]


def _is_rightly_paid(dossier: Dossier, payment: Payment) -> bool:
    """The right amount of the right currency, for this order, on a row of ours or adopted by a person."""
    assert dossier.facts.terms is not None
    captured = sum(charge.captured for charge in payment.charges.values() if charge.paid)
    told = {charge.currency for charge in payment.charges.values()} | {payment.terms.currency if payment.terms else ""}
    adopted = [reference for reference, entry in dossier.facts.outside.items() if not entry.voided]
    named = payment.terms.order_id if payment.terms else ""
    return (
        max(payment.received, captured) == dossier.facts.terms.total
        and told - {""} == {"sar"}
        and (payment.intent in adopted or (payment.expected is not None and named in ("", ORDER)))
    )


@generously
@given(st.lists(unresolved_facts, min_size=1, max_size=3))
def test_nothing_but_the_right_money_confirms(news: list[Facts]) -> None:
    """Without a person's word, no confirmation on a wrong amount, currency or order, nor after an agreed cancel."""
    dossier = Dossier(ORDER, known(placed(), *news))
    for effect in _confirmations(dossier):
        cancel, terms = dossier.facts.cancel, dossier.facts.terms
        assert terms is not None
        assert cancel is None or not cancel.agreed
        if effect.payment_id:
            assert _is_rightly_paid(dossier, dossier.facts.payments[effect.payment_id])
        else:
            assert sum(entry.amount for entry in dossier.facts.outside.values() if not entry.voided) >= terms.total


@generously
@given(st.lists(facts, min_size=1, max_size=4))
def test_a_withheld_confirmation_has_an_alert(news: list[Facts]) -> None:
    """As soon as money of the order is in, it was confirmed, or an alert was raised that says why not."""
    dossier = Dossier(ORDER, placed())
    for piece in news:
        dossier, _ = step(dossier, piece)
        reasons = {f"alert:{flag.key}" for flag in read(dossier).flags if flag.name in REVIEWED}
        if read(dossier).gross:
            assert dossier.announced & (reasons | {CONFIRM, f"alert:paid_unconfirmed:{ORDER}"})


@generously
@given(facts)
def test_nothing_is_due_before_the_order_is_placed(news: Facts) -> None:
    """Facts that overtake the order wait for its terms: they cannot be judged, so they have no effect."""
    early = Facts(None, news.cancel, news.accepted, news.outside, news.resolved, news.asked, news.payments)
    dossier, due = step(Dossier(ORDER), early)
    assert due == ()
    assert not read(dossier).confirms
    assert step(dossier, placed())[1] == step(Dossier(ORDER), merge(early, placed()))[1]


def test_cash_for_an_order_that_was_not_placed_confirms_nothing() -> None:
    """Without terms there is no amount that would be enough."""
    assert not read(Dossier(ORDER, paid_outside())).confirms


def test_a_small_refund_seen_first_does_not_hide_a_paid_order() -> None:
    """A paid order is confirmed although a tenth of it was refunded before we heard of the payment."""
    dossier, _ = step(an_order(), *told(refund("re_1", 10)))
    _, due = step(dossier, *told(succeeded()))
    assert CONFIRM in [effect.key for effect in due]


@pytest.mark.parametrize("status", ["requires_action", "pending", "succeeded", "failed", "canceled", "a_new_one"])
def test_a_full_refund_seen_first_withholds_the_confirmation(status: str) -> None:
    """Whoever wanted all the money back is not sent the goods, even if that refund failed: staff are told."""
    dossier, _ = step(an_order(), *told(refund("re_1", 100, status)))
    dossier, _ = step(dossier, *told(succeeded()))
    assert CONFIRM not in dossier.announced
    alerts = {f"alert:paid_unconfirmed:{ORDER}", "alert:refund_failed:re_1"}
    assert len(dossier.announced & alerts) == 1


@pytest.mark.parametrize("wish", [cancel_requested(), cancel_refused()], ids=["requested", "refused"])
def test_a_cancel_that_stripe_did_not_agree_to_holds_nothing_up(wish: Facts) -> None:
    """Stripe decides between cancel and payment: a wish alone does not withhold the confirmation."""
    dossier, _ = step(an_order(wish), *told(succeeded()))
    assert CONFIRM in dossier.announced
    assert read(dossier).status is OrderStatus.CONFIRMED


def test_an_amended_order_is_not_confirmed_by_the_old_price() -> None:
    """Paying the total of an earlier revision is paying the wrong amount."""
    dossier, _ = step(an_order(placed(140, revision=2)), *told(succeeded()))
    assert CONFIRM not in dossier.announced
    assert read(dossier).status is OrderStatus.REVIEW


def test_a_charge_of_unknown_currency_does_not_confirm() -> None:
    """An amount without a currency is not yet the right amount; once the currency is told, it is."""
    row = of_payment(Payment(expected=started().payments["pay_1"].expected))
    dossier, _ = step(Dossier(ORDER, merge(placed(), row)), *told(charge_succeeded(currency="")))
    assert CONFIRM not in dossier.announced
    assert CONFIRM in step(dossier, *told(charge_succeeded()))[0].announced


def test_two_payments_confirm_once() -> None:
    """An order paid twice reads the same and is confirmed by the same payment, whichever came first."""
    pieces = [started(), started("pay_2", "pi_2"), *told(succeeded(70), elsewhere(succeeded(70)))]
    one, other = (Dossier(ORDER, known(placed(70), *order)) for order in (pieces, reversed(pieces)))
    assert read(one) == read(other)
    assert _confirmations(one) == _confirmations(other) == [Effect(CONFIRM, Kind.ORDER_CONFIRMED, "pay_1")]
    wrong, as_wrong = (step(dossier, placed(revision=2))[0] for dossier in (one, other))
    assert read(wrong) == read(as_wrong)


def test_money_from_outside_confirms() -> None:
    """Cash for the whole order confirms it, and names no payment of Stripe's."""
    assert _confirmations(an_order(paid_outside())) == [Effect(CONFIRM, Kind.ORDER_CONFIRMED)]
    assert _confirmations(an_order(paid_outside(40), paid_outside(60, "cash-2"))) != []
    assert _confirmations(an_order(paid_outside(voided=True))) == []


def test_outside_money_that_is_a_payment_intent_never_counts_twice() -> None:
    """Recording a stray PaymentIntent as outside money binds it to the order: its own facts are the money."""
    stray = known(placed(), *told(succeeded()))
    assert read(Dossier(ORDER, stray)).status is OrderStatus.REVIEW
    adopted = Dossier(ORDER, merge(stray, paid_outside(reference="pi_1")))
    assert read(adopted).gross == 100
    assert read(adopted).status is OrderStatus.CONFIRMED
    assert [effect.payment_id for effect in _confirmations(adopted)] == ["pay_1"]
    voided = Dossier(ORDER, merge(stray, paid_outside(reference="pi_1", voided=True)))
    assert read(voided).status is OrderStatus.REVIEW


@pytest.mark.parametrize("loss", [dispute("needs_response"), dispute("lost", amount=40)], ids=["open", "lost in part"])
def test_disputed_money_does_not_confirm(loss: object) -> None:
    """Money that the bank is taking back does not send goods off."""
    assert callable(loss)
    dossier, _ = step(an_order(*told(loss)), *told(succeeded()))
    assert CONFIRM not in dossier.announced
    assert f"alert:paid_unconfirmed:{ORDER}" in dossier.announced


def test_a_person_may_confirm_what_the_law_withheld() -> None:
    """Accepting paid_unconfirmed confirms an order that lost a part to a dispute, but not while the dispute is open."""
    word = accepted(f"paid_unconfirmed:{ORDER}")
    assert _confirmations(an_order(*told(succeeded(), dispute("lost", amount=40)), word))
    assert not _confirmations(an_order(*told(succeeded(), dispute("needs_response")), word))
    assert not _confirmations(an_order(*told(succeeded(), refund("re_1", 100)), word))
    assert not _confirmations(an_order(*told(succeeded(), refund("re_1", 100, "pending")), word))
    assert not _confirmations(an_order(*told(succeeded(), refund("re_1", 100, "failed")), word))


def test_a_person_may_confirm_a_deposit_only_once_nothing_else_waits() -> None:
    """Accepting paid_unconfirmed sends the goods off for a deposit in cash, unless a failed refund still waits."""
    word = accepted(f"paid_unconfirmed:{ORDER}")
    deposit = an_order(paid_outside(40), dismissed(f"underpaid:{ORDER}"), word)
    assert _confirmations(deposit)
    assert not _confirmations(step(deposit, known(*told(succeeded(), refund("re_1", 100, "failed"))))[0])
