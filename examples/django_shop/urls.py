"""Where everything is."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path

from examples.django_shop.views import page, shop

urlpatterns = [
    path("", page(shop.home)),
    path("cart/", page(shop.cart, "GET", "POST")),
    path("login/", page(shop.login, "GET", "POST")),
    path("logout/", page(shop.logout, "POST")),
    path("checkout/", page(shop.checkout, "GET", "POST")),
    path("pay/<order_id>/", page(shop.pay)),
    path("pay/<order_id>/start/", page(shop.start, "POST")),
    path("pay/<order_id>/return/", page(shop.returned)),
    path("pay/r/<token>/", page(shop.retry)),
    path("orders/", page(shop.orders)),
    path("orders/<order_id>/", page(shop.order)),
    path("orders/<order_id>/result/", page(shop.result)),
    path("orders/<order_id>/status/", page(shop.status)),
    path("orders/<order_id>/cancel/", page(shop.cancel, "POST")),
    path("guest/<token>/", page(shop.guest)),
    path("payments/", include("gulf_payments.django.urls")),
    path("admin/", admin.site.urls),
    path("static/<path:path>", serve, {"insecure": True}),  # until a web server in front takes it over
]
handler404 = "examples.django_shop.views.missing"
