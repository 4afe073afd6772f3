"""An order is checked when it is made: what cannot be charged, kept or mailed is refused by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gulf_payments import Address, Cart, Customer, InvalidOrder, LineItem, Money
from gulf_payments.errors import FloatRefused, GulfPaymentsError, MoneyError
from gulf_payments.orders import ID_LENGTH
from tests.orders.agreements import order, sar


@pytest.mark.parametrize("name", ["id", "number"])
@pytest.mark.parametrize("text", [1017, " ", "10 17 ", "10\n17", "10\x0017", "1017\u200f", "7" * (ID_LENGTH + 1)])
def test_a_key_is_plain_text(name: str, text: object) -> None:
    """A key travels through Stripe's metadata, mail subjects, logs and URLs: printable, and of a decent length."""
    with pytest.raises(InvalidOrder, match=f"an order's {name} is a str of 1 to {ID_LENGTH} printable characters"):
        order(**{name: text})


def test_an_order_needs_a_key_and_its_number_defaults_to_it() -> None:
    """The number is what people read; without one they read the key."""
    with pytest.raises(InvalidOrder, match="an order's id"):
        order(id="")
    assert order().number == "1017"
    assert order(number="طلب 17").number == "طلب 17"
    assert order(id="k" * ID_LENGTH).id == "k" * ID_LENGTH


@pytest.mark.parametrize("quantity", [0, -1, 1.0, 1.5, "2", True, None])
def test_a_quantity_is_a_whole_number_above_zero(quantity: Any) -> None:
    """Half a bottle, none, or a yes are no quantities, and the sentence names the line."""
    with pytest.raises(InvalidOrder, match=f"quantity of 'oud' is an int above 0, not {quantity!r}"):
        LineItem("oud", sar("1.00"), quantity=quantity)


@pytest.mark.parametrize("price", [150, "150.00", None])
def test_a_price_is_money(price: Any) -> None:
    """A bare number has no currency."""
    with pytest.raises(InvalidOrder, match="price of 'oud' is a Money"):
        LineItem("oud", price)


@pytest.mark.parametrize("rate", ["0.15", "-1", "15%", 15, 0.15])
def test_a_rate_is_a_per_cent_in_text(rate: Any) -> None:
    """On a line and on shipping alike: '15' is fifteen per cent, and 0.15 is a slip."""
    with pytest.raises(MoneyError, match=r"tax rate|digits 0 to 9"):
        LineItem("oud", sar("1.00"), tax_rate=rate)
    with pytest.raises(GulfPaymentsError, match=r"tax rate|digits 0 to 9|shipping_tax_rate is a str"):
        order(shipping_tax_rate=rate)


@pytest.mark.parametrize(
    "email",
    [
        "nora",
        "@shop.example",
        "nora@",
        "nora@example.com ",
        "nora@example.com\r\nBcc: everyone@example.com",
        "nora@example.com\nSubject: won",
        "nora@example.com, ali@example.com",
        "nora@example.com;ali@example.com",
        "Nora <nora@example.com>",
        "nora@example@com",
        "\u200fnora@example.com",
        "nora\x00@example.com",
        "s" * 250 + "@example.com",
    ],
)
def test_an_email_is_one_plain_address(email: str) -> None:
    """No second recipient, no second header, no invisible mark gets in, and the sentence does not repeat it."""
    with pytest.raises(InvalidOrder) as refusal:
        Customer(email=email)
    assert email not in str(refusal.value)


@pytest.mark.parametrize("email", ["", "sara@example.com", "sara+oud@متجر.السعودية", "s.o'neil@sub.example.co"])
def test_a_real_address_is_taken_as_it_is(email: str) -> None:
    """Plus signs, apostrophes and Arabic domains are fine; a guest of the counter has no address at all."""
    assert Customer(email=email).email == email


@pytest.mark.parametrize("field", ["id", "name", "phone", "locale"])
@pytest.mark.parametrize("value", ["Sara\r\nBcc: x@example.com", "\x00", "\u2028", "\ud83d", None, 7])
def test_a_customers_parts_are_one_line_of_text(field: str, value: Any) -> None:
    """A newline in a name is a header in a mail; a sentence names the field and never repeats what stood there."""
    with pytest.raises(InvalidOrder, match=f"Customer.{field} is a str without control characters") as refusal:
        Customer(email="sara@example.com", **{field: value})
    assert "Bcc" not in str(refusal.value)


@pytest.mark.parametrize("value", ["حي \x00", "\udc00", None, 12211])
def test_an_address_can_be_kept_by_any_database(value: Any) -> None:
    """PostgreSQL keeps no NUL and UTF-8 has no half characters; several lines are fine, people write them."""
    with pytest.raises(InvalidOrder, match=r"Address\.street is a str"):
        Address(street=value)
    assert Address(street="شارع العليا\nبجانب البنك").street.count("\n") == 1


def test_what_arabic_text_needs_is_allowed() -> None:
    """Marks of direction and joining, vowels and emoji are part of names, addresses and titles."""
    name = "\u200fسارَة\u200c العتيبي 🌹"
    assert Customer(email="", name=name).name == name
    assert LineItem(name, sar("1.00")).title == name


@pytest.mark.parametrize(
    "changes",
    [{"title": None}, {"title": "عود\x00"}, {"sku": 17}, {"url": "\udc00"}],
    ids=["no title", "NUL", "number", "half a character"],
)
def test_a_lines_texts_are_text(changes: dict[str, Any]) -> None:
    """A missing translation or a numeric article number is refused where it is written."""
    given: dict[str, Any] = {"title": "oud", "price": sar("1.00")}
    with pytest.raises(InvalidOrder, match=f"LineItem.{next(iter(changes))} is a str"):
        LineItem(**given | changes)


def test_a_carts_key_is_text() -> None:
    """A database key of another type is turned into text by the shop, so that it compares equal when read back."""
    with pytest.raises(InvalidOrder, match=r"Cart\.id is a str .* int given"):
        Cart(id=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("lines", [[], (), ["oud"], [sar("1.00")], "oud", [LineItem("oud", sar("1.00")), None]])
def test_lines_are_what_is_bought(lines: Any) -> None:
    """An order of nothing, or of something that is no line, is refused."""
    with pytest.raises(InvalidOrder, match="lines are one LineItem or more"):
        order(lines=lines)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("customer", None, "Customer, not NoneType"),
        ("customer", "sara@example.com", "Customer, not str"),
        ("shipping", "25.00", "Money, not str"),
        ("discount", 10.0, "Money, not float"),
        ("tax", 42, "Money, not int"),
        ("shipping_address", {"city": "الرياض"}, "Address, not dict"),
        ("cart", "c_1", "Cart, not str"),
        ("expires_in", 3600, "timedelta, not int"),
        ("metadata", None, "Mapping, not NoneType"),
        ("shipping_tax_rate", 15, "str, not int"),
    ],
)
def test_each_part_is_of_its_kind(name: str, value: object, kind: str) -> None:
    """A shop that does not check types learns at once which field it filled with what."""
    with pytest.raises(InvalidOrder, match=f"order 1017: {name} is a {kind}"):
        order(**{name: value})


@pytest.mark.parametrize("metadata", [{"gift": True}, {"count": 2}, {7: "seven"}, {"note": None}, {"note": "\x00"}])
def test_metadata_maps_text_to_text(metadata: Any) -> None:
    """What is written as text reads back equal from every store; a nested or typed value might not."""
    with pytest.raises(InvalidOrder, match="metadata maps str to str"):
        order(metadata=metadata)


def test_a_url_is_text() -> None:
    """A lazy or missing URL is turned into text by the shop."""
    with pytest.raises(InvalidOrder, match="url is a str"):
        order(url=None)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(hours=-1), timedelta(days=4000), timedelta.max])
def test_a_lifetime_is_above_zero_and_within_reason(lifetime: timedelta) -> None:
    """An order does not expire before it is placed, nor in a year that no calendar reaches."""
    with pytest.raises(InvalidOrder, match="expires_in is above zero and at most ten years; None never expires"):
        order(expires_in=lifetime)


@pytest.mark.parametrize("lifetime", [None, timedelta(minutes=30), timedelta(days=3653)])
def test_a_lifetime_may_be_short_long_or_none(lifetime: timedelta | None) -> None:
    """It is kept as it was given; the clock starts when the order is placed."""
    assert order(expires_in=lifetime).expires_in == lifetime


def test_a_float_is_refused_wherever_money_is_made() -> None:
    """The price of a line is refused before the line exists."""
    with pytest.raises(FloatRefused):
        LineItem("oud", Money(150.0, "SAR"))  # type: ignore[arg-type]
