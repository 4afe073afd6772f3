"""The driver: what customers, banks and staff do to a payment, outside the shop's own requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

from gulf_payments.testing.fake_stripe.asking import absent, identifier_of, named, one_of, refused, whole_amount
from gulf_payments.testing.fake_stripe.back_office import BackOffice
from gulf_payments.testing.fake_stripe.browser import Desk
from gulf_payments.testing.fake_stripe.cards import card_called, declining_with
from gulf_payments.testing.fake_stripe.checkout_visitor import (
    CheckoutVisitor,
    by_bank_account,
    by_card,
    session_id,
)
from gulf_payments.testing.fake_stripe.core import Answer, Core
from gulf_payments.testing.fake_stripe.errors import ApiError, RefusedError
from gulf_payments.testing.fake_stripe.kinds import BY_PREFIX
from gulf_payments.testing.fake_stripe.resources import disputes, refunds
from gulf_payments.testing.fake_stripe.resources.payment_intents import handlers as intents
from gulf_payments.testing.fake_stripe.resources.setup_intents import handlers as setups
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, ControllableClock, epoch
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.visitor import Visitor

JSON = dict[str, Any]


class Driver(BackOffice, Desk):
    """Drives the core from the other side. Everything it returns is a copy.

    `intent` is always whatever names a PaymentIntent: what `start_payment` returned, an order of a driven shop or its
    id, a PaymentIntent as a mapping or as the SDK's object, its id, its client secret. TypeError for anything else,
    LookupError for an object that does not exist, RefusedError for what Stripe would refuse: each says what was asked,
    of what, and what would be possible.
    """

    def __init__(self, core: Core, clock: Clock) -> None:
        self._core = core
        self._clock = clock

    def _changed(self) -> None:
        """Something may have happened."""

    def _next_due(self) -> int | None:
        """When something will happen by itself next, or None."""
        return self._core.next_due()

    def _note(self, happened: str) -> None:
        """Something that the story of a test should tell."""

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one HTTP request, and leave for later what it makes due."""
        return self._core.handle(method, path, query, headers, body)

    def pay(
        self,
        intent: object,
        *,
        card: str = "4242424242424242",
        three_d_secure: Literal["pass", "fail", "leave"] = "pass",
    ) -> JSON:
        """Confirm as the customer's browser would, and answer the 3-D Secure question if one is asked.

        `card` is a test card's number, its PaymentMethod id ("pm_card_visa") or the end of that id ("visa",
        "chargeDeclinedExpiredCard"); UnknownTestCardError for any other. `three_d_secure` says what the customer does
        at the bank's page: "pass", "fail", or "leave" it open. The PaymentIntent is returned as it stands then, a
        declined one too.
        """
        one_of("three_d_secure", three_d_secure, ("pass", "fail", "leave"))
        chosen = card_called(card)
        intent_id, secret = named("pay", intent, self._intent_of_order)
        visitor = Visitor(self._answer, self._payment_intent(intent_id), secret)
        try:
            paid = visitor.confirm(chosen)
        finally:
            self._changed()
        if paid["status"] == "requires_action" and three_d_secure != "leave":
            return self.challenge(intent_id, three_d_secure)
        return deepcopy(dict(self._payment_intent(intent_id)))

    def decline(self, intent: object, code: str = "generic_decline") -> JSON:
        """Have the customer pay with a card that is declined with this decline code, such as "expired_card"."""
        return self.pay(intent, card=declining_with(code).number)

    def pay_session(
        self,
        session: object,
        *,
        card: str = "4242424242424242",
        bank_account: str | None = None,
        email: str | None = None,
        answers: Mapping[str, str] | None = None,
        three_d_secure: Literal["pass", "fail", "leave"] = "pass",
    ) -> JSON:
        """Pay on the page of a Checkout Session, with a test card or with a test bank account instead.

        `session` is the session, its id, its address or its client secret; it is returned as it stands then, still
        open after a decline. `email` is what the customer types in, `answers` those to custom fields by their key;
        whatever else the page asks for is filled in.
        UnknownTestCardError for any number but a test card's; RefusedError if Stripe would refuse.
        """
        one_of("three_d_secure", three_d_secure, ("pass", "fail", "leave"))
        identifier = session_id(session)
        visitor = CheckoutVisitor(self._answer, self._found("checkout.session", identifier))
        method = by_bank_account(bank_account) if bank_account else by_card(card)
        try:
            paid = visitor.confirm(method, email=email, answers=answers or {})
        finally:
            self._changed()
        if paid is not None and paid["status"] == "requires_action" and three_d_secure != "leave":
            self._answer_bank(paid, three_d_secure)
        return deepcopy(dict(self._found("checkout.session", identifier)))

    def _answer_bank(self, intent: JSON, outcome: Literal["pass", "fail"]) -> None:
        if intent["object"] == "payment_intent":
            self.challenge(intent["id"], outcome)
            return
        identifier = intent["id"]

        def answer(account: Account) -> Resource:
            return setups.challenge(account, account.require("setup_intent", identifier, param="intent"), outcome)

        self._act(f"challenge {identifier}", answer, livemode=self._mode_of("setup_intent", identifier))

    def challenge(self, intent: object, outcome: Literal["pass", "fail"] = "pass") -> JSON:
        """Answer the bank's 3-D Secure question."""
        one_of("outcome", outcome, ("pass", "fail"))
        return self._drive("challenge", intent, lambda account, row: intents.challenge(account, row, outcome))

    def refund_from_dashboard(self, intent: object, amount: int | None = None, *, reason: str | None = None) -> JSON:
        """Refund in the Dashboard, `amount` in the minor unit or all that is left: no metadata, no request id."""

        def refund(account: Account, row: Resource) -> Resource:
            return refunds.refund(account, refunds.successful_charge(account, row), amount, reason=reason)

        whole_amount("refund", amount)
        return self._drive("refund" if amount is None else f"refund {amount} of", intent, refund)

    def dispute(
        self,
        intent: object,
        *,
        reason: str = "fraudulent",
        amount: int | None = None,
        inquiry: bool = False,
    ) -> JSON:
        """Have the cardholder dispute the payment, or only inquire about it. The Dispute is returned."""

        def open_dispute(account: Account, row: Resource) -> Resource:
            charge = refunds.successful_charge(account, row)
            return disputes.open_dispute(account, charge["id"], reason=reason, amount=amount, inquiry=inquiry)

        one_of("reason", reason, disputes.REASONS)
        whole_amount("dispute", amount)
        return self._drive("dispute", intent, open_dispute)

    def close_dispute(self, dispute: object, outcome: Literal["won", "lost", "warning_closed"]) -> JSON:
        """Decide a dispute, given as it is or by its id; a lost one may still be won later. An inquiry only closes."""
        one_of("outcome", outcome, ("won", "lost", "warning_closed"))
        dispute_id = identifier_of("close", dispute, "du")
        livemode = self._mode_of("dispute", dispute_id)
        close = partial(disputes.close, dispute_id=dispute_id, outcome=outcome)
        return self._act(f"close {dispute_id} as {outcome}", close, livemode=livemode)

    def fail_payment_late(self, intent: object) -> JSON:
        """Let a payment that had succeeded fail after all, as bank debits do."""
        return self._drive("fail late", intent, intents.fail_late)

    def advance(self, *, days: float = 0, seconds: float = 0) -> datetime:
        """Move the clock on, and let happen on the way what is due: refunds settle or fail, authorisations lapse.

        TypeError if the fake was given a clock of another kind: move that one, and the next call catches up.
        ValueError for a way back.
        """
        if not isinstance(self._clock, ControllableClock):
            raise TypeError("advance() moves only a ControllableClock; this fake was given another clock")
        if (span := timedelta(days=days, seconds=seconds)) < timedelta(0):
            raise ValueError(f"cannot advance by {days} days and {seconds} seconds: time goes forward only")
        target = self._clock() + span
        self._note(f"test: advance to {target.isoformat()}")
        while (due := self._next_due()) is not None and due <= epoch(target):
            self._clock.move_to(max(self._clock(), datetime.fromtimestamp(due, UTC)))
            self._core.run_due()
            self._changed()
        self._clock.move_to(target)
        self._changed()
        return target

    def retrieve(self, thing: object) -> JSON:
        """An object as it stands now, by its id, or by whatever names a PaymentIntent; LookupError if there is none."""
        prefix = thing.partition("_")[0] if isinstance(thing, str) else ""
        known = prefix in BY_PREFIX and prefix != "pi"
        identifier = str(thing) if known else named("retrieve", thing, self._intent_of_order).intent_id
        kind = BY_PREFIX[identifier.partition("_")[0]].name
        found = self._found(kind, identifier)
        self._changed()
        return deepcopy(dict(found))

    def _intent_of_order(self, order_id: str) -> str:
        """The PaymentIntent of an order; LookupError if it is not known here."""
        raise LookupError(f"this FakeStripe drives no shop that could have an order {order_id!r}")

    def _drive(self, asked: str, intent: object, work: Callable[[Account, Resource], Resource]) -> JSON:
        found = self._payment_intent(named(asked, intent, self._intent_of_order).intent_id)

        def on_current(account: Account) -> Resource:
            current = account.require("payment_intent", found["id"], param="intent")
            try:
                return work(account, current)
            except ApiError as error:
                raise refused(asked, current, error) from None

        return self._act(f"{asked} {found['id']}", on_current, livemode=found["livemode"])

    def _act(self, asked: str, work: Callable[[Account], Resource], *, livemode: bool) -> JSON:
        self._note(f"test: {asked}")
        try:
            return deepcopy(dict(self._core.act(work, livemode=livemode)))
        except ApiError as error:
            raise RefusedError(asked, error) from None
        finally:
            self._changed()

    def _mode_of(self, kind: str, identifier: str) -> bool:
        livemode = self._core.owner(kind, identifier)
        if livemode is None:
            raise absent(kind, identifier, self._core.act(lambda account: [*account.tables[kind]][::-1]))
        return livemode

    def _found(self, kind: str, identifier: str) -> Resource:
        livemode = self._mode_of(kind, identifier)
        return self._core.act(lambda account: account.require(kind, identifier, param="id"), livemode=livemode)

    def _payment_intent(self, identifier: str) -> Resource:
        return self._found("payment_intent", identifier)
