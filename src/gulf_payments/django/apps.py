"""The app, as Django's settings name it: `"gulf_payments.django"`."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class GulfPaymentsConfig(AppConfig):
    """`gulf_payments.django` under the label `gulf_payments`."""

    name = "gulf_payments.django"
    label = "gulf_payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and import each app's `subscribers.py`."""
        from gulf_payments.django.checks import register_checks

        register_checks()
        autodiscover_modules("subscribers")
