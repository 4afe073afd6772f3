"""The story that a fake tells of what happened: enough to understand a failure, and never a secret."""

from __future__ import annotations

import re
import threading

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.ready_made import ready_made_shop
from tests.fake_stripe.shop import Shop
from tests.shops import order


def _shape(fake: FakeStripe) -> list[str]:
    """The story with its ids cut short."""
    return re.sub(r"\b([a-z]+)_[0-9a-f]{24}\b", r"\1_…", fake.story()).splitlines()


def test_a_story_goes_from_the_oldest_to_the_newest(fake: FakeStripe) -> None:
    """Each request with its answer, its events under it, the test's own acts, the webhooks and what still waits."""
    payments = ready_made_shop(fake)
    payments.place_order(order())
    attempt = payments.start_payment("1017")
    fake.decline(attempt, "expired_card")
    fake.settle()
    fake.pay(attempt, card="threeDSecure2Required")
    waiting = ["payment_intent.requires_action", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]
    assert _shape(fake) == [
        "POST /v1/payment_intents: 200",
        "  > payment_intent.created: pi_… is requires_payment_method",
        "POST /v1/payment_intents/pi_…/confirm: 402 expired_card: Your card has expired.",
        "  > charge.failed: ch_… is failed",
        "  > payment_intent.payment_failed: pi_… is requires_payment_method",
        "webhooks: 3 answered 200",
        "POST /v1/payment_intents/pi_…/confirm: 200",
        "  > payment_intent.requires_action: pi_… is requires_action",
        "test: challenge pi_…",
        "  > charge.succeeded: ch_… is succeeded",
        "  > payment_intent.succeeded: pi_… is succeeded",
        "  > charge.updated: ch_… is succeeded",
        f"4 webhooks wait for settle() or deliver_webhooks(): {', '.join(waiting)}",
    ]


def test_faults_and_refusals_are_told(shop: Shop, fake: FakeStripe) -> None:
    """A lost answer, an error of Stripe's and a webhook that nobody took are in the story."""
    fake.add_endpoint(lambda _body, _signature: 500)
    fake.fail_next("timeout_before")
    with pytest.raises(stripe.APIConnectionError):
        shop.intent()
    shop.refused("post", "/v1/payment_intents", amount=100, currency="sar", bogus=1)
    shop.intent()
    fake.deliver_webhooks()
    assert _shape(fake) == [
        "timeout_before: POST /v1/payment_intents never reached Stripe",
        "POST /v1/payment_intents: 400 parameter_unknown: Received unknown parameter: bogus",
        "POST /v1/payment_intents: 200",
        "  > payment_intent.created: pi_… is requires_payment_method",
        "webhooks: 1 answered 500; not taken: payment_intent.created",
        "1 webhooks wait for settle() or deliver_webhooks(): payment_intent.created",
    ]


def test_a_story_holds_no_secret(fake: FakeStripe) -> None:
    """Keys, client secrets and card numbers are masked, wherever they came in."""
    shop = Shop(fake, key="sk_test_verysecretkey")
    intent = shop.intent()
    shop.refused("get", f"/v1/payment_intents/{intent['client_secret']}")
    shop.refused("get", "/v1/charges/4242424242424242")
    shop.refused("get", "/v1/charges/4000 0000 0000 9995")
    shop.refused("post", "/v1/payment_intents", amount="sk_test_verysecretkey", currency="sar")
    with pytest.raises(stripe.AuthenticationError):
        Shop(fake, key="sk_wrong_verysecretkey").get("/v1/charges")
    fake.pay(intent, card="4000000000009995")
    story = fake.story()
    assert story.count("…") >= 4
    for secret in ("verysecretkey", intent["client_secret"].partition("_secret_")[2], "9995", "42424242"):
        assert secret not in story


def test_a_hostile_path_stays_on_its_line(shop: Shop, fake: FakeStripe) -> None:
    """What a request can put into a path neither breaks the lines nor floods them."""
    fake.handle("GET", "/v1/\n> forged: line\x1b[31m", "", {}, b"")
    fake.handle("GET", "/v1/" + "a" * 100_000, "", {"authorization": "Bearer sk_test_1"}, b"")
    shop.intent()
    lines = fake.story().splitlines()
    assert len(lines) == 4
    assert all(line.isprintable() and len(line) < 700 for line in lines)


def test_a_story_is_bounded(shop: Shop, fake: FakeStripe) -> None:
    """Of a long run the last lines are told, and how many were left out; old ones are not even kept."""
    for _ in range(1000):
        shop.intent()
    lines = fake.story(last=6).splitlines()
    assert re.fullmatch(r"… \d{2,3} earlier lines", lines[0])
    assert len(lines) == 7
    assert lines[-1].startswith("  > payment_intent.created")


def test_the_live_mode_is_told_apart(fake: FakeStripe) -> None:
    """An event of the live mode is marked."""
    Shop(fake, key="sk_live_shop").intent()
    assert _shape(fake)[1] == "  > payment_intent.created: pi_… is requires_payment_method (live)"


def test_many_threads_tell_one_story(fake: FakeStripe) -> None:
    """Events stand under the request that made them, however many threads made requests at once."""
    threads = [threading.Thread(target=lambda: [Shop(fake).paid() for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = fake.story(last=1000).splitlines()
    requests = [place for place, line in enumerate(lines) if line.startswith("POST")]
    assert len(requests) == 40
    for place in requests:
        assert lines[place + 1].startswith("  > payment_intent.created")
        assert lines[place + 3].startswith("  > payment_intent.succeeded")


def test_a_story_goes_on_after_a_reset(shop: Shop, fake: FakeStripe) -> None:
    """A fake that begins anew still tells what happens from then on."""
    shop.intent()
    fake.reset()
    shop.intent()
    assert _shape(fake).count("  > payment_intent.created: pi_… is requires_payment_method") == 2
