"""What an object leaves out unless `expand[]` asks for it: mostly the lists of what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.protocol.line_items import line_items
from gulf_payments.testing.fake_stripe.protocol.listing import DEFAULT_LIMIT, listed
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Query, Resource


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Something that is built when it is asked for; `kind` is what may be expanded in it."""

    kind: str
    build: Callable[[Account, Resource], dict[str, Any]]


def _belonging(account: Account, owner: Resource, *, kind: str, field: str, of: str, name: str) -> dict[str, Any]:
    url = f"/v1/{of}/{owner['id']}/{name}"
    query = Query(limit=DEFAULT_LIMIT, where={field: (owner["id"],)})
    total = sum(1 for _ in account.tables[kind].having(field, owner["id"]))
    return {**listed(account, kind, url, query), "total_count": total}


def _none(_account: Account, owner: Resource, *, name: str) -> dict[str, Any]:
    url = f"/v1/customers/{owner['id']}/{name}"
    return {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": url}


def _tax(_account: Account, _customer: Resource) -> dict[str, Any]:
    return {"automatic_tax": "unrecognized_location", "ip_address": None, "location": None, "provider": "stripe"}


def cash_balance(account: Account, customer: Resource) -> dict[str, Any]:
    """What a customer has sent by bank transfer and not spent."""
    owner = customer["id"]
    available = {money: amount for (of, money), amount in account.cash.items() if of == owner and amount}
    return {
        "object": "cash_balance",
        "available": available or None,
        "customer": owner,
        "customer_account": None,
        "livemode": account.livemode,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


_refunds = partial(_belonging, kind="refund", field="charge", of="charges", name="refunds")
_sources = partial(_belonging, kind="card", field="customer", of="customers", name="sources")

INCLUDABLE: Mapping[tuple[str, str], Inclusion] = {
    ("charge", "refunds"): Inclusion("list of refund", _refunds),
    ("checkout.session", "line_items"): Inclusion("list of item", line_items),
    ("customer", "cash_balance"): Inclusion("cash_balance", cash_balance),
    ("customer", "sources"): Inclusion("list of card", _sources),
    ("customer", "subscriptions"): Inclusion("list of subscription", partial(_none, name="subscriptions")),
    ("customer", "tax"): Inclusion("customer_tax", _tax),
    ("customer", "tax_ids"): Inclusion("list of tax_id", partial(_none, name="tax_ids")),
}
"""By the kind of object and the name it has there."""
