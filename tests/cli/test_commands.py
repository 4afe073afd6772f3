"""The command line, as a person and as a script sees it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

SHOP = """
from gulf_payments import OrderConfirmed, Payments
from gulf_payments.mail import Brand, FileSender, Mail
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway

payments = Payments(
    shop="gulf-emperor",
    gateway=StripeGateway(secret_key="sk_test_1", publishable_key="pk_test_1", webhook_secrets=["whsec_test"]),
    store=SQLStore("sqlite:///shop.db"),
)

@payments.on(OrderConfirmed, name="fulfil")
def fulfil(event):
    open("fulfilled.txt", "a").write(event.order.number + "\\n")
"""
BOOKED = """
from gulf_payments import Customer, LineItem, Money, Order
from shop import payments
payments.store.create_tables()
lines = [LineItem("x", Money("5", "SAR"))]
payments.place_order(Order(id="1017", customer=Customer(email="a@example.com"), lines=lines))
payments.record_outside_payment("1017", Money("5", "SAR"), method="cash", reference="1")
"""


def run(*words: str, cwd: Path, expect: int = 0) -> str:
    """Run `gulf-payments` and return what it printed, after checking its exit code."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("STRIPE", "DATABASE"))}
    command = [sys.executable, "-c", "from gulf_payments.cli import main; main()", *words]
    done = subprocess.run(
        command, cwd=cwd, env=environment | {"COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Keep a shop's module in a folder, with one order confirmed and its subscriber not yet told."""
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    subprocess.run([sys.executable, "-c", BOOKED], cwd=tmp_path, check=True)
    return tmp_path


def test_the_demo_succeeds_and_leaves_its_folder(tmp_path: Path) -> None:
    """It explains itself, ends with a table, exits 0, and leaves database and mails; it can be played again."""
    for _ in range(2):
        said = run("demo", "--dir", "day", cwd=tmp_path)
        assert "25 of 25 outcomes as told" in said
        assert "partially_refunded" in said
    with sqlite3.connect(tmp_path / "day" / "shop.db") as database:
        (orders,) = database.execute("select count(*) from gulf_order").fetchone()
    database.close()
    assert orders == 10
    assert len(list((tmp_path / "day" / "mails").glob("*.eml"))) == len(
        list((tmp_path / "day" / "mails").glob("*.html"))
    )


def test_the_demo_touches_no_folder_of_yours(tmp_path: Path) -> None:
    """A folder with other things in it is refused, and left as it was."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "shop.db").write_text("mine", encoding="utf-8")
    assert "name another with --dir" in run("demo", "--dir", "letters", cwd=tmp_path, expect=2)
    assert (tmp_path / "letters" / "shop.db").read_text(encoding="utf-8") == "mine"


def test_a_worker_performs_what_is_due_and_stops_on_sigterm(shop: Path) -> None:
    """It calls the shop's subscriber, goes on waiting, and ends cleanly when told to."""
    command = [sys.executable, "-c", "from gulf_payments.cli import main; main()", "worker", "--app", "shop:payments"]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) as worker:
        deadline = time.monotonic() + 20
        while not (shop / "fulfilled.txt").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert said.strip().endswith("stopped")
    assert (shop / "fulfilled.txt").read_text() == "1017\n"


def test_one_pass_for_a_cron_job(shop: Path) -> None:
    """`--once` performs what is due and returns."""
    assert "1 done" in run("worker", "--app", "shop:payments", "--once", cwd=shop)
    assert "0 done" in run("worker", "--app", "shop:payments", "--once", cwd=shop)


@pytest.mark.parametrize("path", ["nowhere:payments", "shop:nothing", "shop"])
def test_a_wrong_app_is_told(shop: Path, path: str) -> None:
    """A module or object that is not there is one line and exit code 2."""
    assert "ConfigurationError" in run("worker", "--app", path, "--once", cwd=shop, expect=2)


def test_without_settings_each_is_named(tmp_path: Path) -> None:
    """Without an app and an environment, the command says what to set."""
    assert "STRIPE_SECRET_KEY is missing" in run("worker", cwd=tmp_path, expect=2)


def test_the_database_goes_up_and_down(tmp_path: Path) -> None:
    """Tables are made, made again without harm, recomputed, and dropped only when meant."""
    url = ("--url", "sqlite:///new.db")
    for _ in range(2):
        assert "revision 0001" in run("db", "upgrade", *url, cwd=tmp_path)
    assert "0 orders" in run("db", "recompute", "gulf-emperor:test", *url, cwd=tmp_path)
    run("db", "downgrade", "base", *url, cwd=tmp_path, expect=1)
    assert "revision base" in run("db", "downgrade", "base", "--yes", *url, cwd=tmp_path)


def test_recompute_reads_the_shops_own_database(shop: Path) -> None:
    """With `--app` the shop's store is the one."""
    assert "1 orders of" in run("db", "recompute", "gulf-emperor:test", "--app", "shop:payments", cwd=shop)


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """An unreachable database is exit code 2 and a sentence, not a traceback."""
    said = run("db", "upgrade", "--url", "sqlite:////nowhere/at/all.db", cwd=tmp_path, expect=2)
    assert "Traceback" not in said


def test_the_version(tmp_path: Path) -> None:
    """`gulf-payments version` says which one is installed."""
    from gulf_payments import __version__

    assert run("version", cwd=tmp_path).strip() == __version__
