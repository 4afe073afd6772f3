"""Test helpers: what Stripe lets happen at once in test mode. Some are known by its command line only."""

from __future__ import annotations

from collections.abc import Callable

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.resources.disputes import lifecycle as disputes
from gulf_payments.testing.fake_stripe.resources.payment_intents import confirmation
from gulf_payments.testing.fake_stripe.resources.payouts import lifecycle as payouts
from gulf_payments.testing.fake_stripe.resources.refunds import lifecycle as refunds
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource


def _expire_charge(account: Account, charge: Resource) -> Resource:
    intent = account.find("payment_intent", str(charge["payment_intent"]))
    if intent is None or (intent["status"], intent["latest_charge"]) != ("requires_capture", charge["id"]):
        message = f"Charge {charge['id']} cannot expire: it is no authorization that waits to be captured."
        raise ApiError(message, param="charge", began=True)
    return confirmation.expire(account, charge["id"])


def _route(kind: str, verb: str, act: Callable[[Account, Resource], Resource]) -> Route:
    def handler(call: Call) -> Resource:
        return act(call.account, call.account.require(kind, call.target, param=kind))

    return Route("POST", f"/v1/test_helpers/{kind}s/{{{kind}}}/{verb}", handler, RETRIEVE, kind)


ROUTES = (
    _route("charge", "expire", _expire_charge),
    _route("dispute", "win", disputes.win),
    _route("dispute", "lose", disputes.lose),
    _route("payout", "reconcile", payouts.reconcile),
    _route("refund", "expire", refunds.expire),
)
