"""Idempotency keys: what is replayed, for how long, and what is not kept."""

from __future__ import annotations

from tests.fake_stripe.shop import Shop, types


def test_the_first_answer_is_given_again(shop: Shop) -> None:
    """The same key and parameters make one intent, and the headers tell the copy from the first."""
    params = {"amount": 11500, "currency": "sar", "idempotency_key": "pay_1"}
    first = shop.call("post", "/v1/payment_intents", **params)
    second = shop.call("post", "/v1/payment_intents", **params)
    assert second.data == first.data
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"] != second.headers["request-id"]
    assert types(shop.fake) == ["payment_intent.created"]


def test_a_replay_shows_the_past(shop: Shop) -> None:
    """The kept answer is the one of its moment, whatever happened since."""
    intent = shop.intent(idempotency_key="pay_1")
    shop.fake.pay(intent)
    assert shop.intent(idempotency_key="pay_1")["status"] == "requires_payment_method"


def test_other_parameters_are_refused(shop: Shop) -> None:
    """A key belongs to its parameters and to its endpoint."""
    intent = shop.intent(idempotency_key="pay_1")
    changed = shop.refused("post", "/v1/payment_intents", amount=1000, currency="sar", idempotency_key="pay_1")
    assert (changed["status"], changed["type"]) == (400, "idempotency_error")
    assert changed["message"].startswith("Keys for idempotent requests can only be used with the same parameters")
    elsewhere = shop.refused("post", f"/v1/payment_intents/{intent['id']}/cancel", idempotency_key="pay_1")
    assert elsewhere["type"] == "idempotency_error"


def test_a_key_lives_a_day(shop: Shop) -> None:
    """After 24 hours the same key is a new request."""
    first = shop.intent(idempotency_key="pay_1")
    shop.fake.advance(seconds=24 * 3600 - 1)
    assert shop.intent(idempotency_key="pay_1") == first
    shop.fake.advance(seconds=1)
    assert shop.intent(idempotency_key="pay_1")["id"] != first["id"]


def test_a_decline_is_kept(shop: Shop) -> None:
    """A 402 is an answer like any other: the same key does not charge again."""
    path = f"/v1/payment_intents/{shop.intent()['id']}/confirm"
    params = {"payment_method": "pm_card_chargeDeclined", "idempotency_key": "confirm_1"}
    first = shop.refused("post", path, **params)
    assert shop.refused("post", path, **params)["charge"] == first["charge"]
    assert types(shop.fake).count("charge.failed") == 1


def test_a_validation_failure_is_not_kept(shop: Shop) -> None:
    """A refused parameter burns no key: the corrected request may use it."""
    shop.refused("post", "/v1/payment_intents", amount=0, currency="sar", idempotency_key="pay_1")
    assert shop.intent(idempotency_key="pay_1")["status"] == "requires_payment_method"


def test_a_500_is_kept(shop: Shop) -> None:
    """A server error comes again for its key, and a fresh key gets through."""
    shop.fake.fail_next("server_error")
    for _ in range(2):
        error = shop.refused("post", "/v1/payment_intents", amount=11500, currency="sar", idempotency_key="pay_1")
        assert (error["status"], error["type"]) == (500, "api_error")
    assert shop.intent(idempotency_key="pay_2")["status"] == "requires_payment_method"


def test_a_conflict_is_not_kept(shop: Shop) -> None:
    """409 says that a twin is under way; afterwards the key works."""
    shop.fake.fail_next("conflict")
    error = shop.refused("post", "/v1/payment_intents", amount=11500, currency="sar", idempotency_key="pay_1")
    assert (error["status"], error["code"]) == (409, "idempotency_key_in_use")
    assert shop.intent(idempotency_key="pay_1")["status"] == "requires_payment_method"


def test_an_overlong_key_is_refused(shop: Shop) -> None:
    """Keys have at most 255 characters."""
    shop.intent(idempotency_key="k" * 255)
    error = shop.refused("post", "/v1/payment_intents", amount=11500, currency="sar", idempotency_key="k" * 256)
    assert error["status"] == 400
