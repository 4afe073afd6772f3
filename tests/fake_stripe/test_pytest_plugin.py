"""The pytest plugin in suites of its own, run by pytest itself: its fixtures, its seed, its word on a failure."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import gulf_payments.testing.ready_made  # noqa: F401 - suites run in this process must find the same modules

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SHOP = """
    from gulf_payments import Customer, LineItem, Money, Order

    def order(order_id="1017"):
        line = LineItem("عود ملكي", Money("150.00", "SAR"), quantity=2)
        return Order(id=order_id, customer=Customer(email="sara@example.com", name="سارة"), lines=[line])
"""


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a suite's tests in this process, with the plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(shop=SHOP)

    def running(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_shop=dedent(tests))
        return pytester.runpytest_inprocess("-p", "gulf_payments.testing.pytest_plugin", *arguments)

    return running


@pytest.fixture
def run_apart(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a suite's tests by a pytest of its own, which finds the plugin where pyproject.toml says; home is empty."""
    site = tmp_path_factory.mktemp("site")
    _install(site / "plugin_under_test-1.dist-info")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(site), str(ROOT / "src"))))
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)  # of our own tests
    pytester.makepyfile(shop=SHOP)

    def running(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_shop=dedent(tests))
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return running


def _install(folder: Path) -> None:
    """Write what an installer would of the entry points."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    folder.mkdir()
    lines = [f"[{group}]\n{name} = {target}" for group, names in groups.items() for name, target in names.items()]
    (folder / "entry_points.txt").write_text("\n".join(lines))
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-under-test\nVersion: 1\n")


def test_a_test_needs_no_more_than_the_fixtures(run: Run) -> None:
    """A shop, its Stripe and its mails come ready, and every test has fresh ones."""
    result = run("""
        import pytest
        from shop import order

        @pytest.mark.parametrize("time", ["first", "second"])
        def test_an_order_is_paid(gulf_payments, fake_stripe, sent_mails, time):
            gulf_payments.place_order(order())
            fake_stripe.decline(gulf_payments.start_payment("1017"), "insufficient_funds")
            fake_stripe.pay("1017", card="visa")
            fake_stripe.settle()
            assert gulf_payments.order("1017").status == "confirmed"
            assert [mail.name for mail in sent_mails] == ["order_confirmation"]
            assert len(fake_stripe.events("payment_intent.created")) == 1

        def test_time_is_the_fakes(gulf_payments, fake_stripe):
            before = gulf_payments.clock()
            fake_stripe.settle(days=3)
            assert (gulf_payments.clock() - before).days == 3
    """)
    result.assert_outcomes(passed=3)


def test_the_fixtures_say_what_they_are(run: Run) -> None:
    """`pytest --fixtures` tells of the three."""
    result = run("", "--fixtures")
    result.stdout.fnmatch_lines(["fake_stripe -- *", "*A fresh FakeStripe*", "gulf_payments -- *", "sent_mails -- *"])


def test_a_shop_of_the_modules_own_is_driven_test_by_test(run: Run) -> None:
    """A shop that remembers every test is driven by a new fake in each, under unittest's classes too, and put back."""
    result = run("""
        import unittest
        import pytest
        from gulf_payments import Payments
        from gulf_payments.stores.memory import MemoryStore
        from gulf_payments.stripe import StripeGateway
        from shop import order

        gateway = StripeGateway(secret_key="sk_test_own", webhook_secrets=["whsec_own"])
        payments = Payments(shop="own", gateway=gateway, store=MemoryStore())

        @pytest.fixture(autouse=True)
        def stripe(fake_stripe):
            assert payments.gateway is gateway
            fake_stripe.drive(payments)

        @pytest.mark.parametrize("order_id", ["1", "2"])
        def test_one(order_id, fake_stripe):
            payments.place_order(order(order_id))
            fake_stripe.pay(payments.start_payment(order_id))
            fake_stripe.settle()
            assert payments.order(order_id).status == "confirmed"

        class TestAsUnittest(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def with_stripe(self, fake_stripe):
                self.stripe = fake_stripe

            def test_three(self):
                payments.place_order(order("3"))
                self.stripe.pay(payments.start_payment("3"))
    """)
    result.assert_outcomes(passed=3)


SHUFFLED = """
    import json
    from shop import order

    def test_shuffled(gulf_payments, fake_stripe):
        seen = []
        fake_stripe.add_endpoint(lambda body, _: seen.append(json.loads(body)["type"]) or 200)
        for number in range(9):
            gulf_payments.place_order(order(str(number)))
            fake_stripe.pay(gulf_payments.start_payment(str(number)))
        fake_stripe.deliver_webhooks(order="shuffled")
        print("run", fake_stripe.events()[0]["id"], *seen)
"""


def test_a_seed_repeats_a_run(run: Run) -> None:
    """The same seed gives the same ids and disorder, another seed others; one that was asked for heads the report."""

    def told(*arguments: str) -> str:
        result = run(SHUFFLED, "-s", *arguments)
        return next(line.partition("run evt_")[2] for line in result.outlines if "run evt_" in line)

    assert told() == told("--fake-stripe-seed", "0") != told("--fake-stripe-seed=7") == told("--fake-stripe-seed=7")
    run(SHUFFLED, "--fake-stripe-seed=7").stdout.fnmatch_lines(["fake_stripe: --fake-stripe-seed=7"])
    run(SHUFFLED).stdout.no_fnmatch_line("fake_stripe:*")


def test_a_failure_tells_its_story(run: Run) -> None:
    """The report of a failed test ends with the seed, the clock, the requests and the events, and no secret."""
    result = run(
        """
        from shop import order

        def test_forgetful(gulf_payments, fake_stripe):
            gulf_payments.place_order(order())
            fake_stripe.decline(gulf_payments.start_payment("1017"), "lost_card")
            fake_stripe.pay("1017")
            assert gulf_payments.order("1017").status == "confirmed"
        """,
        "--fake-stripe-seed=3",
        "--tb=short",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- FakeStripe -*",
            "--fake-stripe-seed=3, clock at 20*+00:00",
            "POST /v1/payment_intents: 200",
            "  > payment_intent.created: pi_* is requires_payment_method",
            "POST /v1/payment_intents/pi_*/confirm: 402 lost_card: Your card was declined.",
            "  > charge.failed: ch_* is failed",
            "  > payment_intent.succeeded: pi_* is succeeded",
            "* webhooks wait for settle() or deliver_webhooks(): payment_intent.created, *",
        ],
        consecutive=False,
    )
    report = result.stdout.str()
    for secret in ("_secret_", "sk_test", "4242424242424242", "4000000000009987"):
        assert secret not in report


def test_only_failures_that_used_the_fake_tell_one(run: Run) -> None:
    """A test that passed, was skipped or never asked for a Stripe is reported as ever."""
    result = run(
        """
        import pytest

        def test_fails_without():
            assert False

        def test_passes_with(fake_stripe):
            pass

        def test_skips_with(fake_stripe):
            pytest.skip("not today")
        """,
        "-rA",
    )
    result.assert_outcomes(failed=1, passed=1, skipped=1)
    result.stdout.no_fnmatch_line("*- FakeStripe -*")


def test_a_fixture_that_fails_tells_it_too(run: Run) -> None:
    """A shop's own fixture that breaks after some requests is explained as a test is."""
    result = run("""
        import pytest
        from shop import order

        @pytest.fixture
        def paid_order(gulf_payments, fake_stripe):
            gulf_payments.place_order(order())
            gulf_payments.start_payment("1017")
            raise RuntimeError("broken")

        def test_with_it(paid_order):
            pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*- FakeStripe -*", "POST /v1/payment_intents: 200"])


def test_mails_that_go_elsewhere_are_not_read(run: Run) -> None:
    """Whoever replaces the ready-made shop by one without a MemorySender is told what `sent_mails` needs."""
    result = run("""
        import pytest
        from gulf_payments import Payments
        from gulf_payments.stores.memory import MemoryStore

        @pytest.fixture
        def gulf_payments(fake_stripe):
            return Payments(shop="own", gateway=fake_stripe.gateway(), store=MemoryStore())

        def test_mails(sent_mails):
            pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sent_mails reads a MemorySender: give the shop of your gulf_payments fixture*"])


def test_warnings_that_are_errors_and_the_sdk(run_apart: Run) -> None:
    """Under -W error the SDK's httpx client works: its own old way is forgiven, any other deprecation is not."""
    result = run_apart(
        """
        import warnings
        import httpx
        import pytest
        import stripe

        def test_the_sdk_over_httpx(fake_stripe):
            client = stripe.HTTPXClient(allow_sync_methods=True)
            client._client = httpx.Client(transport=fake_stripe.transport())
            made = stripe.StripeClient("sk_test_1", http_client=client).v1.payment_intents.create(
                {"amount": 32500, "currency": "sar"}
            )
            assert made.status == "requires_payment_method"

        def test_another_warning(fake_stripe):
            with pytest.raises(DeprecationWarning):
                warnings.warn("old", DeprecationWarning)
        """,
        "-W",
        "error",
    )
    result.assert_outcomes(passed=2)


def test_nothing_is_written_at_home(run_apart: Run) -> None:
    """The SDK is kept from leaving a telemetry id in the home folder, and has its setting back afterwards."""
    result = run_apart("""
        from pathlib import Path
        import stripe
        from shop import order

        def test_paying(gulf_payments, fake_stripe):
            gulf_payments.place_order(order())
            gulf_payments.start_payment("1017")
            assert stripe.enable_telemetry is False

        def test_afterwards():
            assert stripe.enable_telemetry is True
            assert [*Path.home().iterdir()] == []
    """)
    result.assert_outcomes(passed=2)


def test_a_suite_that_uses_none_of_it_pays_next_to_nothing(run_apart: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a fixture no third party is loaded and nothing of the fake; with one all is there."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # what other plugins load is not counted
    tests = """
        import sys

        def test_before():
            loaded = {name for name in sys.modules if name.startswith("gulf_payments.")}
            assert "gulf_payments.testing.pytest_plugin" in loaded
            assert not any("fake_stripe" in name for name in loaded)
            assert not {"stripe", "pydantic", "jinja2", "httpx", "sqlalchemy"} & set(sys.modules)

        def test_with_the_fixture(fake_stripe):
            assert "stripe" in sys.modules
    """
    run_apart(tests, "-p", "gulf_payments").assert_outcomes(passed=2)


def test_workers_share_the_seed(run_apart: Run) -> None:
    """Spread over two processes by xdist, the same test makes the same ids, and a failure tells its story."""
    tests = """
        import pytest

        @pytest.mark.parametrize("place", range(4))
        def test_fails(fake_stripe, gulf_payments, place):
            from shop import order
            gulf_payments.place_order(order())
            pytest.fail(gulf_payments.start_payment("1017").intent_id)
    """

    def told(*arguments: str) -> list[str]:
        result = run_apart(tests, "--fake-stripe-seed=5", *arguments)
        result.assert_outcomes(failed=4)
        result.stdout.fnmatch_lines(["--fake-stripe-seed=5, clock at *", "POST /v1/payment_intents: 200"])
        return sorted(line for line in result.outlines if line.startswith("FAILED"))

    spread = told("-n", "2")
    assert len(set(spread)) == 4
    assert spread == told("-n", "0")


def test_the_plugin_can_be_left_out(run_apart: Run) -> None:
    """With -p no:gulf_payments the fixtures are unknown, and all the rest runs."""
    result = run_apart(
        """
        def test_with(fake_stripe):
            pass

        def test_without():
            from gulf_payments.testing.fake_stripe import FakeStripe
            assert FakeStripe().events() == []
        """,
        "-p",
        "no:gulf_payments",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'fake_stripe' not found*"])
