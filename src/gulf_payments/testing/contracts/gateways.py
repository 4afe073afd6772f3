"""What every gateway must do, as plain functions: `for check in GATEWAY_CHECKS: check(gateway, provider)`.

Each takes a fresh gateway, and the provider that it talks to: the other side, where customers pay and the network
fails. FakeStripe is such a provider for StripeGateway; a gateway of your own brings its sandbox or its own fake.
An AssertionError says in one sentence what was broken. Nothing here needs a test framework.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce

from gulf_payments.errors import GatewayUnavailable, WebhookError
from gulf_payments.machine import merge, sums
from gulf_payments.ports import Gateway
from gulf_payments.testing.contracts.providers import (
    AMOUNT,
    Provider,
    despite_loss,
    expect_claims,
    expect_refunded,
    intent_request,
    newly_made,
    newly_paid,
    refund_request,
    rejected,
    stage,
)

Check = Callable[[Gateway, Provider], None]


# --- Taking payments --------------------------------------------------------------------------------------------------


def check_create_says_whose_it_is(gateway: Gateway, _provider: Provider) -> None:
    """A new PaymentIntent names its shop, order, payment, amount and currency, and opens in the browser."""
    request = intent_request()
    new = gateway.create(request)
    expect_claims(new.sighting, request)
    assert new.client_secret, "a PaymentIntent's client_secret is needed by the customer's browser"
    assert new.client_secret not in repr(new), "a client_secret must not show in a repr"
    assert not sums(new.sighting.facts).gross, "nothing was paid, so no money may be told"


def check_create_again_is_the_same(gateway: Gateway, _provider: Provider) -> None:
    """The same request twice is one PaymentIntent."""
    request = intent_request()
    first, second = gateway.create(request), gateway.create(request)
    assert first.sighting.intent_id == second.sighting.intent_id, "the same payment_id made two PaymentIntents"


def check_create_again_with_another_amount_is_rejected(gateway: Gateway, _provider: Provider) -> None:
    """One payment_id cannot stand for two amounts."""
    request = intent_request()
    gateway.create(request)
    with rejected("the same payment_id was taken for another amount"):
        gateway.create(intent_request(payment_id=request.payment_id, amount=AMOUNT + 100))


def check_an_old_answer_does_not_undo_news(gateway: Gateway, provider: Provider) -> None:
    """Asked again after a decline, create answers as it did at first; what was learned since still stands."""
    request = intent_request()
    new = gateway.create(request)
    provider.pay(new.sighting.intent_id, accepted=False)
    declined = gateway.retrieve(new.sighting.intent_id)
    provider.later(60)
    again = gateway.create(request)
    known = reduce(merge, (one.sighting.facts for one in (new, declined, again)))
    assert stage(known) == "failed", "a repeated answer of create hid a decline that came after it"


def check_an_unknown_intent_is_rejected(gateway: Gateway, _provider: Provider) -> None:
    """An id that the provider does not know, an empty one too, is refused and reads nothing else."""
    for intent_id in ("pi_unknown", "", "../charges"):
        with rejected(f"reading the PaymentIntent {intent_id!r} must be refused"):
            gateway.retrieve(intent_id)


def check_a_payment_is_seen(gateway: Gateway, provider: Provider) -> None:
    """Once paid, retrieve and look_up tell the money, and whose it is."""
    request, new = newly_made(gateway)
    provider.pay(new.sighting.intent_id)
    for sighting in (gateway.retrieve(new.sighting.intent_id).sighting, gateway.look_up(new.sighting.intent_id)):
        expect_claims(sighting, request)
        assert sighting.facts.ok, "the payment succeeded"
        assert sums(sighting.facts).gross == AMOUNT, "exactly what was paid must be told"
        assert sighting.facts.paid_at is not None, "money that is in has a time"


def check_a_decline_is_news(gateway: Gateway, provider: Provider) -> None:
    """A decline raises nothing: it is a failed attempt with its code, and the same PaymentIntent can be paid next."""
    _, new = newly_made(gateway)
    intent_id = new.sighting.intent_id
    provider.pay(intent_id, accepted=False)
    facts = gateway.look_up(intent_id).facts
    assert stage(facts) == "failed", "a declined PaymentIntent must read as failed, not as new"
    assert [attempt.code for attempt in facts.attempts.values() if attempt.code], "a failed attempt has a code"
    provider.pay(intent_id)
    assert sums(gateway.look_up(intent_id).facts).gross == AMOUNT, "the retry on the same PaymentIntent was paid"


def check_an_authorisation_is_no_money_until_captured(gateway: Gateway, provider: Provider) -> None:
    """Authorised is not paid; capture takes the whole, and the same call again changes nothing."""
    _, new = newly_made(gateway, capture_method="manual")
    intent_id = new.sighting.intent_id
    provider.pay(intent_id)
    held = gateway.look_up(intent_id).facts
    assert held.authorized, "the authorisation must be told"
    assert not sums(held).gross, "an authorisation is not money"
    captured = [gateway.capture(intent_id), gateway.capture(intent_id)]
    assert [sums(one.sighting.facts).gross for one in captured] == [AMOUNT, AMOUNT], "capture takes all of it, once"


def check_cancel_closes_for_ever(gateway: Gateway, _provider: Provider) -> None:
    """A cancelled PaymentIntent says so, and cancelling again is no error within the key's life."""
    _, new = newly_made(gateway)
    for _ in range(2):
        assert gateway.cancel(new.sighting.intent_id).sighting.facts.canceled, "it must read as cancelled"


def check_the_provider_decides_against_a_late_cancel(gateway: Gateway, provider: Provider) -> None:
    """What is paid cannot be cancelled, however often it is tried."""
    _, new = newly_made(gateway)
    provider.pay(new.sighting.intent_id)
    for _ in range(2):
        with rejected("a paid PaymentIntent was cancelled", code="payment_intent_unexpected_state"):
            gateway.cancel(new.sighting.intent_id)


# --- Giving money back ------------------------------------------------------------------------------------------------


def check_a_refund_is_made_once(gateway: Gateway, provider: Provider) -> None:
    """The same request twice is one refund, and it carries the request's id back."""
    request, paid = newly_paid(gateway, provider)
    wish = refund_request(request, paid, 5000)
    first, second = gateway.refund(wish), gateway.refund(wish)
    assert set(first.facts.refunds) == set(second.facts.refunds), "one request_id made two refunds"
    expect_refunded(gateway.look_up(paid), 5000)
    told = gateway.look_up(paid).facts.refunds
    assert {refund.request_id for refund in told.values()} == {wish.request_id}, "a refund must name its request"


def check_equal_refunds_are_two(gateway: Gateway, provider: Provider) -> None:
    """Two requests over the same amount are two refunds."""
    request, paid = newly_paid(gateway, provider)
    for _ in range(2):
        gateway.refund(refund_request(request, paid, 3000))
    expect_refunded(gateway.look_up(paid), 6000)


def check_a_refund_above_the_payment_is_rejected(gateway: Gateway, provider: Provider) -> None:
    """More than was paid cannot go back."""
    request, paid = newly_paid(gateway, provider)
    with rejected("more was refunded than was paid"):
        gateway.refund(refund_request(request, paid, AMOUNT + 100))
    expect_refunded(gateway.look_up(paid), 0)


def check_a_refund_made_elsewhere_is_seen(gateway: Gateway, provider: Provider) -> None:
    """A refund from the dashboard is found by look_up, without a request's id."""
    _, paid = newly_paid(gateway, provider)
    provider.refund_elsewhere(paid, 2000)
    seen = gateway.look_up(paid)
    expect_refunded(seen, 2000)
    assert [refund.request_id for refund in seen.facts.refunds.values()] == [""], "nobody here asked for it"


# --- When it goes wrong -----------------------------------------------------------------------------------------------


def check_a_lost_answer_is_never_a_second_payment(gateway: Gateway, provider: Provider) -> None:
    """A create whose answer is lost is unknown, not failed; the same call finds the one that was made."""
    provider.fail_next("answer_lost")
    request = intent_request()
    new = despite_loss(lambda: gateway.create(request))
    provider.pay(new.sighting.intent_id)
    told = [gateway.read(body, header, now=provider.later()) for body, header in provider.deliveries()]
    known = {one.sighting.intent_id for one in told if one.sighting and one.sighting.payment_id == request.payment_id}
    assert known == {new.sighting.intent_id}, "the answer was lost, and a second PaymentIntent was made"


def check_a_lost_answer_is_never_a_second_refund(gateway: Gateway, provider: Provider) -> None:
    """A refund whose answer is lost is unknown, not failed; the same call finds it."""
    request, paid = newly_paid(gateway, provider)
    provider.fail_next("answer_lost")
    wish = refund_request(request, paid, 5000)
    despite_loss(lambda: gateway.refund(wish))
    expect_refunded(gateway.look_up(paid), 5000)


def check_a_busy_provider_is_unavailable(gateway: Gateway, provider: Provider) -> None:
    """Turned away because of load, nothing happened: the error says that the same call may be made again."""
    request = intent_request()
    provider.fail_next("busy")
    try:
        new = gateway.create(request)
    except GatewayUnavailable:
        new = gateway.create(request)
    expect_claims(new.sighting, request)


# --- Webhooks ---------------------------------------------------------------------------------------------------------


def check_a_genuine_webhook_is_read(gateway: Gateway, provider: Provider) -> None:
    """Every delivery has an id, a type and a mode; those about our payment say whose it is."""
    request, paid = newly_paid(gateway, provider)
    notices = [gateway.read(body, header, now=provider.later()) for body, header in provider.deliveries()]
    assert len({notice.event_id for notice in notices}) == len(notices), "two events share an id"
    assert {notice.livemode for notice in notices} == {gateway.livemode}, "the events are of the keys' mode"
    ours = [notice.sighting for notice in notices if notice.sighting and notice.sighting.intent_id == paid]
    assert ours, "no webhook told of the payment"
    for sighting in ours:
        expect_claims(sighting, request)


def check_webhooks_and_look_up_agree(gateway: Gateway, provider: Provider) -> None:
    """The webhooks of a payment, merged in any order, mean what look_up means."""
    request, paid = newly_paid(gateway, provider)
    gateway.refund(refund_request(request, paid, 5000))
    notices = [gateway.read(body, header, now=provider.later()) for body, header in provider.deliveries()]
    told = [one.sighting.facts for one in notices if one.sighting and one.sighting.intent_id == paid]
    looked = sums(gateway.look_up(paid).facts)
    for order in (told, told[::-1]):
        assert sums(reduce(merge, order)) == looked, "webhooks and look_up tell different money"


def check_a_forged_webhook_is_refused(gateway: Gateway, provider: Provider) -> None:
    """No signature, another body's, a broken one, one too old or from the future: WebhookError, and nothing else."""
    newly_paid(gateway, provider)
    body, header = provider.deliveries()[-1]
    late, early = provider.later() + timedelta(hours=1), provider.later() - timedelta(hours=1)
    now = provider.later()
    forged: list[tuple[bytes, str | None, datetime]] = [
        (body, None, now),
        (body, "", now),
        (body, "nonsense", now),
        (body, header.upper(), now),
        (body + b" ", header, now),
        (b"\xff" + body, header, now),
        (b"", header, now),
        (body, header, late),
        (body, header, early),
    ]
    for content, signature, moment in forged:
        try:
            gateway.read(content, signature, now=moment)
        except WebhookError:
            continue
        raise AssertionError(f"a forged webhook was read (signature {signature!r}, at {moment})")


GATEWAY_CHECKS: tuple[Check, ...] = (
    check_create_says_whose_it_is,
    check_create_again_is_the_same,
    check_create_again_with_another_amount_is_rejected,
    check_an_old_answer_does_not_undo_news,
    check_an_unknown_intent_is_rejected,
    check_a_payment_is_seen,
    check_a_decline_is_news,
    check_an_authorisation_is_no_money_until_captured,
    check_cancel_closes_for_ever,
    check_the_provider_decides_against_a_late_cancel,
    check_a_refund_is_made_once,
    check_equal_refunds_are_two,
    check_a_refund_above_the_payment_is_rejected,
    check_a_refund_made_elsewhere_is_seen,
    check_a_lost_answer_is_never_a_second_payment,
    check_a_lost_answer_is_never_a_second_refund,
    check_a_busy_provider_is_unavailable,
    check_a_genuine_webhook_is_read,
    check_webhooks_and_look_up_agree,
    check_a_forged_webhook_is_refused,
)
"""The whole contract."""
