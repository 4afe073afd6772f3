"""What every outbox must keep: one `check_*` for each promise of the port Outbox.

Each takes a store and works in a scope of its own, so that all of them may share one database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from gulf_payments.ports import Delivery, Outcome, Storage, Verdict
from gulf_payments.testing.contracts.samples import NOON, Bench, Undone, at, raises

LEASE_SECONDS = 60
DONE, SKIPPED, DEAD = Outcome(verdict=Verdict.DONE), Outcome(verdict=Verdict.SKIPPED), Outcome(verdict=Verdict.DEAD)


def _claim(
    bench: Bench, seconds: int = 0, *, subscribers: Sequence[str] = ("fulfil",), limit: int = 100
) -> list[Delivery]:
    return bench.store.claim(bench.scope, subscribers, now=at(seconds), lease_seconds=LEASE_SECONDS, limit=limit)


def _keys(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.key for delivery in deliveries]


def check_a_claimed_delivery_is_whole(store: Storage) -> None:
    """A claim gives back every field that was recorded, an id of the store's, and the attempt's number."""
    bench = Bench(store)
    full = bench.delivery(
        "order:1:confirm", order_id="1", payment_id="pay_1", object_id="ch_1", detail="عطر", transient=True,
        after="order:1:accepted", body='{"id":"evt_1"}', due=5,
    )  # fmt: skip
    bench.post([full])
    (claimed,) = _claim(bench, 5)
    assert claimed.id, "a stored delivery has an id"
    assert claimed.attempt == 1, "the first claim is the first attempt"
    assert replace(claimed, id=0, attempt=0) == full, "a field came back changed"
    assert claimed.body == full.body, "the body came back changed"


def check_nothing_is_claimed_before_it_is_due(store: Storage) -> None:
    """A delivery can be claimed from its due time on, not a second earlier."""
    bench = Bench(store)
    bench.post([bench.delivery("later", due=900)])
    assert _claim(bench, 899) == [], "a delivery was claimed before it was due"
    assert _keys(_claim(bench, 900)) == ["later"], "a delivery that is due must be claimed"


def check_only_named_subscribers_are_claimed(store: Storage) -> None:
    """A worker gets what is for the subscribers it names, and nothing of anybody else's or of another scope."""
    bench, other = Bench(store), Bench(store)
    bench.post([bench.delivery("x", "mail"), bench.delivery("x", "fulfil"), bench.delivery("x", "ledger")])
    other.post([other.delivery("y", "mail")])
    claimed = _claim(bench, subscribers=("mail", "fulfil", "unknown"))
    assert sorted(delivery.subscriber for delivery in claimed) == ["fulfil", "mail"], "a claim took what it must not"
    assert _claim(bench, subscribers=()) == [], "without subscribers there is nothing to claim"


def check_a_claim_is_limited(store: Storage) -> None:
    """A claim takes at most `limit` deliveries, those that have waited longest; the next claim takes the rest."""
    bench = Bench(store)
    bench.post([bench.delivery(f"x:{due}", due=due) for due in (4, 1, 3, 0, 2)])
    assert _keys(_claim(bench, 10, limit=3)) == ["x:0", "x:1", "x:2"], "the limit or the order was not kept"
    assert _keys(_claim(bench, 10, limit=3)) == ["x:3", "x:4"], "the rest was lost, or claimed twice"


def check_a_lease_keeps_others_away(store: Storage) -> None:
    """While a lease runs its delivery cannot be claimed again; when it has run out it can, as the next attempt."""
    bench = Bench(store)
    bench.post([bench.delivery("x")])
    assert [delivery.attempt for delivery in _claim(bench)] == [1], "it was due"
    assert _claim(bench, LEASE_SECONDS - 1) == [], "a delivery was claimed during another's lease"
    assert [delivery.attempt for delivery in _claim(bench, LEASE_SECONDS)] == [2], "an abandoned delivery must return"


def check_a_lost_claim_settles_nothing(store: Storage) -> None:
    """A settle under an older attempt is refused and changes nothing; a late one that nobody overtook is accepted."""
    bench = Bench(store)
    bench.post([bench.delivery("x")])
    (slow,) = _claim(bench)
    (quick,) = _claim(bench, LEASE_SECONDS)
    assert not store.settle(slow, DEAD, now=at(61)), "an overtaken worker settled the delivery"
    assert [(entry.waiting, entry.dead) for entry in store.backlog(bench.scope)] == [(1, 0)], "it changed something"
    assert store.settle(quick, DONE, now=at(10 * LEASE_SECONDS)), "nobody overtook this claim: it still counts"
    assert not store.settle(quick, DONE, now=at(10 * LEASE_SECONDS)), "a delivery is settled once"


def check_a_retry_comes_back(store: Storage) -> None:
    """A delivery settled as RETRY comes back at its time and not before, body and all, as the next attempt."""
    bench = Bench(store)
    bench.post([bench.delivery("x", body="{}")])
    (first,) = _claim(bench)
    retry = Outcome(verdict=Verdict.RETRY, retry_at=at(300), error="SMTP 451")
    assert store.settle(first, retry, now=NOON), "the claim was ours"
    assert _claim(bench, 299) == [], "a retry came back early"
    (second,) = _claim(bench, 300)
    assert (second.attempt, second.body, second.due_at) == (2, "{}", NOON), "a retry is the same delivery again"


def check_finished_deliveries_stay_away(store: Storage) -> None:
    """What is done, skipped or dead is never claimed again, nor recorded again under its key."""
    for outcome in (DONE, SKIPPED, DEAD):
        bench = Bench(store)
        bench.post([bench.delivery("x")])
        (claimed,) = _claim(bench)
        assert store.settle(claimed, outcome, now=NOON), "the claim was ours"
        bench.post([bench.delivery("x")])
        assert _claim(bench, 10_000) == [], f"a delivery that is {outcome.verdict} was claimed again"


def check_an_order_is_delivered_in_turn(store: Storage) -> None:
    """One order's deliveries reach one subscriber by due time, then by recording, each after the one before is over."""
    for outcome in (DONE, SKIPPED, DEAD):
        bench = Bench(store)
        turns = [bench.delivery(key, order_id="1", due=due) for key, due in (("c", 5), ("a", 0), ("b", 0))]
        bench.post([*turns, bench.delivery("other", order_id="2"), bench.delivery("a", "mail", order_id="1")])
        everything = _claim(bench, 10, subscribers=("fulfil", "mail"))
        assert sorted(_keys(everything)) == ["a", "a", "other"], "an order's deliveries overtook one another"
        assert _claim(bench, 10) == [], "the next one went before the first was over"
        (first,) = (delivery for delivery in everything if (delivery.key, delivery.subscriber) == ("a", "fulfil"))
        assert store.settle(first, outcome, now=at(10)), "the claim was ours"
        (second,) = _claim(bench, 10)
        assert second.key == "b", f"after one that is {outcome.verdict}, the next in turn is due"
        assert store.settle(second, DONE, now=at(10)), "the claim was ours"
        assert _keys(_claim(bench, 10)) == ["c"], "the last one in turn is due"


def check_a_delayed_delivery_blocks_nothing_due_before_it(store: Storage) -> None:
    """A delivery that is due later lets pass what is due before it; one that waits for its retry does not."""
    bench = Bench(store)
    bench.post([bench.delivery("delayed", order_id="1", due=900), bench.delivery("now", order_id="1")])
    (first,) = _claim(bench, 1)
    assert first.key == "now", "a delayed delivery held up one that was due"
    assert store.settle(first, Outcome(verdict=Verdict.RETRY, retry_at=at(2000)), now=at(1)), "the claim was ours"
    assert _claim(bench, 1000) == [], "a delivery overtook an earlier one that waits for its retry"


def check_deliveries_of_no_order_have_no_turn(store: Storage) -> None:
    """Deliveries that belong to no order do not wait for one another."""
    bench = Bench(store)
    bench.post([bench.delivery("alert:a"), bench.delivery("alert:b")])
    assert sorted(_keys(_claim(bench))) == ["alert:a", "alert:b"], "deliveries of no order waited for one another"


def check_no_delivery_is_claimed_twice_at_once(store: Storage) -> None:
    """Four workers that claim at the same time share forty deliveries: each goes to one of them, none is left."""
    bench = Bench(store)
    bench.post([bench.delivery(f"x:{number:02}", order_id=str(number)) for number in range(40)])
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: _keys(_claim(bench, 1, limit=4)), range(24)))
    claimed = sorted(key for keys in claims for key in keys)
    assert claimed == [f"x:{number:02}" for number in range(40)], "a delivery was claimed twice, or by nobody"


def check_performing_happens_once(store: Storage) -> None:
    """`perform` runs the work and marks the delivery done; a second perform of that claim runs nothing."""
    bench = Bench(store)
    bench.post([bench.delivery("x")])
    (claimed,) = _claim(bench)
    runs: list[object] = []
    assert store.perform(claimed, runs.append, now=NOON), "the claim was ours"
    assert not store.perform(claimed, runs.append, now=NOON), "a delivery was performed twice"
    assert len(runs) == 1, "the work ran twice, or not at all"
    assert runs[0] is not None, "the work receives the store's own handle"
    assert _claim(bench, 10_000) == [], "a performed delivery was claimed again"


def check_failed_work_is_not_done(store: Storage) -> None:
    """When the work raises, the delivery is not done: its claim can still be settled, and the error comes out."""
    bench = Bench(store)
    bench.post([bench.delivery("x")])
    (claimed,) = _claim(bench)

    def fail(_handle: object) -> None:
        raise Undone

    with raises(Undone, "the work's error must come out"):
        store.perform(claimed, fail, now=NOON)
    assert store.settle(claimed, Outcome(verdict=Verdict.RETRY, retry_at=at(1)), now=NOON), (
        "failed work was marked done"
    )
    assert [delivery.attempt for delivery in _claim(bench, 1)] == [2], "failed work must be tried again"


def check_an_overtaken_worker_performs_nothing(store: Storage) -> None:
    """When the claim was lost to another worker, `perform` is False and the work does not run."""
    bench = Bench(store)
    bench.post([bench.delivery("x")])
    (slow,) = _claim(bench)
    (quick,) = _claim(bench, LEASE_SECONDS)
    runs: list[object] = []
    assert not store.perform(slow, runs.append, now=at(61)), "an overtaken worker performed the delivery"
    assert runs == [], "an overtaken worker's work ran"
    assert store.perform(quick, runs.append, now=at(61)), "the new claim must count"


def check_the_backlog_counts_what_is_left(store: Storage) -> None:
    """The backlog tells, for each subscriber, what waits (claimed or not), since when, and what is dead."""
    bench = Bench(store)
    assert store.backlog(bench.scope) == [], "nothing was recorded"
    bench.post([bench.delivery(f"x:{due}", due=due) for due in (0, 1, 2, 900)] + [bench.delivery("x", "nobody")])
    done, dead, _claimed = _claim(bench, 5)
    store.settle(done, DONE, now=at(5))
    store.settle(dead, DEAD, now=at(5))
    fulfil, nobody = store.backlog(bench.scope)
    assert (fulfil.subscriber, fulfil.waiting, fulfil.dead) == ("fulfil", 2, 1), "what is left was counted wrong"
    assert fulfil.oldest_due_at == at(2), "the oldest unfinished delivery was due at noon and two seconds"
    assert (nobody.subscriber, nobody.waiting, nobody.dead) == ("nobody", 1, 0), "a subscriber nobody loads is told"


OUTBOX_CHECKS: tuple[Callable[[Storage], None], ...] = (
    check_a_claimed_delivery_is_whole,
    check_nothing_is_claimed_before_it_is_due,
    check_only_named_subscribers_are_claimed,
    check_a_claim_is_limited,
    check_a_lease_keeps_others_away,
    check_a_lost_claim_settles_nothing,
    check_a_retry_comes_back,
    check_finished_deliveries_stay_away,
    check_an_order_is_delivered_in_turn,
    check_a_delayed_delivery_blocks_nothing_due_before_it,
    check_deliveries_of_no_order_have_no_turn,
    check_no_delivery_is_claimed_twice_at_once,
    check_performing_happens_once,
    check_failed_work_is_not_done,
    check_an_overtaken_worker_performs_nothing,
    check_the_backlog_counts_what_is_left,
)
