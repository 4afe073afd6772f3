"""`path("payments/", include("gulf_payments.django.urls"))` gives `/payments/webhook/stripe/`."""

from __future__ import annotations

from django.urls import path

from gulf_payments.django.views import stripe_webhook

app_name = "gulf_payments"
urlpatterns = [path("webhook/stripe/", stripe_webhook, name="stripe-webhook")]
