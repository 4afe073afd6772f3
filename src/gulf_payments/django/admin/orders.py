"""Orders: their list, and one order with everything that happened to it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gulf_payments.django import models
from gulf_payments.django.admin import displays, filters, tables
from gulf_payments.django.admin.decisions import DEEDS
from gulf_payments.django.admin.pages import deed_paths, offered_to
from gulf_payments.django.admin.reading import is_ours, read, record_of
from gulf_payments.django.admin.readonly import ReadOnly
from gulf_payments.django.admin.searching import by_reference


class OrderAdmin(ReadOnly):
    """Orders with what their money says."""

    list_display = ("order_number", "customer", "order_status", "paid_status", "total", "paid", "refunded", "alerts",
                    "placed")  # fmt: skip
    list_filter = (
        filters.OrderStatusFilter, filters.OrderPaymentStatusFilter, filters.AlertFilter, filters.CurrencyFilter,
        filters.ModeFilter, filters.ScopeFilter, ("created_at", admin.DateFieldListFilter),
    )  # fmt: skip
    search_fields = ("number", "key", "customer_email", "customer_name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fieldsets = (
        (_("Order information"), {"fields": ("order_number", "order_status", "paid_status", "alerts", "scope", "key")}),
        (_("Customer"), {"fields": ("customer", "email", "phone", "customer_key", "locale", "address")}),
        (_("Timestamps"), {"fields": ("placed", "updated", "expires")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the shop's own words, or exactly by an id at Stripe."""
        named = by_reference(search_term)
        if named is not None:
            return queryset.filter(pk__in=named.values("order_id")), False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[Any]:
        """Beside Django's own, one for each deed."""
        return [*deed_paths(self, DEEDS), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The detail, with its tables and buttons."""
        row = self.get_object(request, object_id)
        allowed = row is not None and self.has_view_permission(request, row)
        context = {**(extra_context or {}), **(self._around(request, row) if allowed else {})}
        return super().change_view(request, object_id, form_url, context)

    def _around(self, request: HttpRequest, row: models.Order) -> dict[str, Any]:
        order, dossier, found = read(row), record_of(row).dossier, tables.around(row)
        deeds = offered_to(request, row, DEEDS)
        urls = {deed.name: reverse(f"admin:gulf_payments_order_{deed.name}", args=[row.pk]) for deed in deeds}
        shown = (
            tables.alerts_of(dossier, urls.get("resolve", "")),
            tables.lines(order),
            tables.sums(order),
            tables.payments_of(order, row.scope, found.pages),
            tables.refunds_of(order, found.pages),
            tables.disputes_of(dossier),
            tables.outside_of(dossier, order.currency, urls.get("take-back", "")),
            tables.timeline(row, found),
            tables.mails(found),
            tables.webhooks(found),
        )
        return {
            "tables": [table for table in shown if table.rows],
            "deeds": [
                (deed.title, urls[deed.name]) for deed in deeds if deed.name not in ("resolve", "take-back", "look-up")
            ],
            "look_up": urls.get("look-up", ""),
            "foreign": not is_ours(row),
        }

    @admin.display(description=_("number"), ordering="number")
    def order_number(self, row: models.Order) -> Any:
        """What people call it."""
        return displays.foreign(row.number)

    @admin.display(description=_("customer"), ordering="customer_name")
    def customer(self, row: models.Order) -> Any:
        """Their name."""
        return displays.foreign(row.customer_name)

    @admin.display(description=_("customer id"))
    def customer_key(self, row: models.Order) -> Any:
        """The shop's own key of them; a guest has none."""
        return displays.foreign(row.customer_id)

    @admin.display(description=_("email"))
    def email(self, row: models.Order) -> Any:
        """Their address."""
        return displays.left_to_right(row.customer_email)

    @admin.display(description=_("phone"))
    def phone(self, row: models.Order) -> Any:
        """Their telephone."""
        return displays.left_to_right(row.customer_phone)

    @admin.display(description=_("address"))
    def address(self, row: models.Order) -> Any:
        """Where it goes."""
        from dataclasses import asdict

        address = read(row).shipping_address
        return displays.foreign("، ".join(filter(None, asdict(address).values()))) if address else displays.NOTHING

    @admin.display(description=_("order status"), ordering="status")
    def order_status(self, row: models.Order) -> Any:
        """In words."""
        return displays.status(row.status)

    @admin.display(description=_("payment status"), ordering="payment_status")
    def paid_status(self, row: models.Order) -> Any:
        """In words."""
        return displays.status(row.payment_status)

    @admin.display(description=_("total"), ordering="total_minor")
    def total(self, row: models.Order) -> Any:
        """What it costs."""
        return displays.minor(row.total_minor, row.currency)

    @admin.display(description=_("paid"), ordering="paid_minor")
    def paid(self, row: models.Order) -> Any:
        """What came in."""
        return displays.minor(row.paid_minor, row.currency)

    @admin.display(description=_("refunded"), ordering="refunded_minor")
    def refunded(self, row: models.Order) -> Any:
        """What was given back."""
        return displays.minor(row.refunded_minor, row.currency)

    @admin.display(description=_("open alerts"), ordering="alert_count")
    def alerts(self, row: models.Order) -> Any:
        """How many wait for a person."""
        return displays.badge(str(row.alert_count), "bad") if row.alert_count else displays.NOTHING

    @admin.display(description=_("created"), ordering="created_at")
    def placed(self, row: models.Order) -> Any:
        """When it was placed."""
        return displays.moment(row.created_at)

    @admin.display(description=_("expires"))
    def expires(self, row: models.Order) -> Any:
        """When it runs out."""
        return displays.moment(row.expires_at)
