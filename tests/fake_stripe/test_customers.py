"""Customers: created, changed, deleted, listed; and what they have saved to pay with."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.shop import Shop, types


def test_a_new_customer_has_every_field(shop: Shop) -> None:
    """Whatever was not given is there all the same, empty; and reading the customer answers the same."""
    customer = shop.post("/v1/customers", email="sara@example.com")
    assert customer.pop("id").startswith("cus_")
    assert len(customer.pop("invoice_prefix")) == 8
    assert customer == {
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": 1793534400,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": "sara@example.com",
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    assert types(shop.fake) == ["customer.created"]


def test_a_customer_keeps_what_was_given(shop: Shop) -> None:
    """Everything that a shop writes on a customer comes back, addresses with all their lines."""
    given = {
        "address": {"city": "الرياض", "country": "SA"},
        "balance": -500,
        "business_name": "مؤسسة العود",
        "invoice_prefix": "EMPEROR",
        "invoice_settings": {"footer": "شكرا", "custom_fields": [{"name": "VAT", "value": "300"}]},
        "metadata": {"crm": "17"},
        "name": "سارة",
        "preferred_locales": ["ar", "en"],
        "shipping": {"name": "سارة", "address": {"line1": "طريق العليا"}},
        "tax_exempt": "exempt",
    }
    customer = shop.post("/v1/customers", **given)
    plain = ("balance", "business_name", "invoice_prefix", "metadata", "name", "preferred_locales", "tax_exempt")
    assert {name: customer[name] for name in plain} == {name: given[name] for name in plain}
    nowhere = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    assert customer["address"] == {**nowhere, "city": "الرياض", "country": "SA"}
    assert customer["shipping"] == {
        "name": "سارة",
        "phone": None,
        "address": {**nowhere, "line1": "طريق العليا"},
    }
    assert customer["invoice_settings"]["custom_fields"] == [{"name": "VAT", "value": "300"}]
    assert shop.get(f"/v1/customers/{customer['id']}") == customer


def test_an_update_changes_what_it_names(shop: Shop) -> None:
    """Named fields change, metadata merges, an empty string unsets; the event tells what was there before."""
    made = shop.post(
        "/v1/customers", name="سارة", phone="+966500000001", metadata={"a": "1", "b": "2"}, address={"city": "جدة"}
    )
    path = f"/v1/customers/{made['id']}"
    updated = shop.post(path, name="سارة العتيبي", phone="", metadata={"a": "", "c": "3"}, address="")
    assert (updated["name"], updated["phone"], updated["address"]) == ("سارة العتيبي", None, None)
    assert updated["metadata"] == {"b": "2", "c": "3"}
    (event,) = shop.fake.events("customer.updated")
    assert event["data"]["object"] == updated
    assert event["data"]["previous_attributes"] == {
        "address": made["address"],
        "metadata": {"a": "1", "c": None},
        "name": "سارة",
        "phone": "+966500000001",
    }


def test_an_update_of_nothing_is_no_event(shop: Shop) -> None:
    """Writing what is there already tells nobody anything."""
    customer = shop.post("/v1/customers", name="سارة", tax_exempt="reverse")
    assert shop.post(f"/v1/customers/{customer['id']}", name="سارة") == customer
    assert types(shop.fake) == ["customer.created"]
    assert shop.post(f"/v1/customers/{customer['id']}", tax_exempt="")["tax_exempt"] == "none"


def test_a_deleted_customer_leaves_a_trace(shop: Shop) -> None:
    """Deleting is for good: the id answers that it is deleted, and nothing can be done with it."""
    customer = shop.post("/v1/customers", name="سارة")
    path = f"/v1/customers/{customer['id']}"
    left = {"id": customer["id"], "object": "customer", "deleted": True}
    assert shop.call("delete", path).data == left
    assert shop.get(path) == left
    assert shop.get("/v1/customers")["data"] == []
    assert shop.get("/v1/customers/search", query='name:"سارة"')["data"] == []
    for method, where in (("post", path), ("delete", path)):
        error = shop.refused(method, where)
        assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "id")
    assert shop.refused("post", "/v1/payment_intents", amount=500, currency="sar", customer=customer["id"])[
        "param"
    ] == ("customer")
    (event,) = shop.fake.events("customer.deleted")
    assert event["data"]["object"] == customer


def test_cards_go_with_the_customer_and_payments_stay(shop: Shop) -> None:
    """Saved cards are let go and cannot be used again; payments still name the customer, now deleted."""
    customer = shop.post("/v1/customers", source="tok_visa")["id"]
    paid = shop.paid(customer=customer, setup_future_usage="off_session")
    shop.call("delete", f"/v1/customers/{customer}")
    assert types(shop.fake)[-3:] == ["payment_method.detached", "customer.source.deleted", "customer.deleted"]
    method = shop.get(f"/v1/payment_methods/{paid['payment_method']}")
    assert method["customer"] is None
    error = shop.refused("post", "/v1/payment_intents", **_confirming(method["id"]))
    assert "may not be used again" in error["message"]
    again = shop.get(f"/v1/payment_intents/{paid['id']}", expand=["customer"])
    assert again["customer"] == {"id": customer, "object": "customer", "deleted": True}


def _confirming(method: str) -> dict[str, object]:
    return {"amount": 500, "currency": "sar", "payment_method": method, "confirm": True}


def test_customers_are_listed(shop: Shop) -> None:
    """Newest first, by address or time; a deleted one is missing without disturbing the pages."""
    made = [shop.post("/v1/customers", email=f"{name}@example.com")["id"] for name in ("a", "b", "c", "d", "a")][::-1]
    shop.call("delete", f"/v1/customers/{made[2]}")
    kept = [made[0], made[1], made[3], made[4]]
    first = shop.get("/v1/customers", limit=2)
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (kept[:2], True)
    rest = shop.get("/v1/customers", limit=2, starting_after=kept[1])
    assert ([row["id"] for row in rest["data"]], rest["has_more"]) == (kept[2:], False)
    back = shop.get("/v1/customers", limit=9, ending_before=kept[3])
    assert [row["id"] for row in back["data"]] == kept[:3]
    assert [row["id"] for row in shop.get("/v1/customers", email="a@example.com")["data"]] == [made[0], made[4]]
    assert shop.get("/v1/customers", email="A@example.com")["data"] == []
    assert shop.get("/v1/customers", created={"lt": 1})["data"] == []
    assert shop.refused("get", "/v1/customers", starting_after=made[2])["param"] == "starting_after"


def test_a_search_goes_on_after_its_last_customer_is_deleted(shop: Shop) -> None:
    """A page that ended with a customer leads on although that customer is gone."""
    made = [shop.post("/v1/customers", phone="+96650")["id"] for _ in range(4)][::-1]
    first = shop.get("/v1/customers/search", query='phone:"+96650"', limit=2)
    shop.call("delete", f"/v1/customers/{made[1]}")
    rest = shop.get("/v1/customers/search", query='phone:"+96650"', page=first["next_page"])
    assert [row["id"] for row in rest["data"]] == made[2:]


def test_a_customer_comes_with_a_payment_method(shop: Shop) -> None:
    """A PaymentMethod given at creation is saved, and may be the default of invoices in the same breath."""
    customer = shop.post(
        "/v1/customers",
        payment_method="pm_card_visa",
        invoice_settings={"default_payment_method": "pm_card_visa"},
    )
    default = customer["invoice_settings"]["default_payment_method"]
    path = f"/v1/customers/{customer['id']}"
    expanded = shop.get(path, expand=["invoice_settings.default_payment_method"])
    assert expanded["invoice_settings"]["default_payment_method"]["customer"] == customer["id"]
    assert expanded["invoice_settings"]["footer"] is None
    (method,) = shop.get(f"{path}/payment_methods")["data"]
    assert (method["id"], method["card"]["last4"]) == (default, "4242")
    assert types(shop.fake) == ["customer.created", "payment_method.attached"]


def test_a_declined_card_makes_no_customer(shop: Shop) -> None:
    """The bank refuses already to save the card: told in full, and nothing is made."""
    for given in ({"payment_method": "pm_card_chargeDeclined"}, {"source": "tok_chargeDeclined"}):
        error = shop.refused("post", "/v1/customers", **given)
        assert (error["status"], error["type"], error["code"]) == (402, "card_error", "card_declined")
        assert (error["decline_code"], error["advice_code"]) == ("generic_decline", "try_again_later")
        assert (error["network_decline_code"], error["param"]) == ("01", "")
    assert shop.get("/v1/customers")["data"] == []
    assert types(shop.fake) == []


def test_a_payment_method_belongs_to_one_customer(shop: Shop) -> None:
    """Neither a card of somebody else's nor one that was never saved becomes a customer's default."""
    sara = shop.post("/v1/customers", payment_method="pm_card_visa")["id"]
    (method,) = shop.get(f"/v1/customers/{sara}/payment_methods")["data"]
    error = shop.refused("post", "/v1/customers", payment_method=method["id"])
    assert error["message"] == "The payment method you provided has already been attached to a customer."
    noor = shop.post("/v1/customers")["id"]
    default = {"default_payment_method": method["id"]}
    error = shop.refused("post", f"/v1/customers/{noor}", invoice_settings=default)
    assert (error["code"], error["param"]) == ("resource_missing", "invoice_settings[default_payment_method]")
    assert error["message"].startswith(f"The customer does not have a payment method with the ID {method['id']}.")
    updated = shop.post(f"/v1/customers/{sara}", invoice_settings=default)
    assert updated["invoice_settings"]["default_payment_method"] == method["id"]
    cleared = shop.post(f"/v1/customers/{sara}", invoice_settings={"default_payment_method": ""})
    assert cleared["invoice_settings"]["default_payment_method"] is None


def test_the_payment_methods_of_a_customer(shop: Shop) -> None:
    """A customer's PaymentMethods are listed by type and by whether they may be shown, and read one by one."""
    sara, noor = (shop.post("/v1/customers", payment_method="pm_card_visa")["id"] for _ in range(2))
    second = shop.post("/v1/payment_methods/pm_card_amex/attach", customer=sara)
    shop.post(f"/v1/payment_methods/{second['id']}", allow_redisplay="always")
    path = f"/v1/customers/{sara}/payment_methods"
    listed = shop.get(path)
    assert [row["card"]["brand"] for row in listed["data"]] == ["amex", "visa"]
    assert listed["url"] == path
    assert len(shop.get(path, type="card")["data"]) == 2
    assert shop.get(path, type="sepa_debit")["data"] == []
    assert [row["id"] for row in shop.get(path, allow_redisplay="always")["data"]] == [second["id"]]
    assert shop.get(f"{path}/{second['id']}", expand=["customer"])["customer"]["id"] == sara
    error = shop.refused("get", f"/v1/customers/{noor}/payment_methods/{second['id']}")
    assert (error["status"], error["code"]) == (404, "resource_missing")
    assert shop.refused("get", "/v1/customers/cus_x/payment_methods")["param"] == "customer"


def test_what_a_customer_leaves_out_is_included_on_demand(shop: Shop) -> None:
    """Lists that a customer does not carry come when they are asked for, and expand further."""
    made = shop.post("/v1/customers", source="tok_visa", expand=["sources", "tax_ids", "subscriptions", "tax"])
    path = f"/v1/customers/{made['id']}"
    sources = made["sources"]
    assert [row["id"] for row in sources["data"]] == [made["default_source"]]
    assert (sources["total_count"], sources["url"]) == (1, f"{path}/sources")
    assert made["tax_ids"] == {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": f"{path}/tax_ids",
    }
    assert made["subscriptions"]["data"] == []
    assert made["tax"]["automatic_tax"] == "unrecognized_location"
    read = shop.get(path, expand=["default_source", "cash_balance", "sources.data.customer"])
    assert read["default_source"] == sources["data"][0]
    assert read["cash_balance"] == shop.get(f"{path}/cash_balance")
    assert read["sources"]["data"][0]["customer"]["default_source"] == made["default_source"]
    assert shop.refused("get", path, expand=["invoice_settings.nothing"])["param"] == "expand"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"test_clock": "clock_1"}, None, "test_clock"),
        ({"tax_id_data": "x"}, None, "tax_id_data"),
        ({"tax_exempt": "maybe"}, None, "tax_exempt"),
        ({"balance": "lots"}, "parameter_invalid_integer", "balance"),
        ({"email": "sara"}, "email_invalid", "email"),
        ({"payment_method": "pm_x"}, "resource_missing", "payment_method"),
        ({"source": "tok_x"}, "resource_missing", "source"),
        ({"default_source": "card_x"}, "parameter_unknown", "default_source"),
        ({"invoice_settings": {"default_payment_method": "pm_x"}}, "resource_missing", None),
        ({"bogus": 1}, "parameter_unknown", "bogus"),
    ],
)
def test_a_wrong_customer_is_refused(
    shop: Shop, params: dict[str, object], code: str | None, param: str | None
) -> None:
    """What Stripe does not take makes no customer."""
    error = shop.refused("post", "/v1/customers", **params)
    assert (error["status"], error.get("code")) == (400, code)
    assert error["param"] == (param or "invoice_settings[default_payment_method]")
    assert shop.get("/v1/customers")["data"] == []


def test_customers_of_the_two_modes(fake: FakeStripe) -> None:
    """A live customer is not a test customer, and the error says where it is."""
    live = Shop(fake, "sk_live_shop").post("/v1/customers")["id"]
    error = Shop(fake).refused("get", f"/v1/customers/{live}")
    assert "a similar object exists in live mode" in error["message"]
