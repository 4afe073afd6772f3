"""The line items of a Checkout Session: a list of their own, each with its price as it stands now."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import no_such
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource


def line_items(
    account: Account,
    session: Resource,
    *,
    limit: int = 10,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> dict[str, Any]:
    """One page of a session's line items, in the order that the shop gave."""
    items = account.checkouts[session["id"]].line_items
    start, end = 0, len(items)
    if starting_after is not None:
        start = _position(items, starting_after, "starting_after") + 1
    if ending_before is not None:
        end = _position(items, ending_before, "ending_before")
        start = max(start, end - limit)
    shown = items[start : min(end, start + limit)]
    return {
        "object": "list",
        "data": [_with_price(account, item) for item in shown],
        "has_more": start > 0 if ending_before is not None else start + limit < end,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


def _position(items: tuple[Resource, ...], identifier: str, param: str) -> int:
    for position, item in enumerate(items):
        if item["id"] == identifier:
            return position
    raise no_such("line item", identifier, param=param, status=400)


def _with_price(account: Account, item: Resource) -> Resource:
    return {**item, "price": account.require("price", item["price"], param="price")}
