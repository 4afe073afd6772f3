"""The deeds that need few words: accept, cancel, capture, look up again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gulf_payments import machine, payable
from gulf_payments.django import payments
from gulf_payments.django.admin import displays, words
from gulf_payments.django.admin.deeds import Deed, Done, IssueRefund, RecordOutside, Resolve, TakeBack
from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.ports import Record


class Accept(Deed):
    """Take the order before it is paid."""

    name, permission, title = "accept", "accept_order", gettext_lazy("Accept for delivery")

    method = forms.ChoiceField(label=gettext_lazy("How it will be paid"), choices=words.METHODS.items())
    checked = forms.BooleanField(label=gettext_lazy("I have checked this"))

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While it waits for money."""
        return machine.read(record.dossier).status is OrderStatus.PENDING and not payable.is_closing(record.dossier)

    def perform(self, actor: str) -> Done:
        """Accept; it no longer expires."""
        payments.accept(self.order.id, method=self.cleaned_data["method"], actor=actor)
        return Done(_("The order is accepted and no longer expires."))


class Cancel(Deed):
    """Close an unpaid order."""

    name, permission, title = "cancel", "cancel_order", gettext_lazy("Cancel order")

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[
            (key, words.REASONS[key]) for key in ("requested_by_customer", "duplicate", "fraudulent", "abandoned")
        ],
    )
    checked = forms.BooleanField(label=gettext_lazy("I have checked this"))

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While no money is in or on its way."""
        reading = machine.read(record.dossier)
        return not (reading.closed or reading.gross or reading.status is OrderStatus.PROCESSING)

    def perform(self, actor: str) -> Done:
        """Cancel; Stripe decides against a payment in flight."""
        payments.cancel(self.order.id, reason=self.cleaned_data["reason"], actor=actor)
        return Done(_("The order is cancelled."))


class Capture(Deed):
    """Take the money that is held."""

    name, permission, title = "capture", "capture_payment", gettext_lazy("Capture payment")

    checked = forms.BooleanField(label=gettext_lazy("I have checked this"))

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While exactly one payment is held."""
        held = [
            account.status is PaymentStatus.AUTHORIZED for account in machine.read(record.dossier).accounts.values()
        ]
        return sum(held) == 1

    def asked(self) -> str:
        """The amount."""
        held = [one.amount for one in self.order.payments if one.status is PaymentStatus.AUTHORIZED]
        return _("Capture %(amount)s") % {"amount": displays.money_text(held[0] if held else self.order.total)}

    def perform(self, _actor: str) -> Done:
        """Capture the whole."""
        said = self.asked()
        payments.capture(self.order.id)
        return Done(said)


class LookUp(Deed):
    """Ask Stripe again; there is nothing to confirm, since nothing is decided."""

    name, permission, title = "look-up", "look_up_payment", gettext_lazy("Look up again")

    @property
    def is_confirmed(self) -> bool:
        """At once."""
        return True

    @classmethod
    def offered(cls, record: Record) -> bool:
        """When Stripe knows of a payment."""
        return any(payment.intent for payment in record.dossier.facts.payments.values())

    def perform(self, _actor: str) -> Done:
        """Read every PaymentIntent of the order again."""
        payments.refresh(self.order.id)
        return Done(_("Stripe was asked, and what it said is recorded."), logged=False)


DEEDS: tuple[type[Deed], ...] = (IssueRefund, Capture, Resolve, RecordOutside, TakeBack, Accept, Cancel, LookUp)
"""Every deed, in the order of their buttons."""
