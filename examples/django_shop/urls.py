"""Where everything is."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path

from examples.django_shop.views import view_of
from examples.storefront.routes import ROUTES

urlpatterns = [
    *(path(route[1:], view_of(name, methods), name=name) for route, name, methods in ROUTES),
    path("payments/", include("gulf_payments.django.urls")),
    path("admin/", admin.site.urls),
    path("static/<path:path>", serve, {"insecure": True}),  # until a web server in front takes it over
]
handler404 = "examples.django_shop.views.missing"
handler500 = "examples.django_shop.views.broken"
