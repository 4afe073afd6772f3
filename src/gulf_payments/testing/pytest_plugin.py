"""The pytest plugin, loaded by itself where gulf_payments is installed: `fake_stripe`, `gulf_payments`, `sent_mails`.

    def test_a_paid_order_is_confirmed(gulf_payments, fake_stripe, sent_mails):
        gulf_payments.place_order(order)
        fake_stripe.pay(gulf_payments.start_payment(order.id))
        fake_stripe.settle()
        assert gulf_payments.order(order.id).status == "confirmed"

Nothing but the standard library is loaded until a test uses a fixture. `-p no:gulf_payments` leaves it out.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import pluggy

    from gulf_payments.mail import MailMessage
    from gulf_payments.payments import Payments
    from gulf_payments.testing.fake_stripe import FakeStripe

_SEED = "fake_stripe_seed"
_FAKE = pytest.StashKey["FakeStripe"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--fake-stripe-seed`."""
    parser.getgroup("gulf_payments").addoption(
        "--fake-stripe-seed",
        dest=_SEED,
        type=int,
        default=0,
        metavar="N",
        help="the seed, beside its name, of each test's fake_stripe: of its ids and shuffles (default: 0)",
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the seed where it is not the usual one."""
    seed = config.getoption(_SEED)
    return [f"fake_stripe: --fake-stripe-seed={seed}"] if seed else []


@pytest.fixture
def fake_stripe(request: pytest.FixtureRequest) -> Iterator[FakeStripe]:
    """A fresh FakeStripe with a ControllableClock, which stands still until `advance` or `settle` moves it.

    Drive your own shop with `fake_stripe.drive(payments)`: it has its gateway and clock back after the test.
    """
    from gulf_payments.testing.fake_stripe import FakeStripe

    # Tests that share a shop's store must not meet each other's ids, and each must repeat by itself.
    seed = crc32(f"{request.config.getoption(_SEED, 0)} {request.node.nodeid}".encode())
    fake = FakeStripe(seed=seed)
    request.node.stash[_FAKE] = fake
    with _quiet_sdk(), fake.driving():
        yield fake
        fake.await_webhooks()


@pytest.fixture
def gulf_payments(fake_stripe: FakeStripe) -> Payments:
    """A ready-made `Payments` on a MemoryStore, driven by `fake_stripe` and its clock, mails kept in memory."""
    from gulf_payments.testing.ready_made import ready_made_shop

    return ready_made_shop(fake_stripe)


@pytest.fixture
def sent_mails(gulf_payments: Payments) -> list[MailMessage]:
    """The mails that `gulf_payments` has sent, oldest first: `subject`, `text`, `html`, `recipients`."""
    from gulf_payments.mail import Mail, MemorySender

    mail = gulf_payments.mail
    if not isinstance(mail, Mail) or not isinstance(mail.sender, MemorySender):
        pytest.fail(
            "sent_mails reads a MemorySender: give the shop of your gulf_payments fixture Mail(MemorySender(), …)"
        )
    return mail.sender.sent


@contextmanager
def _quiet_sdk() -> Iterator[None]:
    """Keep Stripe's SDK from writing a telemetry id into the home folder, and from a warning that is its own fault."""
    import stripe

    telemetry, stripe.enable_telemetry = stripe.enable_telemetry, False
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Use 'content=", DeprecationWarning)
            yield
    finally:
        stripe.enable_telemetry = telemetry


@pytest.hookimpl(hookwrapper=True)  # the old way, which every pytest knows
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
    """Tell with a failed test what its fake_stripe had seen."""
    report = (yield).get_result()
    fake = item.stash.get(_FAKE, None)
    if fake is not None and report.failed:
        report.sections.append(("FakeStripe", _story(fake, item.config.getoption(_SEED, 0))))


def _story(fake: FakeStripe, seed: int) -> str:
    return f"--fake-stripe-seed={seed}, clock at {fake.clock().isoformat()}\n{fake.story()}"
