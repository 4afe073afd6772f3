"""from_env(): read the settings, wire the real parts. The only module that knows them all."""

from __future__ import annotations

import logging
from email.utils import parseaddr
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Brand, ConsoleSender, Mail, Sender, SMTPSender
from gulf_payments.payments import SHOP_LENGTH, Payments
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.where import WHERE

KEY_LENGTH = 16
DATABASES = ("sqlite:", "postgresql:", "postgresql+", "postgres:")

logger = logging.getLogger("gulf_payments.settings")


class Settings(BaseSettings):
    """What the environment, or a `.env` file, says. Secrets never show in a repr."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    stripe_publishable_key: str = Field(pattern=r"^pk_(test|live)_\S+$")
    stripe_secret_key: SecretStr
    stripe_webhook_secret: SecretStr
    email_host: str = ""
    email_port: int = 587
    email_host_user: str = ""
    email_host_password: SecretStr = SecretStr("")
    email_use_tls: bool = True
    default_from_email: str
    database_url: SecretStr
    shop_name: str
    shop_id: str = ""
    shop_url: str = Field(pattern=r"^https?://\S+$")
    payments_signing_key: SecretStr
    vat_number: str = ""
    time_zone: str = "Asia/Riyadh"
    alert_emails: str = ""

    @field_validator("stripe_secret_key")
    @classmethod
    def _secret_key(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise ValueError("this is not a Stripe secret key")
        return value

    @field_validator("stripe_webhook_secret")
    @classmethod
    def _webhook_secrets(cls, value: SecretStr) -> SecretStr:
        secrets = _listed(value.get_secret_value())
        if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
            raise ValueError("each webhook secret begins with whsec_")
        return value

    @field_validator("payments_signing_key")
    @classmethod
    def _signing_key(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < KEY_LENGTH:
            raise ValueError(f"a signing key has at least {KEY_LENGTH} characters")
        return value

    @field_validator("default_from_email")
    @classmethod
    def _sender(cls, value: str) -> str:
        if "@" not in parseaddr(value)[1]:
            raise ValueError("this is not an address")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("this time zone is not known") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(DATABASES):
            raise ValueError("this is neither SQLite nor PostgreSQL")
        return value

    @field_validator("alert_emails")
    @classmethod
    def _alerts(cls, value: str) -> str:
        if not all("@" in parseaddr(address)[1] == address for address in _listed(value)):
            raise ValueError("one of these is no plain address")
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.live != ("_live_" in self.stripe_publishable_key[:8]):
            raise ValueError("STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY must be of one mode, both test or both live")
        if len(self.shop) > SHOP_LENGTH or ":" in self.shop:
            raise ValueError(f"SHOP_ID must be given ({WHERE['SHOP_ID']}): at most {SHOP_LENGTH} characters, no colon")
        return self

    @property
    def shop(self) -> str:
        """The name at Stripe and in the database."""
        return self.shop_id or self.shop_name

    @property
    def live(self) -> bool:
        """Whether the secret key is a live one."""
        return "_live_" in self.stripe_secret_key.get_secret_value()[:8]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def read_settings(env_file: str | None = ".env") -> Settings:
    """Read the settings. Raises ConfigurationError that names every missing or wrong one and says how to get it."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as trouble:
        lines = [_explained(error["loc"], error["type"], error["msg"]) for error in trouble.errors(include_input=False)]
        raise ConfigurationError("settings are missing or wrong:\n" + "\n".join(lines)) from None


def _explained(place: tuple[int | str, ...], kind: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not place:  # about several settings, which it names itself
        return f"  {message}"
    name = str(place[0]).upper()
    said = "is missing" if kind == "missing" else f"is wrong ({message})"
    return f"  {name} {said}: {WHERE.get(name, 'see .env.example')}"


def from_env(env_file: str | None = ".env") -> Payments:
    """A ready `Payments` from the environment and a `.env` file.

    Without EMAIL_HOST mails go to the console with test keys; with live keys that is a ConfigurationError.
    """
    settings = read_settings(env_file)
    if settings.live and not settings.alert_emails:
        logger.warning("ALERT_EMAILS is empty: nobody is told when a live payment needs a person")
    return Payments(
        shop=settings.shop,
        gateway=StripeGateway(
            secret_key=settings.stripe_secret_key.get_secret_value(),
            publishable_key=settings.stripe_publishable_key,
            webhook_secrets=_listed(settings.stripe_webhook_secret.get_secret_value()),
        ),
        store=SQLStore(settings.database_url.get_secret_value()),
        mail=_mail(settings),
    )


def _mail(settings: Settings) -> Mail:
    address = parseaddr(settings.default_from_email)[1]
    return Mail(
        _sender(settings),
        brand=Brand(
            name_ar=settings.shop_name,
            name_en=settings.shop_name,
            url=settings.shop_url,
            support_email=address,
            vat_number=settings.vat_number,
            time_zone=settings.time_zone,
        ),
        from_address=settings.default_from_email,
        signing_key=settings.payments_signing_key.get_secret_value(),
        retry_url=f"{settings.shop_url.rstrip('/')}/pay/r/{{token}}/",
        alert_addresses=_listed(settings.alert_emails),
    )


def _sender(settings: Settings) -> Sender:
    if settings.email_host:
        return SMTPSender(
            settings.email_host,
            settings.email_port,
            username=settings.email_host_user,
            password=settings.email_host_password.get_secret_value(),
            use_tls=settings.email_use_tls,
        )
    if settings.live:
        raise ConfigurationError(f"EMAIL_HOST is missing, and live customers need their mails: {WHERE['EMAIL_HOST']}")
    return ConsoleSender()
