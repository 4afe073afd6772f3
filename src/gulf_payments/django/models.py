"""The tables in Django's words: orders, objects at Stripe (payments, refunds, ...), webhook events, deliveries.

Read them freely; only `DjangoStore` writes them, because every value but the agreement is derived from an order's
`facts`. Amounts are minor units, currencies upper case, instants aware datetimes (None where unknown). A shop's own
order model stays its own: `Order.key` is its key.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

LOOKING = ("view",)  # what Django's own permissions come to, where only the store writes
DEEDS = (
    ("refund_payment", "Can refund a payment"),
    ("capture_payment", "Can capture an authorised payment"),
    ("record_outside_payment", "Can record an outside payment, or take it back"),
    ("accept_order", "Can accept an order before it is paid"),
    ("cancel_order", "Can cancel an order"),
    ("resolve_alert", "Can resolve an alert"),
    ("look_up_payment", "Can look a payment up at Stripe"),
    ("export_payment", "Can export payments"),
)
"""What staff may do in the admin beside looking: codenames and names of the permissions."""


class Order(models.Model):
    """One order's agreement, person, facts, and what the facts say."""

    scope = models.TextField(_("scope"))
    key = models.TextField(_("the shop's key"))
    number = models.TextField(_("number"))
    customer_id = models.TextField(_("customer"), blank=True)
    locale = models.TextField(_("language"), blank=True)
    customer_email = models.TextField(_("email"), blank=True)
    customer_name = models.TextField(_("name"), blank=True)
    customer_phone = models.TextField(_("phone"), blank=True)
    shipping_address = models.TextField(_("address"), blank=True)
    agreement = models.TextField(_("agreement"))
    facts = models.TextField(_("facts"))
    status = models.TextField(_("status"))
    payment_status = models.TextField(_("payment status"))
    currency = models.TextField(_("currency"))
    total_minor = models.BigIntegerField(_("total"))
    paid_minor = models.BigIntegerField(_("paid"))
    refunded_minor = models.BigIntegerField(_("refunded"))
    net_minor = models.BigIntegerField(_("net"))
    refundable_minor = models.BigIntegerField(_("refundable"))
    alert_count = models.PositiveIntegerField(_("open alerts"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        default_permissions = LOOKING
        permissions = DEEDS
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = (models.UniqueConstraint("scope", "key", name="gulf_order_once"),)
        indexes = (
            models.Index("scope", "created_at", "key", name="gulf_order_age"),
            models.Index("scope", "status", "created_at", "key", name="gulf_order_status"),
            models.Index("scope", "number", name="gulf_order_number"),
            models.Index("scope", "customer_id", "created_at", "key", name="gulf_order_customer"),
            models.Index("scope", Lower("customer_email"), name="gulf_order_email"),
            models.Index("scope", condition=Q(alert_count__gt=0), name="gulf_order_alerts"),
        )

    def __str__(self) -> str:
        return self.number


class StripeObject(models.Model):
    """One id of an order: a payment of ours, its PaymentIntent, or a charge, refund or dispute of it."""

    scope = models.TextField(_("scope"))
    reference = models.TextField(_("id"))
    kind = models.TextField(_("kind"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="objects_at_stripe", verbose_name=_("order"))
    payment_id = models.TextField(_("payment"))
    status = models.TextField(_("status"), blank=True)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.TextField(_("currency"))
    received_minor = models.BigIntegerField(_("received"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    method = models.TextField(_("method"), blank=True)
    last4 = models.TextField(_("last four digits"), blank=True)
    failure_code = models.TextField(_("failure code"), blank=True)
    created_at = models.DateTimeField(_("created"))  # searches page by it: 1970 where unknown
    updated_at = models.DateTimeField(_("updated"), null=True)
    paid_at = models.DateTimeField(_("paid"), null=True)

    class Meta:
        default_permissions = LOOKING
        verbose_name = _("object at Stripe")
        verbose_name_plural = _("objects at Stripe")
        constraints = (models.UniqueConstraint("scope", "reference", name="gulf_object_once"),)
        indexes = (
            models.Index("scope", "created_at", "reference", condition=Q(kind="payment"), name="gulf_object_age"),
            models.Index("reference", name="gulf_object_reference"),
        )

    def __str__(self) -> str:
        return self.reference


class OfKind(models.Manager):
    """Only the objects of one kind."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet:
        """The objects of this kind."""
        return super().get_queryset().filter(kind=self.kind)


class Payment(StripeObject):
    """The payments among the objects; `reference` is our payment id, its PaymentIntent a row of its own."""

    objects = OfKind("payment")

    class Meta:
        default_permissions = LOOKING
        proxy = True
        verbose_name = _("payment")
        verbose_name_plural = _("payments")


class Refund(StripeObject):
    """The refunds among the objects."""

    objects = OfKind("refund")

    class Meta:
        default_permissions = LOOKING
        proxy = True
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")


class WebhookEvent(models.Model):
    """The inbox: each verified webhook event, once."""

    scope = models.TextField(_("scope"))
    event_id = models.TextField(_("event"))
    type = models.TextField(_("type"))
    sight = models.TextField(_("what became of it"))
    order_id = models.TextField(_("the shop's key"), blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        default_permissions = LOOKING
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = (models.UniqueConstraint("scope", "event_id", name="gulf_event_once"),)
        indexes = (models.Index("scope", "order_id", name="gulf_event_order"),)

    def __str__(self) -> str:
        return self.event_id


class Delivery(models.Model):
    """The outbox: one effect for one subscriber."""

    scope = models.TextField(_("scope"))
    key = models.TextField(_("key"))
    subscriber = models.TextField(_("subscriber"))
    kind = models.TextField(_("kind"))
    order_id = models.TextField(_("the shop's key"), blank=True)
    payment_id = models.TextField(_("payment"), blank=True)
    object_id = models.TextField(_("object"), blank=True)
    detail = models.TextField(_("detail"), blank=True)
    after = models.TextField(_("after"), blank=True)
    body = models.TextField(_("body"), blank=True)
    transient = models.BooleanField(_("transient"))
    recorded_at = models.DateTimeField(_("recorded"))
    due_at = models.DateTimeField(_("due"))
    state = models.TextField(_("state"))
    attempt = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        default_permissions = LOOKING
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (models.UniqueConstraint("scope", "key", "subscriber", name="gulf_delivery_unique"),)
        indexes = (
            models.Index("scope", "subscriber", "next_try_at", condition=Q(settled_at=None), name="gulf_delivery_due"),
            models.Index(
                "scope", "order_id", "subscriber", "due_at", condition=Q(settled_at=None), name="gulf_delivery_in_turn"
            ),
            models.Index("scope", "subscriber", condition=Q(state="dead"), name="gulf_delivery_given_up"),
            models.Index("scope", "order_id", name="gulf_delivery_order"),
        )

    def __str__(self) -> str:
        return self.key
