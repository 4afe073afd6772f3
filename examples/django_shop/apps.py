"""The shop, as Django's settings name it."""

from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Its tables are called shop_..."""

    name = "examples.django_shop"
    label = "shop"
