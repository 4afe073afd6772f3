"""What an order costs: lines, discount, shipping and tax, to the last halala."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments import Customer, InvalidOrder, LineItem, Money, Order
from gulf_payments.errors import CurrencyMismatch, NotChargeable, ZeroTotal
from tests.orders.agreements import SARA, order, sar


def test_an_order_costs_its_lines_less_discount_plus_shipping() -> None:
    """Two pieces of oud at 150, ten off, shipping 25: SAR 315, whose tax the shop has told."""
    placed = order(discount=sar("10.00"), shipping=sar("25.00"), tax=sar("41.09"))
    assert placed.subtotal == sar("300.00")
    assert placed.total == sar("315.00")
    assert placed.tax_total == sar("41.09")
    assert placed.item_count == 2
    assert placed.currency == "SAR"


def test_lines_come_from_any_iterable() -> None:
    """A list, a tuple or a generator give the same order, and changing the list afterwards changes nothing."""

    def from_the_cart() -> Iterator[LineItem]:
        yield LineItem("عود ملكي", sar("150.00"), quantity=2)

    listed = list(from_the_cart())
    first, second = order(lines=listed), order(lines=from_the_cart())
    listed.clear()
    assert first == second == order()
    assert first.lines == (LineItem("عود ملكي", sar("150.00"), quantity=2),)


def test_a_rate_on_each_line_gives_the_tax_inside_the_prices() -> None:
    """SAR 115.00 hold 15.00, SAR 100.00 hold 13.04; a line without a rate holds none."""
    lines = [
        LineItem("عود", sar("115.00"), tax_rate="15"),
        LineItem("مسك", sar("100.00"), tax_rate="15"),
        LineItem("كتاب", sar("40.00")),
    ]
    placed = order(lines=lines)
    assert placed.tax_total == sar("28.04")
    assert placed.total == sar("255.00")


def test_shipping_has_a_rate_of_its_own() -> None:
    """Delivery is taxed where the shop says so, even when no line is."""
    placed = order(shipping=sar("23.00"), shipping_tax_rate="15")
    assert placed.tax_total == sar("3.00")
    assert order(shipping_tax_rate="15").tax_total == sar("0.00")


def test_each_line_is_taxed_after_its_share_of_the_discount() -> None:
    """SAR 30 off a taxed 200 and an untaxed 100 take 20 and 10: the tax is that of 180."""
    lines = [LineItem("عود", sar("200.00"), tax_rate="15"), LineItem("كتاب", sar("100.00"))]
    placed = order(lines=lines, discount=sar("30.00"))
    assert placed.tax_total == sar("180.00").share(15, 115) == sar("23.48")


def test_prices_without_tax_have_it_added() -> None:
    """SAR 100 and a shipping of 20, both net, cost 138 at fifteen per cent."""
    placed = order(
        lines=[LineItem("عود", sar("100.00"), tax_rate="15")],
        shipping=sar("20.00"),
        shipping_tax_rate="15",
        prices_include_tax=False,
    )
    assert placed.tax_total == sar("18.00")
    assert placed.total == sar("138.00")
    assert order(tax=sar("45.00"), prices_include_tax=False).total == sar("345.00")


def test_a_tax_as_given_stands_above_the_rates() -> None:
    """The shop's own figure is what its invoice says; the rates of the lines do not overrule it."""
    placed = order(lines=[LineItem("عود", sar("115.00"), tax_rate="15")], tax=sar("14.99"))
    assert placed.tax_total == sar("14.99")


def test_an_unknown_tax_is_not_a_zero_tax() -> None:
    """Without rates and without an amount nothing is claimed; at rate 0 the tax is known to be nothing."""
    assert order().tax_total is None
    assert order(prices_include_tax=False).total == order().total
    assert order(lines=[LineItem("كتاب", sar("40.00"), tax_rate="0")]).tax_total == sar("0.00")


def test_a_free_line_beside_a_paid_shipping_is_an_order() -> None:
    """A gift costs nothing, and its delivery does."""
    placed = order(lines=[LineItem("هدية", sar("0.00"), tax_rate="15")], shipping=sar("25.00"))
    assert placed.total == sar("25.00")
    assert placed.tax_total == sar("0.00")


def test_a_kuwaiti_order_keeps_its_three_decimals() -> None:
    """KWD 12.340 stay 12340 for Stripe, though a tax line within may end in any fils."""
    placed = order(lines=[LineItem("عود", Money("12.340", "KWD"), tax_rate="15")])
    assert placed.total.minor == 12340
    assert placed.tax_total == Money("1.610", "KWD")
    assert order(lines=[LineItem("عود", Money("12.340", "KWD"))], tax=Money("1.235", "KWD")).total.minor == 12340


lines_taxed = st.lists(
    st.builds(
        LineItem,
        st.just("عود"),
        st.builds(sar, st.decimals(min_value=0, max_value=9999, places=2)),
        quantity=st.integers(min_value=1, max_value=9),
        tax_rate=st.sampled_from([None, "0", "5", "15"]),
    ),
    min_size=1,
    max_size=8,
).filter(lambda lines: any(line.total for line in lines))


@given(lines_taxed, st.integers(min_value=0, max_value=99))
def test_the_shares_of_a_discount_add_up_to_it(lines: list[LineItem], per_cent: int) -> None:
    """However many lines it is spread over: no halala is lost or made, and no line falls below zero."""
    whole = order(lines=lines).subtotal
    discount = whole.share(per_cent, 100)
    if discount == whole:
        return
    shares = order(lines=lines, discount=discount)._discounted_lines()
    assert len(shares) == len(lines)
    assert sum(share.minor for share in shares) == whole.minor - discount.minor
    assert all(0 <= share.minor <= line.total.minor for share, line in zip(shares, lines, strict=True))


@given(lines=lines_taxed, per_cent=st.integers(min_value=0, max_value=99), inside=st.booleans())
def test_what_is_charged_is_the_sum_of_what_is_shown(lines: list[LineItem], per_cent: int, *, inside: bool) -> None:
    """A mail's lines, discount, shipping and tax add up to its total, whichever way tax is counted."""
    discount = order(lines=lines).subtotal.share(per_cent, 100)
    placed = order(lines=lines, discount=discount, shipping=sar("25.00"), prices_include_tax=inside)
    added = 0 if inside or placed.tax_total is None else placed.tax_total.minor
    assert placed.total.minor == sum(line.total.minor for line in lines) - discount.minor + 2500 + added
    assert placed.tax_total is None or placed.tax_total <= placed.total


@given(lines_taxed)
def test_a_line_counted_apart_carries_the_same_tax(lines: list[LineItem]) -> None:
    """Without a discount the order's tax is the sum of its lines', each rounded by itself."""
    apart = [line.total.share(int(line.tax_rate), 100 + int(line.tax_rate)).minor for line in lines if line.tax_rate]
    tax = order(lines=lines).tax_total
    assert (tax.minor if tax else 0) == sum(apart)


@pytest.mark.parametrize("part", ["discount", "shipping", "tax"])
def test_every_part_is_in_the_orders_currency(part: str) -> None:
    """A discount, shipping or tax in dollars on an order in riyals is refused, naming both."""
    with pytest.raises(CurrencyMismatch, match="SAR and USD do not mix"):
        order(**{part: Money("1.00", "USD")})
    with pytest.raises(CurrencyMismatch):
        order(**{part: Money("0.00", "USD")})


def test_lines_are_in_one_currency() -> None:
    """Riyals and dirhams on one order are refused, naming both."""
    with pytest.raises(CurrencyMismatch, match="SAR and AED do not mix"):
        order(lines=[LineItem("عود", sar("1.00")), LineItem("مسك", Money("1.00", "AED"))])


@pytest.mark.parametrize("changes", [{"discount": sar("300.00")}, {"lines": [LineItem("هدية", sar("0.00"))]}])
def test_an_order_that_costs_nothing_is_refused_by_name(changes: dict[str, object]) -> None:
    """Stripe charges no zero, and a shop that gives something away does not need to be paid."""
    with pytest.raises(ZeroTotal, match="1017 costs nothing"):
        order(**changes)


def test_a_discount_above_the_price_is_refused() -> None:
    """It would eat into the shipping or turn the total around."""
    with pytest.raises(InvalidOrder, match=r"discount SAR 300\.01 is above the price SAR 300\.00"):
        order(discount=sar("300.01"), shipping=sar("25.00"))


def test_a_tax_above_the_total_is_refused() -> None:
    """A slip of the decimal point in the tax does not reach the customer's mail."""
    with pytest.raises(InvalidOrder, match=r"tax SAR 3913\.00 is above the total SAR 300\.00"):
        order(tax=sar("3913.00"))
    with pytest.raises(InvalidOrder, match="above the total"):
        order(tax=sar("300.01"))
    assert order(tax=sar("300.00")).total == sar("300.00")


@pytest.mark.parametrize(("amount", "currency"), [("12.345", "KWD"), ("0.004", "BHD"), ("1.50", "ISK")])
def test_a_total_between_two_steps_is_refused_and_never_rounded(amount: str, currency: str) -> None:
    """What Stripe cannot charge exactly is known before anything is stored or sent."""
    with pytest.raises(NotChargeable, match=f"{currency} {amount} cannot be charged"):
        Order(id="1017", customer=Customer(email=SARA), lines=[LineItem("عود", Money(amount, currency))])
