"""A project that copied the law alone drives its own table with it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from examples.vendored_machine.machine import read
from examples.vendored_machine.orders import Orders
from gulf_payments import machine as law
from tests.shops import Shop, order, sar

FOLDER = Path(__file__).parents[2] / "examples" / "vendored_machine"
ONE_SITTING = 150


@pytest.fixture
def path(tmp_path: Path) -> str:
    """The file with the shop's table."""
    return str(tmp_path / "shop.db")


@pytest.fixture
def orders(path: str) -> Iterator[Orders]:
    """The shop's orders, in a new file."""
    table = Orders(path)
    yield table
    table.close()


def test_the_copy_is_the_librarys_file() -> None:
    """Byte for byte; after a change of the law: cp src/gulf_payments/machine.py examples/vendored_machine/."""
    assert (FOLDER / "machine.py").read_bytes() == Path(law.__file__).read_bytes()


def test_it_runs_where_nothing_is_installed(tmp_path: Path) -> None:
    """The folder, copied somewhere else, tells its story without site-packages; every order of arrival ends alike."""
    shutil.copytree(FOLDER, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-E", "-s", "-S", "-W", "error", "-m", "shop"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "payment_intent.payment_failed -> pending" in told
    assert "payment_intent.succeeded -> confirmed\n    OrderConfirmed: order 1017" in told
    assert "refund.updated -> partially_refunded" in told
    assert told.endswith("120 orders of arrival, every event twice: the same facts, and confirmed once\n")


def test_it_is_read_in_one_sitting() -> None:
    """The shop's own code is short."""
    assert len((FOLDER / "orders.py").read_text(encoding="utf-8").splitlines()) < ONE_SITTING


@pytest.mark.parametrize("seed", range(10))
def test_it_ends_as_the_library_does(orders: Orders, seed: int) -> None:
    """Stripe's own events of a decline, a payment and two refunds, shuffled and doubled, mean the same in its table."""
    shop = Shop()
    shop.payments.place_order(order())
    intent = shop.fake.decline(shop.payments.start_payment("1017"), "insufficient_funds")["id"]
    shop.fake.pay(intent)
    shop.settle()
    shop.fake.refund_from_dashboard(intent, amount=5000)
    shop.payments.refund("1017", sar("25.00"), request_id="form-1")
    shop.settle()
    theirs = shop.payments.order("1017")
    heard = shop.fake.events() * 2
    random.Random(seed).shuffle(heard)  # noqa: S311 - an order of arrival
    orders.place("1017", 32500, "sar", intent, now=0)
    for event in heard:
        orders.hear(event, now=event["created"])
    ours = read(orders.dossier("1017"))
    assert [ours.status, theirs.status] == ["partially_refunded"] * 2
    assert (ours.gross, ours.refunded) == (32500, 7500)
    assert (theirs.paid, theirs.refunded) == (sar("325.00"), sar("75.00"))


def test_an_event_of_another_shop_is_none_of_ours(orders: Orders) -> None:
    """An event of an unknown PaymentIntent changes nothing, and one of a type that is not read neither."""
    shop = Shop()
    shop.paid()
    assert [orders.hear(event, now=1) for event in shop.fake.events()] == [False] * len(shop.fake.events())


def test_one_event_in_eight_threads_confirms_once(orders: Orders, path: str) -> None:
    """The lock holds: eight connections hear the same event at once, and one task comes of it."""
    shop = Shop()
    shop.payments.place_order(order())
    intent = shop.fake.pay(shop.payments.start_payment("1017"))["id"]
    (event,) = shop.fake.events("payment_intent.succeeded")
    orders.place("1017", 32500, "sar", intent, now=0)

    def hear(_turn: int) -> bool:
        table = Orders(path)
        try:
            return table.hear(event, now=1)
        finally:
            table.close()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(hear, range(8)))
    done: list[str] = []
    orders.perform(lambda kind, _number, _detail: done.append(kind), now=1)
    orders.perform(lambda kind, _number, _detail: done.append(kind), now=2)
    assert done == ["OrderConfirmed"]


def test_what_raises_is_done_on_the_next_pass(orders: Orders) -> None:
    """A task that failed stays, and a reminder to pay that was overtaken by the payment is dropped."""
    shop = Shop()
    shop.payments.place_order(order())
    intent = shop.fake.decline(shop.payments.start_payment("1017"), "insufficient_funds")["id"]
    shop.fake.pay(intent)
    orders.place("1017", 32500, "sar", intent, now=0)
    for event in shop.fake.events():
        orders.hear(event, now=1)

    def fail(_kind: str, _number: str, _detail: str) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        orders.perform(fail, now=1)
    done: list[str] = []
    orders.perform(lambda kind, _number, _detail: done.append(kind), now=100_000)
    assert done == ["PaymentFailed", "OrderConfirmed"]
