"""Filters whose choices are known beforehand: none of them reads a large table to find its choices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gulf_payments.django import payments
from gulf_payments.django.admin import words
from gulf_payments.django.admin.displays import status_text, texts
from gulf_payments.machine import REFUND_STATUSES, OrderStatus, PaymentStatus
from gulf_payments.messages.declines import MESSAGE_KEYS

GULF = ("SAR", "AED", "KWD", "BHD", "OMR", "QAR")
OURS = ("mail.customer", "mail.staff", "gulf.lookup", "gulf.expire", "gulf.cancel", "gulf.refund")


class Chosen(SimpleListFilter, ABC):
    """A filter that offers `choices_of()` and applies `chosen(value)`."""

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """The choices."""
        return list(self.choices_of())

    def queryset(self, _request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The rows that fit; all of them for a choice that is not offered."""
        value = self.value()
        offered = value is not None and value in {str(key) for key, _ in self.lookup_choices}
        return queryset.filter(self.chosen(value)) if offered else queryset

    @abstractmethod
    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Each choice and its words."""

    def chosen(self, value: str) -> Q:
        """The condition of a choice."""
        return Q(**{self.parameter_name: value})


class ScopeFilter(Chosen):
    """The shop of this process, or the others in the same database."""

    title = _("shop")
    parameter_name = "shop"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Ours and the others."""
        return (("ours", payments.scope), ("others", _("Others")))

    def chosen(self, value: str) -> Q:
        """By scope."""
        return Q(scope=payments.scope) if value == "ours" else ~Q(scope=payments.scope)


class ModeFilter(Chosen):
    """Live or test."""

    title = _("mode")
    parameter_name = "mode"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Both."""
        return (("live", _("Live")), ("test", _("Test")))

    def chosen(self, value: str) -> Q:
        """By the end of the scope."""
        return Q(scope__endswith=f":{value}")


class CurrencyFilter(Chosen):
    """The currencies of the Gulf, and all others."""

    title = _("currency")
    parameter_name = "currency"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """By code."""
        return (*((code, code) for code in GULF), ("other", _("Other")))

    def chosen(self, value: str) -> Q:
        """One, or none of them."""
        return ~Q(currency__in=GULF) if value == "other" else Q(currency=value)


class Statuses(Chosen):
    """The statuses of one kind."""

    title = _("status")
    parameter_name = "status"
    statuses: ClassVar[Iterable[str]] = ()

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Each in words."""
        return [(str(name), status_text(str(name))) for name in self.statuses]


class OrderStatusFilter(Statuses):
    """What became of the order."""

    title = _("order status")
    statuses = tuple(OrderStatus)


class PaymentStatusFilter(Statuses):
    """What became of a payment."""

    statuses = tuple(PaymentStatus)


class OrderPaymentStatusFilter(PaymentStatusFilter):
    """What became of the order's payment."""

    title = _("payment status")
    parameter_name = "payment_status"


class RefundStatusFilter(Statuses):
    """What became of a refund."""

    statuses = REFUND_STATUSES

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Each in words."""
        return [(name, texts().find(f"refund_status.{name}") or name) for name in self.statuses]


class FailureFilter(Chosen):
    """Why a payment failed: the codes that mean one thing together."""

    title = _("failure")
    parameter_name = "failure"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Any, or one cause."""
        causes = sorted(set(MESSAGE_KEYS.values()))
        return (("any", _("Any")), *((cause, texts().find(f"failure.{cause}") or cause) for cause in causes))

    def chosen(self, value: str) -> Q:
        """Any code, or those of a cause."""
        codes = [code for code, cause in MESSAGE_KEYS.items() if cause == value]
        return ~Q(failure_code="") if value == "any" else Q(failure_code__in=codes)


class RefundedFilter(Chosen):
    """How much of a payment was given back."""

    title = _("refunded")
    parameter_name = "refunded"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Nothing, a part, all."""
        return (("none", _("Nothing")), ("part", _("A part")), ("all", _("All")))

    def chosen(self, value: str) -> Q:
        """By the two sums."""
        something = Q(refunded_minor__gt=0)
        rules = {
            "none": ~something,
            "part": something & Q(refunded_minor__lt=F("received_minor")),
            "all": something & Q(refunded_minor__gte=F("received_minor")),
        }
        return rules[value]


class AlertFilter(Chosen):
    """Whether something waits for a person."""

    title = _("alerts")
    parameter_name = "alerts"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Open, or none."""
        return (("open", _("Open")), ("none", _("None")))

    def chosen(self, value: str) -> Q:
        """By their number."""
        return Q(alert_count__gt=0) if value == "open" else Q(alert_count=0)


class StateFilter(Chosen):
    """What became of a delivery."""

    title = _("state")
    parameter_name = "state"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Each in words."""
        return words.STATES.items()


class SightFilter(Chosen):
    """What became of a webhook event."""

    title = _("what became of it")
    parameter_name = "sight"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """Each in words."""
        return words.SIGHTS.items()


class SubscriberFilter(Chosen):
    """The library's own subscribers, and the shop's."""

    title = _("subscriber")
    parameter_name = "subscriber"

    def choices_of(self) -> Iterable[tuple[str, Any]]:
        """By name."""
        return (*((name, name) for name in OURS), ("shop", _("The shop's own")))

    def chosen(self, value: str) -> Q:
        """One, or none of ours."""
        return ~Q(subscriber__in=OURS) if value == "shop" else Q(subscriber=value)
