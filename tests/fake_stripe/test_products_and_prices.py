"""Products and prices: what a shop sells, before anybody buys it."""

from __future__ import annotations

from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.shop import JSON, Shop, types


def a_product(shop: Shop, **params: object) -> JSON:
    """A product on the shelf."""
    return shop.post("/v1/products", **{"name": "عود ملكي", **params})


def a_price(shop: Shop, **params: object) -> JSON:
    """A price of 115.00 SAR for a new product, unless told otherwise."""
    new = {} if "product" in params else {"product": a_product(shop)["id"]}
    return shop.post("/v1/prices", **{"currency": "sar", "unit_amount": 11500, **new, **params})


def test_a_product_has_every_field(shop: Shop) -> None:
    """A new product carries what it was given, and a null where nothing was."""
    product = a_product(shop, description="12 ml", images=["https://shop.example/oud.jpg"], metadata={"sku": "OUD-12"})
    assert product["id"].startswith("prod_")
    assert (product["object"], product["name"], product["active"]) == ("product", "عود ملكي", True)
    assert (product["description"], product["images"]) == ("12 ml", ["https://shop.example/oud.jpg"])
    assert product["metadata"] == {"sku": "OUD-12"}
    nulls = (
        "default_price",
        "package_dimensions",
        "shippable",
        "statement_descriptor",
        "tax_code",
        "unit_label",
        "url",
    )
    assert all(product[name] is None for name in nulls)
    assert product["created"] == product["updated"]
    assert shop.get(f"/v1/products/{product['id']}") == product
    assert types(shop.fake) == ["product.created"]


def test_a_product_is_changed(shop: Shop) -> None:
    """An update tells what it changed; one that changes nothing tells nothing."""
    product = a_product(shop, metadata={"sku": "OUD-12", "shelf": "3"})
    shop.fake.advance(seconds=60)
    path = f"/v1/products/{product['id']}"
    changed = shop.post(path, name="عود", active=False, metadata={"shelf": ""})
    assert (changed["name"], changed["active"], changed["metadata"]) == ("عود", False, {"sku": "OUD-12"})
    assert shop.post(path, name="عود") == changed
    (event,) = shop.fake.events("product.updated")
    assert event["data"]["previous_attributes"] == {
        "active": True,
        "metadata": {"shelf": "3"},
        "name": "عود ملكي",
        "updated": product["updated"],
    }


def test_a_product_comes_with_its_first_price(shop: Shop) -> None:
    """`default_price_data` makes a price too, and the product names it."""
    product = a_product(shop, default_price_data={"currency": "sar", "unit_amount": 11500}, expand=["default_price"])
    price = product["default_price"]
    assert (price["unit_amount"], price["product"]) == (11500, product["id"])
    assert types(shop.fake) == ["product.created", "price.created", "product.updated"]


def test_the_default_price_is_one_of_its_own(shop: Shop) -> None:
    """A product's default price may change to another of its prices, not to that of another product."""
    price, foreign = a_price(shop), a_price(shop)
    path = f"/v1/products/{price['product']}"
    assert shop.post(path, default_price=price["id"])["default_price"] == price["id"]
    error = shop.refused("post", path, default_price=foreign["id"])
    assert (error["status"], error["param"]) == (400, "default_price")
    error = shop.refused("post", path, default_price="price_none")
    assert (error["code"], error["message"]) == ("resource_missing", "No such price: 'price_none'")


def test_an_id_of_ones_own_choice(shop: Shop) -> None:
    """A product may bring its id; a second one with it is refused, until the first is deleted."""
    assert a_product(shop, id="oud-12")["id"] == "oud-12"
    error = shop.refused("post", "/v1/products", id="oud-12", name="again")
    assert (error["status"], error["code"]) == (400, "resource_already_exists")
    shop.call("delete", "/v1/products/oud-12")
    a_product(shop, id="oud-12", name="new")
    assert [row["name"] for row in shop.get("/v1/products")["data"]] == ["new"]


def test_a_deleted_product_is_gone(shop: Shop) -> None:
    """Deleting leaves a last event; afterwards nobody knows the product."""
    kept, product = a_product(shop), a_product(shop)
    path = f"/v1/products/{product['id']}"
    gone: Any = shop.call("delete", path).data
    assert gone == {"id": product["id"], "object": "product", "deleted": True}
    error = shop.refused("get", path)
    assert (error["status"], error["code"]) == (404, "resource_missing")
    assert error["message"] == f"No such product: '{product['id']}'"
    assert [row["id"] for row in shop.get("/v1/products", active=True)["data"]] == [kept["id"]]
    assert shop.fake.events("product.deleted")[0]["data"]["object"] == product


def test_a_product_with_a_price_stays(shop: Shop) -> None:
    """Once it has a price, a product can only be made inactive."""
    price = a_price(shop)
    error = shop.refused("delete", f"/v1/products/{price['product']}")
    assert error["message"] == "This product cannot be deleted because it has one or more user-created prices."
    assert not shop.post(f"/v1/products/{price['product']}", active=False)["active"]


def test_products_are_listed(shop: Shop) -> None:
    """Lists are newest first, and filter by what is on sale, by ids, by whether it is shipped."""
    oud, musk, card = a_product(shop), a_product(shop, shippable=True), a_product(shop, active=False)

    def listed(**filters: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/products", **filters)["data"]]

    assert listed() == [card["id"], musk["id"], oud["id"]]
    assert listed(active=True) == [musk["id"], oud["id"]]
    assert listed(active=False) == [card["id"]]
    assert listed(shippable=True) == [musk["id"]]
    assert listed(ids=[oud["id"], card["id"], oud["id"]]) == [card["id"], oud["id"]]
    assert listed(ids=[oud["id"], card["id"]], active=True) == [oud["id"]]
    assert listed(limit=1, starting_after=card["id"]) == [musk["id"]]


def test_a_price_has_every_field(shop: Shop) -> None:
    """A new price is for one payment, and says its amount twice."""
    price = a_price(shop, nickname="launch", metadata={"season": "1"})
    assert price["id"].startswith("price_")
    assert (price["type"], price["billing_scheme"], price["active"]) == ("one_time", "per_unit", True)
    assert (price["unit_amount"], price["unit_amount_decimal"], price["currency"]) == (11500, "11500", "sar")
    assert (price["nickname"], price["metadata"], price["tax_behavior"]) == ("launch", {"season": "1"}, "unspecified")
    nulls = ("custom_unit_amount", "lookup_key", "recurring", "tiers_mode", "transform_quantity")
    assert all(price[name] is None for name in nulls)
    assert shop.get(f"/v1/prices/{price['id']}") == price
    assert shop.get(f"/v1/prices/{price['id']}", expand=["product"])["product"]["name"] == "عود ملكي"
    assert types(shop.fake) == ["product.created", "price.created"]


def test_a_price_brings_its_product(shop: Shop) -> None:
    """`product_data` makes the product on the way."""
    price = shop.post("/v1/prices", currency="kwd", unit_amount=5120, product_data={"name": "Musk"})
    assert shop.get(f"/v1/products/{price['product']}")["name"] == "Musk"


@pytest.mark.parametrize(
    ("written", "whole", "kept"),
    [("1150", 1150, "1150"), ("0.05", None, "0.05"), ("1150.50", None, "1150.5"), ("0", 0, "0")],
)
def test_amounts_finer_than_the_minor_unit(shop: Shop, written: str, whole: int | None, kept: str) -> None:
    """A decimal amount is also an integer only if it is one."""
    product = a_product(shop)["id"]
    price = shop.post("/v1/prices", currency="usd", unit_amount_decimal=written, product=product)
    assert (price["unit_amount"], price["unit_amount_decimal"]) == (whole, kept)


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        ({"currency": None}, "parameter_missing", "currency", "Missing required param: currency."),
        ({"product": None}, None, None, "You must specify either `product` or `product_data`"),
        ({"unit_amount": None}, None, None, "Prices require an `unit_amount` or `unit_amount_decimal`"),
        ({"currency": "xxx"}, None, "currency", "Invalid currency: xxx."),
        (
            {"unit_amount": -1},
            "parameter_invalid_integer",
            "unit_amount",
            "This value must be greater than or equal to 0.",
        ),
        ({"unit_amount": 100_000_000}, None, "unit_amount", "This value must be less than"),
        ({"unit_amount": None, "unit_amount_decimal": "-1"}, None, "unit_amount_decimal", "Invalid decimal: -1"),
        ({"unit_amount": None, "unit_amount_decimal": "x"}, None, "unit_amount_decimal", "Invalid decimal: x"),
        ({"unit_amount_decimal": "1"}, "parameters_exclusive", "unit_amount", "You may only specify one of"),
        ({"product_data": {"name": "x"}}, "parameters_exclusive", "product", "You may only specify one of"),
        ({"product": "prod_none"}, "resource_missing", "product", "No such product: 'prod_none'"),
        (
            {"recurring": {"interval": "moon"}},
            None,
            "recurring[interval]",
            "Invalid recurring[interval]: must be one of day",
        ),
    ],
)
def test_what_no_price_can_be(shop: Shop, params: JSON, code: str | None, param: str | None, message: str) -> None:
    """A price that cannot be is refused, and none is made."""
    fine = {"currency": "sar", "product": a_product(shop)["id"], "unit_amount": 100}
    error = shop.refused("post", "/v1/prices", **{**fine, **params})
    assert (error["status"], error.get("code"), error.get("param")) == (400, code, param)
    assert error["message"].startswith(message)
    assert shop.get("/v1/prices")["data"] == []


def test_a_price_that_cannot_be_makes_no_product(shop: Shop) -> None:
    """What comes along with a refused price is not made either."""
    shop.refused("post", "/v1/prices", currency="xxx", unit_amount=1, product_data={"name": "Musk"})
    shop.refused("post", "/v1/products", name="Musk", default_price_data={"currency": "sar"})
    assert shop.get("/v1/products")["data"] == []
    assert types(shop.fake) == []


def test_a_price_never_changes_its_amount(shop: Shop) -> None:
    """An update may say all but what it costs."""
    price = a_price(shop)
    path = f"/v1/prices/{price['id']}"
    changed = shop.post(path, active=False, nickname="old", metadata={"foo": "bar"}, tax_behavior="inclusive")
    assert (changed["active"], changed["nickname"], changed["metadata"]) == (False, "old", {"foo": "bar"})
    assert shop.refused("post", path, unit_amount=1)["code"] == "parameter_unknown"
    assert shop.fake.events("price.updated")[0]["data"]["previous_attributes"] == {
        "active": True,
        "metadata": {"foo": None},
        "nickname": None,
        "tax_behavior": "unspecified",
    }


def test_a_lookup_key_names_one_price(shop: Shop) -> None:
    """A key in use is refused, unless it is to be taken over: then the former price loses it."""
    old = a_price(shop, lookup_key="oud")
    new = a_price(shop)
    error = shop.refused("post", f"/v1/prices/{new['id']}", lookup_key="oud")
    assert error["message"] == f"A price (`{old['id']}`) already uses that lookup key."
    shop.post(f"/v1/prices/{new['id']}", lookup_key="oud", transfer_lookup_key=True)
    assert [row["id"] for row in shop.get("/v1/prices", lookup_keys=["oud", "musk"])["data"]] == [new["id"]]
    assert shop.get(f"/v1/prices/{old['id']}")["lookup_key"] is None
    assert [event["data"]["object"]["id"] for event in shop.fake.events("price.updated")] == [new["id"], old["id"]]


def test_prices_are_listed(shop: Shop) -> None:
    """Lists filter by product, currency, and whether the price is still on offer."""
    product = a_product(shop)["id"]
    sar = a_price(shop, product=product)["id"]
    kwd = a_price(shop, product=product, currency="kwd")["id"]
    other = a_price(shop, active=False)["id"]

    def listed(**filters: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/prices", **filters)["data"]]

    assert listed() == [other, kwd, sar]
    assert listed(product=product) == [kwd, sar]
    assert listed(product=product, currency="sar") == [sar]
    assert listed(active=False, type="one_time") == [other]
    assert listed(type="recurring") == []


def test_the_shelf_is_searched(shop: Shop) -> None:
    """Products and prices are found in Stripe's query language."""
    oud = a_product(shop, metadata={"sku": "OUD-12"})["id"]
    musk = a_product(shop, name="Musk", active=False)["id"]
    price = a_price(shop, product=oud, lookup_key="oud_12")["id"]

    def found(path: str, query: str) -> list[str]:
        return [row["id"] for row in shop.get(path, query=query)["data"]]

    assert found("/v1/products/search", "metadata['sku']:'OUD-12'") == [oud]
    assert found("/v1/products/search", "active:'false' AND name~'mus'") == [musk]
    assert found("/v1/prices/search", f"product:'{oud}' AND lookup_key:'oud_12'") == [price]


def test_every_mode_has_its_own_shelf(fake: FakeStripe) -> None:
    """A product of live mode is not on the test shelf."""
    live = a_product(Shop(fake, "sk_live_shop"))
    error = Shop(fake).refused("get", f"/v1/products/{live['id']}")
    assert error["status"] == 404
    assert "a similar object exists in live mode" in error["message"]
