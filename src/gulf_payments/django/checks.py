"""What `manage.py check` says about payments; `--deploy` says more. docs/django.md lists the ids.

Errors E are what keeps `payments` from being made; while DEBUG is on, what is only missing is a warning, so that a
fresh checkout migrates and starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name
from django.db import connections
from django.urls import NoReverseMatch, reverse

from gulf_payments.django import configuration
from gulf_payments.django.configuration import Configuration, Problem
from gulf_payments.django.lazy import payments
from gulf_payments.errors import ConfigurationError

TAG = "gulf_payments"

_UNSHARED_CACHES = ("LocMemCache", "DummyCache")
_DJANGOS_SENDER = "webmaster@localhost"

Judge = Callable[[Configuration], CheckMessage | None]


def register_checks() -> None:
    """Have Django run them."""
    register(check_settings, TAG)
    register(check_deployment, TAG, deploy=True)


def check_settings(**_: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own options
    """What is missing, wrong, or would surprise somebody, in development too."""
    told = configuration.read()
    wrong = configuration.problems(told)
    return [*map(_message, wrong), *_unmade(wrong), *_found(told, _ALWAYS)]


def check_deployment(**_: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own options
    """What must be otherwise before customers come."""
    return list(_found(configuration.read(), _DEPLOYED))


def _found(told: Configuration, judges: tuple[Judge, ...]) -> Iterator[CheckMessage]:
    return (message for judge in judges if (message := judge(told)) is not None)


def _message(problem: Problem) -> CheckMessage:
    level = Warning if settings.DEBUG and problem.missing else Error
    return level(f"{problem.said}.", hint=f"{problem.hint}.", id=f"{TAG}.{problem.id}")


def _warning(number: str, said: str, hint: str) -> CheckMessage:
    return Warning(said, hint=hint, id=f"{TAG}.{number}")


def _unmade(wrong: list[Problem]) -> Iterator[CheckMessage]:
    """A factory or a subscriber may be wrong as well: make it, if nothing else keeps it from being made."""
    if wrong or not settings.USE_TZ:
        return
    try:
        _ = payments.shop
    except ConfigurationError as trouble:
        hint = 'See the function that GULF_PAYMENTS["PAYMENTS"] names, and the subscribers.py of each app.'
        yield Error(f"payments cannot be made: {trouble}.", hint=hint, id=f"{TAG}.E012")


# --- In development too --------------------------------------------------------------------------------------------


def _time_zones(_: Configuration) -> CheckMessage | None:
    if settings.USE_TZ:
        return None
    said = "USE_TZ is off, and payments need instants that are certain."
    return Error(said, hint="Set USE_TZ = True, Django's own default.", id=f"{TAG}.E013")


def _webhook_is_mounted(_: Configuration) -> CheckMessage | None:
    if not getattr(settings, "ROOT_URLCONF", ""):
        return None
    try:
        reverse("gulf_payments:stripe-webhook")
    except NoReverseMatch:
        hint = 'Add path("payments/", include("gulf_payments.django.urls")) to the urlpatterns.'
        return _warning("W001", "The webhook has no address: no order is confirmed unless somebody asks.", hint)
    return None


def _sqlite_begins_immediate(told: Configuration) -> CheckMessage | None:
    if told.database not in told.databases or connections[told.database].vendor != "sqlite":
        return None
    options = connections.settings[told.database].get("OPTIONS") or {}
    if str(options.get("transaction_mode")).upper() == "IMMEDIATE":
        return None
    said = f"SQLite ({told.database!r}) begins its transactions by reading: two at once end in 'database is locked'."
    return _warning("W002", said, 'Add "OPTIONS": {"transaction_mode": "IMMEDIATE"} to the database.')


def _requests_are_not_atomic(told: Configuration) -> CheckMessage | None:
    if told.database not in told.databases or not connections.settings[told.database].get("ATOMIC_REQUESTS"):
        return None
    said = f"ATOMIC_REQUESTS ({told.database!r}) is on: payments refuse to work inside a view's own transaction."
    hint = "Put transaction.non_atomic_requests on the views that change payments; the webhook has it."
    return _warning("W003", said, hint)


def _retry_links_are_safe(told: Configuration) -> CheckMessage | None:
    if told.live and str(told.given.get("RETRY_URL") or "").startswith("http://"):
        said = 'GULF_PAYMENTS["RETRY_URL"] is not https, and live customers pay there.'
        return _warning("W004", said, "Make it https://.")
    return None


def _somebody_is_told(told: Configuration) -> CheckMessage | None:
    if told.live and not told.given.get("PAYMENTS") and not told.given.get("ALERT_EMAILS"):
        said = 'GULF_PAYMENTS["ALERT_EMAILS"] is empty: nobody is mailed when live money needs a person.'
        return _warning("W005", said, "Name whoever can refund: a list of plain addresses.")
    return None


def _live_without_debug(told: Configuration) -> CheckMessage | None:
    if told.live and settings.DEBUG:
        said = "DEBUG is on with live keys: pages of errors show what customers must not see."
        return _warning("W006", said, "Use test keys while DEBUG is on.")
    return None


def _a_sender_of_the_shops_own(told: Configuration) -> CheckMessage | None:
    if told.live and told.from_email == _DJANGOS_SENDER:
        said = "DEFAULT_FROM_EMAIL is Django's own: live customers would get mail from 'webmaster@localhost'."
        return _warning("W007", said, "Set it to an address such as 'Shop <orders@shop.example>'.")
    return None


# --- Before customers come -----------------------------------------------------------------------------------------


def _keys_are_live(told: Configuration) -> CheckMessage | None:
    if told.live or settings.DEBUG or not told.secret_key:
        return None
    return _warning("W011", "The Stripe keys are test keys: no card is charged.", "Set the live ones.")


def _cache_is_shared(_: Configuration) -> CheckMessage | None:
    backend = settings.CACHES[DEFAULT_CACHE_ALIAS]["BACKEND"].rpartition(".")[2]
    if settings.DEBUG or backend not in _UNSHARED_CACHES:
        return None
    said = f"The cache is {backend}, so limits on bad signatures and payment attempts count in each process alone."
    return _warning("W012", said, "Use Redis, Memcached or another cache that all processes share.")


def _mail_cannot_hang(_: Configuration) -> CheckMessage | None:
    if settings.EMAIL_TIMEOUT or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return None
    return _warning("W013", "EMAIL_TIMEOUT is not set: a mail server that hangs holds the worker up.", "Set it to 20.")


def _proxies_are_counted(told: Configuration) -> CheckMessage | None:
    behind_one = settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST
    if told.given.get("TRUSTED_PROXIES") or not behind_one:
        return None
    said = "The shop is behind a proxy, and limits would take all its customers for one."
    return _warning("W014", said, 'Set GULF_PAYMENTS["TRUSTED_PROXIES"] to how many add to X-Forwarded-For.')


_ALWAYS: tuple[Judge, ...] = (
    _time_zones,
    _webhook_is_mounted,
    _sqlite_begins_immediate,
    _requests_are_not_atomic,
    _retry_links_are_safe,
    _somebody_is_told,
    _live_without_debug,
    _a_sender_of_the_shops_own,
)
_DEPLOYED: tuple[Judge, ...] = (_keys_are_live, _cache_is_shared, _mail_cannot_hang, _proxies_are_counted)
