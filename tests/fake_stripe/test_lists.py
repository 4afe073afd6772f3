"""Lists: newest first, paged both ways, filtered, expanded."""

from __future__ import annotations

import json

import pytest

from tests.fake_stripe.shop import Shop


def test_lists_are_newest_first_within_one_second(shop: Shop) -> None:
    """Order comes from a sequence, not from the second."""
    made = [shop.intent()["id"] for _ in range(3)]
    listed = shop.get("/v1/payment_intents")
    assert [row["id"] for row in listed["data"]] == made[::-1]
    assert (listed["object"], listed["has_more"], listed["url"]) == ("list", False, "/v1/payment_intents")


def test_pages_go_both_ways(shop: Shop) -> None:
    """starting_after goes to older ones, ending_before back to newer ones, and has_more is exact."""
    made = [shop.intent()["id"] for _ in range(5)][::-1]
    first = shop.get("/v1/payment_intents", limit=2)
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (made[:2], True)
    rest = shop.get("/v1/payment_intents", limit=3, starting_after=made[1])
    assert ([row["id"] for row in rest["data"]], rest["has_more"]) == (made[2:], False)
    back = shop.get("/v1/payment_intents", limit=2, ending_before=made[4])
    assert ([row["id"] for row in back["data"]], back["has_more"]) == (made[2:4], True)
    top = shop.get("/v1/payment_intents", limit=9, ending_before=made[2])
    assert ([row["id"] for row in top["data"]], top["has_more"]) == (made[:2], False)


def test_the_sdk_pages_through(shop: Shop) -> None:
    """The SDK's own iterator reads every object once."""
    for _ in range(7):
        shop.intent()
    services = getattr(shop.client, "v1", shop.client)
    pages = services.payment_intents.list({"limit": 3})
    assert len({intent.id for intent in pages.auto_paging_iter()}) == 7


@pytest.mark.parametrize(
    ("params", "param"),
    [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"starting_after": "pi_x"}, "starting_after")],
)
def test_bad_cursors_and_limits(shop: Shop, params: dict[str, str], param: str) -> None:
    """Limits go from 1 to 100, cursors must exist."""
    error = shop.refused("get", "/v1/payment_intents", **params)
    assert (error["status"], error["param"]) == (400, param)


def test_filters(shop: Shop) -> None:
    """Lists filter by customer and by time, and a filter that names nothing known is an error."""
    customer = shop.post("/v1/customers")["id"]
    mine = shop.intent(customer=customer)
    shop.intent()
    shop.fake.advance(seconds=60)
    late = shop.intent()
    assert [row["id"] for row in shop.get("/v1/payment_intents", customer=customer)["data"]] == [mine["id"]]
    since = shop.get("/v1/payment_intents", created={"gt": mine["created"]})["data"]
    assert [row["id"] for row in since] == [late["id"]]
    exact = shop.get("/v1/payment_intents", created=mine["created"])["data"]
    assert len(exact) == 2
    assert shop.refused("get", "/v1/charges", payment_intent="pi_x")["code"] == "resource_missing"


def test_a_customer_given_later_is_found(shop: Shop) -> None:
    """The filter follows an intent whose customer changed."""
    customer = shop.post("/v1/customers")["id"]
    intent = shop.intent()
    shop.post(f"/v1/payment_intents/{intent['id']}", customer=customer)
    assert [row["id"] for row in shop.get("/v1/payment_intents", customer=customer)["data"]] == [intent["id"]]


def test_nested_expansion(shop: Shop) -> None:
    """Expansion reaches through charge and refund to the balance transaction."""
    paid = shop.paid()
    shop.post("/v1/refunds", payment_intent=paid["id"], amount=700)
    expanded = shop.get(
        f"/v1/payment_intents/{paid['id']}",
        expand=["latest_charge.balance_transaction", "latest_charge.refunds.data.balance_transaction"],
    )
    charge = expanded["latest_charge"]
    assert charge["balance_transaction"]["amount"] == 11500
    assert charge["refunds"]["total_count"] == 1
    assert charge["refunds"]["data"][0]["balance_transaction"]["amount"] == -700


def test_expansion_in_lists(shop: Shop) -> None:
    """In lists the path starts with data; an unpaid intent simply has nothing to expand."""
    shop.intent()
    shop.paid()
    paid, unpaid = shop.get("/v1/payment_intents", expand=["data.latest_charge"])["data"]
    assert paid["latest_charge"]["object"] == "charge"
    assert unpaid["latest_charge"] is None
    error = shop.refused("get", "/v1/payment_intents", expand=["latest_charge"])
    assert "try expanding 'data.latest_charge' instead" in error["message"]


def test_a_wrong_expansion_has_no_effect(shop: Shop) -> None:
    """The path is checked before anything is done."""
    shop.refused("post", "/v1/payment_intents", amount=11500, currency="sar", expand=["latest_charge.nothing"])
    assert shop.get("/v1/payment_intents")["data"] == []


def test_events_by_type(shop: Shop) -> None:
    """Events filter by one type, several types, and a family of types."""
    shop.paid()
    several = shop.get("/v1/events", types=["charge.succeeded", "payment_intent.created"])["data"]
    assert [row["type"] for row in several] == ["charge.succeeded", "payment_intent.created"]
    family = shop.get("/v1/events", type="charge.*")["data"]
    assert [row["type"] for row in family] == ["charge.updated", "charge.succeeded"]
    assert shop.get("/v1/events", type="payout.paid")["data"] == []


def test_events_run_forward_from_the_last_known(shop: Shop) -> None:
    """ending_before the last event that was seen finds all that came after it."""
    shop.intent()
    known = shop.get("/v1/events")["data"][0]["id"]
    shop.paid()
    services = getattr(shop.client, "v1", shop.client)
    missed = [event.type for event in services.events.list({"ending_before": known, "limit": 2}).auto_paging_iter()]
    assert missed == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


def test_events_are_shown_for_thirty_days(shop: Shop) -> None:
    """An older event is neither listed nor found by its id, nor a place to start from."""
    shop.intent()
    (old,) = shop.get("/v1/events")["data"]
    shop.fake.advance(days=30)
    assert [row["id"] for row in shop.get("/v1/events")["data"]] == [old["id"]]
    shop.fake.advance(seconds=1)
    shop.intent()
    listed = shop.get("/v1/events", limit=1)
    assert ([row["type"] for row in listed["data"]], listed["has_more"]) == (["payment_intent.created"], False)
    assert shop.get("/v1/events", type="payment_intent.*")["data"] == listed["data"]
    missing = shop.refused("get", f"/v1/events/{old['id']}")
    assert (missing["status"], missing["message"]) == (404, f"No such event: '{old['id']}'")
    assert shop.refused("get", "/v1/events", ending_before=old["id"])["param"] == "ending_before"
    assert next(event["id"] for event in shop.fake.events()) == old["id"]


def test_events_by_delivery(shop: Shop) -> None:
    """delivery_success tells what every endpoint has taken from what one has not, together with the other filters."""
    status = {"charge.succeeded": 500}
    shop.fake.add_endpoint(lambda body, _signature: status.get(json.loads(body)["type"], 200))
    shop.paid()
    shop.fake.deliver_webhooks()
    failed = shop.get("/v1/events", delivery_success=False)["data"]
    assert [(row["type"], row["pending_webhooks"]) for row in failed] == [("charge.succeeded", 1)]
    charges = shop.get("/v1/events", delivery_success=True, types=["charge.succeeded", "charge.updated"])["data"]
    assert [row["type"] for row in charges] == ["charge.updated"]
    page = shop.get("/v1/events", delivery_success=True, ending_before=charges[0]["id"])
    assert page["data"] == []


def test_an_event_is_the_accounts_own(shop: Shop) -> None:
    """An event of the account's own names no account and no context; without a request, its members are null."""
    paid = shop.paid()
    shop.fake.refund_from_dashboard(paid["id"])
    for event in shop.get("/v1/events", limit=100)["data"]:
        assert sorted(event) == sorted(
            ("api_version", "created", "data", "id", "livemode", "object", "pending_webhooks", "request", "type")
        )
    assert shop.fake.events("refund.created")[0]["request"] == {"id": None, "idempotency_key": None}
    shop.refused("get", "/v1/events", type="charge.updated", types=["charge.updated"])
    assert "up to 20" in shop.refused("get", "/v1/events", types=["charge.updated"] * 21)["message"]
