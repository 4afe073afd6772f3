"""Radar: issuers' early fraud warnings, and reviews by the shop's staff."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, page, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, text
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE, RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_WARNING, _REVIEW = "radar.early_fraud_warning", "review"
_LIST_WARNINGS = Accepts({**PAGE, "charge": text(), "payment_intent": text()})
_WARNINGS, _REVIEWS = "/v1/radar/early_fraud_warnings", "/v1/reviews"


def warn_of_fraud(account: Account, charge_id: str) -> Resource:
    """The issuer suspects fraud: a warning, no money moves."""
    charge = account.require("charge", charge_id, param="charge")
    warning = account.add(
        {
            "id": account.ids.new("issfr"),
            "object": _WARNING,
            "actionable": not charge["refunded"] and not charge["disputed"],
            "charge": charge_id,
            "created": account.now,
            "fraud_type": "made_with_stolen_card",
            "livemode": account.livemode,
            "payment_intent": charge["payment_intent"],
        },
    )
    account.announce(f"{_WARNING}.created", warning)
    return warning


def heed_no_more(account: Account, charge_id: str) -> None:
    """The charge was refunded or disputed: nothing can be done about its warnings any more."""
    for warning in list(account.tables[_WARNING].having("charge", charge_id)):
        if warning["actionable"]:
            account.announce(f"{_WARNING}.updated", account.change(warning, actionable=False), before=warning)


def open_review(account: Account, charge: Resource, *, reason: str) -> Resource:
    """Put a payment up for review, by a rule or by hand; ApiError if it is under review."""
    if _open_review_of(account, charge) is not None:
        raise ApiError(f"Charge {charge['id']} is under review already.")
    review = account.add(_new_review(account, charge, reason))
    account.change(charge, review=review["id"])
    if charge["payment_intent"] is not None:
        intent = account.require("payment_intent", charge["payment_intent"], param="payment_intent")
        account.change(intent, review=review["id"])
    account.announce("review.opened", review)
    return review


def _new_review(account: Account, charge: Resource, reason: str) -> Resource:
    return {
        "id": account.ids.new("prv"),
        "object": _REVIEW,
        "billing_zip": (charge["billing_details"]["address"] or {}).get("postal_code"),
        "charge": charge["id"],
        "closed_reason": None,
        "created": account.now,
        "ip_address": None,
        "ip_address_location": None,
        "livemode": account.livemode,
        "open": True,
        "opened_reason": reason,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "session": None,
    }


def close_review(account: Account, charge: Resource, reason: str) -> None:
    """What happened to a charge ends its review, if it is under one."""
    review = _open_review_of(account, charge)
    if review is not None:
        _close(account, review, reason)


def _open_review_of(account: Account, charge: Resource) -> Resource | None:
    review = account.find(_REVIEW, charge["review"]) if charge["review"] else None
    return review if review is not None and review["open"] else None


def _close(account: Account, review: Resource, reason: str) -> Resource:
    closed = account.change(review, closed_reason=reason, open=False, reason=reason)
    account.announce("review.closed", closed)
    return closed


def approve(call: Call) -> Resource:
    """POST /v1/reviews/{review}/approve: the payment is good."""
    review = call.account.require(_REVIEW, call.target, param="review")
    if not review["open"]:
        raise ApiError(f"Review {review['id']} has already been closed.", began=True)
    return _close(call.account, review, "approved")


def list_reviews(call: Call) -> Resource:
    """GET /v1/reviews: the open ones."""
    return page(call, _REVIEW, _REVIEWS, where={"open": (True,)})


ROUTES = (
    listing(_WARNING, _WARNINGS, _LIST_WARNINGS, "charge", "payment_intent"),
    reading(_WARNING, _WARNINGS, param="early_fraud_warning"),
    Route("GET", _REVIEWS, list_reviews, Accepts(PAGE), f"list of {_REVIEW}"),
    reading(_REVIEW, _REVIEWS, param="review"),
    Route("POST", f"{_REVIEWS}/{{review}}/approve", approve, RETRIEVE, _REVIEW),
)
