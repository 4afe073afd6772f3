"""Everything raised on purpose, grouped by what the caller should do next.

GulfPaymentsError
├─ ConfigurationError            fix the deployment; the sentence names the setting
├─ InvalidInput                  fix the call; nothing was stored or sent
│  ├─ MoneyError                 an amount or a currency that cannot be charged exactly
│  │  ├─ FloatRefused, NotAnAmount, NegativeAmount, TooPrecise
│  │  ├─ NotChargeable, AmountTooLarge
│  │  └─ UnknownCurrency, CurrencyMismatch
│  ├─ InvalidOrder               the order contradicts itself or lacks something
│  │  └─ ZeroTotal               there is nothing to charge
│  └─ ParameterRefused           a Stripe parameter that only the library may set
├─ PaymentError                  one order or payment; look at its state and decide
│  ├─ OrderNotFound, PaymentNotFound
│  ├─ OrderLocked                money is in: the order can no longer change
│  ├─ TransitionRefused          (.why) the state does not allow it
│  ├─ RefundRefused              more than is refundable, not refundable now, or Stripe will not
│  └─ ConcurrentUpdate ↻         somebody was faster: read again and decide again
├─ WebhookError                  answer 400 and touch nothing
│  ├─ SignatureMissing, SignatureMismatch, SignatureStale
│  └─ PayloadMalformed
├─ GatewayError                  the provider
│  ├─ GatewayRejected            our request is wrong, and stays wrong
│  ├─ GatewayUnavailable ↻       nothing happened: try again with the same key
│  └─ OutcomeUnknown ↻           it may have happened: it stays reserved until looked up; never under a new key
├─ StoreError                    the database
│  └─ StoreUnavailable ↻         it is busy or away: the same call may succeed later
└─ MailError                     the mail server
   ├─ MailUnavailable ↻          try again later (the outbox does)
   └─ MailRejected               it will never be accepted

A declined card is news, not an error. ↻ marks what is `safe_to_retry`: the very same call may be made again.
"""

from __future__ import annotations

from typing import Any, ClassVar


class GulfPaymentsError(Exception):
    """The root: catch it to catch everything this library raises on purpose."""

    safe_to_retry: ClassVar[bool] = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what the error holds: made again by its sentence alone, it would miss its keywords."""
        return _unpickled, (type(self), self.args), self.__dict__


def _unpickled(kind: type[GulfPaymentsError], args: tuple[Any, ...]) -> GulfPaymentsError:
    return kind.__new__(kind, *args)


class ConfigurationError(GulfPaymentsError):
    """A setting is missing, wrong or contradicts another; the sentence names it and says how to get it."""


# --- The call is wrong ---------------------------------------------------------------------


class InvalidInput(GulfPaymentsError, ValueError):
    """The call's own arguments are wrong; nothing was stored or sent."""


class MoneyError(InvalidInput):
    """An amount or a currency that cannot be charged exactly."""


class FloatRefused(MoneyError):
    """A float was given for an amount: binary fractions cannot hold 0.1; pass a string or a Decimal."""


class NotAnAmount(MoneyError):
    """Not a finite decimal number (NaN, infinity, a word, a bool)."""


class NegativeAmount(MoneyError):
    """An amount below zero; direction is told by what an amount is for, never by its sign."""


class TooPrecise(MoneyError):
    """More decimal places than the currency has."""


class NotChargeable(MoneyError):
    """Not a multiple of the smallest step that Stripe charges in this currency (KWD 12.345, ISK 1.50)."""


class AmountTooLarge(MoneyError):
    """More digits than Stripe accepts for this currency."""


class UnknownCurrency(MoneyError):
    """Not a currency code that Stripe can charge."""


class CurrencyMismatch(MoneyError):
    """Two currencies met where one is required."""


class InvalidOrder(InvalidInput):
    """The order itself is wrong: no lines, no key, mixed currencies, a discount above its price."""


class ZeroTotal(InvalidOrder):
    """The order costs nothing, so there is nothing to charge: accept it instead of paying for it."""


class ParameterRefused(InvalidInput):
    """A Stripe parameter that belongs to the library (amount, currency, metadata, confirm)."""


# --- One order or payment ------------------------------------------------------------------


class PaymentError(GulfPaymentsError):
    """About one order or payment; `subject_id` names it."""

    def __init__(self, message: str, *, subject_id: str = "") -> None:
        super().__init__(message)
        self.subject_id = subject_id


class OrderNotFound(PaymentError, LookupError):
    """No such order in this shop and mode, or not this customer's."""


class PaymentNotFound(PaymentError, LookupError):
    """No such payment in this shop and mode."""


class OrderLocked(PaymentError):
    """Money is in or on its way, so the order can no longer be changed."""


class TransitionRefused(PaymentError):
    """The order's state does not allow this; `why` is a short machine-readable reason."""

    def __init__(self, message: str, *, why: str, subject_id: str = "") -> None:
        super().__init__(message, subject_id=subject_id)
        self.why = why


class RefundRefused(PaymentError):
    """The refund is above what is refundable, nothing is refundable now, or Stripe itself refused it."""


class ConcurrentUpdate(PaymentError):
    """Another process changed the order at the same time; read it again and decide again."""

    safe_to_retry = True


# --- Webhooks --------------------------------------------------------------------------------


class WebhookError(GulfPaymentsError):
    """A delivery that cannot be trusted or read: answer 400, store nothing."""


class SignatureMissing(WebhookError):
    """No usable Stripe-Signature header."""


class SignatureMismatch(WebhookError):
    """No signature in the header fits the body under any of the secrets."""


class SignatureStale(WebhookError):
    """Signed too long ago, or in the future."""


class PayloadMalformed(WebhookError):
    """Signed, but not an event that can be read."""


# --- The provider ------------------------------------------------------------------------------


class GatewayError(GulfPaymentsError):
    """The payment provider did not do what was asked; `code` is its own code, `request_id` names the call."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id


class GatewayRejected(GatewayError):
    """Our request is wrong for the provider, and sending it again will not help."""


class GatewayUnavailable(GatewayError):
    """The provider did nothing (rate limit, lock, maintenance); the same call may be made again."""

    safe_to_retry = True


class OutcomeUnknown(GatewayError):
    """The call may have taken effect. What it would move stays reserved; the same call finds out."""

    safe_to_retry = True


# --- What we stand on ------------------------------------------------------------------------


class StoreError(GulfPaymentsError):
    """The database refused; the driver's own error is the cause."""


class StoreUnavailable(StoreError):
    """The database is locked, busy or away; the same call may succeed later."""

    safe_to_retry = True


class MailError(GulfPaymentsError):
    """A mail did not go out."""


class MailUnavailable(MailError):
    """The mail server is away or asks to come back later."""

    safe_to_retry = True


class MailRejected(MailError):
    """The mail server refused this mail for good."""
