"""Stripe's test bank accounts, whose payments are processing for a while before they succeed or fail. Data.

Sources: docs.stripe.com/testing, and the testing sections of the pages on ACH, Bacs and SEPA debits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gulf_payments.testing.fake_stripe.instruments import Decline, Instrument

THREE_MINUTES = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit(Instrument):
    """One test bank account. `number` is its account number or IBAN, `name` its id without `pm_<type>_`."""

    type: str = field(kw_only=False)
    number: str = field(kw_only=False)
    name: str = field(default="", kw_only=False)
    settles_after_seconds: int | None = 0

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


def _fails(code: str, message: str) -> Decline:
    return Decline(code, message, seller_message="The bank returned the debit.")


_CLOSED = _fails("account_closed", "The customer's bank account has been closed.")
_NO_ACCOUNT = _fails("no_account", "The bank account could not be located.")
_NO_FUNDS = _fails("insufficient_funds", "The customer's account has insufficient funds to cover this payment.")
_NOT_AUTHORISED = _fails(
    "debit_not_authorized",
    "The customer has notified their bank that this payment was unauthorized.",
)

DEBITS = (
    Debit("us_bank_account", "000123456789", "success"),
    Debit("us_bank_account", "000111111113", "accountClosed", decline=_CLOSED),
    Debit("us_bank_account", "000111111116", "noAccount", decline=_NO_ACCOUNT),
    Debit("us_bank_account", "000222222227", "insufficientFunds", decline=_NO_FUNDS),
    Debit("us_bank_account", "000333333335", "debitNotAuthorized", decline=_NOT_AUTHORISED),
    Debit("sepa_debit", "AT611904300234573201", "success"),
    Debit("sepa_debit", "AT321904300235473204", settles_after_seconds=THREE_MINUTES),
    Debit("sepa_debit", "AT861904300235473202", decline=_NOT_AUTHORISED),
    Debit("sepa_debit", "AT051904300235473205", decline=_NOT_AUTHORISED, settles_after_seconds=THREE_MINUTES),
    Debit("sepa_debit", "AT591904300235473203", dispute="debit_not_authorized"),
    Debit("sepa_debit", "AT601904300000121212", decline=_NO_FUNDS),
    Debit("bacs_debit", "00012345", "success"),
    Debit("bacs_debit", "90012345", settles_after_seconds=THREE_MINUTES),
    Debit("bacs_debit", "33333335", "debitNotAuthorized", decline=_NOT_AUTHORISED),
    Debit("bacs_debit", "93333335", decline=_NOT_AUTHORISED, settles_after_seconds=THREE_MINUTES),
    Debit("bacs_debit", "22222227", "insufficientFunds", decline=_NO_FUNDS),
    Debit("bacs_debit", "55555559", dispute="debit_not_authorized"),
)
BY_ACCOUNT = {(debit.type, debit.number): debit for debit in DEBITS}
_PREFIXES = {"us_bank_account": "pm_usBankAccount", "sepa_debit": "pm_sepaDebit", "bacs_debit": "pm_bacsDebit"}
BY_METHOD_ID = {f"{_PREFIXES[debit.type]}_{debit.name}": debit for debit in DEBITS if debit.name}
