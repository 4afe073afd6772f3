"""The gateway contract holds over FakeStripe, and each kind of broken gateway fails the check that is named for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

from gulf_payments.errors import GatewayError, GatewayRejected, OutcomeUnknown
from gulf_payments.machine import Payment, merge
from gulf_payments.ports import Gateway, Intent, IntentRequest, Notice, RefundRequest, Sighting
from gulf_payments.stripe import StripeGateway, translate, wire
from gulf_payments.testing.contracts import gateways as contract
from gulf_payments.testing.contracts.gateways import GATEWAY_CHECKS, Check
from gulf_payments.testing.contracts.providers import Provider
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.stripe.parts import FakeProvider, gateway_over


@pytest.mark.parametrize("check", GATEWAY_CHECKS, ids=lambda check: check.__name__)
def test_row_21_stripe_gateway_keeps_the_contract(check: Check, gateway: StripeGateway, provider: FakeProvider) -> None:
    """Every check passes, with the SDK retrying and without, on whichever SDK is installed (12 and 16 in CI)."""
    check(gateway, provider)


def test_the_contract_forgets_none_of_its_checks() -> None:
    """A check that is written is a check that is run."""
    written = {value for name, value in vars(contract).items() if name.startswith("check_")}
    assert written == set(GATEWAY_CHECKS)


# --- Saboteurs


class Passing:
    """A gateway that passes everything on; the saboteurs change one thing each."""

    def __init__(self, real: StripeGateway) -> None:
        self.real = real
        self.publishable_key, self.livemode, self.accounts = real.publishable_key, real.livemode, real.accounts

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Read a webhook."""
        return self.real.read(body, header, now=now)

    def create(self, request: IntentRequest, /) -> Intent:
        """Make a PaymentIntent."""
        return self.real.create(request)

    def retrieve(self, intent_id: str, /) -> Intent:
        """Read one."""
        return self.real.retrieve(intent_id)

    def capture(self, intent_id: str, /) -> Intent:
        """Capture one."""
        return self.real.capture(intent_id)

    def cancel(self, intent_id: str, /) -> Intent:
        """Cancel one."""
        return self.real.cancel(intent_id)

    def refund(self, request: RefundRequest, /) -> Sighting:
        """Refund."""
        return self.real.refund(request)

    def look_up(self, intent_id: str, /) -> Sighting:
        """Look it all up."""
        return self.real.look_up(intent_id)


class NewKeyEachTime(Passing):
    """Sends every request under a fresh key."""

    _numbers = count()

    def create(self, request: IntentRequest, /) -> Intent:
        """Make another PaymentIntent each time, and say the right payment_id all the same."""
        made = self.real.create(replace(request, payment_id=f"pay_{next(self._numbers)}"))
        return replace(made, sighting=replace(made.sighting, payment_id=request.payment_id))

    def refund(self, request: RefundRequest, /) -> Sighting:
        """Refund once more each time."""
        return self.real.refund(replace(request, request_id=f"rfd_{next(self._numbers)}"))


class LossIsFailure(Passing):
    """Takes a lost answer for a refusal."""

    def create(self, request: IntentRequest, /) -> Intent:
        """Make a PaymentIntent."""
        return self._judged(lambda: self.real.create(request))

    @staticmethod
    def _judged(call: Callable[[], Intent]) -> Intent:
        try:
            return call()
        except OutcomeUnknown:
            raise GatewayRejected("payment failed") from None


class TrustsUnsigned(Passing):
    """Reads webhooks without looking at the signature."""

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Read anything."""
        del header, now
        return translate.notice(wire.parse(body), body="")


class LeaksOnHostileInput(Passing):
    """Parses before it verifies."""

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Stumble over what is no JSON."""
        json.loads(body)
        return self.real.read(body, header, now=now)


class IgnoresTime(Passing):
    """Accepts a signature of any age."""

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Read at the moment that the header claims."""
        claimed = (header or "").partition(",")[0].removeprefix("t=")
        moment = datetime.fromtimestamp(int(claimed), now.tzinfo) if claimed.isdigit() else now
        return self.real.read(body, header, now=moment)


class AuthorisationIsMoney(Passing):
    """Counts `paid` instead of what was captured."""

    def look_up(self, intent_id: str, /) -> Sighting:
        """Book the amount as soon as it is authorised."""
        seen = self.real.look_up(intent_id)
        booked = seen.amount if seen.facts.authorized else 0
        return replace(seen, facts=merge(seen.facts, Payment(received=booked)))


class OldAnswersAreNews(Passing):
    """Dates a repeated answer of create by the moment of asking."""

    def create(self, request: IntentRequest, /) -> Intent:
        """Make a PaymentIntent, as if it had just been made."""
        made = self.real.create(request)
        stage = made.sighting.facts.stage
        news = Payment(stage=stage._replace(at=2**40) if stage else None)
        return replace(made, sighting=replace(made.sighting, facts=merge(made.sighting.facts, news)))


class ForgetsRefundsElsewhere(Passing):
    """Looks up only what it asked for itself."""

    def look_up(self, intent_id: str, /) -> Sighting:
        """Drop refunds without a request's id, and Stripe's own total."""
        seen = self.real.look_up(intent_id)
        refunds = {key: refund for key, refund in seen.facts.refunds.items() if refund.request_id}
        charges = {key: replace(charge, refunded=None) for key, charge in seen.facts.charges.items()}
        return replace(seen, facts=replace(seen.facts, refunds=refunds, charges=charges))


class NamesNobody(Passing):
    """Sends no metadata of ours."""

    def create(self, request: IntentRequest, /) -> Intent:
        """Make a PaymentIntent of no order."""
        return self.real.create(replace(request, order_id="", shop=""))


class DeclineIsAnError(Passing):
    """Raises where a customer's card was declined."""

    def look_up(self, intent_id: str, /) -> Sighting:
        """Raise for bad news."""
        seen = self.real.look_up(intent_id)
        if seen.facts.attempts:
            raise GatewayError("declined")
        return seen


def broken_by(saboteur: type[Passing]) -> set[str]:
    """Name the checks that a saboteur fails."""
    failed = set()
    for check in GATEWAY_CHECKS:
        fake = FakeStripe()
        try:
            check(saboteur(gateway_over(fake)), FakeProvider(fake))
        except Exception:  # noqa: BLE001 - a check may fail in any way
            failed.add(check.__name__.removeprefix("check_"))
    return failed


def test_a_gateway_that_only_passes_on_fails_nothing() -> None:
    """The saboteurs' frame is sound, so what they fail is their own doing."""
    assert broken_by(Passing) == set()


@pytest.mark.parametrize(
    ("saboteur", "check"),
    [
        (NewKeyEachTime, "create_again_is_the_same"),
        (NewKeyEachTime, "create_again_with_another_amount_is_rejected"),
        (NewKeyEachTime, "a_refund_is_made_once"),
        (NewKeyEachTime, "a_lost_answer_is_never_a_second_refund"),
        (LossIsFailure, "a_lost_answer_is_never_a_second_payment"),
        (TrustsUnsigned, "a_forged_webhook_is_refused"),
        (LeaksOnHostileInput, "a_forged_webhook_is_refused"),
        (IgnoresTime, "a_forged_webhook_is_refused"),
        (AuthorisationIsMoney, "an_authorisation_is_no_money_until_captured"),
        (OldAnswersAreNews, "an_old_answer_does_not_undo_news"),
        (ForgetsRefundsElsewhere, "a_refund_made_elsewhere_is_seen"),
        (NamesNobody, "create_says_whose_it_is"),
        (DeclineIsAnError, "a_decline_is_news"),
    ],
)
def test_a_saboteur_fails_by_name(saboteur: type[Passing], check: str) -> None:
    """Each broken gateway is caught by the check that is about what it breaks."""
    assert check in broken_by(saboteur)


if TYPE_CHECKING:
    _frame: Gateway = Passing(StripeGateway(secret_key="", webhook_secrets=()))
    _provider: Provider = FakeProvider(FakeStripe())
