"""Payments: their list, and one payment with its order, refunds and history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gulf_payments.django import models
from gulf_payments.django.admin import displays, filters, tables
from gulf_payments.django.admin.deeds import IssueRefund
from gulf_payments.django.admin.exporting import as_csv
from gulf_payments.django.admin.pages import offered_to
from gulf_payments.django.admin.reading import dossier_of, is_ours, read, record_of
from gulf_payments.django.admin.readonly import ReadOnly
from gulf_payments.django.admin.searching import by_reference
from gulf_payments.orders import Payment
from gulf_payments.readings import payment_of


class PaymentAdmin(ReadOnly):
    """Payments through Stripe."""

    list_display = (
        "order_number",
        "customer",
        "amount",
        "currency",
        "payment_status",
        "paid_by",
        "attempts",
        "created",
    )
    list_filter = (
        filters.PaymentStatusFilter, filters.CurrencyFilter, filters.FailureFilter, filters.RefundedFilter,
        filters.ModeFilter, filters.ScopeFilter, ("created_at", admin.DateFieldListFilter),
    )  # fmt: skip
    list_select_related = ("order",)
    search_fields = ("order__number", "order__customer_email", "last4")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    actions = ("export",)
    fieldsets = (
        (_("Order information"), {"fields": ("order_link", "customer", "scope")}),
        (_("Payment details"), {"fields": ("amount", "received", "refunded", "currency", "payment_status", "paid_by",
                                           "attempts")}),
        (_("Stripe information"), {"fields": ("intent", "charge", "payment_reference")}),
        (_("Additional information"), {"fields": ("failure",)}),
        (_("Timestamps"), {"fields": ("created", "updated", "paid")}),
    )  # fmt: skip

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By order, email or card, or exactly by an id at Stripe."""
        named = by_reference(search_term)
        if named is not None:
            return queryset.filter(reference__in=named.values("payment_id")), False
        return super().get_search_results(request, queryset, search_term)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may take the list away."""
        return bool(request.user.has_perm("gulf_payments.export_payment"))

    @admin.action(description=_("Export as CSV"), permissions=["export"])
    def export(self, _request: HttpRequest, queryset: Any) -> HttpResponse:
        """The chosen payments as a file."""
        return as_csv(queryset)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The detail, with its tables."""
        row = self.get_object(request, object_id)
        allowed = row is not None and self.has_view_permission(request, row)
        context = {**(extra_context or {}), **(self._around(request, row) if allowed else {})}
        return super().change_view(request, object_id, form_url, context)

    def _around(self, request: HttpRequest, row: models.Payment) -> dict[str, Any]:
        order, found = read(row.order), tables.around(row.order)
        shown = (
            tables.sums(order),
            tables.refunds_of(order, found.pages, payment_id=row.reference),
            tables.disputes_of(dossier_of(row.order.facts), payment_id=row.reference),
            tables.timeline(row.order, found, payment_id=row.reference),
        )
        url = reverse("admin:gulf_payments_order_refund", args=[row.order_id])
        deeds = offered_to(request, row.order, (IssueRefund,)) if self._said(row).can_refund else []
        return {
            "tables": [table for table in shown if table.rows],
            "deeds": [(deed.title, f"{url}?payment_id={row.reference}") for deed in deeds],
            "foreign": not is_ours(row),
        }

    def _said(self, row: models.Payment) -> Payment:
        """What the law says of it."""
        return payment_of(record_of(row.order), row.reference)

    @admin.display(description=_("order"), ordering="order__number")
    def order_number(self, row: models.Payment) -> Any:
        """What people call the order."""
        return displays.foreign(row.order.number)

    @admin.display(description=_("order"))
    def order_link(self, row: models.Payment) -> Any:
        """The order, to go to."""
        url = reverse("admin:gulf_payments_order_change", args=[row.order_id])
        return displays.link(url, displays.foreign(row.order.number))

    @admin.display(description=_("customer"), ordering="order__customer_name")
    def customer(self, row: models.Payment) -> Any:
        """Their name."""
        return displays.foreign(row.order.customer_name)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: models.Payment) -> Any:
        """What it is for."""
        return displays.minor(row.amount_minor, row.currency)

    @admin.display(description=_("received"))
    def received(self, row: models.Payment) -> Any:
        """What it brought in."""
        return displays.minor(row.received_minor, row.currency)

    @admin.display(description=_("refunded"))
    def refunded(self, row: models.Payment) -> Any:
        """What was given back."""
        return displays.minor(row.refunded_minor, row.currency)

    @admin.display(description=_("status"), ordering="status")
    def payment_status(self, row: models.Payment) -> Any:
        """In words."""
        return displays.status(row.status)

    @admin.display(description=_("method"), ordering="method")
    def paid_by(self, row: models.Payment) -> Any:
        """Card and last four digits."""
        return displays.method(row.method, row.last4)

    @admin.display(description=_("attempts"))
    def attempts(self, row: models.Payment) -> int:
        """How often it was tried."""
        payment = dossier_of(row.order.facts).facts.payments[row.reference]
        return len(payment.attempts) + sum(charge.paid for charge in payment.charges.values())

    @admin.display(description=_("paid"))
    def paid(self, row: models.Payment) -> Any:
        """When the money came in."""
        return displays.moment(row.paid_at)

    @admin.display(description="PaymentIntent")
    def intent(self, row: models.Payment) -> Any:
        """At Stripe's dashboard."""
        return displays.dashboard(row.scope, self._said(row).intent_id)

    @admin.display(description=_("charge"))
    def charge(self, row: models.Payment) -> Any:
        """The charge that was paid, or last tried."""
        return displays.identifier(self._said(row).charge_id)

    @admin.display(description=_("payment"))
    def payment_reference(self, row: models.Payment) -> Any:
        """Our own id."""
        return displays.identifier(row.reference)

    @admin.display(description=_("failure"))
    def failure(self, row: models.Payment) -> Any:
        """Why the last attempt failed."""
        return displays.failure(row.failure_code)
