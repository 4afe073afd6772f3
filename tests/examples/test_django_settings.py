"""The Django shop's settings come from the environment, and are those of the open internet unless it says DEBUG."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

SHOP = Path(__file__).parents[2] / "examples" / "django_shop"
LIVE = {
    "SECRET_KEY": "a-key-of-the-shop-that-nobody-can-guess-" * 2,
    "SHOP_URL": "https://shop.example",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_shop",
    "STRIPE_SECRET_KEY": "sk_live_shop",
    "STRIPE_WEBHOOK_SECRET": "whsec_shop",
    "ALERT_EMAILS": "staff@shop.example",
    "ENV_FILE": os.devnull,
}


@pytest.fixture
def in_the_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in (*LIVE, "DEBUG", "DATABASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def read(monkeypatch: pytest.MonkeyPatch, **env: str) -> Mapping[str, Any]:
    """The settings, read anew from this environment."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SHOP / "settings.py"))


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with nothing but these in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    command = [sys.executable, "-W", "error", str(SHOP / "manage.py"), *arguments]
    return subprocess.run(command, env={**kept, **env}, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("in_the_shop")
def test_the_deploy_check_is_clean() -> None:
    """`manage.py check --deploy` finds nothing in a shop that has its keys, not even a warning."""
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **LIVE)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues (0 silenced)" in checked.stdout


@pytest.mark.usefixtures("in_the_shop")
@pytest.mark.parametrize("key", ["", "short"])
def test_a_shop_without_a_secret_key_does_not_start(key: str) -> None:
    """Nobody runs DEBUG, or a key that others know, by accident: the error says how to make one."""
    checked = manage("check", **LIVE | {"SECRET_KEY": key})
    assert checked.returncode == 1
    assert "secrets.token_urlsafe(64)" in checked.stderr


@pytest.mark.usefixtures("in_the_shop")
def test_debug_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """With DEBUG=true nothing needs to be set, plain HTTP is answered, and only under this machine's own names."""
    settings = read(monkeypatch, DEBUG="true", ENV_FILE=os.devnull)
    assert settings["DEBUG"] is True
    assert set(settings["ALLOWED_HOSTS"]) == {"127.0.0.1", "localhost", "[::1]"}
    assert "SECURE_SSL_REDIRECT" not in settings


@pytest.mark.usefixtures("in_the_shop")
@pytest.mark.parametrize("said", ["", "false", "1", "True"])
def test_everything_else_is_the_open_internet(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Only the very word `true` switches production settings off."""
    settings = read(monkeypatch, **LIVE, DEBUG=said)
    assert settings["DEBUG"] is False
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_PRELOAD"):
        assert settings[name] is True
    assert settings["SECURE_HSTS_SECONDS"] >= 365 * 86400
    assert settings["ALLOWED_HOSTS"] == ["shop.example"]
    assert "SECURE_PROXY_SSL_HEADER" not in settings


@pytest.fixture
def deployed(in_the_shop: Path, monkeypatch: pytest.MonkeyPatch, django_sqlite: str) -> Iterator[Client]:
    """Deploy the shop: a browser over settings that were read as they are on the open internet."""
    del in_the_shop, django_sqlite
    settings = read(monkeypatch, **LIVE)
    kept = {"DATABASES", "CACHES", "INSTALLED_APPS", "LOGGING", "EMAIL_BACKEND"}  # the tests' own
    names = {name for name in settings if hasattr(global_settings, name) or name.startswith(("STRIPE_", "GULF_"))}
    with override_settings(**{name: settings[name] for name in names - kept if name.isupper()}):
        yield Client(headers={"host": "shop.example"})


@pytest.mark.parametrize(
    "path", ["/", "/cart/", "/login/", "/orders/aaaaaaaaaaaaaaaa/", "/no/such/page/", "/admin/login/"]
)
def test_a_deployed_shop_answers_over_https_alone(deployed: Client, path: str) -> None:
    """HTTP is led to HTTPS; there each page forbids frames, sniffing and foreign scripts; its cookies are secure."""
    plain = deployed.get(path)
    assert (plain.status_code, plain["location"]) == (301, f"https://shop.example{path}")
    page = deployed.get(path, secure=True)
    assert page.status_code in (200, 404)
    assert page["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert (page["x-content-type-options"], page["x-frame-options"]) == ("nosniff", "DENY")
    assert "script-src 'self' https://js.stripe.com" in page["content-security-policy"]
    assert "unsafe" not in page["content-security-policy"]
    assert "referrer-policy" in page.headers
    assert all(cookie["secure"] for cookie in page.cookies.values())


def test_a_deployed_shop_keeps_its_cookies_from_others(deployed: Client) -> None:
    """The session is for HTTPS, for the server alone, and not for requests that another site's pages send."""
    deployed.get("/login/", secure=True)
    headers = {"x-csrftoken": deployed.cookies["csrftoken"].value, "origin": "https://shop.example"}
    put = {"sku": "bakhoor", "quantity": "1"}
    assert deployed.post("/cart/", put, secure=True, headers=headers).status_code == 303
    session = deployed.cookies["sessionid"]
    assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")


@pytest.mark.usefixtures("in_the_shop")
def test_a_fresh_checkout_is_told_what_is_missing() -> None:
    """Without keys the check names each and where to get it: a warning while DEBUG is on, an error on the internet."""
    fresh = manage("check", DEBUG="true", ENV_FILE=os.devnull)
    assert (fresh.returncode, "WARNINGS" in fresh.stderr) == (0, True)
    keyless = {name: value for name, value in LIVE.items() if not name.startswith("STRIPE_")}
    deployed = manage("check", **keyless)
    assert deployed.returncode == 1
    for said in (fresh.stderr, deployed.stderr):
        for name in ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"):
            assert f"{name} is missing" in said
        assert "Stripe Dashboard > Developers > API keys" in said


def test_a_file_holds_what_the_environment_does_not(in_the_shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` is read; the environment wins."""
    text = "\n".join(f"{name}={value}" for name, value in LIVE.items() if name != "ENV_FILE")
    (in_the_shop / ".env").write_text(f'{text}\nDEFAULT_FROM_EMAIL="متجري <shop@shop.example>"\n', encoding="utf-8")
    settings = read(monkeypatch, STRIPE_SECRET_KEY="sk_test_other")
    assert settings["STRIPE_SECRET_KEY"] == "sk_test_other"
    assert settings["STRIPE_WEBHOOK_SECRET"] == "whsec_shop"
    assert settings["DEFAULT_FROM_EMAIL"] == "متجري <shop@shop.example>"


@pytest.mark.usefixtures("in_the_shop")
def test_mail_goes_by_the_host_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without EMAIL_HOST mails are printed; with it they go by SMTP, encrypted."""
    assert "console" in read(monkeypatch, **LIVE)["EMAIL_BACKEND"]
    settings = read(monkeypatch, EMAIL_HOST="smtp.example.com")
    assert "smtp" in settings["EMAIL_BACKEND"]
    said = [settings[name] for name in ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS")]
    assert said == ["smtp.example.com", 587, True]


@pytest.mark.usefixtures("in_the_shop")
def test_a_database_is_named_by_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite in a file, or PostgreSQL with the password as it was written; anything else is refused by name."""
    url = "postgresql://shop:p%40ss%2Fword@db.example:5433/orders?sslmode=require"
    settings = read(monkeypatch, **LIVE, DATABASE_URL=url)["DATABASES"]["default"]
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert [settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "orders", "shop", "p@ss/word", "db.example", 5433,
    ]  # fmt: skip
    assert settings["OPTIONS"] == {"sslmode": "require"}
    assert read(monkeypatch, DATABASE_URL="sqlite:////srv/shop.db")["DATABASES"]["default"]["NAME"] == "/srv/shop.db"
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        read(monkeypatch, DATABASE_URL="mysql://shop@db/orders")


@pytest.mark.usefixtures("in_the_shop")
def test_a_proxy_is_believed_only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """TRUSTED_PROXIES=1 takes the proxy's word for HTTPS and for the client's address."""
    settings = read(monkeypatch, **LIVE, TRUSTED_PROXIES="1")
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["GULF_PAYMENTS"]["TRUSTED_PROXIES"] == 1
