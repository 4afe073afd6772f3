"""What a subscriber is handed: named by its kind, silent about the person, whole after a journey."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from gulf_payments import OrderConfirmed, PaymentFailed, StripeEvent, events
from gulf_payments.machine import Kind
from tests.orders.agreements import order

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_every_event_can_be_found_by_its_kind() -> None:
    """What the law announces under a name and what a shop subscribes to are the same list."""
    assert {kind.value: event.__name__ for kind, event in events.BY_KIND.items()} == {
        event.__name__: event.__name__ for event in events.PUBLIC
    }
    assert set(events.BY_KIND) == {Kind(event.__name__) for event in events.PUBLIC}


def test_an_event_carries_its_order() -> None:
    """Its key tells a repetition, its order what to do; it can be handed to a task queue."""
    event = OrderConfirmed(key="confirm:1017", order=order(), recorded_at=AT)
    arrived = pickle.loads(pickle.dumps(event))  # noqa: S301 - our own
    assert arrived == event
    assert arrived.order_id == "1017"


def test_an_events_repr_shows_neither_person_nor_reason() -> None:
    """The customer's address and the bank's reason stay out of logs."""
    shown = repr(PaymentFailed(key="k", order=order(), recorded_at=AT, decline_code="stolen_card"))
    assert "sara@" not in shown
    assert "stolen_card" not in shown


@pytest.mark.parametrize("created", [1795338000, "2026-11-22T09:00:00+00:00"])
def test_a_stripe_event_is_read_back_as_it_came(created: int | str) -> None:
    """Both of Stripe's ways to write a time give the same aware instant, and its JSON is kept whole."""
    body: dict[str, Any] = {
        "id": "evt_1",
        "type": "radar.early_fraud_warning.created",
        "created": created,
        "data": {"object": {}},
    }
    event = StripeEvent.from_body(json.dumps(body))
    assert (event.id, event.type, event.created) == ("evt_1", "radar.early_fraud_warning.created", AT)
    assert event.data == body
    assert "object" not in repr(event)
