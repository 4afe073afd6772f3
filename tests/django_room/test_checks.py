"""What `manage.py check` says, and when it says nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import ERROR, WARNING, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from gulf_payments.django.checks import TAG
from tests.django_room.rooms import GOOD, IN_MEMORY, LIVE, SHOP, given, room

SHARED = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1"}}
ALERTED = given(ALERT_EMAILS=["staff@shop.example"])
ROOT = Path(__file__).parents[2]
READY: dict[str, Any] = {"CACHES": SHARED, "EMAIL_TIMEOUT": 20, **LIVE, **ALERTED}


def ids(*, deploy: bool = False, **changes: Any) -> set[str]:
    """The ids of what is said of these settings."""
    with room(**changes):
        said = run_checks(tags=[TAG], include_deployment_checks=deploy)
    return {message.id.removeprefix("gulf_payments.") for message in said}


def test_a_shop_that_is_set_up_is_told_nothing() -> None:
    """Neither in development nor ready for customers."""
    assert ids() == set()
    assert ids(deploy=True, **READY) == set()


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("E001", given(SHOPS="x")),
        ("E002", {"STRIPE_SECRET_KEY": ""}),
        ("E003", {"STRIPE_PUBLISHABLE_KEY": "sk_test_1"}),
        ("E004", {"STRIPE_PUBLISHABLE_KEY": "pk_live_1"}),
        ("E005", {"STRIPE_WEBHOOK_SECRET": ""}),
        ("E006", given(SHOP="")),
        ("E007", given(BRAND={})),
        ("E008", {"DEFAULT_FROM_EMAIL": "x"}),
        ("E009", given(RETRY_URL="https://shop.example/")),
        ("E010", given(DATABASE="archive")),
        ("E011", given(STRIPE_ADDRESS="localhost")),
        ("E012", {"GULF_PAYMENTS": {"PAYMENTS": "tests.django_room.rooms.no_shop"}}),
        ("E013", {"USE_TZ": False}),
        ("E014", given(TRUSTED_PROXIES="one")),
        ("E014", {"GULF_PAYMENTS": IN_MEMORY | {"TRUSTED_PROXIES": -1}}),
        ("W001", {"ROOT_URLCONF": "tests.django_room.admin.urls"}),
        ("W004", LIVE | given(RETRY_URL="http://shop.example/pay/{token}", ALERT_EMAILS=["a@x.example"])),
        ("W005", LIVE),
        ("W006", LIVE | ALERTED | {"DEBUG": True}),
        ("W007", LIVE | ALERTED | {"DEFAULT_FROM_EMAIL": "webmaster@localhost"}),
    ],
)
def test_what_would_fail_or_surprise_is_said(number: str, changes: dict[str, Any]) -> None:
    """One thing is wrong, and that alone is said."""
    assert ids(**changes) == {number}


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("W011", {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_PUBLISHABLE_KEY": "pk_test_1"}),
        ("W012", {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}),
        ("W013", {"EMAIL_TIMEOUT": None, "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}),
        ("W014", {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}),
    ],
)
def test_what_must_change_before_customers_come_is_said_under_deploy(number: str, changes: dict[str, Any]) -> None:
    """`check --deploy` says it, `check` does not."""
    assert ids(deploy=True, **READY | changes) == {number}
    assert ids(**READY | changes) == set()


def test_a_proxy_that_is_counted_is_no_trouble() -> None:
    """TRUSTED_PROXIES silences it."""
    behind = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
    counted = given(ALERT_EMAILS=["staff@shop.example"], TRUSTED_PROXIES=1)
    assert ids(deploy=True, **READY | behind | counted) == set()


@pytest.mark.parametrize(
    ("number", "settings"),
    [("W002", {"OPTIONS": {}}), ("W003", {"ATOMIC_REQUESTS": True}), ("", {"ATOMIC_REQUESTS": False})],
)
def test_databases_that_get_in_the_way_are_told(number: str, settings: dict[str, Any], tmp_path: Path) -> None:
    """SQLite that begins by reading; a transaction around each request; and a database that does neither."""
    from tests.djangos import database_at

    with database_at("default", NAME=tmp_path / "shop.db", **settings):
        assert ids() == ({number} if number else set())


def test_a_factory_needs_no_other_settings() -> None:
    """With wiring of one's own the keys are one's own business."""
    assert ids(STRIPE_SECRET_KEY="", STRIPE_WEBHOOK_SECRET="", GULF_PAYMENTS=IN_MEMORY) == set()


def test_no_urls_at_all_is_no_trouble() -> None:
    """A project of commands alone has no ROOT_URLCONF."""
    assert ids(ROOT_URLCONF="") == set()


def test_a_fresh_checkout_starts() -> None:
    """While DEBUG is on, missing keys are warnings, so that migrate and runserver go on; wrong ones are errors."""
    with room(DEBUG=True, STRIPE_SECRET_KEY="", STRIPE_PUBLISHABLE_KEY="sk_test_1"):
        levels = {message.id[-4:]: message.level for message in run_checks(tags=[TAG])}
    assert levels == {"E002": WARNING, "E003": ERROR}
    with room(DEBUG=True, STRIPE_SECRET_KEY="", GULF_PAYMENTS={}):
        call_command("check")
    with room(STRIPE_SECRET_KEY=""), pytest.raises(SystemCheckError, match="STRIPE_SECRET_KEY is missing"):
        call_command("check")


def test_each_says_what_to_do_and_repeats_no_secret() -> None:
    """A hint with every message, and no key in it."""
    with room(GULF_PAYMENTS={"SHOPS": 1}, STRIPE_SECRET_KEY="pk_test_hidden", STRIPE_WEBHOOK_SECRET="sk_hidden"):
        said = run_checks(tags=[TAG])
    assert len(said) > len(SHOP)
    assert all(message.hint for message in said)
    assert "hidden" not in str(said)
    assert GOOD["SECRET_KEY"] not in str(said)


def test_the_page_explains_every_id() -> None:
    """docs/django.md lists each check that there is, and no other."""
    sources = (ROOT / "src/gulf_payments/django").glob("c*.py")
    there = {found for path in sources for found in re.findall(r"\b[EW]0\d\d\b", path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs/django.md").read_text(encoding="utf-8").partition("| id | says that |")[2]
    told = {found for line in page.splitlines() if line.startswith("|") for found in re.findall(r"[EW]0\d\d", line)}
    assert there == told != set()
