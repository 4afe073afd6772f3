"""The goods in Django's admin, beside the library's pages about money."""

from __future__ import annotations

from django.contrib import admin

from examples.django_shop.models import ShopOrder
from gulf_payments.django.models import Order


@admin.register(ShopOrder)
class ShopOrderAdmin(admin.ModelAdmin):
    """What is to be packed; whether it is paid, the library says."""

    list_display = ("key", "payment", "status", "tracking_number")
    list_editable = ("status", "tracking_number")
    readonly_fields = ("key", "payment")

    def payment(self, goods: ShopOrder) -> str:
        """How the order's payment stands."""
        return Order.objects.get(key=goods.key).payment_status
