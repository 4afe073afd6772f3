"""What customers pay with, as far as it decides what happens: how it declines, asks, settles and refunds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Authentication = Literal["never", "on_request", "always", "unless_set_up", "on_session"]
"""When the card's issuer asks for 3-D Secure. `on_session`: always, but already set up for off-session use."""


@dataclass(frozen=True, slots=True)
class Decline:
    """How an issuer (or Stripe itself, if `blocked`) refuses."""

    code: str
    message: str
    decline_code: str | None = None
    network_decline_code: str | None = None
    advice_code: str | None = None
    seller_message: str = "The bank did not return any further details with this decline."
    blocked: bool = False

    @property
    def reason(self) -> str:
        """The word for it in `charge.outcome.reason`."""
        return "highest_risk_level" if self.blocked else self.decline_code or self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """How a card or a bank account behaves.

    `can_be_saved`: with a customer, although it is declined. `settles_after_seconds`: how long a payment is
    processing; None for what is decided at once.
    """

    decline: Decline | None = None
    can_be_saved: bool = False
    authentication: Authentication = "never"
    refund: Literal["succeeds", "fails", "waits"] = "succeeds"
    dispute: str | None = None
    inquiry: bool = False
    fraud_warning: bool = False
    available_at_once: bool = False
    settles_after_seconds: int | None = None

    @property
    def decline_on_saving(self) -> Decline | None:
        """Why it cannot even be saved with a customer, or None."""
        return None if self.can_be_saved or self.authentication != "never" else self.immediate_decline

    @property
    def immediate_decline(self) -> Decline | None:
        """Why it is declined at once, or None; a debit is only declined when it has been processed."""
        return self.decline if self.settles_after_seconds is None else None
