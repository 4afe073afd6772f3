"""The benchmarks run and find their figures, and would notice an unfair race; how fast anything is, no test says."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import main
from benchmarks.catalogue import BENCHMARKS, Benchmark
from benchmarks.figures import Aim, Report, count, ratio
from benchmarks.racing import race, steady
from benchmarks.statements import Statement, about
from benchmarks.webhooks import pay, require_confirmed
from tests.shops import Shop

EXPECTED = {
    "events": "verify and parse to the limit with the same parser",
    "webhook-sqlite": "ours to the bare driver",
    "webhook-postgresql": "ours to the bare driver",
    "django-load": "DjangoStore's time to SQLStore's",
    "law": "step to the table's transition",
    "imports": "ours to the standard modules",
    "fake": "the fake to the SDK's own floor",
    "mail": "Django with css-inline to ours",
}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_measures_its_figures(name: str, request: pytest.FixtureRequest) -> None:
    """One round on the real parts gives every figure, the one that its aim is about among them."""
    if name in ("webhook-postgresql", "django-load"):
        request.getfixturevalue("postgres")  # skips where there is none, and fails in CI
    with request.getfixturevalue("django_db_blocker").unblock():
        report = BENCHMARKS[name].measure(1)
    assert EXPECTED[name] in [figure.name for figure in report.figures]
    assert all(figure.value > 0 for figure in report.figures if not figure.name.startswith("  "))
    assert not [figure for figure in report.figures if figure.aim and figure.aim.exact and figure.fails]


def test_webhook_sends_five_statements_and_its_duplicate_one() -> None:
    """What the driver's cursor was given is counted besides BEGIN and COMMIT, whatever the store believes it sent."""
    report = BENCHMARKS["webhook-sqlite"].measure(1)
    assert [figure.value for figure in report.figures if figure.unit == "statements"] == [5, 1]


def test_race_takes_turns() -> None:
    """Each round lets every contender work once, and every second one goes backwards: a slow moment is shared."""
    turns: list[str] = []
    times = race(steady({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}), rounds=2, warm_up=1)
    assert turns == ["a", "b", "b", "a", "a", "b"]
    assert [len(times.wall.seconds[name]) for name in ("a", "b")] == [2, 2]


def test_race_that_leaves_an_order_unpaid_is_refused() -> None:
    """If the bare driver's statements did not confirm every order, the comparison stops instead of printing a ratio."""
    shop = Shop()
    paid = [pay(shop, "order-000001"), pay(shop, "order-000002")]
    shop.receive(paid[0].body, paid[0].signature)
    with pytest.raises(RuntimeError, match="not every order came through"):
        require_confirmed(shop, paid)


def test_repeated_statements_name_the_other_order_everywhere() -> None:
    """A statement that is repeated for another order names it in plain values and inside stored facts alike."""
    first = Statement(
        "UPDATE", {"id": "order-1", "facts": '{"order":"order-1"}', "total": 5, "rows": ["order-1"]}, False
    )
    (other,) = about([first], {"order-1": "order-2"})
    assert other.parameters == {"id": "order-2", "facts": '{"order":"order-2"}', "total": 5, "rows": ["order-2"]}


def test_only_a_ratio_may_miss_its_aim_by_half() -> None:
    """Twice an upper bound still passes and half a lower one does, but a count is held to exactly."""
    assert not ratio("slower", 2.3, Aim(1.2)).fails
    assert ratio("slower", 2.5, Aim(1.2)).fails
    assert not ratio("faster", 13, Aim(25, at_least=True)).fails
    assert ratio("faster", 12, Aim(25, at_least=True)).fails
    assert count("one too many", 6, "statements", at_most=5).fails


def test_check_fails_on_a_figure_far_from_its_aim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` exits with 1 and says which figure; without it the same run prints its table and exits with 0."""
    slow = Benchmark(lambda _rounds: Report("Slow", [ratio("ours to theirs", 9, Aim(1.2))]), 1)
    monkeypatch.setitem(BENCHMARKS, "slow", slow)
    assert main(["slow"]) == 0
    assert main(["slow", "--check"]) == 1
    assert "slow: ours to theirs: 9 ×, aim ≤ 1.2" in capsys.readouterr().out


def test_unknown_benchmark_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name is an error that lists the real ones, not a silent run of nothing."""
    with pytest.raises(SystemExit):
        main(["webhoks"])
    assert "no such benchmark: webhoks" in capsys.readouterr().err
