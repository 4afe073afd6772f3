"""`python -m examples.<shop>`: it opens, tells where, takes a payment, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def _opened(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The shop's address and Stripe's, read from what it prints."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Stop it"):
            break
    shop, stripe = re.search(r"shop +(http://\S+)/", said), re.search(r"a fake one, (http://[^;]+);", said)
    assert shop is not None, said
    assert stripe is not None, said
    return shop[1], stripe[1]


@pytest.mark.parametrize("name", ["django_shop", "fastapi_shop", "flask_shop"])
def test_a_shop_opens_and_closes(name: str, tmp_path: Path) -> None:
    """Started as a reader starts it, with no keys: its pages and its Stripe answer; SIGTERM ends all of it."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("STRIPE_")}
    surroundings |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", f"examples.{name}", "--port", "0", "--data", str(tmp_path / "data")]
    process = subprocess.Popen(command, cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True)
    try:
        shop, stripe = _opened(process)
        assert "عود ملكي" in httpx.get(f"{shop}/").text
        assert httpx.get(f"{stripe}/v3/").status_code == 200
        assert httpx.post(f"{shop}/payments/webhook/stripe/", content=b"{}").status_code == 400
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=WAIT_SECONDS)
    assert (process.returncode, rest.strip()) == (0, "stopped")
    for address in (shop, stripe):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def test_a_database_that_was_named_gets_no_known_passwords(tmp_path: Path) -> None:
    """With real keys and a DATABASE_URL in `.env` the Django shop opens on that database, and adds nobody to it."""
    named = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'theirs.db'}",
        "STRIPE_SECRET_KEY": "sk_test_named",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_named",
        "STRIPE_WEBHOOK_SECRET": "whsec_named",
    }
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in named.items()), encoding="utf-8")
    surroundings = {key: value for key, value in os.environ.items() if key not in {"ENV_FILE", "DEBUG", *named}}
    surroundings |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "examples.django_shop", "--port", "0"]
    process = subprocess.Popen(command, cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = "".join(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
        shop = re.search(r"shop +(http://\S+)/", said)
        assert shop is not None, said
        assert "createsuperuser" in said
        assert httpx.get(f"{shop[1]}/").status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAIT_SECONDS)
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as database:
        assert database.execute("SELECT count(*) FROM auth_user").fetchone() == (0,)
