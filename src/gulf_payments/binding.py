"""Which order and which payment a piece of Stripe news belongs to.

The order's row precedes its PaymentIntent, whose metadata names shop, order and payment; so news that overtakes our own
call finds the row and binds it. A row is bound once, and only to a PaymentIntent of its amount and currency. One that
merely names the order is kept beside it as a stray: its money counts for nothing until a person accepts it.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from gulf_payments.errors import GatewayRejected
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Dossier, Expected, Facts
from gulf_payments.ports import Gateway, Key, Lookup, Sighting, Transaction

MISSING = "resource_missing"
"""Stripe's code for what it does not have: test data that was deleted, or another account's."""
WRONG_STATE = "payment_intent_unexpected_state"
"""Stripe's code for a call that comes too late: the PaymentIntent has moved on."""

logger = logging.getLogger("gulf_payments.binding")


def lock(ledger: Ledger, transaction: Transaction, sighting: Sighting) -> Dossier | None:
    """The dossier the news belongs to, locked: by its PaymentIntent, else by what its metadata names if it is ours."""
    keys = [Key("intent", sighting.intent_id)]
    if sighting.shop == ledger.shop:
        keys += [Key("payment", sighting.payment_id)] if sighting.payment_id else []
        keys += [Key("order", sighting.order_id)] if sighting.order_id else []
    return transaction.lock(*keys)


def news(dossier: Dossier, sighting: Sighting) -> Facts | None:
    """The news as facts of this order; None if it cannot be placed before Stripe is asked what it is for."""
    payment_id = _payment_id(dossier, sighting)
    if payment_id is None:
        return None
    return Facts(payments={payment_id: replace(sighting.facts, intent=sighting.intent_id)})


def _payment_id(dossier: Dossier, sighting: Sighting) -> str | None:
    payments = dossier.facts.payments
    bound = next((key for key, payment in payments.items() if payment.intent == sighting.intent_id), None)
    if bound is not None:
        return bound
    if not sighting.currency:
        return None
    row = payments.get(sighting.payment_id)
    unbound = row is not None and not row.intent
    if unbound and row is not None and row.expected == Expected(sighting.amount, sighting.currency):
        return sighting.payment_id
    return sighting.intent_id


def absorb(ledger: Ledger, sighting: Sighting) -> Dossier | None:
    """Merge what Stripe was asked into the order it belongs to; None if it is no order of ours."""
    with ledger.begin() as transaction:
        dossier = lock(ledger, transaction, sighting)
        if dossier is None:
            return None
        facts = news(dossier, sighting)
        return dossier if facts is None else ledger.step(transaction, dossier, facts)


def ask(ledger: Ledger, gateway: Lookup, intent_id: str) -> None:
    """Ask Stripe about a PaymentIntent and merge the answer; one that is not there, or not ours, tells nothing."""
    try:
        sighting = gateway.look_up(intent_id)
    except GatewayRejected as refusal:
        if refusal.code != MISSING:
            raise
        logger.warning("Stripe has no %s in this account and mode", intent_id)
    else:
        absorb(ledger, sighting)


def withdraw(ledger: Ledger, gateway: Gateway, intent_id: str) -> bool:
    """Close a PaymentIntent at Stripe; False if it would not be closed, and now we know its state.

    One that Stripe does not have is as good as closed: nobody can pay it here.
    """
    try:
        sighting, closed = gateway.cancel(intent_id).sighting, True
    except GatewayRejected as refusal:
        if refusal.code == MISSING:
            return True
        if refusal.code != WRONG_STATE:
            raise
        sighting, closed = gateway.look_up(intent_id), False
    absorb(ledger, sighting)
    return closed
