"""Refunds: looked at, never made here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gulf_payments.django import models
from gulf_payments.django.admin import displays, filters
from gulf_payments.django.admin.readonly import ReadOnly


class RefundAdmin(ReadOnly):
    """Refunds that Stripe knows of."""

    list_display = ("refund", "order_link", "amount", "refund_status", "created")
    list_filter = (filters.RefundStatusFilter, filters.CurrencyFilter, filters.ModeFilter, filters.ScopeFilter)
    list_select_related = ("order",)
    search_fields = ("reference", "order__number")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fieldsets = ((None, {"fields": ("refund", "order_link", "amount", "refund_status", "created", "scope")}),)

    @admin.display(description=_("refund"), ordering="reference")
    def refund(self, row: models.Refund) -> Any:
        """Its id at Stripe."""
        return displays.identifier(row.reference)

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, row: models.Refund) -> Any:
        """The order, to go to."""
        url = reverse("admin:gulf_payments_order_change", args=[row.order_id])
        return displays.link(url, displays.foreign(row.order.number))

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: models.Refund) -> Any:
        """What goes back."""
        return displays.minor(row.amount_minor, row.currency)

    @admin.display(description=_("status"), ordering="status")
    def refund_status(self, row: models.Refund) -> Any:
        """In words."""
        return displays.refund_status(row.status)
