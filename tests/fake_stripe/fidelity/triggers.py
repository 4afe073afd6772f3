"""The requests by which Stripe's command line makes each event of a one-off payment happen. Data."""

from __future__ import annotations

from tests.fake_stripe.fidelity.steps import (
    ATTACH,
    AVAILABLE,
    BANK_TRANSFER,
    BY_CARD,
    BY_TOKEN,
    CUSTOMER,
    INQUIRY,
    NOTE,
    PAGE,
    PAYOUT,
    PRODUCT,
    REFUNDED,
    SHIPPING,
    SOURCE,
    TAG,
    Step,
    bacs,
    by_bacs,
    checkout,
    former_checkout,
    get,
    paying,
    post,
    price,
    setting_up,
)

TRIGGERS: dict[str, tuple[Step, ...]] = {
    "balance.available": (paying("pm_card_bypassPending", 2000, **BY_CARD, **SHIPPING),),
    "cash_balance.funds_available": (
        CUSTOMER,
        post("funded", "/v1/test_helpers/customers/${customer:id}/fund_cash_balance", amount=1000, currency="usd"),
    ),
    "charge.captured": (
        post("charge", "/v1/charges", source="tok_visa", amount=100, currency="usd", capture=False, **NOTE),
        post("captured", "/v1/charges/${charge:id}/capture"),
    ),
    "charge.dispute.closed": (
        paying("pm_card_createDispute", **BY_CARD),
        get("disputes", "/v1/disputes", payment_intent="${payment_intent:id}"),
        post("closed", "/v1/disputes/${disputes:data.0.id}/close"),
    ),
    "charge.dispute.created": (paying("pm_card_createDisputeInquiry"),),
    "charge.dispute.funds_reinstated": (*INQUIRY, post("closed", "/v1/disputes/${disputes:data.0.id}/close")),
    "charge.dispute.funds_withdrawn": (
        *INQUIRY,
        post("lost", "/v1/test_helpers/disputes/${disputes:data.0.id}/lose"),
    ),
    "charge.dispute.updated": (*INQUIRY, post("changed", "/v1/disputes/${disputes:data.0.id}", **TAG)),
    "charge.expired": (
        paying("pm_card_visa", 2000, capture_method="manual", **BY_CARD),
        get("charges", "/v1/charges", payment_intent="${payment_intent:id}"),
        post("expired", "/v1/test_helpers/charges/${charges:data.0.id}/expire"),
    ),
    "charge.failed": (paying("pm_card_visa_chargeDeclined", error="card_error"),),
    "charge.pending": (
        CUSTOMER,
        post(
            "method",
            "/v1/payment_methods",
            type="us_bank_account",
            us_bank_account={
                "account_holder_type": "individual",
                "routing_number": "110000000",
                "account_number": "000123456789",
            },
        ),
        post("attached", "/v1/payment_methods/${method:id}/attach", customer="${customer:id}"),
        paying("${method:id}", 2000, customer="${customer:id}", payment_method_types=["us_bank_account"]),
    ),
    "charge.refund.updated": (*REFUNDED, post("changed", "/v1/refunds/${refund:id}", metadata={"order_id": "6735"})),
    "charge.refunded": REFUNDED,
    "charge.succeeded": (paying("pm_card_visa"),),
    "charge.updated": (
        paying("pm_card_visa", **BY_CARD),
        post("changed", "/v1/charges/${payment_intent:latest_charge}", **TAG),
    ),
    "checkout.session.async_payment_failed": by_bacs("33333335"),
    "checkout.session.async_payment_succeeded": by_bacs("00012345"),
    "checkout.session.completed": checkout("card", "usd", SHIPPING, BY_TOKEN),
    "checkout.session.expired": (
        PRODUCT,
        price(),
        post(
            "session",
            "/v1/checkout/sessions",
            success_url=PAGE,
            cancel_url=PAGE,
            mode="payment",
            line_items=[{"price": "${price:id}", "quantity": 2}],
        ),
        post("expired", "/v1/checkout/sessions/${session:id}/expire"),
    ),
    "customer.created": (CUSTOMER,),
    "customer.deleted": (CUSTOMER, Step("deleted", "DELETE", "/v1/customers/${customer:id}")),
    "customer.source.created": (CUSTOMER, SOURCE),
    "customer.source.deleted": (
        CUSTOMER,
        SOURCE,
        Step("deleted", "DELETE", "/v1/customers/${customer:id}/sources/${source:id}"),
    ),
    "customer.source.updated": (
        CUSTOMER,
        SOURCE,
        post("changed", "/v1/customers/${customer:id}/sources/${source:id}", **TAG),
    ),
    "customer.updated": (CUSTOMER, post("changed", "/v1/customers/${customer:id}", **TAG)),
    "customer_cash_balance_transaction.created": (
        CUSTOMER,
        post("funded", "/v1/test_helpers/customers/${customer:id}/fund_cash_balance", amount=1000, currency="usd"),
    ),
    "payment_intent.amount_capturable_updated": (
        paying("pm_card_visa", 2000, capture_method="manual", confirmation_method="manual", return_url=PAGE),
    ),
    "payment_intent.canceled": (
        post("payment_intent", "/v1/payment_intents", amount=2000, currency="usd", **BY_CARD, **NOTE),
        post(
            "canceled", "/v1/payment_intents/${payment_intent:id}/cancel", cancellation_reason="requested_by_customer"
        ),
    ),
    "payment_intent.created": (
        post("payment_intent", "/v1/payment_intents", amount=2000, currency="usd", **BY_CARD, **NOTE),
    ),
    "payment_intent.partially_funded": (
        *BANK_TRANSFER,
        post("funded", "/v1/test_helpers/customers/${customer:id}/fund_cash_balance", amount=10000, currency="jpy"),
    ),
    "payment_intent.payment_failed": (paying("pm_card_chargeDeclined", 2000, error="card_error", **BY_CARD),),
    "payment_intent.processing": (
        post(
            "method",
            "/v1/payment_methods",
            type="sepa_debit",
            sepa_debit={"iban": "AT321904300235473204"},
            billing_details={"name": "Bob", "email": "bob@example.com"},
        ),
        post(
            "payment_intent",
            "/v1/payment_intents",
            payment_method="${method:id}",
            payment_method_types=["sepa_debit"],
            amount=1000,
            currency="eur",
            confirm=True,
            mandate_data={"customer_acceptance": {"accepted_at": "1590590577", "type": "offline"}},
        ),
    ),
    "payment_intent.requires_action": BANK_TRANSFER,
    "payment_intent.succeeded": (paying("pm_card_visa", 2000, **BY_CARD, **SHIPPING),),
    "payment_method.attached": (CUSTOMER, ATTACH),
    "payment_method.detached": (CUSTOMER, ATTACH, post("detached", "/v1/payment_methods/${attached:id}/detach")),
    "payment_method.updated": (
        CUSTOMER,
        setting_up("pm_card_visa", customer="${customer:id}"),
        post("changed", "/v1/payment_methods/${setup_intent:payment_method}", **TAG),
    ),
    "payout.canceled": (AVAILABLE, PAYOUT, post("canceled", "/v1/payouts/${payout:id}/cancel")),
    "payout.created": (AVAILABLE, PAYOUT),
    "payout.paid": (AVAILABLE, PAYOUT),
    "payout.reconciliation_completed": (
        AVAILABLE,
        PAYOUT,
        post("reconciled", "/v1/test_helpers/payouts/${payout:id}/reconcile"),
    ),
    "payout.updated": (AVAILABLE, PAYOUT, post("changed", "/v1/payouts/${payout:id}", **TAG)),
    "price.created": (PRODUCT, price()),
    "price.updated": (
        PRODUCT,
        price(recurring={"interval": "month"}),
        post("changed", "/v1/prices/${price:id}", **TAG),
    ),
    "product.created": (PRODUCT,),
    "product.deleted": (PRODUCT, Step("deleted", "DELETE", "/v1/products/${product:id}")),
    "product.updated": (PRODUCT, post("changed", "/v1/products/${product:id}", **TAG)),
    "refund.created": REFUNDED,
    "refund.failed": (
        paying("pm_card_refundFail", **BY_CARD),
        post("refund", "/v1/refunds", payment_intent="${payment_intent:id}"),
    ),
    "refund.updated": (*REFUNDED, post("changed", "/v1/refunds/${refund:id}", metadata={"order_id": "6735"})),
    "setup_intent.canceled": (
        post("setup_intent", "/v1/setup_intents", **BY_CARD, **NOTE),
        post("canceled", "/v1/setup_intents/${setup_intent:id}/cancel", cancellation_reason="requested_by_customer"),
    ),
    "setup_intent.created": (post("setup_intent", "/v1/setup_intents", **BY_CARD, **NOTE),),
    "setup_intent.requires_action": (setting_up("pm_card_authenticationRequired", **BY_CARD),),
    "setup_intent.setup_failed": (setting_up("pm_card_chargeDeclined", error="card_error", **BY_CARD),),
    "setup_intent.succeeded": (setting_up("pm_card_visa", **BY_CARD),),
}
"""The steps to each event."""


FORMER: dict[str, tuple[Step, ...]] = {
    "charge.refund.updated": (
        post("charge", "/v1/charges", source="tok_visa", amount=100, currency="usd", **NOTE),
        post("refund", "/v1/refunds", charge="${charge:id}"),
        post("changed", "/v1/refunds/${refund:id}", metadata={"order_id": "6735"}),
    ),
    "checkout.session.async_payment_failed": former_checkout(
        "bacs_debit", "gbp", {"setup_future_usage": "off_session", **SHIPPING}, bacs("33333335")
    ),
    "checkout.session.async_payment_succeeded": former_checkout(
        "bacs_debit", "gbp", {"setup_future_usage": "off_session", **SHIPPING}, bacs("00012345")
    ),
    "checkout.session.completed": former_checkout("card", "usd", SHIPPING, BY_TOKEN),
}
"""Former ways to some of them, which older releases of the command still send."""

LATER_DAYS = {
    "checkout.session.async_payment_failed": 8,
    "checkout.session.async_payment_succeeded": 8,
    "payout.paid": 8,
    "refund.failed": 31,
}
"""Events that come some days after the last request."""
