"""What Stripe's answers mean: row by row, what was refused, what did not happen, and what nobody knows."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from gulf_payments.errors import GatewayError, GatewayRejected, GatewayUnavailable, OutcomeUnknown
from gulf_payments.ports import IntentRequest, RefundRequest
from gulf_payments.stripe import StripeGateway
from gulf_payments.stripe.answers import redacted
from tests.stripe.bodies import intent, refund
from tests.stripe.parts import SECRET_KEY, Script

REQUEST = IntentRequest(payment_id="pay_1", order_id="1017", shop="gulf-emperor", amount=34500, currency="SAR")
REFUND = RefundRequest(
    request_id="rfd_1", payment_id="pay_1", order_id="1017", shop="gulf-emperor", intent_id="pi_1", amount=5000
)
WRITES: dict[str, Callable[[StripeGateway], object]] = {
    "create": lambda gateway: gateway.create(REQUEST),
    "capture": lambda gateway: gateway.capture("pi_1"),
    "cancel": lambda gateway: gateway.cancel("pi_1"),
    "refund": lambda gateway: gateway.refund(REFUND),
}
READS: dict[str, Callable[[StripeGateway], object]] = {
    "retrieve": lambda gateway: gateway.retrieve("pi_1"),
    "look_up": lambda gateway: gateway.look_up("pi_1"),
}


def problem(status: int, code: str | None = None, kind: str = "invalid_request_error") -> tuple[int, object]:
    """Write an error answer."""
    return status, {"error": {"type": kind, "code": code, "message": "Stripe's own sentence."}}


def refused(call: str, *answers: tuple[int, object] | None, **options: int) -> GatewayError:
    """Make a call that fails with these answers; return the error."""
    gateway: StripeGateway = Script(list(answers)).gateway(**{"max_network_retries": 0, **options})
    with pytest.raises(GatewayError) as caught:
        {**WRITES, **READS}[call](gateway)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (problem(400, "amount_too_small"), "amount_too_small"),
        (problem(400), "invalid_request_error"),
        (problem(404, "resource_missing"), "resource_missing"),
        (problem(402, "card_declined", "card_error"), "card_declined"),
        (problem(400, None, "idempotency_error"), "idempotency_error"),
        (problem(400, "payment_intent_unexpected_state"), "payment_intent_unexpected_state"),
        (problem(401), "authentication"),
        (problem(403, "more_permissions_required"), "authentication"),
        ((405, "<html>"), "http_405"),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", [*WRITES, *READS])
def test_our_mistake_is_rejected(call: str, answer: tuple[int, object], code: str) -> None:
    """What is wrong with the request stays wrong: rejected, with Stripe's own code."""
    error = refused(call, answer)
    assert (type(error), error.code, error.safe_to_retry) == (GatewayRejected, code, False)


@pytest.mark.parametrize(
    "answer",
    [problem(429, "rate_limit"), problem(429, "lock_timeout"), problem(400, "rate_limit"), (429, "busy")],
    ids=str,
)
@pytest.mark.parametrize("call", [*WRITES, *READS])
def test_turned_away_is_unavailable(call: str, answer: tuple[int, object]) -> None:
    """A rate limit or a lock means that nothing happened: the same call may be made again."""
    assert type(refused(call, answer)) is GatewayUnavailable


UNANSWERED = [
    None,
    problem(500, None, "api_error"),
    problem(502),
    (503, "<html>upstream</html>"),
    (502, {"error": "bad gateway"}),
    (502, {"error": ["bad"]}),
    (500, [1]),
    (200, "not json"),
    (302, "elsewhere"),
    problem(409, "idempotency_key_in_use", "idempotency_error"),
    (200, []),
    (200, {"object": "payment_intent"}),
]


@pytest.mark.parametrize("answer", UNANSWERED, ids=str)
@pytest.mark.parametrize("call", WRITES)
def test_row_9_what_would_move_money_and_got_no_answer_is_unknown(call: str, answer: tuple[int, object] | None) -> None:
    """A lost line, a server error, a key in use, an unreadable answer: it may have happened, so it is never failed."""
    assert type(refused(call, answer)) is OutcomeUnknown


@pytest.mark.parametrize("answer", UNANSWERED, ids=str)
@pytest.mark.parametrize("call", READS)
def test_a_read_without_an_answer_is_unavailable(call: str, answer: tuple[int, object] | None) -> None:
    """Reading moves nothing, so it may simply be read again."""
    assert type(refused(call, answer)) is GatewayUnavailable


@pytest.mark.parametrize(
    "last", [problem(429, "rate_limit"), problem(401), problem(403), problem(429, "lock_timeout")], ids=str
)
@pytest.mark.parametrize(
    "first", [None, problem(500, None, "api_error"), problem(409, "idempotency_key_in_use")], ids=str
)
@pytest.mark.parametrize("call", WRITES)
def test_a_lost_try_is_not_forgotten_by_the_next(
    call: str, first: tuple[int, object] | None, last: tuple[int, object]
) -> None:
    """The SDK tries again by itself; being turned away the second time says nothing about the first."""
    assert type(refused(call, first, last, max_network_retries=2)) is OutcomeUnknown


@pytest.mark.parametrize("call", WRITES)
def test_a_refusal_after_a_lost_try_is_final(call: str) -> None:
    """Under one key Stripe repeats what it did, so a plain refusal means that the lost try did nothing either."""
    error = refused(call, None, problem(400, "resource_missing"), max_network_retries=2)
    assert type(error) is GatewayRejected


@pytest.mark.parametrize("call", READS)
def test_a_read_after_a_lost_try_may_be_refused(call: str) -> None:
    """For a read, what went before does not matter."""
    assert type(refused(call, None, problem(401), max_network_retries=2)) is GatewayRejected


def test_one_calls_loss_is_not_the_next_ones() -> None:
    """What was lost is remembered for one call, not for the gateway."""
    script = Script([None, problem(429, "rate_limit")])
    gateway = script.gateway(max_network_retries=0)
    with pytest.raises(OutcomeUnknown):
        gateway.create(REQUEST)
    with pytest.raises(GatewayUnavailable):
        gateway.create(REQUEST)


def test_the_same_key_is_sent_at_every_try() -> None:
    """All tries of one call are one request to Stripe."""
    script = Script([None, problem(500, None, "api_error"), (200, refund())])
    script.gateway(max_network_retries=2).refund(REFUND)
    assert [sent.headers["Idempotency-Key"] for sent in script.sent] == ["rfd_1"] * 3


def test_an_error_names_the_request_and_hides_every_secret() -> None:
    """The request's id helps Stripe's support; keys, client secrets and card numbers are for nobody."""
    said = f"Invalid API Key provided: {SECRET_KEY}; pi_1_secret_abc; card 4242 4242 4242 4242; whsec_123"
    script = Script([(401, {"error": {"type": "invalid_request_error", "message": said}})])
    with pytest.raises(GatewayRejected) as caught:
        script.gateway().create(REQUEST)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert caught.value.request_id == "req_1"
    assert "Invalid API Key provided" in shown
    for secret in (SECRET_KEY, "_secret_abc", "4242 4242", "whsec_123"):
        assert secret not in shown


def test_an_error_keeps_nothing_of_the_sdk() -> None:
    """No cause or context: the SDK's frames hold the API key and the whole answer, which error trackers would copy."""
    error = refused("create", problem(402, "card_declined", "card_error"))
    assert (error.__cause__, error.__context__) == (None, None)
    error = refused("create", (200, intent(amount="x")))
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pi_3SRzp4KXBGcbgpbZ1utYtuTe and evt_1", "pi_3SRzp4KXBGcbgpbZ1utYtuTe and evt_1"),
        ("sk_live_51Habc!", "sk_live_[hidden]!"),
        ("rk_test_****1234", "rk_test_[hidden]"),
        ("pi_1_secret_x9", "pi_1_secret_[hidden]"),
        ("4000-0000-0000-9995.", "[hidden]."),
        ("at 1760000000", "at 1760000000"),
    ],
)
def test_redacting_hides_secrets_and_keeps_ids(text: str, shown: str) -> None:
    """Ids and times are what a developer needs."""
    assert redacted(text) == shown
