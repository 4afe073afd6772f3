"""What a browser may send: clumsy, foreign or hostile, it never reaches an order as it came."""

from __future__ import annotations

import pytest

from examples.storefront import forms
from examples.storefront.catalogue import MOST_PIECES, PRODUCTS, lines_of
from examples.storefront.headers import WEBHOOK, refusal, security_headers

GOOD = {"name": "سارة", "phone": "0501234567", "street": "طريق الملك فهد", "city": "الرياض"}


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("1", 1), (" 3 ", 3), ("٣", 3), ("۴", 4), ("0", 0), ("99", MOST_PIECES), ("9999", MOST_PIECES),
        ("-1", None), ("+1", None), ("1.5", None), ("1e3", None), ("", None), ("two", None), ("²", None),
        ("9" * 5000, None), ("1\x00", None), ("0x10", None), ("１", None),
    ],
)  # fmt: skip
def test_a_number_of_pieces(typed: str, pieces: int | None) -> None:
    """Arabic-Indic digits count like others; whatever is no small whole number is none."""
    assert forms.piece_count(typed) == pieces


def test_only_what_is_sold_can_be_bought() -> None:
    """A sku is one of the catalogue's, to the letter."""
    assert [forms.known_sku(sku) for sku in ("oud-royal", "OUD-ROYAL", "../oud-royal", "", "x" * 9999)] == [
        "oud-royal", None, None, None, None,
    ]  # fmt: skip


def test_prices_are_the_catalogues() -> None:
    """Lines hold today's prices in riyals with 15 % VAT in them; what is no longer sold is left out."""
    lines = lines_of({"oud-royal": 2, "gone": 5}, "ar")
    assert [(line.title, line.price, line.quantity, line.tax_rate) for line in lines] == [
        ("عود ملكي", PRODUCTS["oud-royal"].price, 2, "15")
    ]


def test_an_address_is_read_as_people_type_it() -> None:
    """A telephone number may have spaces, brackets and Arabic digits."""
    address, errors = forms.new_address({**GOOD, "phone": "+٩٦٦ (٥٠) ١٢٣-٤٥٦٧", "postal_code": "١٢٣٤٥"})
    assert (address.phone, address.postal_code, address.country, errors) == ("+966501234567", "12345", "SA", {})


@pytest.mark.parametrize("missing", ["name", "phone", "street", "city"])
def test_an_address_needs_its_parts(missing: str) -> None:
    """Each part that is missing is named."""
    assert forms.new_address({**GOOD, missing: "  "})[1] == {missing: "required"}


@pytest.mark.parametrize("number", ["12", "no", "+" + "1" * 40, "05012<script>"])
def test_a_telephone_number_that_is_none(number: str) -> None:
    """It is refused, not repaired."""
    assert forms.new_address({**GOOD, "phone": number})[1] == {"phone": "invalid"}


def test_text_is_one_short_plain_line() -> None:
    """No NUL, no line break, nothing that turns the line around, and an end."""
    address, errors = forms.new_address({**GOOD, "street": "a\x00b\r\nBcc: c\u202egnp" + "x" * 5000})
    assert (address.street[:13], len(address.street), errors) == ("a b  Bcc: c g", forms.LONGEST, {})


@pytest.mark.parametrize("email", ["", "sara", "sara@", "a@b\r\nBcc: c@d", "a@b,c@d", "<a@b>"])
def test_a_guest_needs_an_email(email: str) -> None:
    """One plain address, or none is taken."""
    customer, errors = forms.guest({"email": email, "name": "x"}, "ar")
    if customer is not None:
        assert (customer.email, errors) == (forms.plain(email), {})
    else:
        assert list(errors) == ["email"]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/orders/", "/orders/"), ("/pay/abc/?x=1", "/pay/abc/?x=1"), ("https://evil.example/", "/"), ("", "/"),
        ("//evil.example/", "/"), ("/\\evil.example/", "/"), ("\\\\evil.example", "/"), ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"), ("evil.example", "/"), ("/\t/evil.example", "/"),
    ],
)  # fmt: skip
def test_going_on_leads_nowhere_else(target: str, path: str) -> None:
    """After the login the customer goes on within the shop, whatever the address asked for."""
    assert forms.own_path(target) == path


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 0),
        ({"sec-fetch-site": "same-origin"}, 0),
        ({"sec-fetch-site": "none"}, 0),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "https://shop.example", "host": "shop.example"}, 403),
        ({"origin": "https://shop.example", "host": "shop.example"}, 0),
        ({"origin": "https://evil.example", "host": "shop.example"}, 403),
        ({"origin": "null", "host": "shop.example"}, 403),
        ({"content-length": "20001"}, 413),
        ({"content-length": "many"}, 413),
        ({"transfer-encoding": "chunked"}, 413),
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], status: int) -> None:
    """A browser says where a POST comes from; the size is looked at before a byte is read."""
    assert refusal("POST", "/cart/", headers.get) == status
    assert refusal("GET", "/cart/", headers.get) == 0
    assert refusal("POST", WEBHOOK, headers.get) == 0


def test_pages_load_stripe_and_nothing_else() -> None:
    """Scripts and frames come from Stripe and the shop, none stands in the page; another Stripe.js, its own."""
    policy = security_headers()["Content-Security-Policy"]
    assert "script-src 'self' https://js.stripe.com https://*.js.stripe.com;" in policy
    assert "connect-src 'self' https://js.stripe.com https://api.stripe.com;" in policy
    assert "unsafe" not in policy
    fake = security_headers("http://127.0.0.1:12111/v3/")["Content-Security-Policy"]
    assert "script-src 'self' http://127.0.0.1:12111;" in fake
    assert "stripe.com" not in fake
