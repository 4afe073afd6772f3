"""Lists: order, pages, limits and filters; and expanding."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/payment_intents"


def ids(answer: JSON) -> list[str]:
    """The ids of a page."""
    return [row["id"] for row in answer["data"]]


def several(client: Client, count: int) -> list[str]:
    """So many PaymentIntents, newest first."""
    return [client.intent()["id"] for _ in range(count)][::-1]


@behaviour
def a_list_is_an_object(client: Client) -> None:
    """An empty list has its url, no data and nothing more to come."""
    assert client.get(URL) == {"object": "list", "data": [], "has_more": False, "url": URL}


@behaviour
def the_newest_comes_first(client: Client) -> None:
    """Also among objects of the same second."""
    made = several(client, 3)
    assert ids(client.get(URL)) == made


@behaviour
def ten_is_a_page(client: Client) -> None:
    """Without a limit ten are answered."""
    several(client, 11)
    page = client.get(URL)
    assert (len(page["data"]), page["has_more"]) == (10, True)


@behaviour
def a_limit_is_1_to_100(client: Client) -> None:
    """Other limits are refused by name."""
    for limit in (0, 101, "x"):
        error = client.refused(URL, "GET", limit=limit)
        assert (error["status"], error["param"], error["code"]) == (400, "limit", "parameter_invalid_integer")
    assert client.get(URL, limit=100)["data"] == []


@behaviour
def pages_go_forward(client: Client) -> None:
    """starting_after continues behind an object; the last page says that there is no more."""
    made = several(client, 5)
    first = client.get(URL, limit=2)
    second = client.get(URL, limit=2, starting_after=ids(first)[-1])
    third = client.get(URL, limit=2, starting_after=ids(second)[-1])
    assert ids(first) + ids(second) + ids(third) == made
    assert [page["has_more"] for page in (first, second, third)] == [True, True, False]


@behaviour
def pages_go_backward(client: Client) -> None:
    """ending_before answers what lies just before an object, newest first as ever."""
    made = several(client, 5)
    page = client.get(URL, limit=2, ending_before=made[4])
    assert (ids(page), page["has_more"]) == (made[2:4], True)
    page = client.get(URL, limit=2, ending_before=made[2])
    assert (ids(page), page["has_more"]) == (made[:2], False)


@behaviour
def a_cursor_exists(client: Client) -> None:
    """An id that means nothing is no cursor."""
    error = client.refused(URL, "GET", starting_after="pi_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "starting_after")
    assert error["message"] == "No such payment_intent: 'pi_x'"


@behaviour
def a_page_goes_one_way(client: Client) -> None:
    """Both cursors at once are refused."""
    one = client.intent()["id"]
    error = client.refused(URL, "GET", starting_after=one, ending_before=one)
    assert (error["status"], error["type"]) == (400, "invalid_request_error")


@behaviour
def lists_filter_by_customer(client: Client) -> None:
    """Only the customer's own are listed."""
    customer = client.customer()["id"]
    own = client.intent(customer=customer)["id"]
    client.intent()
    assert ids(client.get(URL, customer=customer)) == [own]


@behaviour
def lists_filter_by_time(client: Client) -> None:
    """Created takes a moment or a range."""
    first = client.intent()
    client.fake.advance(seconds=60)
    second = client.intent()
    assert ids(client.get(URL, created={"gt": first["created"]})) == [second["id"]]
    assert ids(client.get(URL, created={"lte": first["created"]})) == [first["id"]]
    assert ids(client.get(URL, created=first["created"])) == [first["id"]]


@behaviour
def charges_filter_by_intent(client: Client) -> None:
    """The charges of one PaymentIntent."""
    paid = client.paid()
    client.paid()
    assert ids(client.get("/v1/charges", payment_intent=paid["id"])) == [paid["latest_charge"]]


@behaviour
def an_unknown_filter_is_refused(client: Client) -> None:
    """Lists are as strict as other requests."""
    error = client.refused(URL, "GET", bogus="1")
    assert (error["code"], error["param"]) == ("parameter_unknown", "bogus")


@behaviour
def nothing_is_counted(client: Client) -> None:
    """A list of a route has no total_count."""
    several(client, 1)
    assert "total_count" not in client.get(URL)


@behaviour
def an_id_expands(client: Client) -> None:
    """An expanded field holds the object in place of its id, in any answer."""
    customer = client.customer()
    paid = client.paid(customer=customer["id"], expand=["customer", "latest_charge", "payment_method"])
    assert (paid["customer"], paid["latest_charge"]["object"]) == (customer, "charge")
    assert paid["payment_method"]["object"] == "payment_method"


@behaviour
def expanding_nests(client: Client) -> None:
    """A path goes through several objects."""
    paid = client.paid()
    answer = client.get(f"{URL}/{paid['id']}", expand=["latest_charge.balance_transaction.source"])
    transaction = answer["latest_charge"]["balance_transaction"]
    assert (transaction["object"], transaction["source"]["object"]) == ("balance_transaction", "charge")


@behaviour
def lists_expand_their_data(client: Client) -> None:
    """In a list the path begins with data."""
    client.paid()
    (row,) = client.get(URL, expand=["data.latest_charge"])["data"]
    assert row["latest_charge"]["object"] == "charge"


@behaviour
def a_list_hints_at_data(client: Client) -> None:
    """Without it the error says what was meant."""
    error = client.refused(URL, "GET", expand=["customer"])
    assert error["message"] == (
        "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead."
    )


@behaviour
def not_everything_expands(client: Client) -> None:
    """What is no reference is refused before anything is done."""
    error = client.refused(URL, amount=2000, currency="usd", expand=["amount"])
    assert (error["status"], error["message"]) == (400, "This property cannot be expanded (amount).")
    assert client.types() == []


@behaviour
def four_levels_are_the_deepest(client: Client) -> None:
    """A fifth level is refused."""
    paid = client.paid()
    path = "latest_charge.payment_intent.latest_charge.payment_intent.latest_charge"
    error = client.refused(f"{URL}/{paid['id']}", "GET", expand=[path])
    assert error["message"].startswith("You cannot expand more than 4 levels of a property.")


@behaviour
def refunds_of_a_charge_must_be_asked_for(client: Client) -> None:
    """A charge has its list of refunds only if it is expanded."""
    paid = client.paid()
    client.post("/v1/refunds", payment_intent=paid["id"], amount=100)
    path = f"/v1/charges/{paid['latest_charge']}"
    assert "refunds" not in client.get(path)
    refunds = client.get(path, expand=["refunds"])["refunds"]
    assert (refunds["object"], refunds["url"], len(refunds["data"])) == ("list", f"{path}/refunds", 1)
