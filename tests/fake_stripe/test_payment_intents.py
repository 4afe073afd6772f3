"""PaymentIntents from creation to capture, cancel and expiry."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe, RefusedError
from tests.fake_stripe.shop import Shop, types


def test_a_new_intent_waits_for_a_card(shop: Shop) -> None:
    """Without a card an intent waits for one, and carries what it was given."""
    intent = shop.intent(metadata={"order": "1017"}, description="عود ملكي", receipt_email="sara@example.com")
    assert intent["status"] == "requires_payment_method"
    assert intent["metadata"] == {"order": "1017"}
    assert intent["description"] == "عود ملكي"
    assert intent["client_secret"].startswith(f"{intent['id']}_secret_")
    assert shop.get(f"/v1/payment_intents/{intent['id']}") == intent


def test_paying_takes_the_money_and_tells_the_fee_later(shop: Shop) -> None:
    """By default the answer has no balance transaction yet; the next reading of the charge has it."""
    paid = shop.paid(metadata={"order": "1017"}, expand=["latest_charge"])
    charge = paid["latest_charge"]
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 11500)
    assert (charge["captured"], charge["amount_captured"], charge["balance_transaction"]) == (True, 11500, None)
    assert charge["metadata"] == {"order": "1017"}
    later = shop.get(f"/v1/charges/{charge['id']}", expand=["balance_transaction"])
    booking = later["balance_transaction"]
    assert (booking["fee"], booking["net"], booking["source"]) == (364, 11136, charge["id"])


def test_capture_method_automatic_books_at_once(shop: Shop) -> None:
    """The older `automatic` has the balance transaction in the answer itself."""
    paid = shop.paid(capture_method="automatic", expand=["latest_charge"])
    assert paid["latest_charge"]["balance_transaction"].startswith("txn_")
    assert types(shop.fake) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_the_events_of_a_payment(shop: Shop) -> None:
    """A payment makes four events, the last one with what changed."""
    shop.paid()
    assert types(shop.fake) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]
    assert shop.fake.events("charge.updated")[0]["data"]["previous_attributes"] == {"balance_transaction": None}


def test_metadata_of_the_charge_is_a_copy_of_its_moment(shop: Shop) -> None:
    """The charge keeps the metadata it was made with; a later change of the intent does not reach it."""
    paid = shop.paid(metadata={"order": "1"})
    shop.post(f"/v1/payment_intents/{paid['id']}", metadata={"order": "2", "note": "late"})
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["metadata"] == {"order": "1"}


def test_an_authorisation_is_captured(shop: Shop) -> None:
    """With manual capture the charge succeeds without money, and capturing takes it."""
    held = shop.paid(capture_method="manual", expand=["latest_charge"])
    assert (held["status"], held["amount_capturable"], held["amount_received"]) == ("requires_capture", 11500, 0)
    assert (held["latest_charge"]["paid"], held["latest_charge"]["captured"]) == (True, False)
    taken = shop.post(f"/v1/payment_intents/{held['id']}/capture", expand=["latest_charge"])
    assert (taken["status"], taken["amount_capturable"], taken["amount_received"]) == ("succeeded", 0, 11500)
    assert taken["latest_charge"]["balance_transaction"].startswith("txn_")
    assert types(shop.fake) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_a_partial_capture_releases_the_rest(shop: Shop) -> None:
    """Capturing a part takes that part, and nothing is refunded for the rest."""
    held = shop.paid(capture_method="manual")
    taken = shop.post(f"/v1/payment_intents/{held['id']}/capture", amount_to_capture=4000, expand=["latest_charge"])
    charge = taken["latest_charge"]
    assert (taken["amount_received"], taken["amount_capturable"]) == (4000, 0)
    assert (charge["amount"], charge["amount_captured"], charge["amount_refunded"]) == (11500, 4000, 0)
    assert not charge["refunded"]


def test_more_than_was_authorised_cannot_be_captured(shop: Shop) -> None:
    """Capturing too much is refused and changes nothing."""
    held = shop.paid(capture_method="manual")
    error = shop.refused("post", f"/v1/payment_intents/{held['id']}/capture", amount_to_capture=11501)
    assert (error["status"], error["code"], error["param"]) == (400, "amount_too_large", "amount_to_capture")
    assert shop.get(f"/v1/payment_intents/{held['id']}")["status"] == "requires_capture"


def test_an_authorisation_lapses_after_seven_days(shop: Shop) -> None:
    """Uncaptured for seven days, the authorisation expires and the intent is canceled by Stripe."""
    held = shop.paid(capture_method="manual")
    shop.fake.advance(days=6.9)
    assert shop.get(f"/v1/payment_intents/{held['id']}")["status"] == "requires_capture"
    shop.fake.advance(days=0.1)
    lapsed = shop.get(f"/v1/payment_intents/{held['id']}")
    assert (lapsed["status"], lapsed["cancellation_reason"]) == ("canceled", "expired")
    assert types(shop.fake)[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_a_captured_authorisation_does_not_lapse(shop: Shop) -> None:
    """Once captured, the seven days mean nothing."""
    held = shop.paid(capture_method="manual")
    shop.post(f"/v1/payment_intents/{held['id']}/capture")
    shop.fake.advance(days=30)
    assert shop.get(f"/v1/payment_intents/{held['id']}")["status"] == "succeeded"
    assert "charge.expired" not in types(shop.fake)


def test_an_unpaid_intent_is_canceled_for_good(shop: Shop) -> None:
    """Cancel is final: the reason is kept, and no card is taken afterwards."""
    intent = shop.intent()
    canceled = shop.post(f"/v1/payment_intents/{intent['id']}/cancel", cancellation_reason="abandoned")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    assert canceled["canceled_at"] is not None
    error = shop.refused("post", f"/v1/payment_intents/{intent['id']}/confirm", payment_method="pm_card_visa")
    assert error["code"] == "payment_intent_unexpected_state"
    assert error["payment_intent"]["status"] == "canceled"
    assert types(shop.fake) == ["payment_intent.created", "payment_intent.canceled"]


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("cancel", "You cannot cancel this PaymentIntent because it has a status of succeeded."),
        ("confirm", "You cannot confirm this PaymentIntent because it has already succeeded"),
        ("capture", "This PaymentIntent could not be captured because it has a status of succeeded."),
    ],
)
def test_a_paid_intent_refuses(shop: Shop, verb: str, sentence: str) -> None:
    """A paid intent is neither canceled, confirmed nor captured; the error shows how it stands."""
    paid = shop.paid()
    error = shop.refused("post", f"/v1/payment_intents/{paid['id']}/{verb}")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"].startswith(sentence)
    assert error["payment_intent"]["id"] == paid["id"]


def test_the_amount_of_a_paid_intent_is_fixed(shop: Shop) -> None:
    """After success the amount cannot change, the metadata can."""
    paid = shop.paid(metadata={"a": "1", "b": "2"})
    error = shop.refused("post", f"/v1/payment_intents/{paid['id']}", amount=1)
    assert error["code"] == "payment_intent_unexpected_state"
    updated = shop.post(f"/v1/payment_intents/{paid['id']}", metadata={"a": "", "c": "3"})
    assert updated["metadata"] == {"b": "2", "c": "3"}
    assert updated["amount"] == 11500


def test_an_open_intent_takes_a_new_amount(shop: Shop) -> None:
    """While nobody has paid, amount and the rest can change, and the last error is forgotten."""
    intent = shop.intent()
    shop.fake.decline(intent["client_secret"])
    updated = shop.post(f"/v1/payment_intents/{intent['id']}", amount=9900, description="")
    assert (updated["amount"], updated["description"], updated["last_payment_error"]) == (9900, None, None)
    assert updated["status"] == "requires_payment_method"


def test_a_named_card_waits_for_confirmation(shop: Shop) -> None:
    """With a card but no confirmation the intent says so, and confirming needs nothing more."""
    intent = shop.intent(payment_method="pm_card_mastercard")
    assert intent["status"] == "requires_confirmation"
    assert shop.post(f"/v1/payment_intents/{intent['id']}/confirm")["status"] == "succeeded"


def test_confirming_without_a_card_is_refused(shop: Shop) -> None:
    """There is nothing to charge."""
    intent = shop.intent()
    error = shop.refused("post", f"/v1/payment_intents/{intent['id']}/confirm")
    assert error["code"] == "payment_intent_unexpected_state"
    assert "missing a payment method" in error["message"]


def test_a_saved_card_pays_again(shop: Shop) -> None:
    """With a customer and setup_future_usage the card is attached and may be charged again."""
    customer = shop.post("/v1/customers", email="sara@example.com", name="سارة")
    first = shop.paid(customer=customer["id"], setup_future_usage="off_session")
    saved = first["payment_method"]
    assert shop.get(f"/v1/payment_methods/{saved}")["customer"] == customer["id"]
    assert "payment_method.attached" in types(shop.fake)
    again = shop.paid(saved, customer=customer["id"], off_session=True)
    assert again["status"] == "succeeded"


def test_a_card_without_a_customer_pays_once(shop: Shop) -> None:
    """A PaymentMethod that was used without a customer is used up."""
    first = shop.paid()
    error = shop.refused(
        "post",
        "/v1/payment_intents",
        amount=11500,
        currency="sar",
        payment_method=first["payment_method"],
        confirm=True,
    )
    assert "may not be used again" in error["message"]
    assert len(shop.get("/v1/payment_intents")["data"]) == 1


def test_a_card_belongs_to_its_customer(shop: Shop) -> None:
    """A saved card pays only for the customer it was saved with, and the refusal creates nothing."""
    customer = shop.post("/v1/customers")["id"]
    saved = shop.paid(customer=customer, setup_future_usage="off_session")["payment_method"]
    intent = shop.intent()
    error = shop.refused("post", f"/v1/payment_intents/{intent['id']}/confirm", payment_method=saved)
    assert f"belongs to the Customer {customer}" in error["message"]
    assert shop.get(f"/v1/payment_intents/{intent['id']}") == intent


def test_live_and_test_objects_do_not_mix(fake: FakeStripe) -> None:
    """A live key opens a mode of its own, and says where the object is that it cannot see."""
    test, live = Shop(fake), Shop(fake, "sk_live_shop")
    intent = live.intent()
    assert intent["livemode"]
    error = test.refused("get", f"/v1/payment_intents/{intent['id']}")
    assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "intent")
    assert "a similar object exists in live mode" in error["message"]
    assert fake.pay(intent["client_secret"])["livemode"]


def test_a_late_failure_takes_the_money_back(shop: Shop) -> None:
    """A payment may fail after it succeeded: the paid charge becomes failed."""
    paid = shop.paid()
    failed = shop.fake.fail_payment_late(paid["id"])
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (failed["status"], failed["amount_received"]) == ("requires_payment_method", 0)
    assert (charge["status"], charge["paid"], charge["amount_captured"]) == ("failed", False, 11500)
    assert charge["failure_balance_transaction"].startswith("txn_")
    assert types(shop.fake)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    with pytest.raises(RefusedError, match="status of requires_payment_method"):
        shop.fake.fail_payment_late(paid["id"])
