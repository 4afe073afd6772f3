"""The admin: orders, payments, refunds, webhook events and deliveries, on Django's own pages and any skin of them."""

from __future__ import annotations

from django.contrib import admin

from gulf_payments.django import models
from gulf_payments.django.admin.events import DeliveryAdmin, WebhookEventAdmin
from gulf_payments.django.admin.orders import OrderAdmin
from gulf_payments.django.admin.payments import PaymentAdmin
from gulf_payments.django.admin.refunds import RefundAdmin

admin.site.register(models.Order, OrderAdmin)
admin.site.register(models.Payment, PaymentAdmin)
admin.site.register(models.Refund, RefundAdmin)
admin.site.register(models.WebhookEvent, WebhookEventAdmin)
admin.site.register(models.Delivery, DeliveryAdmin)
