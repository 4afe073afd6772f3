"""SetupAttempts: one for each time that a SetupIntent was confirmed, and how it ended."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_FROM_CARD = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
_AUTHENTICATED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "result": "authenticated",
    "result_reason": None,
    "version": "2.2.0",
}


def begin(account: Account, intent: Resource, method: Resource) -> Resource:
    """A new attempt to set a PaymentMethod up; an earlier one that still waits is abandoned."""
    former = account.find("setup_attempt", str(intent["latest_attempt"]))
    if former is not None and former["status"] == "requires_action":
        account.change(former, status="abandoned")
    return account.add(
        {
            "id": account.ids.new("setatt"),
            "object": "setup_attempt",
            "application": None,
            "created": account.now,
            "customer": intent["customer"],
            "customer_account": None,
            "flow_directions": None,
            "livemode": account.livemode,
            "on_behalf_of": None,
            "payment_method": method["id"],
            "payment_method_details": _details(method),
            "setup_error": None,
            "setup_intent": intent["id"],
            "status": "requires_confirmation",
            "usage": intent["usage"],
        },
    )


def _details(method: Resource) -> dict[str, Any]:
    kind = method["type"]
    if kind != "card":
        return {kind: {}, "type": kind}
    card = method["card"]
    shown = {name: card[name] for name in _FROM_CARD}
    return {"card": {**shown, "network": card["brand"], "three_d_secure": None}, "type": "card"}


def end(account: Account, intent: Resource, *, error: dict[str, Any] | None = None, asked: bool = False) -> Resource:
    """The SetupIntent's latest attempt is over: it succeeded, or failed with an error; `asked`: by 3-D Secure."""
    attempt = account.require("setup_attempt", intent["latest_attempt"], param="setup_attempt")
    details = attempt["payment_method_details"]
    if asked:
        verdict = {} if error is None else {"electronic_commerce_indicator": None, "result": "failed"}
        proof = {**_AUTHENTICATED, **verdict, "transaction_id": account.ids.token(36)}
        details = {**details, "card": {**details["card"], "three_d_secure": proof}}
    status = "succeeded" if error is None else "failed"
    return account.change(attempt, payment_method_details=details, setup_error=error, status=status)


def listing(call: Call) -> Resource:
    """GET /v1/setup_attempts, of one SetupIntent."""
    intent = call.account.require("setup_intent", call.params["setup_intent"], param="setup_intent", status=400)
    return page(call, "setup_attempt", "/v1/setup_attempts", where={"setup_intent": (intent["id"],)})
