"""The goods in Django's admin, beside the library's pages about money."""

from __future__ import annotations

from django.contrib import admin

from examples.django_shop.models import ShopOrder

admin.site.register(ShopOrder, list_display=("key", "status"), list_editable=("status",), readonly_fields=("key",))
