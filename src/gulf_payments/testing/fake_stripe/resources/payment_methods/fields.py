"""What a PaymentMethod is made of: a test card, or a test bank account."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from gulf_payments.testing.fake_stripe.cards import Card
from gulf_payments.testing.fake_stripe.debits import Debit
from gulf_payments.testing.fake_stripe.instruments import Instrument
from gulf_payments.testing.fake_stripe.protocol.addresses import NO_ADDRESS
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

EXPIRY_MONTH, EXPIRY_YEAR = 12, 2034
CUSTOMER_BALANCE = Instrument()
"""Money that a customer sends by bank transfer: it is there or it is not."""

_BLANK_BILLING: dict[str, Any] = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}


def new(account: Account, instrument: Instrument, given: Mapping[str, Any]) -> Resource:
    """A new PaymentMethod that pays with this instrument; `given` holds the parameters that describe it."""
    kind = type_of(instrument)
    method = {
        "id": account.ids.new("pm"),
        "object": "payment_method",
        "allow_redisplay": given.get("allow_redisplay") or "unspecified",
        "billing_details": billing(given.get("billing_details")),
        kind: _details(instrument, given.get(kind) or {}),
        "created": account.now,
        "customer": None,
        "customer_account": None,
        "livemode": account.livemode,
        "metadata": given.get("metadata") or {},
        "type": kind,
    }
    account.held[str(method["id"])] = instrument
    return account.add(method)


def type_of(instrument: Instrument) -> str:
    """The type of the PaymentMethods that pay with it."""
    if isinstance(instrument, Card):
        return "card"
    return instrument.type if isinstance(instrument, Debit) else "customer_balance"


def billing(given: Mapping[str, Any] | None, before: Mapping[str, Any] = _BLANK_BILLING) -> dict[str, Any]:
    """Billing details: what is given, over what was there before."""
    if not given:
        return dict(before)
    address = {**before["address"], **(given.get("address") or {})}
    return {**before, **given, "address": address}


def _details(instrument: Instrument, given: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(instrument, Card):
        return card_details(instrument, given.get("exp_month", EXPIRY_MONTH), given.get("exp_year", EXPIRY_YEAR))
    if isinstance(instrument, Debit):
        return _DEBITS[instrument.type](instrument, given)
    return {}


@cache
def card_details(card: Card, exp_month: int, exp_year: int) -> dict[str, Any]:
    """The `card` hash of a PaymentMethod."""
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": _fingerprint(card.number),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _fingerprint(number: str) -> str:
    return sha256(number.encode()).hexdigest()[:16]


def _us_bank_account(debit: Debit, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_holder_type": given.get("account_holder_type") or "individual",
        "account_type": given.get("account_type") or "checking",
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": _fingerprint(debit.number),
        "last4": debit.last4,
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": given.get("routing_number") or "110000000",
        "status_details": {},
    }


def _sepa_debit(debit: Debit, _given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bank_code": debit.number[4:9],
        "branch_code": "",
        "country": debit.number[:2],
        "fingerprint": _fingerprint(debit.number),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": debit.last4,
    }


def _bacs_debit(debit: Debit, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fingerprint": _fingerprint(debit.number),
        "last4": debit.last4,
        "sort_code": given.get("sort_code") or "108800",
    }


_DEBITS = {"us_bank_account": _us_bank_account, "sepa_debit": _sepa_debit, "bacs_debit": _bacs_debit}
