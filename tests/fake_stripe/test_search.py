"""Search: Stripe's query language over payments, charges and customers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_stripe.shop import Shop

SEARCHES = ("/v1/payment_intents/search", "/v1/charges/search", "/v1/customers/search")


def _ids(shop: Shop, path: str, query: str, **params: Any) -> list[str]:
    return [row["id"] for row in shop.get(path, query=query, **params)["data"]]


def _payments(shop: Shop, query: str) -> list[str]:
    return _ids(shop, "/v1/payment_intents/search", query)


def test_an_order_is_found_by_its_metadata(shop: Shop) -> None:
    """A payment is found at once by the order number that the shop wrote on it, in either kind of quotes."""
    shop.intent(metadata={"order": "1016"})
    wanted = shop.intent(metadata={"order": "1017"})
    assert _payments(shop, 'metadata["order"]:"1017"') == [wanted["id"]]
    found = shop.get("/v1/payment_intents/search", query="metadata['order']:'1017'")
    assert found == {
        "object": "search_result",
        "data": [wanted],
        "has_more": False,
        "next_page": None,
        "url": "/v1/payment_intents/search",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("amount:5000", ["small"]),
        ("amount=5000", ["small"]),
        ("amount>5000", ["big", "middle"]),
        ("amount>=5000", ["big", "middle", "small"]),
        ("amount<5000", []),
        ("amount<=7000", ["middle", "small"]),
        ('amount>"5000" amount<"9000"', ["middle"]),
        ("-amount:7000", ["big", "small"]),
        ('currency:"SAR"', ["small"]),
        ('currency:"sar" OR currency:"kwd"', ["middle", "small"]),
        ('currency:"sar" or amount>8000', ["big", "small"]),
        ('currency:"sar" and amount>8000', []),
        ('-currency:"sar" AND -currency:"kwd"', ["big"]),
        ('status:"succeeded"', ["big"]),
        ('metadata["note"]:null', ["middle", "small"]),
        ('-metadata["note"]:null', ["big"]),
        ("customer:null", ["big", "middle", "small"]),
        (r'metadata["note"]:"she said \"yes\""', ["big"]),
        ("created>0", ["big", "middle", "small"]),
    ],
)
def test_the_query_language(shop: Shop, query: str, found: list[str]) -> None:
    """Exact and numeric clauses, negation, null, AND (also by a space) and OR, in any letter case, newest first."""
    shop.intent(amount=5000, metadata={"name": "small"})
    shop.intent(amount=7000, currency="kwd", metadata={"name": "middle"})
    shop.paid(amount=9000, currency="usd", metadata={"name": "big", "note": 'she said "yes"'})
    rows = shop.get("/v1/payment_intents/search", query=query)["data"]
    assert [row["metadata"]["name"] for row in rows] == found


def test_the_payments_of_a_customer(shop: Shop) -> None:
    """One customer's payments are found among those of others."""
    sara, noor = (shop.post("/v1/customers", name=name)["id"] for name in ("سارة", "نور"))
    mine = [shop.intent(customer=sara)["id"] for _ in range(2)]
    shop.intent(customer=noor)
    assert _payments(shop, f'customer:"{sara}"') == mine[::-1]
    assert _payments(shop, f'customer:"{sara}" status:"canceled"') == []


def test_charges_by_card_and_fate(shop: Shop) -> None:
    """Charges are found by the card's digits, by refund and by dispute."""
    visa, amex = shop.paid()["latest_charge"], shop.paid("pm_card_amex")["latest_charge"]
    disputed = shop.paid("pm_card_createDispute")["latest_charge"]
    shop.post("/v1/refunds", charge=amex)
    path = "/v1/charges/search"
    assert _ids(shop, path, 'payment_method_details.card.last4:"4242"') == [visa]
    assert _ids(shop, path, 'payment_method_details.card.brand:"amex"') == [amex]
    assert _ids(shop, path, "payment_method_details.card.exp_month:12") == [disputed, amex, visa]
    assert _ids(shop, path, 'refunded:"true"') == [amex]
    assert _ids(shop, path, "disputed:true") == [disputed]
    assert _ids(shop, path, "refunded:false disputed:false") == [visa]
    assert _ids(shop, path, 'billing_details.address.postal_code:"11564"') == []


def test_customers_by_a_part_of_their_name(shop: Shop) -> None:
    """Names, addresses and telephones match in part, whatever the letter case and the script."""
    sara = shop.post("/v1/customers", name="سارة العتيبي", email="Sara@Example.com", phone="+966500000001")["id"]
    shop.post("/v1/customers", name="نور", email="noor@example.org")
    path = "/v1/customers/search"
    assert _ids(shop, path, 'name~"العتيبي"') == [sara]
    assert _ids(shop, path, 'email~"EXAMPLE.com"') == [sara]
    assert _ids(shop, path, 'email:"sara@example.com"') == [sara]
    assert _ids(shop, path, 'email:"example.com"') == []
    assert _ids(shop, path, 'phone~"50000"') == [sara]


def test_a_search_goes_on_page_by_page(shop: Shop) -> None:
    """`next_page` leads on to the end, and what is made meanwhile disturbs nothing."""
    made = [shop.intent(amount=6000)["id"] for _ in range(5)][::-1]
    first = shop.get("/v1/payment_intents/search", query="amount:6000", limit=2, expand=["total_count"])
    shop.intent(amount=6000)
    assert ([row["id"] for row in first["data"]], first["has_more"], first["total_count"]) == (made[:2], True, 5)
    second = shop.get("/v1/payment_intents/search", query="amount:6000", limit=2, page=first["next_page"])
    third = shop.get("/v1/payment_intents/search", query="amount:6000", limit=2, page=second["next_page"])
    assert [row["id"] for row in [*second["data"], *third["data"]]] == made[2:]
    assert (third["has_more"], third["next_page"]) == (False, None)


def test_the_sdk_searches_through(shop: Shop) -> None:
    """The SDK's own iterator follows the pages."""
    for _ in range(7):
        shop.intent()
    services = getattr(shop.client, "v1", shop.client)
    found = services.payment_intents.search({"query": 'currency:"sar"', "limit": 3})
    assert len({intent.id for intent in found.auto_paging_iter()}) == 7


def test_what_is_found_expands(shop: Shop) -> None:
    """Inside a search, paths start with data."""
    shop.paid()
    path = "/v1/payment_intents/search"
    (found,) = shop.get(path, query="amount>0", expand=["data.latest_charge.balance_transaction"])["data"]
    assert found["latest_charge"]["balance_transaction"]["object"] == "balance_transaction"
    error = shop.refused("get", path, query="amount>0", expand=["latest_charge"])
    assert "try expanding 'data.latest_charge' instead" in error["message"]


@pytest.mark.parametrize(
    "query",
    [
        "asdf",
        "amount",
        "amount:",
        "amount>",
        'currency:"sar',
        "currency:sar",
        'currency:"sar"amount:5',
        'currency:"sar" AND',
        'OR currency:"sar"',
        'currency["x"]:"sar"',
        'metadata:"x"',
        "metadata[order]:'x'",
        '(currency:"sar")',
        "amount:1٢",
    ],
)
def test_a_query_that_is_none(shop: Shop, query: str) -> None:
    """What cannot be read is refused with the way to write it."""
    error = shop.refused("get", "/v1/payment_intents/search", query=query)
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert error["message"].startswith("We were unable to parse your search query. Try using the format `metadata[")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ('bogus:"x"', "Field `bogus` is an unsupported search field for resource `payment_intents`."),
        ('description:"x"', "Field `description` is an unsupported search field"),
        ('status~"succ"', "The operator `~` is not supported for field `status`"),
        ('status>"a"', "The operator `>` is not supported for field `status`"),
        ("amount~500", "The operator `~` is not supported for field `amount`"),
        ("amount>null", "The operator `>` is not supported for field `amount`"),
        ('amount:"lots"', "Field `amount` must be compared with a number."),
        ("amount:1 AND amount:2 OR amount:3", "You can't combine `AND` and `OR`"),
        ("amount:1 amount:2 OR amount:3", "You can't combine `AND` and `OR`"),
        (" ".join(["amount:1"] * 11), "A search query can have at most 10 clauses, but yours has 11."),
    ],
)
def test_a_query_that_asks_too_much(shop: Shop, query: str, sentence: str) -> None:
    """Unknown fields, operators that a field does not know and mixed joints are refused."""
    error = shop.refused("get", "/v1/payment_intents/search", query=query)
    assert (error["status"], error["param"]) == (400, "query")
    assert error["message"].startswith(sentence)


def test_a_part_must_be_long_enough(shop: Shop) -> None:
    """Two letters are too few to search for."""
    error = shop.refused("get", "/v1/customers/search", query='name~"ab"')
    assert error["message"] == "Substring search needs at least 3 characters."


@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_needs_a_query(shop: Shop, path: str) -> None:
    """Without a query, with a page that never was or a limit out of bounds, there is nothing to answer."""
    error = shop.refused("get", path)
    assert (error["code"], error["message"]) == ("parameter_missing", "Missing required param: query.")
    for page in ("%%", "bogus", "cGlfMQ==", "٣"):
        assert shop.refused("get", path, query="created>0", page=page)["param"] == "page"
    assert shop.refused("get", path, query="created>0", limit=101)["param"] == "limit"
    assert shop.refused("get", path, query="created>0", starting_after="x")["code"] == "parameter_unknown"
    assert shop.get(path, query="created>0")["data"] == []
