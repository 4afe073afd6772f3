"""A verified event as a Notice: the news it carries, or the PaymentIntent to ask Stripe about instead. Pure.

Which event tells what is one table, at the foot. An event of another type is unused; one that cannot be trusted (made
under an API version that counts partial captures as refunds, thin, or with an object that cannot be read) gives only
its ids: the PaymentIntent is looked up, and `trouble` says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gulf_payments.ports import Notice, Sighting
from gulf_payments.stripe import facts, wire
from gulf_payments.stripe.facts import Stamp

OLDEST_VERSION = "2025-03-31"
"""From this API version on (basil), a partial capture or a cancelled authorisation makes no refund."""

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def notice(event: wire.Event | wire.Envelope, *, body: str = "") -> Notice:
    """Say what an event tells; `body` is kept for those who subscribed to the event itself."""
    rule = RULES.get(event.type.removeprefix("v1.") if _is_thin(event) else event.type)
    if rule is None:
        return _notice(event, body)
    if isinstance(event, wire.Envelope):
        return _thin(event, body) if _is_thin(event) else _unreadable(event, body, event.stub.intent_id)
    intent_id = _intent_id(event.data.object)
    if not isinstance(event.data.object, rule.reads):
        return _unreadable(event, body, intent_id)
    if not _is_trusted(event.api_version):
        return _notice(event, body, lookup=intent_id, trouble="api_version_old")
    return _told(event, rule, intent_id, body)


class Rule(NamedTuple):
    """How one type of event is read: the object it must hold, and what that object then tells."""

    reads: type[Any]
    tells: Callable[[str, Any, Stamp], Sighting] | None = None  # None: the PaymentIntent is looked up instead
    trouble: str = ""


def _told(event: wire.Event, rule: Rule, intent_id: str, body: str) -> Notice:
    if not intent_id:
        return _notice(event, body, trouble=rule.trouble)
    if rule.tells is None:
        return _notice(event, body, lookup=intent_id, trouble=rule.trouble)
    sighting = rule.tells(event.type, event.data.object, Stamp(event.created, event.id))
    return _notice(event, body, sighting=sighting, trouble=rule.trouble)


def _thin(event: wire.Envelope, body: str) -> Notice:
    related = event.related_object
    lookup = related.id if related and related.type == "payment_intent" else ""
    return _notice(event, body, lookup=lookup, trouble="thin_event")


def _unreadable(event: wire.Event | wire.Envelope, body: str, intent_id: str) -> Notice:
    return _notice(event, body, lookup=intent_id, trouble="unreadable")


def _notice(
    event: wire.Event | wire.Envelope,
    body: str,
    *,
    sighting: Sighting | None = None,
    lookup: str = "",
    trouble: str = "",
) -> Notice:
    return Notice(
        event_id=event.id,
        type=event.type,
        livemode=event.livemode,
        account=event.account or "",
        api_version=event.api_version or "",
        object_id=_object_id(event),
        sighting=sighting,
        lookup=lookup,
        trouble=trouble,
        body=body,
    )


def _is_thin(event: wire.Event | wire.Envelope) -> bool:
    return event.object == "v2.core.event"


def _is_trusted(api_version: str | None) -> bool:
    """Versions are named after their day, so they compare as text; an unnamed one is not trusted."""
    return _DATED.match(api_version or "") is not None and (api_version or "")[:10] >= OLDEST_VERSION


def _object_id(event: wire.Event | wire.Envelope) -> str:
    if isinstance(event, wire.Event):
        return event.data.object.id
    return event.related_object.id if event.related_object else event.stub.object_id


def _intent_id(about: wire.Known) -> str:
    return about.id if isinstance(about, wire.PaymentIntent) else wire.id_of(about.payment_intent)


# --- The table --------------------------------------------------------------------------------------------------------


def _intent(kind: str, intent: wire.PaymentIntent, stamp: Stamp) -> Sighting:
    return facts.sighting(intent, intent.id, facts.of_event_intent(kind, intent, stamp))


def _charge(kind: str, charge: wire.Charge, stamp: Stamp) -> Sighting:
    return facts.sighting(charge, wire.id_of(charge.payment_intent), facts.of_event_charge(kind, charge, stamp))


def _refund(_kind: str, refund: wire.Refund, stamp: Stamp) -> Sighting:
    return facts.labelled(refund.metadata, wire.id_of(refund.payment_intent), facts.of_refund(refund, stamp))


def _dispute(_kind: str, dispute: wire.Dispute, stamp: Stamp) -> Sighting:
    return facts.labelled(None, wire.id_of(dispute.payment_intent), facts.of_dispute(dispute, stamp))


def _early_fraud(_kind: str, warning: wire.EarlyFraudWarning, _stamp: Stamp) -> Sighting:
    return facts.labelled(None, wire.id_of(warning.payment_intent), facts.of_warning("early_fraud", warning))


def _review(_kind: str, review: wire.Review, _stamp: Stamp) -> Sighting:
    return facts.labelled(None, wire.id_of(review.payment_intent), facts.of_warning("radar_review", review))


def _each(prefix: str, names: str, rule: Rule) -> dict[str, Rule]:
    return {f"{prefix}.{name}": rule for name in names.split()}


RULES: Mapping[str, Rule] = {
    **_each(
        "payment_intent",
        "created requires_action processing payment_failed amount_capturable_updated partially_funded "
        "succeeded canceled",
        Rule(wire.PaymentIntent, _intent),
    ),
    **_each("charge", "pending succeeded captured updated failed expired refunded", Rule(wire.Charge, _charge)),
    **_each("refund", "created updated failed", Rule(wire.Refund, _refund)),
    "charge.refund.updated": Rule(wire.Refund, _refund),
    **_each(
        "charge.dispute",
        "created updated closed funds_withdrawn funds_reinstated",
        Rule(wire.Dispute, _dispute),
    ),
    "radar.early_fraud_warning.created": Rule(wire.EarlyFraudWarning, _early_fraud),
    "review.opened": Rule(wire.Review, _review),
    **_each(
        "checkout.session",
        "completed async_payment_succeeded async_payment_failed expired",
        Rule(wire.CheckoutSession),
    ),
    "payout.failed": Rule(wire.Payout, trouble="payout_failed"),
}
"""Every type of event that tells something; an endpoint at Stripe need subscribe to no others."""
