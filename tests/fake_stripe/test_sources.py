"""Tokens, and the cards that a customer keeps as sources."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.cards import BY_TOKEN
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import legacy_cards
from gulf_payments.testing.fake_stripe.resources.sources import card_source
from gulf_payments.testing.fake_stripe.state.account import Account
from tests.fake_stripe.shop import Shop, types

SAVABLE = [token for token, card in BY_TOKEN.items() if card.decline_on_saving is None]
DECLINED = sorted(set(BY_TOKEN) - set(SAVABLE))
NUMBER = {"number": "4242424242424242", "exp_month": 3, "exp_year": 2031, "cvc": "123"}


def test_a_card_is_added_by_a_token(shop: Shop, customer: str) -> None:
    """The first card of a customer is there with every field, and becomes the default."""
    card = shop.post(f"/v1/customers/{customer}/sources", source="tok_visa", metadata={"note": "عمل"})
    assert card.pop("id").startswith("card_")
    assert len(card.pop("fingerprint")) == 16
    assert card == {
        "object": "card",
        "address_city": None,
        "address_country": None,
        "address_line1": None,
        "address_line1_check": None,
        "address_line2": None,
        "address_state": None,
        "address_zip": None,
        "address_zip_check": None,
        "brand": "Visa",
        "country": "US",
        "customer": customer,
        "cvc_check": "pass",
        "dynamic_last4": None,
        "exp_month": 12,
        "exp_year": 2034,
        "funding": "credit",
        "last4": "4242",
        "metadata": {"note": "عمل"},
        "name": None,
        "networks": {"preferred": None},
        "regulated_status": "unregulated",
        "tokenization_method": None,
        "wallet": None,
    }
    assert types(shop.fake) == ["customer.created", "customer.source.created", "customer.updated"]
    assert shop.fake.events("customer.updated")[0]["data"]["previous_attributes"] == {"default_source": None}


@pytest.mark.parametrize("token", SAVABLE)
def test_every_test_token_is_a_card(shop: Shop, customer: str, token: str) -> None:
    """There is a token for each test card, with its digits, good for any number of uses."""
    first, second = (shop.post(f"/v1/customers/{customer}/sources", source=token) for _ in range(2))
    assert first["last4"] == BY_TOKEN[token].last4
    assert first["id"] != second["id"]


@pytest.mark.parametrize("token", DECLINED)
def test_a_card_that_is_declined_cannot_be_saved(shop: Shop, customer: str, token: str) -> None:
    """The bank refuses when the card is saved, not only when it is charged."""
    error = shop.refused("post", f"/v1/customers/{customer}/sources", source=token)
    decline = BY_TOKEN[token].decline
    assert decline is not None
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", decline.code)
    assert shop.get(f"/v1/customers/{customer}/sources")["data"] == []


def test_a_card_that_fails_later_can_be_saved(shop: Shop, customer: str) -> None:
    """…0341 is saved without a word; only charges of it fail."""
    assert shop.post(f"/v1/customers/{customer}/sources", source="tok_chargeCustomerFail")["last4"] == "0341"


def test_cards_are_listed_and_read(shop: Shop, customer: str) -> None:
    """The same cards under both names of the list, newest first; never those of others."""
    other = shop.post("/v1/customers", source="tok_amex")
    made = [shop.post(f"/v1/customers/{customer}/{name}", source="tok_visa")["id"] for name in ("sources", "cards")]
    for name in ("sources", "cards"):
        path = f"/v1/customers/{customer}/{name}"
        listed = shop.get(path, object="card")
        assert ([row["id"] for row in listed["data"]], listed["url"]) == (made[::-1], path)
        assert shop.get(path, object="bank_account")["data"] == []
        assert shop.get(f"{path}/{made[0]}", expand=["customer"])["customer"]["id"] == customer
        error = shop.refused("get", f"{path}/{other['default_source']}")
        assert (error["status"], error["message"]) == (404, f"No such source: '{other['default_source']}'")


def test_a_card_is_changed(shop: Shop, customer: str) -> None:
    """Expiry, name, address and metadata change; the event tells what was there before."""
    card = shop.post(f"/v1/customers/{customer}/sources", source="tok_visa")
    path = f"/v1/customers/{customer}/sources/{card['id']}"
    updated = shop.post(path, exp_month=1, exp_year=2040, name="سارة", metadata={"foo": "bar"}, address_city="دبي")
    assert (updated["exp_month"], updated["exp_year"], updated["address_city"]) == (1, 2040, "دبي")
    (event,) = shop.fake.events("customer.source.updated")
    assert event["data"]["previous_attributes"] == {
        "address_city": None,
        "exp_month": 12,
        "exp_year": 2034,
        "metadata": {"foo": None},
        "name": None,
    }
    assert shop.refused("post", path, exp_month=13)["param"] == "exp_month"
    assert shop.refused("post", path, number="4242424242424242")["code"] == "parameter_unknown"


def test_the_default_card_is_kept_right(shop: Shop, customer: str) -> None:
    """Adding a second card leaves the default; deleting the default makes the newest of the others it."""
    path = f"/v1/customers/{customer}/sources"
    first, second, third = (shop.post(path, source="tok_visa")["id"] for _ in range(3))
    assert _default(shop, customer) == first
    left = shop.call("delete", f"{path}/{first}").data
    assert left == {"id": first, "object": "card", "deleted": True}
    assert _default(shop, customer) == third
    assert types(shop.fake)[-2:] == ["customer.source.deleted", "customer.updated"]
    shop.call("delete", f"{path}/{second}")
    assert types(shop.fake)[-1] == "customer.source.deleted"
    assert shop.refused("get", f"{path}/{first}")["status"] == 404
    shop.call("delete", f"{path}/{third}")
    assert _default(shop, customer) is None


def _default(shop: Shop, customer: str) -> object:
    return shop.get(f"/v1/customers/{customer}")["default_source"]


def test_the_default_is_chosen_or_replaced(shop: Shop, customer: str) -> None:
    """A shop names another of the customer's cards, or sets a new one in the default's place."""
    path = f"/v1/customers/{customer}"
    first, second = (shop.post(f"{path}/sources", source="tok_visa")["id"] for _ in range(2))
    assert shop.post(path, default_source=second)["default_source"] == second
    updated = shop.post(path, source="tok_mastercard")
    assert [row["id"] for row in shop.get(f"{path}/sources")["data"]] == [updated["default_source"], first]
    assert types(shop.fake)[-3:] == ["customer.source.created", "customer.updated", "customer.source.deleted"]
    error = shop.refused("post", path, default_source="card_x")
    assert (error["status"], error["code"], error["param"]) == (404, "missing", "default_source")
    assert error["message"] == f"Customer {customer} does not have a linked source with ID card_x."


def test_a_token_is_used_once(shop: Shop, customer: str) -> None:
    """A token that was made from a number is read, used, and then good for nothing more."""
    token = shop.post("/v1/tokens", card={**NUMBER, "name": "سارة", "address_line1": "شارع", "address_zip": "11564"})
    assert (token["object"], token["type"], token["used"]) == ("token", "card", False)
    assert (token["card"]["last4"], token["card"]["exp_year"], token["card"]["customer"]) == ("4242", 2031, None)
    assert "4242424242424242" not in str(token)
    card = shop.post(f"/v1/customers/{customer}/sources", source=token["id"])
    assert (card["id"], card["name"], card["address_zip_check"]) == (token["card"]["id"], "سارة", "pass")
    assert shop.get(f"/v1/tokens/{token['id']}")["used"] is True
    error = shop.refused("post", f"/v1/customers/{customer}/sources", source=token["id"])
    assert (error["status"], error["code"]) == (400, "token_already_used")
    assert error["message"] == f"You cannot use a Stripe token more than once: {token['id']}."


def test_a_test_token_is_read_as_a_token(shop: Shop) -> None:
    """`tok_visa` answers as a fresh token; what never was is missing."""
    token = shop.get("/v1/tokens/tok_mastercard")
    assert token["card"]["brand"] == "MasterCard"
    assert shop.get(f"/v1/tokens/{token['id']}") == token
    error = shop.refused("get", "/v1/tokens/tok_x")
    assert (error["status"], error["param"], error["message"]) == (404, "token", "No such token: 'tok_x'")


def test_a_token_makes_a_payment_method(shop: Shop) -> None:
    """Either kind of token is behind a PaymentMethod, too."""
    made = shop.post("/v1/tokens", card={**NUMBER, "number": "5555 5555 5555 4444"})["id"]
    for token, last4 in (("tok_visa", "4242"), (made, "4444")):
        method = shop.post("/v1/payment_methods", type="card", card={"token": token})
        assert method["card"]["last4"] == last4


def test_a_browser_makes_a_token(fake: FakeStripe) -> None:
    """Stripe.js makes tokens with the publishable key."""
    assert Shop(fake, "pk_test_shop").post("/v1/tokens", card=NUMBER)["card"]["last4"] == "4242"


@pytest.mark.parametrize("path", ["/v1/tokens", "/v1/customers/{}/sources"])
def test_a_real_card_makes_no_token(shop: Shop, customer: str, path: str) -> None:
    """Any number but a test card's is declined, and never repeated."""
    name = "card" if path == "/v1/tokens" else "source"
    error = shop.refused("post", path.format(customer), **{name: {**NUMBER, "number": "4111111111111111"}})
    assert (error["status"], error["decline_code"]) == (402, "test_mode_live_card")
    assert "4111" not in error["message"]


def test_a_card_described_in_full(shop: Shop, customer: str) -> None:
    """A test card may be described instead of named by a token."""
    card = shop.post(f"/v1/customers/{customer}/sources", source={"object": "card", **NUMBER})
    assert (card["last4"], card["exp_month"], card["exp_year"]) == ("4242", 3, 2031)


@pytest.mark.parametrize(
    ("path", "params", "param"),
    [
        ("/v1/tokens", {}, "card"),
        ("/v1/tokens", {"bank_account": {"country": "AE"}}, "bank_account"),
        ("/v1/tokens", {"card": {"number": "4242424242424242"}}, "card[exp_month]"),
        ("/v1/customers/{}/sources", {}, "source"),
        ("/v1/customers/{}/sources", {"source": "tok_x"}, "source"),
        ("/v1/customers/{}/sources", {"source": "pm_card_visa"}, "source"),
        ("/v1/customers/{}/sources", {"source": {"number": "1", "bogus": "1"}}, "source[bogus]"),
        ("/v1/customers/{}/sources", {"bank_account": "btok_us"}, "bank_account"),
        ("/v1/customers/{}/cards", {"card": "tok_x"}, "card"),
    ],
)
def test_what_is_no_card_is_refused(
    shop: Shop, customer: str, path: str, params: dict[str, object], param: str
) -> None:
    """A token or a card must be there, and be a card's."""
    error = shop.refused("post", path.format(customer), **params)
    assert (error["status"], error["param"]) == (400, param)


def test_the_sdk_reads_cards(shop: Shop, customer: str) -> None:
    """The SDK makes its Card of a source, and its iterator goes through them."""
    services = getattr(shop.client, "v1", shop.client)
    made = services.customers.payment_sources.create(customer, {"source": "tok_visa"})
    assert isinstance(made, stripe.Card)
    listed = services.customers.payment_sources.list(customer)
    assert [card.id for card in listed.auto_paging_iter()] == [made.id]


def _charged(shop: Shop, source: str | None, customer: str | None) -> tuple[Any, Any]:
    """The card that a charge would take, as such and as the details of a payment."""

    def work(account: Account) -> tuple[Any, Any]:
        card = card_source(account, source, customer)
        return card, (legacy_cards.details(account, card), legacy_cards.billing(card), account.held[card["id"]])

    return shop.fake._core.act(work)


def test_what_a_charge_is_taken_from(shop: Shop, customer: str) -> None:
    """A charge takes a token, a card of the customer's, or the customer's default card."""
    path = f"/v1/customers/{customer}/sources"
    saved = [shop.post(path, source=f"tok_{name}")["id"] for name in ("visa", "amex")]
    assert _charged(shop, None, customer)[0]["id"] == saved[0]
    card, (details, billing, held) = _charged(shop, saved[1], customer)
    assert (card["id"], details["brand"], details["last4"], held.last4) == (saved[1], "amex", "0005", "0005")
    assert billing["address"]["postal_code"] is None
    token = shop.post("/v1/tokens", card={**NUMBER, "name": "سارة", "address_zip": "11564"})["id"]
    card, (details, billing, _) = _charged(shop, token, None)
    assert (details["exp_year"], details["checks"]["address_postal_code_check"]) == (2031, "pass")
    assert (billing["name"], billing["address"]["postal_code"]) == ("سارة", "11564")


def test_what_a_charge_cannot_be_taken_from(shop: Shop, customer: str) -> None:
    """A card of somebody else's, a token that was used, or nothing at all."""
    other = shop.post("/v1/customers", source="tok_visa")["default_source"]
    token = shop.post("/v1/tokens", card=NUMBER)["id"]
    _charged(shop, token, None)
    for source, owner, sentence in (
        (other, customer, f"Customer {customer} does not have a linked source with ID {other}."),
        (other, None, "The customer does not have a linked source"),
        (token, None, "You cannot use a Stripe token more than once"),
        (None, customer, "Cannot charge a customer that has no active card"),
        (None, None, "Must provide source or customer."),
    ):
        with pytest.raises(ApiError, match=sentence):
            _charged(shop, source, owner)
