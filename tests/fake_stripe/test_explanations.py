"""A driver call that cannot be done says what was asked, of what, in which state that is, and what would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, RefusedError, UnknownTestCardError
from gulf_payments.testing.fake_stripe.cards import decline_codes
from gulf_payments.testing.ready_made import ready_made_shop
from tests.fake_stripe.shop import Shop
from tests.shops import order

# --- What names a payment


def _sdk_object(fake: FakeStripe, intent_id: str) -> stripe.PaymentIntent:
    client = stripe.StripeClient("sk_test_shop", http_client=fake.http_client())
    return client.v1.payment_intents.retrieve(intent_id)


@pytest.mark.parametrize(
    "way",
    [
        lambda _fake, payments, _attempt: payments.start_payment("1017"),
        lambda _fake, _payments, _attempt: "1017",
        lambda _fake, payments, _attempt: payments.order("1017"),
        lambda _fake, payments, _attempt: payments.order("1017").payments[0],
        lambda fake, _payments, attempt: _sdk_object(fake, attempt.intent_id),
        lambda fake, _payments, attempt: fake.retrieve(attempt.intent_id),
        lambda _fake, _payments, attempt: {"id": attempt.intent_id, "object": "payment_intent"},
        lambda _fake, _payments, attempt: attempt.intent_id,
        lambda _fake, _payments, attempt: attempt.client_secret,
    ],
    ids=["attempt", "order id", "order", "payment", "SDK's object", "mapping", "mapping of an id", "id", "secret"],
)
def test_a_payment_is_named_by_whatever_is_at_hand(fake: FakeStripe, way: Callable[..., object]) -> None:
    """The customer pays, staff refund and a bank disputes what the test holds, whatever form it has."""
    payments = ready_made_shop(fake)
    payments.place_order(order())
    attempt = payments.start_payment("1017")
    thing = way(fake, payments, attempt)
    assert fake.pay(thing)["id"] == attempt.intent_id
    assert fake.retrieve(thing)["status"] == "succeeded"
    assert fake.refund_from_dashboard(thing, 100)["payment_intent"] == attempt.intent_id
    assert fake.dispute(thing)["payment_intent"] == attempt.intent_id


def test_an_order_that_was_changed_is_paid_by_its_open_payment(fake: FakeStripe) -> None:
    """After a change of price the old PaymentIntent is canceled; the order's id means the new one."""
    payments = ready_made_shop(fake)
    payments.place_order(order())
    old = payments.start_payment("1017")
    payments.place_order(order(price="100.00"))
    new = payments.start_payment("1017")
    assert old.intent_id != new.intent_id
    assert fake.pay("1017")["id"] == new.intent_id


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (1017, "cannot pay an object of type int: pass an attempt, an order or its id, .* or its client_secret"),
        (None, "an object of type NoneType"),
        (b"pi_1", "an object of type bytes"),
        ({"object": "payment_intent"}, "an object of type dict"),
        ({"card": "4242424242424242"}, "an object of type dict: pass [^0-9]*$"),
    ],
)
def test_what_names_no_payment_is_told_by_its_type(fake: FakeStripe, thing: object, said: str) -> None:
    """A wrong argument is named by its type alone: its value may be anybody's secret."""
    with pytest.raises(TypeError, match=said):
        fake.pay(thing)


def test_another_kind_of_object_is_named(shop: Shop, fake: FakeStripe) -> None:
    """Whoever passes the charge, or a refund, reads that it is one."""
    paid = shop.paid()
    with pytest.raises(LookupError, match=r"cannot refund 'ch_.*': a charge is no PaymentIntent"):
        fake.refund_from_dashboard(paid["latest_charge"])
    refund = shop.post("/v1/refunds", payment_intent=paid["id"])
    with pytest.raises(LookupError, match=r"cannot dispute 're_.*': a refund is no PaymentIntent"):
        fake.dispute(refund)


def test_an_order_nobody_knows(fake: FakeStripe) -> None:
    """The error tells apart: no shop is driven, none has the order, two have it, it was not started."""
    with pytest.raises(LookupError, match=r"cannot pay '1017': this FakeStripe drives no shop .* fake\.drive\("):
        fake.pay("1017")
    payments, other = ready_made_shop(fake), ready_made_shop(fake)
    with pytest.raises(LookupError, match="cannot pay '1017': there is no such order in test-shop:test"):
        fake.pay("1017")
    payments.place_order(order())
    with pytest.raises(LookupError, match="has no payment yet: call start_payment first"):
        fake.pay("1017")
    other.place_order(order())
    with pytest.raises(LookupError, match="each have such an order: pass what start_payment returned"):
        fake.pay("1017")


def test_a_number_in_the_wrong_place_is_not_repeated(fake: FakeStripe) -> None:
    """A card's number, passed where the payment belongs, does not appear in the error."""
    with pytest.raises(LookupError) as caught:
        fake.pay("4111 1111 1111 1111")
    assert "1111" not in str(caught.value)


# --- What is in no state for it


def _open(shop: Shop) -> str:
    return str(shop.intent()["id"])


def _canceled(shop: Shop) -> str:
    intent_id = _open(shop)
    shop.post(f"/v1/payment_intents/{intent_id}/cancel")
    return intent_id


def _paid(shop: Shop) -> str:
    return str(shop.paid()["id"])


def _authorised(shop: Shop) -> str:
    return str(shop.paid(capture_method="manual")["id"])


Refused = Callable[[FakeStripe, str], object]


@pytest.mark.parametrize(
    ("state", "act", "said"),
    [
        (_canceled, lambda fake, it: fake.pay(it), "cannot pay {}: it is canceled (PaymentIntents that can be paid: "),
        (_paid, lambda fake, it: fake.pay(it), "cannot pay {}: it is succeeded (PaymentIntents that can be paid: "),
        (_paid, lambda fake, it: fake.decline(it), "requires_payment_method, requires_confirmation, requires_action)"),
        (
            _open,
            lambda fake, it: fake.challenge(it),
            "cannot challenge {}: it is requires_payment_method (PaymentIntents that can be challenged: requires_",
        ),
        (
            _open,
            lambda fake, it: fake.refund_from_dashboard(it),
            "cannot refund {}: it is requires_payment_method (PaymentIntents that can be refunded: succeeded)",
        ),
        (
            _authorised,
            lambda fake, it: fake.refund_from_dashboard(it, 500),
            "cannot refund 500 of {}: it is requires_capture (PaymentIntents that can be refunded: succeeded)",
        ),
        (
            _canceled,
            lambda fake, it: fake.dispute(it),
            "cannot dispute {}: it is canceled (PaymentIntents that can be disputed: succeeded)",
        ),
        (
            _open,
            lambda fake, it: fake.fail_payment_late(it),
            "cannot fail late {}: it is requires_payment_method (PaymentIntents that can be failed late: succeeded)",
        ),
        (
            _paid,
            lambda fake, it: fake.refund_from_dashboard(it, 11501),
            "cannot refund 11501 of {}: Refund amount (115.01 SAR) is greater than charge amount",
        ),
        (_paid, lambda fake, it: fake.refund_from_dashboard(it, 11501), "({} is succeeded)"),
    ],
)
def test_a_wrong_state_is_told_with_the_right_ones(
    shop: Shop, state: Callable[[Shop], str], act: Refused, said: str
) -> None:
    """The error names the payment, its state and the states it would have to be in, then Stripe's own words."""
    intent_id = state(shop)
    with pytest.raises(RefusedError) as caught:
        act(shop.fake, intent_id)
    assert said.format(intent_id) in str(caught.value)


def test_a_dispute_that_is_decided(shop: Shop, fake: FakeStripe) -> None:
    """A dispute is closed as it is or by its id, and the error says what it may still become."""
    dispute = fake.dispute(_paid(shop))
    assert fake.close_dispute(dispute, "lost")["status"] == "lost"
    said = f"cannot close {dispute['id']} as lost: A dispute with status lost can become won, not lost"
    with pytest.raises(RefusedError, match=said):
        fake.close_dispute(dispute["id"], "lost")


def test_what_is_not_there_is_told_with_what_is(shop: Shop, fake: FakeStripe) -> None:
    """An unknown id is answered with the newest ones and their states; with none at all, by a question."""
    with pytest.raises(
        LookupError, match=r"no payment_intent 'pi_x'; it has none: was this one made at another Stripe"
    ):
        fake.pay("pi_x")
    first, second = _canceled(shop), _open(shop)
    said = rf"no payment_intent 'pi_x'; its newest: {second} \(requires_payment_method\), {first} \(canceled\)"
    for act in (fake.pay, fake.challenge, fake.refund_from_dashboard, fake.dispute, fake.retrieve):
        with pytest.raises(LookupError, match=said):
            act("pi_x")
    with pytest.raises(LookupError, match="no dispute 'du_x'; it has none"):
        fake.close_dispute("du_x", "won")
    with pytest.raises(LookupError, match="no customer 'cus_x'; it has none"):
        fake.retrieve("cus_x")


# --- Words and amounts that do not exist


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda fake, it: fake.pay(it, three_d_secure="later"),
            "three_d_secure= is one of pass, fail, leave; not 'later'",
        ),
        (lambda fake, it: fake.challenge(it, "maybe"), "outcome= is one of pass, fail; not 'maybe'"),
        (lambda fake, it: fake.dispute(it, reason="regret"), "reason= is one of .*, fraudulent, .*; not 'regret'"),
        (
            lambda fake, it: fake.close_dispute(it, True),
            "outcome= is one of won, lost, warning_closed; not of type bool",
        ),
        (lambda fake, it: fake.refund_from_dashboard(it, 0), "cannot refund an amount of 0: it must be above 0"),
        (lambda fake, it: fake.dispute(it, amount=-1), "cannot dispute an amount of -1"),
        (lambda fake, _it: fake.advance(days=-1), "cannot advance by -1 days and 0 seconds: time goes forward only"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(shop: Shop, act: Callable[..., object], said: str) -> None:
    """A misspelt option never passes in silence, and nothing happens."""
    intent_id = _paid(shop)
    before = shop.fake.events()
    with pytest.raises(ValueError, match=said):
        act(shop.fake, intent_id)
    assert shop.fake.events() == before


@pytest.mark.parametrize("amount", [1.5, "500", True])
def test_an_amount_is_a_whole_number_of_the_minor_unit(shop: Shop, amount: Any) -> None:
    """Neither a float nor a text is taken for an amount; the error says in which unit it counts."""
    intent_id = _paid(shop)
    with pytest.raises(TypeError, match=r"an amount of type \w+: pass an int in the minor unit"):
        shop.fake.refund_from_dashboard(intent_id, amount)
    with pytest.raises(TypeError, match="an amount of type"):
        shop.fake.dispute(intent_id, amount=amount)


def test_a_dispute_is_no_payment(fake: FakeStripe) -> None:
    """`close_dispute` takes a dispute; another object is named by its type."""
    with pytest.raises(TypeError, match="cannot close an object of type int: pass a dispute or its id"):
        fake.close_dispute(7, "won")


# --- Cards


@pytest.mark.parametrize(
    ("card", "last4"),
    [
        ("4242 4242 4242 4242", "4242"),
        ("5555555555554444", "4444"),
        ("pm_card_mastercard", "4444"),
        ("mastercard", "4444"),
        ("sa", "0007"),
        ("refundFail", "5126"),
    ],
)
def test_a_card_is_called_by_its_number_or_its_name(shop: Shop, card: str, last4: str) -> None:
    """The number, the id of the test PaymentMethod, and the end of that id are the same card."""
    paid = shop.fake.pay(shop.intent(), card=card)
    charge = shop.fake.retrieve(paid["latest_charge"])
    assert charge["payment_method_details"]["card"]["last4"] == last4


@pytest.mark.parametrize("card", ["chargeDeclinedExpiredCard", "pm_card_visa_chargeDeclinedExpiredCard"])
def test_a_declined_card_has_names_too(shop: Shop, card: str) -> None:
    """A card that is declined is called the same way, and declines."""
    assert shop.fake.pay(shop.intent(), card=card)["last_payment_error"]["code"] == "expired_card"


def test_a_misspelt_card_is_answered_with_the_names(shop: Shop) -> None:
    """The error repeats the name, which is no number, and lists those that there are."""
    with pytest.raises(UnknownTestCardError, match=r"no test card is called 'viza': .*pm_card_visa.*mastercard, "):
        shop.fake.pay(shop.intent(), card="viza")


def test_a_decline_code_is_no_card(shop: Shop) -> None:
    """There is one rule for cards and one for codes: the error points from the first to the second."""
    with pytest.raises(UnknownTestCardError, match="'insufficient_funds' is no card but a decline code: decline"):
        shop.fake.pay(shop.intent(), card="insufficient_funds")
    with pytest.raises(TypeError, match=r"card= is a str .*, not int"):
        shop.fake.pay(shop.intent(), card=4242424242424242)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", decline_codes())
def test_every_decline_code_that_is_listed_declines(shop: Shop, code: str) -> None:
    """The codes that the error lists are those that work."""
    error = shop.fake.decline(shop.intent(), code)["last_payment_error"]
    assert code in (error["code"], error.get("decline_code"))


def test_an_unknown_decline_code_is_answered_with_the_known_ones(shop: Shop) -> None:
    """The error lists the codes; and a card number, passed by mistake, is not repeated."""
    with pytest.raises(
        UnknownTestCardError, match="no test card is declined with 'no_money'; there are generic_decline"
    ):
        shop.fake.decline(shop.intent(), "no_money")
    with pytest.raises(UnknownTestCardError) as caught:
        shop.fake.decline(shop.intent(), "4111111111111111")
    assert "1111" not in str(caught.value)
