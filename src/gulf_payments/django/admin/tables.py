"""The tables below a detail's sections: lines, payments, refunds, history, mails, webhooks, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from gulf_payments import machine
from gulf_payments.django import models
from gulf_payments.django.admin import displays, words
from gulf_payments.django.admin.displays import NOTHING
from gulf_payments.django.admin.reading import database, record_of
from gulf_payments.django.admin.timeline import Happening, history, merged
from gulf_payments.orders import Order

MOST = 200  # rows of a table: an order that has more is looked at in the lists


class Table(NamedTuple):
    """A heading, the columns' names, and cells that are safe to show."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Around(NamedTuple):
    """What other tables hold about an order."""

    events: list[Any]
    deliveries: list[Any]
    pages: dict[str, str]  # addresses in the admin, by reference
    staff: dict[str, str]  # names, by actor


def around(row: models.Order) -> Around:
    """Read them: one query for each table, however much there is."""
    where = {"scope": row.scope, "order_id": row.key}
    events = models.WebhookEvent.objects.using(database()).filter(**where).order_by("-pk")[:MOST]
    deliveries = models.Delivery.objects.using(database()).filter(**where).order_by("-pk")[:MOST]
    objects = row.objects_at_stripe.filter(kind__in=("payment", "refund")).values_list("reference", "kind", "pk")
    pages = {reference: reverse(f"admin:gulf_payments_{kind}_change", args=[pk]) for reference, kind, pk in objects}
    return Around(list(events), list(deliveries), pages, _staff(record_of(row).dossier))


def _staff(dossier: machine.Dossier) -> dict[str, str]:
    facts = dossier.facts
    decided = [facts.cancel, facts.accepted, *facts.outside.values(), *facts.resolved.values(), *facts.asked.values()]
    named = [entry.actor.partition(":")[2] for entry in decided if entry and entry.actor.startswith("staff:")]
    known = get_user_model().objects.filter(pk__in=[name for name in named if name.isdecimal()])
    return {f"staff:{user.pk}": user.get_username() for user in known}


# --- What was agreed --------------------------------------------------------------------------------------------------


def lines(order: Order) -> Table:
    """What is bought, and how it adds up."""
    columns = (_("Item"), _("Price"), _("Quantity"), _("Total"))
    rows = [
        (displays.foreign(line.title), displays.money(line.price), str(line.quantity), displays.money(line.total))
        for line in order.lines
    ]
    return Table("lines", _("Items"), columns, rows)


def sums(order: Order) -> Table:
    """The order's sums."""
    parts = (
        (_("Subtotal"), order.subtotal),
        (_("Discount"), order.discount),
        (_("Shipping"), order.shipping),
        (_("Tax"), order.tax_total),
        (_("Total"), order.total),
        (_("Paid"), order.paid),
        (_("Refunded"), order.refunded),
        (_("Refundable"), order.refundable),
    )
    rows = [(name, displays.money(amount)) for name, amount in parts if amount is not None]
    return Table("sums", _("Sums"), (_("What"), _("Amount")), rows)


# --- Money ------------------------------------------------------------------------------------------------------------


def payments_of(order: Order, scope: str, pages: dict[str, str]) -> Table:
    """The order's payments."""
    columns = (_("Payment"), _("Status"), _("Amount"), _("Method"), _("Attempts"), _("PaymentIntent"), _("Created"))
    rows = [
        (
            displays.link(pages.get(payment.id, ""), displays.identifier(payment.id)),
            displays.status(payment.status),
            displays.money(payment.amount),
            displays.method(payment.method, payment.last4),
            str(payment.attempts),
            displays.dashboard(scope, payment.intent_id) if payment.intent_id else NOTHING,
            displays.moment(payment.created_at),
        )
        for payment in order.payments
    ]
    return Table("payments", _("Payments"), columns, rows)


def refunds_of(order: Order, pages: dict[str, str], *, payment_id: str = "") -> Table:
    """Refunds seen at Stripe, asked for, and refused."""
    columns = (_("Refund"), _("Status"), _("Amount"), _("Reason"), _("Created"))
    rows = [
        (
            displays.link(pages.get(refund.id, ""), displays.identifier(refund.id)),
            _refused() if refund.status == "refused" else displays.refund_status(refund.status),
            displays.money(refund.amount),
            str(words.REASONS.get(refund.reason, refund.reason)) or NOTHING,
            displays.moment(refund.created_at),
        )
        for payment in order.payments
        if payment_id in ("", payment.id)
        for refund in payment.refunds
    ]
    return Table("refunds", _("Refunds"), columns, rows)


def _refused() -> Any:
    return displays.badge(_("Refused"), "bad")


def disputes_of(dossier: machine.Dossier, *, payment_id: str = "") -> Table:
    """Disputes, and until when they can be answered."""
    columns = (_("Dispute"), _("Status"), _("Amount"), _("Reason"), _("Answer by"))
    states = [
        (key, dispute.state)
        for owner, payment in dossier.facts.payments.items()
        if payment_id in ("", owner)
        for key, dispute in payment.disputes.items()
        if dispute.state
    ]
    rows = [
        (
            displays.identifier(key),
            displays.badge(words.dispute(state.status), displays.TONES.get(state.status, "busy")),
            displays.minor(state.amount, state.currency),
            displays.texts().find(f"dispute_reason.{state.reason}") or displays.foreign(state.reason),
            displays.moment(state.due_by),
        )
        for key, state in states
    ]
    return Table("disputes", _("Disputes"), columns, rows)


def outside_of(dossier: machine.Dossier, currency: str, take_back: str) -> Table:
    """Money that came beside Stripe; `take_back` is the address of that page, empty if it may not be used."""
    columns = (_("Reference"), _("Amount"), _("Method"), _("Recorded"), "")
    rows = [
        (
            displays.identifier(reference),
            displays.minor(entry.amount, currency),
            displays.method(entry.method),
            displays.moment(entry.at),
            _("Taken back") if entry.voided else _button(take_back, _("Take back"), reference=reference),
        )
        for reference, entry in dossier.facts.outside.items()
    ]
    return Table("outside", _("Outside payments"), columns, rows)


def alerts_of(dossier: machine.Dossier, resolve: str) -> Table:
    """What waits for a person; `resolve` is the address of that page, empty if it may not be used."""
    columns = (_("Alert"), _("About"), _("Verdict"), "")
    rows = [
        (
            displays.flag(flag.name),
            displays.identifier(flag.object_id),
            displays.badge(_("Open"), "bad"),
            _button(resolve, _("Resolve"), flag=flag.key),
        )
        for flag in machine.unresolved(dossier)
    ]
    for key, verdict in dossier.facts.resolved.items():
        name, _colon, object_id = key.partition(":")
        said = _("Accepted") if verdict.verdict == "accept" else _("Dismissed")
        about = format_html(
            "{} {}", displays.badge(said, "good"), displays.foreign(verdict.note) if verdict.note else ""
        )
        rows.append((displays.flag(name), displays.identifier(object_id), about, NOTHING))
    return Table("alerts", _("Alerts"), columns, rows)


def _button(url: str, text: str, **query: str) -> Any:
    from urllib.parse import urlencode

    return displays.link(f"{url}?{urlencode(query)}", text) if url else NOTHING


# --- What happened ----------------------------------------------------------------------------------------------------


def timeline(row: models.Order, found: Around, *, payment_id: str = "") -> Table:
    """Every fact, webhook and effect, and who caused it."""
    columns = (_("Time"), _("What happened"), _("Who"), _("Amount"), _("Reference"), _("Order status"))
    told = [line for line in history(record_of(row).dossier) if payment_id in ("", line.payment_id)]
    every = merged(told, [] if payment_id else _of_events(found), [] if payment_id else _of_deliveries(found))
    return Table("timeline", _("Timeline"), columns, [_line(line, found.staff) for line in every])


def _of_events(found: Around) -> Iterable[Happening]:
    for event in reversed(found.events):
        at = int(event.received_at.timestamp())
        yield Happening(at, "webhook", "webhook", reference=event.event_id, detail=event.type)


def _of_deliveries(found: Around) -> Iterable[Happening]:
    for delivery in reversed(found.deliveries):
        if delivery.settled_at:
            at = int(delivery.settled_at.timestamp())
            detail = f"{words.STATES.get(delivery.state, delivery.state)} · {delivery.subscriber}"
            yield Happening(at, delivery.kind, "subscriber", detail=detail)


def _line(line: Happening, staff: dict[str, str]) -> tuple[Any, ...]:
    said = [words.happened(line.what), *_details(line)]
    before = f"{displays.status_text(line.before)} {displays.forwards()} " if line.before else ""
    return (
        displays.moment(line.at),
        format_html_join(" · ", "{}", ((part,) for part in said)),
        displays.foreign(staff.get(line.actor, "")) if line.actor in staff else str(words.SOURCES[line.source]),
        displays.minor(line.amount, line.currency) if line.amount else NOTHING,
        displays.identifier(line.reference),
        format_html("{}{}", before, displays.status(line.after)) if line.after else NOTHING,
    )


def _details(line: Happening) -> list[Any]:
    if line.what.startswith("alert_"):
        said: Any = displays.flag(line.detail)
    elif line.what == "payment_declined":
        said = displays.failure(line.detail)
    else:
        known = words.REASONS.get(line.detail) or displays.texts().find(f"method.{line.detail}")
        said = str(known) if known else displays.foreign(line.detail)
    return [part for part in (said if line.detail else "", displays.foreign(line.note) if line.note else "") if part]


def mails(found: Around) -> Table:
    """The mails of an order: to the customer and to the staff."""
    columns = (_("Mail"), _("To"), _("State"), _("When"), _("Error"))
    rows = [
        (
            words.happened(delivery.kind),
            _("Customer") if delivery.subscriber == "mail.customer" else _("Staff"),
            state(delivery.state),
            displays.moment(delivery.settled_at or delivery.next_try_at),
            displays.foreign(delivery.last_error),
        )
        for delivery in found.deliveries
        if delivery.subscriber.startswith("mail.")
    ]
    return Table("mails", _("Mails"), columns, rows)


def state(value: str) -> Any:
    """The state of a delivery."""
    return displays.badge(str(words.STATES.get(value, value)), displays.TONES.get(value, ""))


def webhooks(found: Around) -> Table:
    """The webhook events of an order."""
    columns = (_("Event"), _("Type"), _("What became of it"), _("Received"))
    rows = [
        (
            displays.identifier(event.event_id),
            displays.identifier(event.type),
            sight(event.sight),
            displays.moment(event.received_at),
        )
        for event in found.events
    ]
    return Table("webhooks", _("Webhook events"), columns, rows)


def sight(value: str) -> Any:
    """What became of a webhook event."""
    return displays.badge(str(words.SIGHTS.get(value, value)), displays.TONES.get(value, ""))
