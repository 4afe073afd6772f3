"""What staff do to an order: one form each, which says when it is offered, what it will do, and does it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gulf_payments import machine
from gulf_payments.django import payments
from gulf_payments.django.admin import displays, words
from gulf_payments.django.admin.amounts import amount_from
from gulf_payments.django.admin.failures import said
from gulf_payments.django.admin.reading import facts_now
from gulf_payments.errors import GatewayError, GulfPaymentsError
from gulf_payments.money import Money
from gulf_payments.ports import Record
from gulf_payments.readings import order_of

LTR = {"dir": "ltr", "autocomplete": "off"}


class Done(NamedTuple):
    """How a deed ended: the sentence for the staff, whether all is well, and whether it is to be logged."""

    said: str
    well: bool = True
    logged: bool = True


class Deed(forms.Form):
    """A form over one order. `name` is its address, `permission` the codename it needs."""

    name: ClassVar[str]
    permission: ClassVar[str]
    title: ClassVar[Any]

    error_css_class = "errors"

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        self.record, self.order = record, order_of(record)
        super().__init__(*args, **kwargs)

    @classmethod
    @abstractmethod
    def offered(cls, record: Record) -> bool:
        """Whether the order's state lets it be done."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the last page was answered: from here on the library decides, under its lock."""
        return "confirmed" in self.data

    def asked(self) -> str:
        """The words on the last button: what will be done."""
        return str(self.title)

    @abstractmethod
    def perform(self, actor: str) -> Done:
        """Do it. Raises a GulfPaymentsError."""

    def failed(self, error: GulfPaymentsError) -> Done:
        """How it ended instead."""
        return Done(said(error), well=False, logged=False)


def _checked() -> forms.BooleanField:
    return forms.BooleanField(label=gettext_lazy("I have checked this"))


def _note() -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    return forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500, widget=area)


def _amount() -> forms.CharField:
    field = forms.TextInput(attrs={**LTR, "inputmode": "decimal"})
    return forms.CharField(label=gettext_lazy("Amount"), max_length=40, widget=field)


class IssueRefund(Deed):
    """Give back part or all of a payment."""

    name, permission, title = "refund", "refund_payment", gettext_lazy("Issue refund")

    payment_id = forms.ChoiceField(label=gettext_lazy("Payment"))
    amount = _amount()
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    note = _note()
    checked = _checked()
    request_id = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        paid = [payment for payment in self.order.payments if payment.received]
        self.paid = {payment.id: payment for payment in paid}
        self.fields["payment_id"].choices = [(payment.id, self._left(payment)) for payment in paid]
        known = ("requested_by_customer", "duplicate", "fraudulent")
        self.fields["reason"].choices = [("", displays.NOTHING), *((key, words.REASONS[key]) for key in known)]
        chosen = self.paid.get(self.initial.get("payment_id", "")) or max(
            paid, key=lambda one: one.refundable.minor, default=None
        )
        if chosen is not None:
            self.initial["payment_id"] = chosen.id
            self.initial.setdefault("amount", f"{chosen.refundable.amount:f}")
        if not self.is_bound:
            self.initial["request_id"] = payments.refund_token(self.order.id)

    @staticmethod
    def _left(payment: Any) -> str:
        digits = f" \u2066•••• {payment.last4}\u2069" if payment.last4 else ""
        return _("%(amount)s refundable") % {"amount": displays.money_text(payment.refundable)} + digits

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While something is refundable."""
        return any(payment.can_refund for payment in order_of(record).payments)

    def clean(self) -> dict[str, Any]:
        """The amount in the payment's currency, at most what is left."""
        values: dict[str, Any] = super().clean()
        payment = self.paid.get(values.get("payment_id", ""))
        if payment is None or "amount" not in values:
            return values
        try:
            self.wanted = amount_from(values["amount"], payment.refundable.currency)
        except forms.ValidationError as error:
            self.add_error("amount", error)
            return values
        if not self.is_confirmed and self.wanted > payment.refundable:
            left = displays.money_text(payment.refundable)
            self.add_error("amount", _("At most %(amount)s can be refunded.") % {"amount": left})
        return values

    def asked(self) -> str:
        """The amount."""
        return _("Refund %(amount)s") % {"amount": displays.money_text(self.wanted)}

    def perform(self, actor: str) -> Done:
        """Refund; the same form sent again, or by a colleague who saw the same, is the same refund."""
        given = {key: self.cleaned_data[key] for key in ("request_id", "payment_id", "reason", "note")}
        refund = payments.refund(self.order.id, self.wanted, actor=actor, **given)
        asked = facts_now(self.order.id).asked.get(refund.request_id)
        if asked is not None and asked.actor != actor:
            return Done(_("A colleague has just made this refund; nothing was refunded twice."), logged=False)
        status = displays.texts().find(f"refund_status.{refund.status}") or refund.status
        amount = displays.money_text(refund.amount)
        told = {"amount": amount, "id": refund.id, "status": status}
        return Done(
            _("Refund of %(amount)s: %(status)s (%(id)s)") % told, well=refund.status not in machine.REFUND_FAILURES
        )

    def failed(self, error: GulfPaymentsError) -> Done:
        """A passing failure leaves the refund reserved, and the worker finishes it."""
        if isinstance(error, GatewayError) and error.safe_to_retry:
            kept = _("The refund of %(amount)s is kept and finishes by itself.")
            return Done(f"{said(error)} {kept % {'amount': displays.money_text(self.wanted)}}", well=False)
        return super().failed(error)


class Resolve(Deed):
    """A verdict on an alert."""

    name, permission, title = "resolve", "resolve_alert", gettext_lazy("Resolve alert")

    flag = forms.ChoiceField(label=gettext_lazy("Alert"))
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        widget=forms.RadioSelect,
        choices=(
            ("accept", gettext_lazy("Accept: the money is right, go on with the order")),
            ("dismiss", gettext_lazy("Dismiss: it is dealt with, and no longer counts")),
        ),
    )
    note = _note()
    checked = _checked()

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        known = [*machine.unresolved(record.dossier), *machine.read(record.dossier).flags]
        keys = dict.fromkeys([*(flag.key for flag in known), *record.dossier.facts.resolved])
        self.fields["flag"].choices = [(key, self._words(key)) for key in keys]

    @staticmethod
    def _words(key: str) -> str:
        name, _colon, object_id = key.partition(":")
        return f"{displays.flag(name)} (\u2066{object_id}\u2069)"

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While an alert is open."""
        return bool(machine.unresolved(record.dossier))

    def asked(self) -> str:
        """Verdict and alert."""
        verdict = _("Accept") if self.cleaned_data["verdict"] == "accept" else _("Dismiss")
        return f"{verdict}: {self._words(self.cleaned_data['flag'])}"

    def perform(self, actor: str) -> Done:
        """Resolve; the first verdict stands."""
        name, _colon, object_id = self.cleaned_data["flag"].partition(":")
        given = {"verdict": self.cleaned_data["verdict"], "note": self.cleaned_data["note"]}
        payments.resolve(self.order.id, name, object_id, actor=actor, **given)
        return Done(self.asked())


class RecordOutside(Deed):
    """Book money that came beside Stripe."""

    name, permission, title = "outside", "record_outside_payment", gettext_lazy("Record outside payment")

    amount = _amount()
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=words.METHODS.items())
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=120,
        widget=forms.TextInput(attrs=LTR),
        help_text=gettext_lazy("The transfer's or receipt's number: each is booked once."),
    )
    checked = _checked()

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        paid = self.order.paid or Money.from_minor(0, self.order.currency)
        if paid < self.order.total:
            self.initial.setdefault("amount", f"{(self.order.total - paid).amount:f}")

    @classmethod
    def offered(cls, record: Record) -> bool:
        """Unless the order is closed."""
        return not machine.read(record.dossier).closed

    def clean_amount(self) -> Money:
        """In the order's currency."""
        return amount_from(self.cleaned_data["amount"], self.order.currency)

    def asked(self) -> str:
        """The amount."""
        return _("Record %(amount)s") % {"amount": displays.money_text(self.cleaned_data["amount"])}

    def perform(self, actor: str) -> Done:
        """Book it, once for its reference."""
        given = {key: self.cleaned_data[key] for key in ("method", "reference")}
        payments.record_outside_payment(self.order.id, self.cleaned_data["amount"], actor=actor, **given)
        return Done(f"{self.asked()} ({given['reference']})")


class TakeBack(Deed):
    """Undo an outside payment."""

    name, permission, title = "take-back", "record_outside_payment", gettext_lazy("Take back outside payment")

    reference = forms.ChoiceField(label=gettext_lazy("Reference"))
    checked = _checked()

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        self.booked = record.dossier.facts.outside
        self.fields["reference"].choices = [(key, f"\u2066{key}\u2069") for key in self.booked]

    @classmethod
    def offered(cls, record: Record) -> bool:
        """While one stands."""
        return any(not entry.voided for entry in record.dossier.facts.outside.values())

    @property
    def amount(self) -> Money:
        """What was booked."""
        return Money.from_minor(self.booked[self.cleaned_data["reference"]].amount, self.order.currency)

    def asked(self) -> str:
        """The amount."""
        return _("Take back %(amount)s") % {"amount": displays.money_text(self.amount)}

    def perform(self, actor: str) -> Done:
        """Void it, for ever."""
        reference = self.cleaned_data["reference"]
        method = self.booked[reference].method
        given = {"method": method, "reference": reference, "actor": actor, "voided": True}
        payments.record_outside_payment(self.order.id, self.amount, **given)
        return Done(f"{self.asked()} ({reference})")
