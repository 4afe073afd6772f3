"""The shop's own account; fraud warnings by the card's issuer; reviews by staff."""

from __future__ import annotations

import pytest
import stripe

from gulf_payments.testing.fake_stripe import RefusedError
from tests.fake_stripe.shop import JSON, Shop, types

WARNINGS = "/v1/radar/early_fraud_warnings"


def test_the_account_says_where_the_shop_is(shop: Shop) -> None:
    """An Emirati account that may charge and be paid out, with a bank account in dirhams."""
    account = shop.get("/v1/account")
    assert (account["object"], account["country"], account["default_currency"]) == ("account", "AE", "aed")
    assert (account["charges_enabled"], account["payouts_enabled"], account["type"]) == (True, True, "standard")
    assert account["settings"]["dashboard"] == {"display_name": "Fake Shop", "timezone": "Asia/Dubai"}
    assert account["settings"]["payouts"]["schedule"]["interval"] == "daily"
    (bank,) = account["external_accounts"]["data"]
    assert (bank["currency"], bank["account"]) == ("aed", account["id"])
    assert shop.get(f"/v1/accounts/{account['id']}") == account


def test_the_sdk_reads_the_account(shop: Shop) -> None:
    """Through the SDK's own services, with and without the id."""
    services = getattr(shop.client, "v1", shop.client)
    account = services.accounts.retrieve_current()
    profile = services.accounts.retrieve(account.id).business_profile
    assert profile is not None
    assert profile.name == "Fake Shop"


def test_error_links_lead_to_the_same_account(shop: Shop) -> None:
    """The log of a refused request belongs to the account that the API shows."""
    account = shop.get("/v1/account")["id"]
    error = shop.refused("get", "/v1/charges/ch_x")
    assert f"/{account}/test/" in error["request_log_url"]


def test_another_account_is_out_of_reach(shop: Shop) -> None:
    """A permission error, whether it exists or not."""
    with pytest.raises(stripe.PermissionError) as caught:
        shop.call("get", "/v1/accounts/acct_other")
    assert caught.value.http_status == 403
    error = shop.refused("get", "/v1/accounts/acct_other")
    assert (error["code"], "acct_other" in error["message"]) == ("account_invalid", True)


def test_a_bank_account_for_every_currency_paid_out(shop: Shop) -> None:
    """The account lists where its payouts went."""
    shop.paid("pm_card_bypassPending")
    made = shop.fake.pay_out("sar")
    banks = shop.get("/v1/account")["external_accounts"]
    assert {row["currency"]: row["id"] for row in banks["data"]}["sar"] == made["destination"]
    assert banks["total_count"] == 2


def warned(shop: Shop) -> tuple[JSON, JSON]:
    """A payment with the card whose issuer suspects fraud, and the warning."""
    paid = shop.paid("pm_card_createIssuerFraudRecord")
    (warning,) = shop.get(WARNINGS, payment_intent=paid["id"])["data"]
    return paid, warning


def test_a_fraud_warning_is_kept(shop: Shop) -> None:
    """It is found by payment, by charge and by its id, and expands to the charge."""
    paid, warning = warned(shop)
    shop.paid()
    assert (warning["actionable"], warning["charge"]) == (True, paid["latest_charge"])
    assert shop.get(WARNINGS, charge=paid["latest_charge"])["data"] == [warning]
    found = shop.get(f"{WARNINGS}/{warning['id']}", expand=["charge"])
    assert found["charge"]["id"] == paid["latest_charge"]
    error = shop.refused("get", f"{WARNINGS}/issfr_x")
    assert (error["status"], error["message"]) == (404, "No such early fraud warning: 'issfr_x'")


def test_a_warning_is_heeded_by_a_full_refund(shop: Shop) -> None:
    """A part given back leaves it actionable; all given back, or a dispute, ends it."""
    paid, warning = warned(shop)
    shop.post("/v1/refunds", payment_intent=paid["id"], amount=100)
    assert shop.get(f"{WARNINGS}/{warning['id']}")["actionable"]
    shop.post("/v1/refunds", payment_intent=paid["id"])
    assert not shop.get(f"{WARNINGS}/{warning['id']}")["actionable"]
    (event,) = shop.fake.events("radar.early_fraud_warning.updated")
    assert event["data"]["previous_attributes"] == {"actionable": True}
    other, late = warned(shop)
    shop.fake.dispute(other["id"])
    assert not shop.get(f"{WARNINGS}/{late['id']}")["actionable"]


def test_an_issuer_warns_of_any_payment(shop: Shop) -> None:
    """The driver makes a warning; of a payment that went back already nothing can be done."""
    paid = shop.paid()
    assert shop.fake.warn_of_fraud(paid["id"])["actionable"]
    shop.post("/v1/refunds", payment_intent=paid["id"])
    assert not shop.fake.warn_of_fraud(paid["id"])["actionable"]
    assert len(shop.get(WARNINGS, payment_intent=paid["id"])["data"]) == 2


def test_a_review_is_opened_and_approved(shop: Shop) -> None:
    """Payment and charge name it; approved, it is closed, leaves the list, and cannot be approved again."""
    paid = shop.paid()
    review = shop.fake.open_review(paid["id"])
    assert (review["open"], review["reason"], review["opened_reason"]) == (True, "rule", "rule")
    assert shop.get(f"/v1/payment_intents/{paid['id']}")["review"] == review["id"]
    assert shop.get(f"/v1/charges/{paid['latest_charge']}", expand=["review"])["review"] == review
    assert shop.get("/v1/reviews")["data"] == [review]
    approved = shop.post(f"/v1/reviews/{review['id']}/approve", expand=["payment_intent"])
    assert approved["payment_intent"]["id"] == paid["id"]
    closed = shop.get(f"/v1/reviews/{review['id']}")
    assert (closed["open"], closed["reason"], closed["closed_reason"]) == (False, "approved", "approved")
    assert (shop.get("/v1/reviews")["data"], types(shop.fake)[-2:]) == ([], ["review.opened", "review.closed"])
    error = shop.refused("post", f"/v1/reviews/{review['id']}/approve")
    assert (error["status"], "already been closed" in error["message"]) == (400, True)
    assert shop.refused("post", "/v1/reviews/prv_x/approve")["message"] == "No such review: 'prv_x'"


@pytest.mark.parametrize(
    ("reason", "closed"),
    [("requested_by_customer", "refunded"), ("fraudulent", "refunded_as_fraud")],
)
def test_a_refund_ends_a_review(shop: Shop, reason: str, closed: str) -> None:
    """Giving everything back closes it, and says whether it was for fraud."""
    paid = shop.paid()
    review = shop.fake.open_review(paid["id"], "manual")
    shop.post("/v1/refunds", payment_intent=paid["id"], reason=reason)
    assert shop.get(f"/v1/reviews/{review['id']}")["closed_reason"] == closed


def test_a_dispute_ends_a_review(shop: Shop) -> None:
    """The cardholder was faster than the staff; a second review may follow, but not two at once."""
    paid = shop.paid()
    review = shop.fake.open_review(paid["id"])
    with pytest.raises(RefusedError, match="is under review already"):
        shop.fake.open_review(paid["id"])
    shop.fake.dispute(paid["id"])
    assert shop.get(f"/v1/reviews/{review['id']}")["closed_reason"] == "disputed"
    assert shop.fake.open_review(paid["id"], "manual")["open"]
