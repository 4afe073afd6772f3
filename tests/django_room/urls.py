"""The addresses of the room's tests."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from gulf_payments.django import payments


def broken(_: HttpRequest) -> HttpResponse:
    """A view of the shop's that fails with `payments` in its hands."""
    shop = payments
    shop.start_payment("no-such-order")
    return HttpResponse()


def forms(_: HttpRequest) -> HttpResponse:
    """A view of the shop's that takes forms."""
    return HttpResponse()


urlpatterns = [
    path("payments/", include("gulf_payments.django.urls")),
    path("broken/", broken),
    path("forms/", forms),
]
