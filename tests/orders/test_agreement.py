"""An order is an agreement: frozen, equal to itself wherever it was, and silent about the person."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gulf_payments import Address, Cart, Customer, LineItem, OrderStatus, Payment, PaymentStatus, Refund
from gulf_payments.orders import new_id
from tests.orders.agreements import order, sar

RIYADH = Address(
    name="سارة العتيبي",
    phone="+966500000001",
    street="شارع العليا",
    building_number="8228",
    unit_number="12",
    district="العليا",
    city="الرياض",
    region="منطقة الرياض",
    postal_code="12214",
    additional_number="2121",
    short_address="RRRD2929",
)
SARA = Customer(id="7", email="sara@example.com", name="سارة العتيبي", phone="+966500000001")
PAYMENT = Payment(
    id="pay_1",
    order_id="1017",
    status=PaymentStatus.SUCCEEDED,
    amount=sar("300.00"),
    received=sar("300.00"),
    refunded=sar("0.00"),
    refundable=sar("300.00"),
    last4="4242",
    failure_code="stolen_card",
    refunds=(Refund(id="re_1", payment_id="pay_1", amount=sar("1.00"), status="pending"),),
)
FULL = order(
    customer=SARA,
    shipping_address=RIYADH,
    cart=Cart("c_1", version=3),
    expires_in=timedelta(hours=24),
    metadata={"gift_note": "لأمي الغالية"},
    url="https://shop.example/orders/1017?token=abc",
)


def test_what_the_law_derives_does_not_make_another_order() -> None:
    """An order read back with its money equals the one that was placed, and hashes alike."""
    read = replace(
        FULL,
        status=OrderStatus.CONFIRMED,
        payment_status=PaymentStatus.SUCCEEDED,
        paid=FULL.total,
        refunded=sar("0.00"),
        refundable=FULL.total,
        payments=(PAYMENT,),
        anomalies=("late_failure:pay_1",),
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        expires_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert read == FULL
    assert len({read, FULL}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": [LineItem("عود ملكي", sar("150.00"), quantity=3)]},
        {"number": "A-17"},
        {"customer": replace(SARA, email="other@example.com")},
        {"shipping_address": replace(RIYADH, unit_number="13")},
        {"cart": Cart("c_1", version=4)},
        {"metadata": {}},
        {"tax": sar("1.00")},
        {"expires_in": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_the_shop_agreed_to_does(changes: dict[str, Any]) -> None:
    """Each field of the agreement counts when a shop places the same order again."""
    assert replace(FULL, **changes) != FULL


def test_it_cannot_be_changed() -> None:
    """No field can be set, and the dictionary a shop passed in can change without it."""
    mine = {"gift": "yes"}
    placed = order(metadata=mine)
    mine["gift"] = "no"
    assert placed.metadata == {"gift": "yes"}
    with pytest.raises(FrozenInstanceError):
        placed.discount = sar("299.00")  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        placed.lines[0].quantity = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        placed.lines[0] = LineItem("x", sar("1.00"))  # type: ignore[index]


def test_it_travels_whole() -> None:
    """Pickled for a queue or another process, or copied, it is the same agreement."""
    paid = replace(FULL, payments=(PAYMENT,), status=OrderStatus.CONFIRMED)
    for twin in (pickle.loads(pickle.dumps(paid)), copy.deepcopy(paid)):  # noqa: S301 - our own
        assert twin == paid
        assert twin.payments == (PAYMENT,)
        assert twin.status is OrderStatus.CONFIRMED


@pytest.mark.parametrize(
    "private", ["sara@", "سارة", "+966", "العليا", "8228", "الرياض", "12214", "RRRD", "لأمي", "token"]
)
def test_its_repr_shows_nobody(private: str) -> None:
    """A traceback or a log line with an order in it holds no name, address, phone, email, note or link."""
    shown = repr([FULL, FULL.customer, FULL.shipping_address])
    assert private not in shown
    assert "1017" in shown
    assert "SAR" in shown


@pytest.mark.parametrize("private", ["4242", "stolen_card"])
def test_a_payments_repr_shows_no_card(private: str) -> None:
    """Neither the last four digits nor why the bank declined belong into a log."""
    assert private not in repr(replace(FULL, payments=(PAYMENT,)))


@pytest.mark.parametrize(
    ("status", "successful"),
    [(status, status in {PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED}) for status in PaymentStatus],
)
def test_a_payment_is_successful_while_its_money_is_in(status: PaymentStatus, successful: bool) -> None:  # noqa: FBT001
    """Paid and partly refunded count; refunded, disputed or merely authorised do not."""
    assert replace(PAYMENT, status=status).is_successful is successful


def test_a_payment_can_be_refunded_while_something_is_left() -> None:
    """Its refundable sum decides, not its status."""
    assert PAYMENT.can_refund
    assert not replace(PAYMENT, refundable=sar("0.00")).can_refund


def test_an_order_starts_unpaid() -> None:
    """Before it is placed its statuses are pending and its sums unknown."""
    placed = order()
    assert (placed.status, placed.payment_status) == (OrderStatus.PENDING, PaymentStatus.PENDING)
    assert (placed.paid, placed.payments, placed.anomalies) == (None, (), ())


def test_ids_are_unique() -> None:
    """A thousand made in one go differ, each of its prefix and 128 bits in hex."""
    made = [new_id("pay") for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(len(made_id) == len("pay_") + 32 and int(made_id.removeprefix("pay_"), 16) for made_id in made)


def test_ids_sort_by_the_millisecond_they_were_made_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index or a person reading a list sees them in order of time, for eight thousand years."""
    moments = [0, 1_795_392_000_000, 1_795_392_000_001, 253_402_300_799_999]
    made = []
    for milliseconds in moments:
        monkeypatch.setattr("time.time_ns", lambda milliseconds=milliseconds: milliseconds * 1_000_000 + 999_999)
        made.append(new_id("rfd"))
    assert made == sorted(made)
    assert [int(made_id[4:16], 16) for made_id in made] == moments
