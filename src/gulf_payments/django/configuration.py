"""What Django's settings say about payments, and what is wrong with it: for the wiring and for the system checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from typing import Any, NamedTuple

from django.conf import settings

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.payments import SHOP_LENGTH
from gulf_payments.stripe import keys
from gulf_payments.where import WHERE

KNOWN: Mapping[str, str] = {
    "SHOP": "a short plain name that never changes, such as 'gulf-emperor'",
    "BRAND": "the fields of gulf_payments.mail.Brand; name_ar and name_en at least",
    "RETRY_URL": "where the payment-failed mail leads, such as 'https://shop.example/pay/r/{token}'",
    "ALERT_EMAILS": "a list of plain addresses: who is told when money needs a person",
    "MAIL": "further options of gulf_payments.mail.Mail, such as {'staff_url': ..., 'without': [...]}",
    "STRIPE_ADDRESS": "where Stripe is, if not at its own address: a fake's url",
    "DATABASE": "an alias of DATABASES; 'default' unless given",
    "PAYMENTS": "the dotted path of a function that returns a Payments, for wiring of your own",
    "TRUSTED_PROXIES": "how many proxies of yours write X-Forwarded-For; 0 unless given",
}
"""The keys of GULF_PAYMENTS, and what each is."""

_MADE_HERE = frozenset({"sender", "brand", "from_address", "retry_url", "signing_key", "alert_addresses"})


class Problem(NamedTuple):
    """One thing that is missing or wrong: the id of its system check, and two sentences."""

    id: str
    said: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings as they stand, unjudged; secrets never show in a repr, so neither on a page of errors."""

    secret_key: str = field(repr=False)
    publishable_key: str = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    signing_key: str = field(repr=False)
    from_email: str
    time_zone: str
    databases: frozenset[str]
    given: Mapping[str, Any]

    @property
    def live(self) -> bool:
        """Whether the secret key is a live one."""
        return "_live_" in self.secret_key[:8]

    @property
    def database(self) -> str:
        """The alias of the database that holds the payments."""
        return str(self.given.get("DATABASE") or "default")

    @property
    def brand(self) -> Brand:
        """Whose mails these are, in the shop's time zone. Raises ConfigurationError."""
        told = self.given.get("BRAND") or {}
        if unknown := sorted(set(told) - {field.name for field in fields(Brand)}):
            raise ConfigurationError(f"a brand has no {', '.join(unknown)}")
        if missing := [name for name in ("name_ar", "name_en") if not told.get(name)]:
            raise ConfigurationError(f"a brand needs {' and '.join(missing)}")
        return Brand(**{"time_zone": self.time_zone} | told)

    def mail(self, sender: Any) -> Mail:  # noqa: ANN401 - any Sender
        """The mails, handed to this sender. Raises ConfigurationError."""
        further = dict(self.given.get("MAIL") or {})
        allowed = {field.name for field in fields(Mail) if field.init} - _MADE_HERE
        if unknown := sorted(set(further) - allowed):
            raise ConfigurationError(f"MAIL may hold {', '.join(sorted(allowed))}, not {', '.join(unknown)}")
        return Mail(
            sender,
            brand=self.brand,
            from_address=self.from_email,
            retry_url=self.given.get("RETRY_URL") or "",
            signing_key=self.signing_key,
            alert_addresses=tuple(self.given.get("ALERT_EMAILS") or ()),
            **further,
        )


def read() -> Configuration:
    """Read Django's settings."""
    given = getattr(settings, "GULF_PAYMENTS", {})
    return Configuration(
        secret_key=_text("STRIPE_SECRET_KEY"),
        publishable_key=_text("STRIPE_PUBLISHABLE_KEY"),
        webhook_secrets=_listed(getattr(settings, "STRIPE_WEBHOOK_SECRET", "") or ""),
        signing_key=_text("SECRET_KEY"),
        from_email=_text("DEFAULT_FROM_EMAIL"),
        time_zone=_text("TIME_ZONE"),
        databases=frozenset(settings.DATABASES),
        given=given if isinstance(given, dict) else {"": given},
    )


def _text(name: str) -> str:
    return str(getattr(settings, name, "") or "")


def _listed(secrets: str | Sequence[str]) -> tuple[str, ...]:
    parts = secrets.split(",") if isinstance(secrets, str) else secrets
    return tuple(part.strip() for part in parts if part.strip())


def problems(told: Configuration) -> list[Problem]:
    """Everything that keeps `payments` from being made, each with where to get it; no secret is repeated."""
    judged = (_unknown,) if told.given.get("PAYMENTS") else (_unknown, *_JUDGED)
    return [problem for judge in judged if (problem := judge(told)) is not None]


def _missing(value: object, name: str) -> str:
    return f"{name} {'is wrong' if value else 'is missing'}"


def _setting(id_: str, name: str, value: object, judge: Callable[[], object]) -> Problem | None:
    try:
        judge()
    except ConfigurationError:
        return Problem(id_, _missing(value, name), WHERE[name])
    return None


def _unknown(told: Configuration) -> Problem | None:
    unknown = sorted(set(told.given) - set(KNOWN), key=str)
    if not unknown:
        return None
    said = f"GULF_PAYMENTS has no {', '.join(map(repr, unknown))}" if unknown != [""] else "GULF_PAYMENTS is no dict"
    return Problem("E001", said, f"it knows {', '.join(KNOWN)}")


def _secret_key(told: Configuration) -> Problem | None:
    key = told.secret_key
    return _setting("E002", "STRIPE_SECRET_KEY", key, lambda: keys.mode_of("secret_key", key, ("sk", "rk")))


def _publishable_key(told: Configuration) -> Problem | None:
    key = told.publishable_key
    return _setting("E003", "STRIPE_PUBLISHABLE_KEY", key, lambda: keys.mode_of("publishable_key", key, ("pk",)))


def _modes(told: Configuration) -> Problem | None:
    if _secret_key(told) or _publishable_key(told) or told.live == ("_live_" in told.publishable_key[:8]):
        return None
    said = "STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY are of two modes"
    return Problem("E004", said, "take both from one page of the Dashboard: both test or both live")


def _webhook_secret(told: Configuration) -> Problem | None:
    secrets = told.webhook_secrets
    return _setting("E005", "STRIPE_WEBHOOK_SECRET", secrets, lambda: keys.checked_secrets(secrets))


def _shop(told: Configuration) -> Problem | None:
    shop = told.given.get("SHOP")
    if isinstance(shop, str) and shop.strip() and shop.isprintable() and len(shop) <= SHOP_LENGTH and ":" not in shop:
        return None
    hint = f"{KNOWN['SHOP']}: at most {SHOP_LENGTH} characters, no colon"
    return Problem("E006", _missing(shop, 'GULF_PAYMENTS["SHOP"]'), hint)


def _brand(told: Configuration) -> Problem | None:
    try:
        _ = told.brand
    except (ConfigurationError, TypeError, ValueError, AttributeError) as wrong:
        said = _missing(told.given.get("BRAND"), 'GULF_PAYMENTS["BRAND"]')
        return Problem("E007", f"{said}: {wrong}", KNOWN["BRAND"])
    return None


def _from_email(told: Configuration) -> Problem | None:
    if "@" in parseaddr(told.from_email)[1]:
        return None
    return Problem("E008", _missing(told.from_email, "DEFAULT_FROM_EMAIL"), WHERE["DEFAULT_FROM_EMAIL"])


def _mail(told: Configuration) -> Problem | None:
    if _brand(told) or _from_email(told):
        return None
    try:
        told.mail(MemorySender())
    except (ConfigurationError, TypeError, ValueError, AttributeError) as wrong:
        return Problem("E009", f"GULF_PAYMENTS does not make mails: {wrong}", "see RETRY_URL, ALERT_EMAILS and MAIL")
    return None


def _database(told: Configuration) -> Problem | None:
    if told.database in told.databases:
        return None
    said = f'GULF_PAYMENTS["DATABASE"] names {told.database!r}, which DATABASES lacks'
    return Problem("E010", said, f"it has {', '.join(sorted(told.databases))}")


def _address(told: Configuration) -> Problem | None:
    address = told.given.get("STRIPE_ADDRESS")
    if not address:
        return None
    try:
        keys.checked_address(address)
    except (ConfigurationError, TypeError, AttributeError, ValueError):
        return Problem("E011", 'GULF_PAYMENTS["STRIPE_ADDRESS"] is no http(s) address', KNOWN["STRIPE_ADDRESS"])
    if told.live:
        said = 'GULF_PAYMENTS["STRIPE_ADDRESS"] would be sent the live keys'
        return Problem("E011", said, "leave it out: a fake is for test keys")
    return None


_JUDGED = (
    _secret_key,
    _publishable_key,
    _modes,
    _webhook_secret,
    _shop,
    _brand,
    _from_email,
    _mail,
    _database,
    _address,
)
