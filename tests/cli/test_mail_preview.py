"""`gulf-payments mail preview`, as a person and as a script sees it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gulf_payments.mail.preview.samples import SAMPLES
from tests.cli.test_commands import run

SHOP = """
from gulf_payments import Payments
from gulf_payments.mail import Brand, FileSender, Mail
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway

payments = Payments(
    shop="oasis",
    gateway=StripeGateway(secret_key="sk_test_1", publishable_key="pk_test_1", webhook_secrets=["whsec_test"]),
    store=SQLStore("sqlite:///shop.db"),
    mail=Mail(FileSender("mails"), brand=Brand(name_ar="واحة", name_en="Oasis", support_email="hello@oasis.example")),
)
mailless = Payments(shop="oasis", gateway=payments.gateway, store=payments.store)
"""


def test_it_writes_every_mail_and_says_so(tmp_path: Path) -> None:
    """Each mail in each language has its line, fit for grep; the last line says where to look."""
    said = run("mail", "preview", "--dir", "album", cwd=tmp_path)
    lines = said.splitlines()
    for locale in ("ar", "en"):
        for sample in SAMPLES:
            assert sum(line.split()[:2] == [locale, sample.name] for line in lines) == 1
            assert (tmp_path / "album" / locale / f"{sample.name}.eml").is_file()
    assert lines[-1] == f"{2 * len(SAMPLES)} of {2 * len(SAMPLES)} mails written; look at album/index.html"
    assert "\x1b" not in said


def test_one_language_can_be_asked_for(tmp_path: Path) -> None:
    """`--locale` writes that language and no other; one that there is not is refused."""
    run("mail", "preview", "--dir", "album", "--locale", "en", cwd=tmp_path)
    assert (tmp_path / "album" / "en").is_dir()
    assert not (tmp_path / "album" / "ar").exists()
    assert "'fr'" in run("mail", "preview", "--locale", "fr", cwd=tmp_path, expect=2)


def test_a_broken_template_is_an_exit_code_and_a_line(tmp_path: Path) -> None:
    """File and line are named on standard error, the other mails are written, and the exit code is 1."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "alert.txt.j2").write_text("{# mine #}\n{{ nonsense }}\n", encoding="utf-8")
    said = run("mail", "preview", "--templates", "own", "--locale", "ar", cwd=tmp_path, expect=1)
    assert "ar alert: own/alert.txt.j2:2: 'nonsense' is undefined" in said
    assert (tmp_path / "gulf-payments-mails" / "ar" / "order_confirmation.html").is_file()


def test_what_cannot_be_done_is_refused(tmp_path: Path) -> None:
    """Templates that are nowhere, a folder that is a file, a shop without mails: one line and exit code 2."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    assert "does not exist" in run("mail", "preview", "--templates", "nowhere", cwd=tmp_path, expect=2)
    assert "cannot be written" in run("mail", "preview", "--dir", "file", cwd=tmp_path, expect=2)
    assert "no Mail to preview" in run("mail", "preview", "--app", "shop:mailless", cwd=tmp_path, expect=2)


def test_the_shops_own_brand_is_shown(tmp_path: Path) -> None:
    """With `--app` the mails are those of the shop's own Payments object."""
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    assert "Oasis" in run("mail", "preview", "--app", "shop:payments", "--locale", "en", cwd=tmp_path)
    assert "واحة" in run("mail", "preview", "--app", "shop:payments", "--locale", "ar", cwd=tmp_path)


def test_it_opens_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--open` hands the page to the browser that the environment names."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!{sys.executable}\nimport sys\nopen("opened", "w").write(sys.argv[1])\n', encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", os.fspath(browser))
    run("mail", "preview", "--dir", "album", "--locale", "en", "--open", cwd=tmp_path)
    assert (tmp_path / "opened").read_text(encoding="utf-8") == (tmp_path / "album" / "index.html").as_uri()
