"""What every page of the admin shares: rows are looked at, and only the store writes them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gulf_payments.django.admin import displays
from gulf_payments.django.admin.reading import database


class ReadOnly(admin.ModelAdmin):
    """A model that is listed and shown, never added to, changed or deleted; it depends on no skin."""

    show_full_result_count = False
    list_per_page = 50
    change_form_template = "admin/gulf_payments/detail.html"

    class Media:
        css = {"all": ("gulf_payments/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows, out of the database that holds them."""
        return super().get_queryset(request).using(database())

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody deletes."""
        return False

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        """Whatever the sections show."""
        return [name for _title, options in self.fieldsets or () for name in options["fields"]]

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, row: Any) -> Any:
        """When it was made."""
        return displays.moment(row.created_at)

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, row: Any) -> Any:
        """When it last changed."""
        return displays.moment(row.updated_at)
