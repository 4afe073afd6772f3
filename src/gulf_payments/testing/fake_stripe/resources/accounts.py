"""The shop's own Stripe account, and the bank accounts that it is paid out to."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.currencies import SETTLEMENT
from gulf_payments.testing.fake_stripe.errors import ACCOUNT_ID, no_access
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_COUNTRY = "AE"
_NAME = "Fake Shop"
_OPENED = 1735689600  # 1 January 2025
_NOTHING_DUE: dict[str, Any] = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}
_BANK_HAS = ("currently_due", "errors", "past_due", "pending_verification")
_BANK_NOTHING_DUE = {name: _NOTHING_DUE[name] for name in _BANK_HAS}
_PROFILE = {
    "annual_revenue": None,
    "estimated_worker_count": None,
    "mcc": "5999",
    "minority_owned_business_designation": None,
    "name": _NAME,
    "product_description": None,
    "support_address": {
        "city": "Dubai",
        "country": _COUNTRY,
        "line1": "1 Fake Street",
        "line2": None,
        "postal_code": None,
        "state": "Dubai",
    },
    "support_email": "support@shop.example",
    "support_phone": "+97140000000",
    "support_url": None,
    "url": "https://shop.example",
}
_SETTINGS = {
    "bacs_debit_payments": {"display_name": None, "service_user_number": None},
    "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
    "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
    "card_payments": {
        "decline_on": {"avs_failure": False, "cvc_failure": False},
        "statement_descriptor_prefix": "FAKE",
        "statement_descriptor_prefix_kana": None,
        "statement_descriptor_prefix_kanji": None,
    },
    "dashboard": {"display_name": _NAME, "timezone": "Asia/Dubai"},
    "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
    "payments": {
        "statement_descriptor": "FAKE SHOP",
        "statement_descriptor_kana": None,
        "statement_descriptor_kanji": None,
    },
    "payouts": {
        "debit_negative_balances": True,
        "schedule": {"delay_days": 7, "interval": "daily"},
        "statement_descriptor": None,
    },
    "sepa_debit_payments": {},
}
_BLANK = {
    "id": ACCOUNT_ID,
    "object": "account",
    "business_profile": _PROFILE,
    "business_type": "company",
    "capabilities": {"card_payments": "active", "link_payments": "active", "transfers": "active"},
    "charges_enabled": True,
    "controller": {"type": "account"},
    "country": _COUNTRY,
    "created": _OPENED,
    "default_currency": SETTLEMENT,
    "details_submitted": True,
    "email": "owner@shop.example",
    "future_requirements": _NOTHING_DUE,
    "metadata": {},
    "payouts_enabled": True,
    "requirements": _NOTHING_DUE,
    "settings": _SETTINGS,
    "tos_acceptance": {"date": _OPENED, "ip": None, "user_agent": None},
    "type": "standard",
}


def bank_account(account: Account, currency: str) -> Resource:
    """The bank account that payouts in this currency go to; there is one for every currency that is asked for."""
    existing = next(account.tables["bank_account"].having("currency", currency), None)
    return account.add(_new_bank_account(account, currency)) if existing is None else existing


def _new_bank_account(account: Account, currency: str) -> Resource:
    return {
        "id": account.ids.new("ba"),
        "object": "bank_account",
        "account": ACCOUNT_ID,
        "account_holder_name": _NAME,
        "account_holder_type": "company",
        "account_type": None,
        "available_payout_methods": ["standard", "instant"],
        "bank_name": "STRIPE TEST BANK",
        "country": _COUNTRY,
        "currency": currency,
        "default_for_currency": True,
        "fingerprint": account.ids.token(16),
        "future_requirements": _BANK_NOTHING_DUE,
        "last4": "3456",
        "metadata": {},
        "requirements": _BANK_NOTHING_DUE,
        "routing_number": None,
        "status": "new",
    }


def retrieve(call: Call) -> Resource:
    """GET /v1/account."""
    bank_account(call.account, SETTLEMENT)
    return {**_BLANK, "external_accounts": _external_accounts(call.account)}


def _external_accounts(account: Account) -> dict[str, Any]:
    rows = list(account.tables["bank_account"])
    url = f"/v1/accounts/{ACCOUNT_ID}/external_accounts"
    return {"object": "list", "data": rows, "has_more": False, "total_count": len(rows), "url": url}


def retrieve_by_id(call: Call) -> Resource:
    """GET /v1/accounts/{account}, for the own account only."""
    if call.target == ACCOUNT_ID:
        return retrieve(call)
    raise no_access(call.target)


ROUTES = (
    Route("GET", "/v1/account", retrieve, RETRIEVE, "account"),
    Route("GET", "/v1/accounts/{account}", retrieve_by_id, RETRIEVE, "account"),
)
