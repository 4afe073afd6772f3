"""Webhook endpoints by the API: created, changed, switched off, deleted, listed; and the events they get."""

from __future__ import annotations

import re

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.receivers import Counter, Inbox, fits
from tests.fake_stripe.shop import Shop, types

URL = "/v1/webhook_endpoints"


def test_only_the_creation_tells_the_secret(shop: Shop) -> None:
    """A new endpoint is whole, and its secret is shown once."""
    made = shop.post(
        URL,
        url="https://shop.example/hook",
        enabled_events=["charge.failed"],
        description="Orders",
        metadata={"a": "1"},
    )
    secret = made.pop("secret")
    assert re.fullmatch(r"whsec_\w{32}", secret)
    assert made == {
        "id": made["id"],
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": int(shop.fake.clock().timestamp()),
        "description": "Orders",
        "enabled_events": ["charge.failed"],
        "livemode": False,
        "metadata": {"a": "1"},
        "status": "enabled",
        "url": "https://shop.example/hook",
    }
    assert re.fullmatch(r"we_\w{24}", made["id"])
    assert shop.get(f"{URL}/{made['id']}") == made
    assert shop.get(URL)["data"] == [made]
    assert secret not in shop.fake._core.act(repr)


def test_an_endpoint_is_changed(shop: Shop) -> None:
    """What is named changes, the rest stays; `disabled` becomes the status."""
    made = shop.post(
        URL, url="https://shop.example/a", enabled_events=["*"], metadata={"a": "1"}, api_version="2025-03-31.basil"
    )
    path = f"{URL}/{made['id']}"
    changed = shop.post(path, url="https://shop.example/b", enabled_events=["charge.failed"], metadata={"b": "2"})
    assert (changed["url"], changed["enabled_events"]) == ("https://shop.example/b", ["charge.failed"])
    assert (changed["metadata"], changed["api_version"]) == ({"a": "1", "b": "2"}, "2025-03-31.basil")
    assert shop.post(path, disabled=True, description="off")["status"] == "disabled"
    assert shop.get(path) == shop.post(path, expand=[])
    back = shop.post(path, disabled=False, description="", metadata="")
    assert (back["status"], back["description"], back["metadata"]) == ("enabled", None, {})
    assert "secret" not in back


def test_a_deleted_endpoint_is_gone(shop: Shop) -> None:
    """It answers its deletion, and then neither its id nor the list knows it, nor a page that starts from it."""
    first, second, third = (
        shop.post(URL, url=f"https://shop.example/{name}", enabled_events=["*"]) for name in ("a", "b", "c")
    )
    deleted = shop.call("delete", f"{URL}/{second['id']}").data
    assert deleted == {"id": second["id"], "object": "webhook_endpoint", "deleted": True}
    gone = shop.refused("get", f"{URL}/{second['id']}")
    assert (gone["status"], gone["code"]) == (404, "resource_missing")
    assert gone["message"] == f"No such webhook endpoint: '{second['id']}'"
    assert shop.refused("delete", f"{URL}/{second['id']}")["status"] == 404
    assert shop.refused("post", f"{URL}/{second['id']}", disabled=True)["status"] == 404
    assert [row["id"] for row in shop.get(URL)["data"]] == [third["id"], first["id"]]
    assert [row["id"] for row in shop.get(URL, limit=1, starting_after=third["id"])["data"]] == [first["id"]]
    assert [row["id"] for row in shop.get(URL, ending_before=first["id"])["data"]] == [third["id"]]
    assert shop.refused("get", URL, starting_after=second["id"])["param"] == "starting_after"


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"url": None}, "url", "Missing required param: url."),
        ({"url": "shop.example/hook"}, "url", "explicit scheme"),
        ({"url": "ftp://shop.example/hook"}, "url", "explicit scheme"),
        ({"url": "https://"}, "url", "explicit scheme"),
        ({"url": "https://shop.example:99999/"}, "url", "explicit scheme"),
        ({"url": "https://shop.example/a b"}, "url", "explicit scheme"),
        ({"url": "https://shop.example/\r\nHost: x"}, "url", "explicit scheme"),
        ({"url": "https://[::1"}, "url", "explicit scheme"),
        ({"enabled_events": None}, "enabled_events", "Missing required param: enabled_events."),
        ({"enabled_events": ""}, "enabled_events", "at least one event"),
        ({"enabled_events": ["charge.*"]}, "enabled_events[0]", "must be one of *, account.application"),
        ({"enabled_events": ["*", "order.paid"]}, "enabled_events[1]", "must be one of *, account.application"),
        ({"api_version": "yesterday"}, None, "Invalid Stripe API version: yesterday"),
        ({"connect": True}, "connect", "does not carry out"),
        ({"disabled": True}, "disabled", "Received unknown parameter: disabled"),
    ],
)
def test_bad_endpoints_are_refused(shop: Shop, changes: dict[str, object], param: str | None, words: str) -> None:
    """Each mistake is named, and nothing is made."""
    params = {"url": "https://shop.example/hook", "enabled_events": ["*"], **changes}
    error = shop.refused("post", URL, **{name: value for name, value in params.items() if value is not None})
    assert (error["status"], error.get("param")) == (400, param)
    assert words in error["message"]
    assert shop.get(URL)["data"] == []


def test_live_endpoints_need_https(fake: FakeStripe) -> None:
    """Test mode takes plain HTTP, live mode does not, when an endpoint is made and when it is changed."""
    test, live = Shop(fake), Shop(fake, "sk_live_shop")
    plain = {"url": "http://shop.example/hook", "enabled_events": ["*"], "connect": False}
    assert test.post(URL, **plain)["livemode"] is False
    message = 'Invalid URL: http://shop.example/hook. URLs in livemode must begin with "https://"'
    assert live.refused("post", URL, **plain)["message"] == message
    made = live.post(URL, **{**plain, "url": "https://shop.example/hook"})
    assert made["livemode"] is True
    assert live.refused("post", f"{URL}/{made['id']}", url=plain["url"])["code"] == "url_invalid"


def test_functions_are_listed_too(shop: Shop, inbox: Inbox) -> None:
    """An endpoint that a test registers is an object like any other: it can be read, switched off and deleted."""
    (row,) = shop.get(URL)["data"]
    assert row["url"] == f"https://in-process.invalid/{row['id']}"
    assert row["enabled_events"] == ["*"]
    shop.post(f"{URL}/{row['id']}", disabled=True)
    shop.intent()
    shop.call("delete", f"{URL}/{row['id']}")
    shop.intent()
    assert shop.fake.deliver_webhooks() == []
    assert inbox.got == []


def test_a_test_takes_its_endpoint_away(shop: Shop, inbox: Inbox) -> None:
    """A removed endpoint is gone for the API too, with all that waited for it; others keep theirs."""
    other = shop.fake.add_endpoint(Inbox())
    (endpoint_id,) = {row["id"] for row in shop.get(URL)["data"]} - {other}
    shop.paid()
    shop.fake.remove_endpoint(endpoint_id)
    assert [row["id"] for row in shop.get(URL)["data"]] == [other]
    assert {waiting.endpoint_id for waiting in shop.fake.pending_webhooks} == {other}
    assert len(shop.fake.deliver_webhooks()) == 4
    assert inbox.got == []
    with pytest.raises(LookupError, match=f"no webhook_endpoint '{endpoint_id}'"):
        shop.fake.remove_endpoint(endpoint_id)


def test_an_endpoint_gets_its_own_events(shop: Shop, fake: FakeStripe) -> None:
    """Each endpoint gets what it asked for, in its mode, and the event counts those that want it."""
    everything, charges, live = Inbox(), Inbox(), Inbox()
    fake.add_endpoint(everything)
    fake.add_endpoint(charges, enabled_events=["charge.succeeded", "charge.updated"])
    fake.add_endpoint(live, livemode=True)
    shop.paid()
    counts = {event["type"]: event["pending_webhooks"] for event in fake.events()}
    assert counts == {
        "payment_intent.created": 1,
        "charge.succeeded": 2,
        "payment_intent.succeeded": 1,
        "charge.updated": 2,
    }
    fake.deliver_webhooks()
    assert everything.types == types(fake)
    assert charges.types == ["charge.succeeded", "charge.updated"]
    assert {event["pending_webhooks"] for event in fake.events()} == {0}
    Shop(fake, "sk_live_shop").intent()
    fake.deliver_webhooks()
    assert [event["livemode"] for event in live.events] == [True]
    with pytest.raises(ValueError, match=r"must be one of \*"):
        fake.add_endpoint(live, enabled_events=["charge.*"])


def test_what_an_endpoint_asks_for_may_change(shop: Shop, inbox: Inbox) -> None:
    """A change counts for the events that come after it."""
    (row,) = shop.get(URL)["data"]
    shop.intent()
    shop.post(f"{URL}/{row['id']}", enabled_events=["charge.succeeded"])
    shop.paid()
    shop.fake.deliver_webhooks()
    assert inbox.types == ["payment_intent.created", "charge.succeeded"]


def test_a_url_can_be_given_a_secret_of_ones_own(fake: FakeStripe, shop: Shop, counter: Counter) -> None:
    """A test registers a URL as it does a function, and knows the secret beforehand."""
    identifier = fake.add_endpoint(counter.url, secret="whsec_mine", enabled_events=["payment_intent.created"])
    assert shop.get(f"{URL}/{identifier}")["url"] == counter.url
    shop.paid()
    (delivery,) = fake.deliver_webhooks()
    assert (delivery.endpoint_id, delivery.status_code) == (identifier, 200)
    (posted,) = counter.got
    assert fits(posted.body, posted.signature, "whsec_mine")
    with pytest.raises(ValueError, match="Not a valid URL"):
        fake.add_endpoint("somewhere")
