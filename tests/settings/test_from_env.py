"""Settings come from the environment or a `.env` file; what is missing or wrong names itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gulf_payments import ConfigurationError, Payments, from_env
from gulf_payments.bootstrap import read_settings
from gulf_payments.mail import ConsoleSender, Mail, SMTPSender
from gulf_payments.where import WHERE

GOOD = {
    "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_old, whsec_new",
    "DEFAULT_FROM_EMAIL": "إمبراطور الخليج <orders@shop.example>",
    "DATABASE_URL": "sqlite:///shop.db",
    "SHOP_NAME": "إمبراطور الخليج",
    "SHOP_URL": "https://shop.example/",
    "PAYMENTS_SIGNING_KEY": "0123456789abcdef",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run in an empty folder, with none of our settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*GOOD, *WHERE, "SHOP_ID", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "ALERT_EMAILS"):
        monkeypatch.delenv(name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """Set the good environment, with changes."""
    for name, value in (GOOD | changes).items():
        monkeypatch.setenv(name, value)


def mail_of(payments: Payments) -> Mail:
    """The mail of a shop, which from_env always sets."""
    assert isinstance(payments.mail, Mail)
    return payments.mail


def test_a_shop_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """With test keys and no mail server, everything is wired and mails go to the console."""
    given(monkeypatch)
    payments = from_env()
    assert payments.scope == "إمبراطور الخليج:test"
    assert payments.gateway.publishable_key == "pk_test_1"
    assert isinstance(mail_of(payments).sender, ConsoleSender)


def test_a_shop_from_a_file(tmp_path: Path) -> None:
    """A `.env` file is read, and the environment wins over it."""
    (tmp_path / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in GOOD.items()), encoding="utf-8")
    assert from_env().scope == "إمبراطور الخليج:test"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process was started with is what counts."""
    (tmp_path / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in GOOD.items()), encoding="utf-8")
    monkeypatch.setenv("SHOP_ID", "gulf-emperor")
    assert from_env().scope == "gulf-emperor:test"


def test_everything_missing_is_told_at_once() -> None:
    """Each missing setting is named with where to get it, in one error."""
    with pytest.raises(ConfigurationError) as refused:
        read_settings()
    for name in GOOD:
        assert f"{name} is missing: {WHERE[name]}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_PUBLISHABLE_KEY", "sk_test_1"),
        ("STRIPE_SECRET_KEY", "pk_test_secretive"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1,secretive"),
        ("STRIPE_WEBHOOK_SECRET", " , "),
        ("EMAIL_PORT", "many"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("SHOP_URL", "shop.example"),
        ("PAYMENTS_SIGNING_KEY", "short"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DATABASE_URL", "mysql://secretive"),
        ("ALERT_EMAILS", "staff@shop.example, secretive"),
        ("EMAIL_USE_TLS", "perhaps"),
    ],
)
def test_a_wrong_setting_names_itself_and_hides_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The error says which setting is wrong and how to get it, and never repeats what was in it."""
    given(monkeypatch, **{name: value})
    with pytest.raises(ConfigurationError, match=f"{name} is wrong") as refused:
        read_settings()
    assert WHERE[name] in str(refused.value)
    assert "secretive" not in str(refused.value)


def test_an_empty_setting_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line left empty in the file is told like one left out, and takes the default where there is one."""
    given(monkeypatch, SHOP_NAME="", EMAIL_USE_TLS="")
    with pytest.raises(ConfigurationError, match="SHOP_NAME is missing") as refused:
        read_settings()
    assert "EMAIL_USE_TLS" not in str(refused.value)


@pytest.mark.parametrize("name", ["a: b", "x" * 41])
def test_a_name_that_cannot_be_an_id_asks_for_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The shop's display name may be anything; then SHOP_ID is asked for."""
    given(monkeypatch, SHOP_NAME=name)
    with pytest.raises(ConfigurationError, match="SHOP_ID must be given"):
        read_settings()
    monkeypatch.setenv("SHOP_ID", "gulf-emperor")
    assert from_env().scope == "gulf-emperor:test"


def test_live_money_without_alerts_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With live keys and nobody to tell, the log says so at start-up."""
    live = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_PUBLISHABLE_KEY": "pk_live_1", "EMAIL_HOST": "smtp.example.com"}
    given(monkeypatch, **live)
    from_env()
    assert "ALERT_EMAILS" in caplog.text


def test_live_keys_need_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """With live keys, mails on a console would be lost: that is an error."""
    live = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_PUBLISHABLE_KEY": "pk_live_1"}
    given(monkeypatch, **live)
    with pytest.raises(ConfigurationError, match="EMAIL_HOST"):
        from_env()
    monkeypatch.setenv("EMAIL_HOST", "smtp.example.com")
    payments = from_env()
    assert payments.scope.endswith(":live")
    assert isinstance(mail_of(payments).sender, SMTPSender)


def test_keys_of_two_modes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live secret key beside a test publishable key would charge nobody, or somebody for real."""
    given(monkeypatch, STRIPE_SECRET_KEY="sk_live_1", EMAIL_HOST="smtp.example.com")
    with pytest.raises(ConfigurationError, match="mode"):
        from_env()


def test_no_secret_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, passwords and the database's address stay out of every repr."""
    secrets = {
        "STRIPE_SECRET_KEY": "sk_test_hidden1",
        "STRIPE_WEBHOOK_SECRET": "whsec_hidden2",
        "EMAIL_HOST": "smtp.example.com",
        "EMAIL_HOST_PASSWORD": "hidden3",
        "PAYMENTS_SIGNING_KEY": "hidden4-0123456789",
        "DATABASE_URL": "postgresql://shop:hidden5@localhost/shop",
    }
    given(monkeypatch, **secrets)
    payments = from_env()
    shown = repr(read_settings()) + repr(payments) + repr(payments.gateway) + repr(payments.store)
    shown += repr(mail_of(payments)) + repr(mail_of(payments).sender)
    assert "hidden" not in shown


def test_the_example_file_names_every_setting() -> None:
    """`.env.example` has every setting that is read, and none that is not."""
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = {line.split("=")[0] for line in example.splitlines() if "=" in line and not line.startswith("#")}
    from gulf_payments.bootstrap import Settings

    assert named == {name.upper() for name in Settings.model_fields}
    assert os.environ.get("STRIPE_SECRET_KEY") is None
