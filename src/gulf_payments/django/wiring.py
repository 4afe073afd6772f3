"""A `Payments` from Django's settings: the gateway to Stripe, the store on Django's tables, mails over its backends."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.utils.module_loading import import_string

from gulf_payments.django import configuration
from gulf_payments.django.configuration import Configuration, Problem
from gulf_payments.django.sender import DjangoSender
from gulf_payments.errors import ConfigurationError
from gulf_payments.payments import Payments
from gulf_payments.stripe import StripeGateway

logger = logging.getLogger("gulf_payments.settings")


def payments_from_settings() -> Payments:
    """A new `Payments`, or what the function named in `GULF_PAYMENTS["PAYMENTS"]` returns.

    Raises ConfigurationError that names every setting that is missing or wrong, and says where to get it.
    """
    told = configuration.read()
    if wrong := configuration.problems(told):
        raise ConfigurationError("settings are missing or wrong:\n" + _lines(wrong))
    if path := told.given.get("PAYMENTS"):
        return _from_factory(path)
    if told.live and not told.given.get("ALERT_EMAILS"):
        logger.warning("ALERT_EMAILS is empty: nobody is told when a live payment needs a person")
    return _wired(told)


def _lines(wrong: Sequence[Problem]) -> str:
    return "\n".join(f"  {problem.said}: {problem.hint}" for problem in wrong)


def _wired(told: Configuration) -> Payments:
    from gulf_payments.django.store import DjangoStore

    return Payments(
        shop=told.given["SHOP"],
        gateway=StripeGateway(
            secret_key=told.secret_key,
            publishable_key=told.publishable_key,
            webhook_secrets=told.webhook_secrets,
            base_address=told.given.get("STRIPE_ADDRESS"),
        ),
        store=DjangoStore(using=told.database),
        mail=told.mail(DjangoSender()),
    )


def _from_factory(path: Any) -> Payments:  # noqa: ANN401 - whatever stands in the settings
    place = f'GULF_PAYMENTS["PAYMENTS"] is {path!r}'
    try:
        factory = import_string(path)
    except (ImportError, AttributeError, TypeError) as wrong:
        raise ConfigurationError(f"{place}, which cannot be imported: {wrong}") from wrong
    made = factory() if callable(factory) else None
    if not isinstance(made, Payments):
        raise ConfigurationError(f"{place}, which must be a function that returns a Payments")
    return made
