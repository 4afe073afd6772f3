"""An order is stored as a document and a person, and comes back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gulf_payments.errors import InvalidOrder
from gulf_payments.money import Money
from gulf_payments.orders import Address, Cart, Customer, LineItem, Order
from gulf_payments.stores.documents import Person, join, split
from gulf_payments.testing.contracts.samples import sample_order

texts = st.text("aع١🎁'\"\\% ", max_size=8)
rates = st.sampled_from([None, "0", "5", "15", "7.5"])
amounts = st.none() | st.integers(0, 900).map(lambda minor: Money.from_minor(minor * 10, "KWD"))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Draw any order in Kuwaiti dinars, of which a thousandth is the minor unit."""
    line = st.builds(
        LineItem,
        texts,
        st.integers(1000, 9000).map(lambda minor: Money.from_minor(minor * 10, "KWD")),
        st.integers(1, 9),
        sku=texts,
        tax_rate=st.none(),
        url=texts,
    )
    given_by_chance: dict[str, Any] = {
        "shipping": draw(amounts),
        "tax": draw(amounts),
        "shipping_tax_rate": draw(rates),
        "shipping_address": draw(st.none() | st.builds(Address, name=texts, street=texts, city=texts, country=texts)),
        "cart": draw(st.none() | st.builds(Cart, texts, st.integers(0, 10**9))),
        "expires_in": draw(st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=400))),
        "metadata": draw(st.dictionaries(texts, texts, max_size=3)),
        "url": draw(texts),
    }
    customer = draw(st.builds(Customer, email=st.just("a@b.c"), id=texts, name=texts, phone=texts, locale=texts))
    return Order(id="1", customer=customer, lines=draw(st.lists(line, min_size=1, max_size=3)), **given_by_chance)


@settings(max_examples=50, deadline=None)
@given(orders())
def test_any_order_comes_back_equal(order: Order) -> None:
    """Taken apart and put together, an order is equal to what it was."""
    assert join(*split(order)) == order


def test_the_document_holds_no_personal_data() -> None:
    """Once the person's columns are empty, nothing tells who it was."""
    document, person = split(sample_order("1"))
    for word in ("Sara", "سارة", "+966", "العليا", "RRRD2929"):
        assert word not in document
        assert any(word in part for part in person)


def test_an_order_outlives_its_person() -> None:
    """With the person erased the order still reads: what was bought, for how much, by which customer id."""
    order = sample_order("1")
    document, _person = split(order)
    erased = join(document, Person())
    assert erased.customer == Customer(email="", id="7")
    assert erased == replace(order, customer=erased.customer, shipping_address=None)


def test_a_person_does_not_show() -> None:
    """Printed by accident, a person shows nothing."""
    assert "sara" not in repr(split(sample_order("1"))[1]).lower()


def test_what_the_law_derives_is_not_stored() -> None:
    """Sums that were read beside an order are not part of its agreement."""
    order = sample_order("1")
    assert split(replace(order, paid=Money("325.00", "SAR"))) == split(order)


def test_an_order_is_read_by_the_rules_of_its_day() -> None:
    """What was once placed can be read, even where today's checks would refuse it."""
    document, person = split(sample_order("1"))
    assert join(document, person._replace(email="no address")).customer.email == "no address"
    with pytest.raises(InvalidOrder):
        Customer(email="no address")


def test_a_document_of_a_later_form_is_refused() -> None:
    """A form that this version does not know is an error that says to upgrade."""
    document, person = split(sample_order("1"))
    with pytest.raises(ValueError, match="upgrade first"):
        join(document.replace('"v":1', '"v":2'), person)
