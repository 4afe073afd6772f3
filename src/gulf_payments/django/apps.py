"""The app, as Django's settings name it: `"gulf_payments.django"`."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GulfPaymentsConfig(AppConfig):
    """`gulf_payments.django` under the label `gulf_payments`."""

    name = "gulf_payments.django"
    label = "gulf_payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"
