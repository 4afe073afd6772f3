"""The inbox and the outbox: webhook events and deliveries, looked at only; what they carry is never shown whole."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gulf_payments.django import models
from gulf_payments.django.admin import displays, filters, tables, words
from gulf_payments.django.admin.reading import database
from gulf_payments.django.admin.readonly import ReadOnly


class OfAnOrder(ReadOnly):
    """Rows that name an order by the shop's key."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the order's own row, in the same query."""
        owner = models.Order.objects.using(database()).filter(scope=OuterRef("scope"), key=OuterRef("order_id"))
        return super().get_queryset(request).annotate(order_row=Subquery(owner.values("pk")[:1]))

    @admin.display(description=_("order"), ordering="order_id")
    def order_link(self, row: Any) -> Any:
        """The order, to go to."""
        url = reverse("admin:gulf_payments_order_change", args=[row.order_row]) if row.order_row else ""
        return displays.link(url, displays.foreign(row.order_id))


class WebhookEventAdmin(OfAnOrder):
    """What Stripe sent."""

    list_display = ("event", "kind", "order_link", "became", "received")
    list_filter = (filters.SightFilter, filters.ModeFilter, filters.ScopeFilter)
    search_fields = ("=event_id", "=order_id", "type")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")
    fieldsets = ((None, {"fields": ("event", "kind", "order_link", "became", "received", "scope")}),)

    @admin.display(description=_("event"), ordering="event_id")
    def event(self, row: models.WebhookEvent) -> Any:
        """Its id at Stripe."""
        return displays.identifier(row.event_id)

    @admin.display(description=_("type"), ordering="type")
    def kind(self, row: models.WebhookEvent) -> Any:
        """Stripe's word for it."""
        return displays.identifier(row.type)

    @admin.display(description=_("what became of it"), ordering="sight")
    def became(self, row: models.WebhookEvent) -> Any:
        """In words."""
        return tables.sight(row.sight)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, row: models.WebhookEvent) -> Any:
        """When it came."""
        return displays.moment(row.received_at)


class DeliveryAdmin(OfAnOrder):
    """What was to be done, and whether it was."""

    list_display = ("effect", "subscriber", "order_link", "became", "attempt", "due", "settled", "error")
    list_filter = (filters.StateFilter, filters.SubscriberFilter, filters.ModeFilter, filters.ScopeFilter)
    search_fields = ("=key", "=order_id")
    date_hierarchy = "recorded_at"
    ordering = ("-recorded_at", "-pk")
    fieldsets = (
        (None, {"fields": ("effect", "subscriber", "order_link", "became", "attempt", "error", "effect_key", "carried",
                           "scope")}),
        (_("Timestamps"), {"fields": ("recorded", "due", "next_try", "settled")}),
    )  # fmt: skip

    @admin.display(description=_("what"), ordering="kind")
    def effect(self, row: models.Delivery) -> Any:
        """In words, or Stripe's word for it."""
        return words.HAPPENED.get(row.kind) or displays.identifier(row.kind)

    @admin.display(description=_("key"))
    def effect_key(self, row: models.Delivery) -> Any:
        """The effect's name, unique for ever."""
        return displays.identifier(row.key)

    @admin.display(description=_("body"))
    def carried(self, row: models.Delivery) -> str:
        """How much it carries: it may hold personal data, so it is not shown."""
        return gettext("%(size)s bytes, not shown") % {"size": len(row.body.encode())} if row.body else displays.NOTHING

    @admin.display(description=_("state"), ordering="state")
    def became(self, row: models.Delivery) -> Any:
        """In words; what was given up stands out."""
        return tables.state(row.state)

    @admin.display(description=_("last error"))
    def error(self, row: models.Delivery) -> Any:
        """One masked line."""
        return displays.foreign(row.last_error)

    @admin.display(description=_("recorded"), ordering="recorded_at")
    def recorded(self, row: models.Delivery) -> Any:
        """When it became due to be done."""
        return displays.moment(row.recorded_at)

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, row: models.Delivery) -> Any:
        """When it was to be done."""
        return displays.moment(row.due_at)

    @admin.display(description=_("next try"))
    def next_try(self, row: models.Delivery) -> Any:
        """When it is tried again."""
        return displays.moment(None if row.settled_at else row.next_try_at)

    @admin.display(description=_("settled"), ordering="settled_at")
    def settled(self, row: models.Delivery) -> Any:
        """When it ended."""
        return displays.moment(row.settled_at)
