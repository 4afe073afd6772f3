"""The back office: what staff in the Dashboard, the banks and the days do with money once it is paid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from functools import partial
from typing import Any, Literal

from gulf_payments.testing.fake_stripe.core import Core
from gulf_payments.testing.fake_stripe.protocol.parameters import read
from gulf_payments.testing.fake_stripe.resources import disputes, payouts, radar, refunds
from gulf_payments.testing.fake_stripe.resources.disputes.parameters import UPDATE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, epoch
from gulf_payments.testing.fake_stripe.state.tables import Resource

_Work = Callable[[Account, Resource], Resource]


class BackOffice(ABC):
    """A part of the driver. Every call answers the object as it stands afterwards, with all that followed at once.

    Raises LookupError for an object that does not exist, RefusedError, which names its status, for what Stripe or the
    bank would refuse.
    """

    _core: Core
    _clock: Clock

    def answer_dispute(
        self,
        dispute_id: str,
        evidence: str | Mapping[str, Any] = "winning_evidence",
        *,
        submit: bool = True,
    ) -> dict[str, Any]:
        """Answer a dispute in the Dashboard: a text, or any fields of its evidence; `submit=False` only stages it.

        The words "winning_evidence", "losing_evidence" and "escalate_inquiry_evidence" decide it at once; after any
        other the bank thinks, until `close_dispute`.
        """
        given = {"uncategorized_text": evidence} if isinstance(evidence, str) else dict(evidence)
        raw = {"evidence": given, "submit": "true" if submit else "false"}

        def answer(account: Account, dispute: Resource) -> Resource:
            return disputes.answer(account, dispute, read(UPDATE, raw))

        return self._on("answer", "dispute", dispute_id, answer)

    def escalate_inquiry(self, dispute_id: str) -> dict[str, Any]:
        """Have the bank make a chargeback of its inquiry: the money is taken, under the same id."""
        return self._on("escalate", "dispute", dispute_id, disputes.escalate)

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> dict[str, Any]:
        """Have the customer's bank turn a refund down, one that had succeeded too; `reason` is Stripe's word for it."""
        return self._on("fail", "refund", refund_id, lambda account, row: refunds.fail(account, row["id"], reason))

    def hold_refund(self, refund_id: str) -> dict[str, Any]:
        """Have a pending refund ask the customer for bank details: it requires action, and can be canceled."""
        return self._on("hold", "refund", refund_id, lambda account, row: refunds.hold(account, row["id"]))

    def pay_out(self, currency: str, *, livemode: bool = False) -> dict[str, Any]:
        """Make the day's automatic payout: all that is available in this currency, itemised for reconciliation."""
        work = partial(payouts.pay_out, currency=currency)
        made = self._act(f"pay out {currency}", work, livemode=livemode)
        return self._look("payout", made["id"])

    def fail_payout(self, payout_id: str, code: str = "account_closed") -> dict[str, Any]:
        """Have the bank send a payout back, one that seemed paid too; `code` is Stripe's failure code."""
        return self._on("fail", "payout", payout_id, lambda account, row: payouts.fail(account, row["id"], code))

    def open_review(self, intent: object, reason: Literal["rule", "manual"] = "rule") -> dict[str, Any]:
        """Have a payment put up for review, by a rule or by hand. The Review is returned."""

        def review(account: Account, row: Resource) -> Resource:
            return radar.open_review(account, refunds.successful_charge(account, row), reason=reason)

        return self._drive("review", intent, review)

    def warn_of_fraud(self, intent: object) -> dict[str, Any]:
        """Have the card's issuer suspect fraud. The early fraud warning is returned; no money moves."""

        def warn(account: Account, row: Resource) -> Resource:
            return radar.warn_of_fraud(account, refunds.successful_charge(account, row)["id"])

        return self._drive("warn of fraud in", intent, warn)

    def advance_to_settlement(self) -> datetime:
        """Move the clock on until all that is pending in the balance has become available; the new moment."""
        last = max(self._core.act(_last_maturity, livemode=livemode) for livemode in (False, True))
        return self.advance(seconds=max(0, last - epoch(self._clock())))

    def _on(self, verb: str, kind: str, identifier: str, work: _Work) -> dict[str, Any]:
        before = self._look(kind, identifier)

        def on_current(account: Account) -> Resource:
            return work(account, account.require(kind, identifier, param="id"))

        asked = f"{verb} {kind} {identifier}, which is {before['status']}"
        self._act(asked, on_current, livemode=self._mode_of(kind, identifier))
        return self._look(kind, identifier)

    def _look(self, kind: str, identifier: str) -> dict[str, Any]:
        return deepcopy(dict(self._found(kind, identifier)))

    @abstractmethod
    def advance(self, *, days: float = 0, seconds: float = 0) -> datetime:
        """Move the clock on."""

    @abstractmethod
    def _drive(self, asked: str, intent: object, work: _Work) -> dict[str, Any]:
        """Do something to a PaymentIntent."""

    @abstractmethod
    def _act(self, asked: str, work: Callable[[Account], Resource], *, livemode: bool) -> dict[str, Any]:
        """Do something, or say with RefusedError that it was `asked` in vain."""

    @abstractmethod
    def _found(self, kind: str, identifier: str) -> Resource:
        """An object as it stands; LookupError if there is none."""

    @abstractmethod
    def _mode_of(self, kind: str, identifier: str) -> bool:
        """Whether an object lives in live mode; LookupError if there is none."""


def _last_maturity(account: Account) -> int:
    return max(account.ledger.maturing, default=0)
