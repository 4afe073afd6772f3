"""One request of a trigger, and the requests that many of them share. Data.

Facts from the `stripe trigger` command: routes, parameters and the errors it expects, in our own words. `${name:path}`
stands for a member of an earlier answer; an amount may be a word where the command sends one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NOTE: dict[str, Any] = {"description": "made by a trigger"}
PLACE: dict[str, Any] = {
    "line1": "510 Townsend St",
    "postal_code": "94103",
    "city": "San Francisco",
    "state": "CA",
    "country": "US",
}
SHIPPING: dict[str, Any] = {"shipping": {"name": "Jenny Rosen", "address": PLACE}}
TAG: dict[str, Any] = {"metadata": {"foo": "bar"}}
BY_CARD: dict[str, Any] = {"payment_method_types": ["card"]}
PAGE = "https://shop.example/page"
LONDON: dict[str, Any] = {"line1": "71 Crown Street", "city": "London", "postal_code": "W10 2WB", "country": "GB"}


@dataclass(frozen=True)
class Step:
    """One request; `name` is how later steps call its answer."""

    name: str
    method: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)
    expected_error: str | None = None


def post(name: str, path: str, /, *, error: str | None = None, **params: Any) -> Step:
    """A POST step."""
    return Step(name, "POST", path, params, error)


def get(name: str, path: str, /, **params: Any) -> Step:
    """A GET step."""
    return Step(name, "GET", path, params)


def paying(card: str, amount: int = 100, *, error: str | None = None, **params: Any) -> Step:
    """A PaymentIntent that is confirmed at once; never with a return_url."""
    given = {"amount": amount, "currency": "usd", "payment_method": card, "confirm": True, **NOTE, **params}
    return post("payment_intent", "/v1/payment_intents", error=error, **given)


def setting_up(card: str, *, error: str | None = None, **params: Any) -> Step:
    """A SetupIntent that is confirmed at once."""
    given = {"payment_method": card, "confirm": "true", **NOTE, **params}
    return post("setup_intent", "/v1/setup_intents", error=error, **given)


CUSTOMER = post("customer", "/v1/customers", **NOTE)
PRODUCT = post("product", "/v1/products", name="myproduct", **NOTE)
ATTACH = post("attached", "/v1/payment_methods/pm_card_visa/attach", customer="${customer:id}")
SOURCE = post("source", "/v1/customers/${customer:id}/sources", source="tok_visa")
AVAILABLE = paying("pm_card_bypassPending", 2000, **BY_CARD)
PAYOUT = post("payout", "/v1/payouts", amount=1100, currency="usd", **NOTE)
INQUIRY = (
    paying("pm_card_createDisputeInquiry", **BY_CARD),
    get("disputes", "/v1/disputes", payment_intent="${payment_intent:id}"),
)
REFUNDED = (
    paying("pm_card_visa", **BY_CARD),
    post("refund", "/v1/refunds", payment_intent="${payment_intent:id}"),
)
TRANSFER: dict[str, Any] = {
    "amount": 20000,
    "currency": "jpy",
    "customer": "${customer:id}",
    **NOTE,
    "payment_method_types": ["customer_balance"],
    "payment_method_data": {"type": "customer_balance"},
    "payment_method_options": {
        "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_account"}},
    },
    "confirm": "true",
}
BANK_TRANSFER = (CUSTOMER, post("payment_intent", "/v1/payment_intents", **TRANSFER))


def price(currency: str = "usd", **params: Any) -> Step:
    """A price of 15.00; the amount is sent as text."""
    return post("price", "/v1/prices", product="${product:id}", unit_amount="1500", currency=currency, **params)


def checkout(method_type: str, currency: str, data: dict[str, Any], method: dict[str, Any]) -> tuple[Step, ...]:
    """A Checkout Session for two pieces, and its payment page confirmed as a browser would."""
    return (
        PRODUCT,
        price(currency),
        post(
            "session",
            "/v1/checkout/sessions",
            success_url=PAGE,
            cancel_url=PAGE,
            mode="payment",
            payment_method_types=[method_type],
            line_items=[{"price": "${price:id}", "quantity": 2}],
            payment_intent_data=data,
        ),
        get("page", "/v1/payment_pages/${session:id}"),
        post("method", "/v1/payment_methods", **method),
        post(
            "paid",
            "/v1/payment_pages/${session:id}/confirm",
            payment_method="${method:id}",
            expected_amount=3000,
        ),
    )


def bacs(account: str) -> dict[str, Any]:
    """A British bank account."""
    return {
        "type": "bacs_debit",
        "bacs_debit": {"account_number": account, "sort_code": "108800"},
        "billing_details": {
            "email": "stripe@example.com",
            "name": "Jenny Rosen",
            "phone": "1234567890",
            "address": LONDON,
        },
    }


def by_bacs(account: str) -> tuple[Step, ...]:
    """A Checkout Session paid by British direct debit."""
    return checkout("bacs_debit", "gbp", {"setup_future_usage": "off_session", **SHIPPING}, bacs(account))


BY_TOKEN: dict[str, Any] = {
    "type": "card",
    "card": {"token": "tok_visa"},
    "billing_details": {"email": "stripe@example.com"},
}


def former_checkout(method_type: str, currency: str, data: dict[str, Any], method: dict[str, Any]) -> tuple[Step, ...]:
    """The same with items that are named in place and no mode, as the command sent it before there were prices."""
    item = {"name": "t-shirt", "description": "cotton", "amount": 1500, "currency": currency, "quantity": 2}
    session = post(
        "session",
        "/v1/checkout/sessions",
        success_url=PAGE,
        cancel_url=PAGE,
        payment_method_types=[method_type],
        line_items=[item],
        payment_intent_data=data,
    )
    return (session, *checkout(method_type, currency, data, method)[3:])
