"""Facts merge by a join, whatever they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.machine import Cancel, Dossier, Facts, Refund, dump, merge, read, step
from tests.machine.generated import facts, generously
from tests.machine.news import (
    ORDER,
    accepted,
    an_order,
    cancel_refused,
    cancel_requested,
    canceled_by_shop,
    dismissed,
    known,
    placed,
    refund,
    succeeded,
    told,
)

SEVERAL = st.lists(facts, max_size=4)


@generously
@given(facts, facts)
def test_it_does_not_matter_who_speaks_first(x: Facts, y: Facts) -> None:
    """The join is commutative."""
    assert merge(x, y) == merge(y, x)


@generously
@given(facts, facts, facts)
def test_it_does_not_matter_what_is_put_together_first(x: Facts, y: Facts, z: Facts) -> None:
    """The join is associative."""
    assert merge(merge(x, y), z) == merge(x, merge(y, z))


@generously
@given(facts, facts)
def test_hearing_it_twice_adds_nothing(x: Facts, y: Facts) -> None:
    """The join is idempotent, and knowing more never forgets."""
    both = merge(x, y)
    assert merge(x, x) == x
    assert merge(both, x) == both == merge(both, y)


@generously
@given(facts)
def test_no_news_is_no_news(x: Facts) -> None:
    """Empty facts are the join's zero, on either side."""
    assert merge(x, Facts()) == x == merge(Facts(), x)


@generously
@given(SEVERAL)
def test_merging_leaves_what_it_merged_alone(news: list[Facts]) -> None:
    """A merge builds new facts; those it was given still say what they said."""
    before = [dump(Dossier(ORDER, piece)) for piece in news]
    known(*news)
    assert [dump(Dossier(ORDER, piece)) for piece in news] == before


@generously
@given(SEVERAL, st.data())
def test_any_order_of_any_news_reads_the_same(news: list[Facts], data: st.DataObject) -> None:
    """Shuffled and doubled news of any kind ends in the same facts, and so in the same reading."""
    shuffled = data.draw(st.permutations([*news, *news]))
    one, other = (Dossier(ORDER, known(placed(), *pieces)) for pieces in (news, shuffled))
    assert one.facts == other.facts
    assert read(one) == read(other)


@generously
@given(SEVERAL)
def test_redelivery_changes_nothing_and_announces_nothing(news: list[Facts]) -> None:
    """Each piece of news, delivered again at any later time, is heard in silence; no key is ever given out twice."""
    dossier, given_out = Dossier(ORDER, placed()), []
    for index, piece in enumerate(news):
        dossier, effects = step(dossier, piece)
        given_out += [effect.key for effect in effects]
        for old in news[: index + 1]:
            assert step(dossier, old) == (dossier, ())
    assert len(set(given_out)) == len(given_out)
    assert dossier.announced == frozenset(given_out)


def test_a_failed_refund_stays_failed() -> None:
    """A refund's failure is final: a later word that it succeeded does not undo it, nor an earlier one."""
    (failed,) = told(refund("re_1", 40, "failed"), start=10)
    (later,) = told(refund("re_1", 40, "succeeded"), start=20)
    assert _refund(known(failed, later)).status == _refund(known(later, failed)).status == "failed"


def _refund(news: Facts) -> Refund:
    return news.payments["pay_1"].refunds["re_1"]


def test_an_agreed_cancel_stays_agreed() -> None:
    """A wish to cancel may be refused and repeated; once Stripe agreed, no later word reopens the order."""
    wishes = [cancel_requested(5), cancel_refused(6), cancel_requested(7)]
    assert _cancel(known(*wishes)) == _cancel(cancel_requested(7))
    assert _cancel(known(cancel_requested(5), cancel_refused(5))).refused
    assert _cancel(known(*wishes, canceled_by_shop(3))) == _cancel(canceled_by_shop(3))


def _cancel(news: Facts) -> Cancel:
    assert news.cancel is not None
    return news.cancel


def test_the_first_verdict_stands() -> None:
    """Two people who disagree about a flag do not overrule each other: the earlier verdict is kept."""
    early, late = accepted("underpaid:1017", at=1), dismissed("underpaid:1017", at=2)
    assert known(late, early) == known(early, late) == early


def test_a_new_revision_of_the_order_replaces_the_old() -> None:
    """An amended order is known by its highest revision, in whatever order the revisions arrive."""
    amended = placed(140, revision=2)
    assert known(amended, placed()) == known(placed(), amended) == amended


def test_the_first_report_of_the_payment_dates_it() -> None:
    """A payment was paid when the earliest report says so."""
    reports = told(succeeded(), succeeded(), start=30)
    paid_at = known(*reversed(reports)).payments["pay_1"].paid_at
    assert paid_at is not None
    assert paid_at.at == 30


def test_a_step_leaves_the_old_dossier_alone() -> None:
    """The dossier that was stepped still says what it said, so a rolled-back transaction leaves no trace."""
    before = an_order()
    copy = replace(before)
    step(before, *told(succeeded()))
    assert before == copy
