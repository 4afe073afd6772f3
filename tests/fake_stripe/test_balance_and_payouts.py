"""Money in the balance and on its way to the bank: fees, settlement, payouts by hand and by the day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe, RefusedError
from tests.fake_stripe.shop import Shop, types

DAY = 24 * 60 * 60
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)


def held(shop: Shop, currency: str = "sar") -> tuple[int, int]:
    """What is available, and what is pending."""
    balance = shop.get("/v1/balance")
    sums = {name: {row["currency"]: row["amount"] for row in balance[name]} for name in ("available", "pending")}
    return sums["available"].get(currency, 0), sums["pending"].get(currency, 0)


def payout(shop: Shop, **params: Any) -> dict[str, Any]:
    """A payout by hand of 50.00 SAR, out of a payment that is available at once."""
    shop.paid("pm_card_bypassPending")
    return shop.post("/v1/payouts", **{"amount": 5000, "currency": "sar", **params})


def lines(shop: Shop, **params: Any) -> list[dict[str, Any]]:
    """Balance transactions, newest first."""
    rows: list[dict[str, Any]] = shop.get("/v1/balance_transactions", **params)["data"]
    return rows


def test_an_empty_balance_names_the_account_s_currency(shop: Shop) -> None:
    """Nothing available, nothing pending, in dirhams."""
    nothing = [{"amount": 0, "currency": "aed", "source_types": {"card": 0}}]
    balance = shop.get("/v1/balance")
    assert (balance["object"], balance["livemode"]) == ("balance", False)
    assert balance["available"] == balance["pending"] == balance["instant_available"] == nothing
    prefunding = [{"amount": 0, "currency": "aed"}]
    assert balance["refund_and_dispute_prefunding"] == {"available": prefunding, "pending": prefunding}


def test_a_payment_is_pending_and_becomes_available_on_its_day(shop: Shop) -> None:
    """Less the fee; at midnight of the seventh day it can be paid out, and an event shows the new balance."""
    shop.paid(amount=2900, currency="usd")
    (line,) = lines(shop)
    assert (line["fee"], line["net"], line["status"]) == (114, 2786, "pending")
    assert line["available_on"] == int(MIDNIGHT.timestamp()) + 6 * DAY
    assert held(shop, "usd") == (0, 2786)
    shop.fake.advance(days=6)
    assert held(shop, "usd") == (0, 2786)
    shop.fake.advance(days=1)
    assert held(shop, "usd") == (2786, 0)
    assert lines(shop)[0]["status"] == "available"
    (event,) = shop.fake.events("balance.available")
    shown = {row["currency"]: row["amount"] for row in event["data"]["object"]["available"]}
    assert (shown, event["request"]["id"]) == ({"aed": 0, "usd": 2786}, None)


def test_a_day_s_payments_become_available_together(shop: Shop) -> None:
    """One event for all of them."""
    for _ in range(3):
        shop.paid()
    shop.fake.advance_to_settlement()
    assert len(shop.fake.events("balance.available")) == 1
    assert held(shop) == (3 * 11136, 0)


def test_a_refund_comes_out_of_where_the_payment_is(shop: Shop) -> None:
    """Out of the pending balance as long as the payment is pending, then out of the available one."""
    early = shop.paid()
    shop.post("/v1/refunds", payment_intent=early["id"], amount=1000)
    assert held(shop) == (0, 10136)
    shop.fake.advance_to_settlement()
    assert held(shop) == (10136, 0)
    shop.post("/v1/refunds", payment_intent=early["id"], amount=1000)
    assert held(shop) == (9136, 0)


def test_the_driver_goes_to_settlement(shop: Shop, clock: ControllableClock) -> None:
    """To the last moment at which something becomes available; without anything pending it stays."""
    start = clock()
    assert shop.fake.advance_to_settlement() == start
    shop.paid()
    shop.fake.advance(days=2)
    shop.paid()
    assert shop.fake.advance_to_settlement() == datetime(2026, 11, 10, tzinfo=UTC)


def test_the_modes_have_balances_of_their_own(shop: Shop, fake: FakeStripe) -> None:
    """Test money never shows in the live balance."""
    shop.paid("pm_card_bypassPending")
    live = Shop(fake, "sk_live_shop")
    assert (held(shop)[0], held(live)[0], live.get("/v1/balance")["livemode"]) == (11136, 0, True)


def test_balance_transactions_listed(shop: Shop) -> None:
    """By type, source, currency and time; what names nothing is an empty page; the older routes show the same."""
    paid = shop.paid()
    shop.paid(currency="usd")
    refund = shop.post("/v1/refunds", payment_intent=paid["id"], amount=100)
    assert [row["type"] for row in lines(shop)] == ["refund", "charge", "charge"]
    assert [row["source"] for row in lines(shop, type="refund")] == [refund["id"]]
    assert [row["amount"] for row in lines(shop, source=paid["latest_charge"])] == [11500]
    assert [row["currency"] for row in lines(shop, currency="USD")] == ["usd"]
    assert [row["currency"] for row in lines(shop, type="charge", currency="sar")] == ["sar"]
    assert len(lines(shop, created={"gte": paid["created"]})) == 3
    assert lines(shop, type="nothing") == lines(shop, source="ch_x") == []
    history = shop.get("/v1/balance/history")
    assert (history["data"], history["url"]) == (lines(shop), "/v1/balance_transactions")
    one = lines(shop)[0]
    assert shop.get(f"/v1/balance/history/{one['id']}") == shop.get(f"/v1/balance_transactions/{one['id']}") == one
    error = shop.refused("get", "/v1/balance_transactions/txn_x")
    assert (error["status"], error["param"], error["message"]) == (404, "id", "No such balance transaction: 'txn_x'")


def test_a_line_s_source_expands_to_whatever_it_is(shop: Shop) -> None:
    """A charge, a refund, a dispute, a payout."""
    paid = shop.paid("pm_card_bypassPending")
    shop.post("/v1/refunds", payment_intent=paid["id"], amount=100)
    shop.fake.dispute(shop.paid()["id"])
    shop.fake.pay_out("sar")
    kinds = [row["source"]["object"] for row in lines(shop, expand=["data.source"])]
    assert kinds == ["payout", "dispute", "charge", "refund", "charge"]


def test_a_payout_by_hand(shop: Shop) -> None:
    """It leaves the balance at once, goes to the bank account of its currency, and arrives at midnight."""
    made = payout(shop, description="Rent", statement_descriptor="SHOP", metadata={"month": "11"})
    assert (made["status"], made["automatic"], made["reconciliation_status"]) == ("pending", False, "not_applicable")
    assert (made["method"], made["type"], made["source_type"]) == ("standard", "bank_account", "card")
    assert (made["description"], made["metadata"]) == ("Rent", {"month": "11"})
    assert made["arrival_date"] == int(MIDNIGHT.timestamp())
    assert held(shop) == (6136, 0)
    expanded = shop.get(f"/v1/payouts/{made['id']}", expand=["balance_transaction", "destination"])
    line, bank = expanded["balance_transaction"], expanded["destination"]
    assert (line["type"], line["amount"], line["net"], line["source"]) == ("payout", -5000, -5000, made["id"])
    assert (bank["object"], bank["currency"], bank["country"]) == ("bank_account", "sar", "AE")


def test_a_payout_is_sent_and_paid(shop: Shop) -> None:
    """Pending, then in transit, then paid, each with its event; a trace id comes with the money."""
    made = payout(shop)
    url = f"/v1/payouts/{made['id']}"
    shop.fake.advance(seconds=1)
    assert shop.get(url)["status"] == "pending"
    shop.fake.advance(seconds=1)
    (sent,) = shop.fake.events("payout.updated")
    assert sent["data"]["object"]["status"] == "in_transit"
    paid = shop.get(url)
    assert (paid["status"], paid["trace_id"]["status"]) == ("paid", "supported")
    told = [kind for kind in types(shop.fake) if kind.startswith("payout.")]
    assert told == ["payout.created", "payout.updated", "payout.paid"]
    before = shop.fake.events("payout.updated")[0]["data"]["previous_attributes"]
    assert before == {"status": "pending"}


def test_an_instant_payout(shop: Shop) -> None:
    """It arrives within half an hour."""
    made = payout(shop, method="instant")
    assert (made["method"], made["arrival_date"] - made["created"]) == ("instant", 1800)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": -5}, "parameter_invalid_integer", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": None}, "parameter_missing", "currency"),
        ({"currency": "xxx"}, None, "currency"),
        ({"currency": "kwd", "amount": 1005}, "parameter_invalid_integer", "amount"),
        ({"destination": "ba_x"}, "resource_missing", "destination"),
        ({"method": "slow"}, None, "method"),
        ({"status": "failed"}, "parameter_unknown", "status"),
    ],
)
def test_payouts_are_read_strictly(shop: Shop, params: dict[str, Any], code: str | None, param: str) -> None:
    """Amount, currency and destination must be right, and nobody can ask for a failed payout."""
    asked = {name: value for name, value in {"amount": 100, "currency": "sar", **params}.items() if value is not None}
    error = shop.refused("post", "/v1/payouts", **asked)
    assert (error["status"], error.get("code"), error["param"]) == (400, code, param)


def test_no_more_is_paid_out_than_is_available(shop: Shop) -> None:
    """Pending money does not count, nor another currency's, nor another source's."""
    shop.paid()
    shop.paid("pm_card_bypassPending", currency="usd")
    error = shop.refused("post", "/v1/payouts", amount=100, currency="sar")
    assert (error["status"], error["code"], error["type"]) == (400, "balance_insufficient", "invalid_request_error")
    assert error["message"].startswith(
        "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low."
    )
    error = shop.refused("post", "/v1/payouts", amount=100, currency="usd", source_type="bank_account")
    assert "Your bank_account balance is too low." in error["message"]
    assert shop.post("/v1/payouts", amount=11136, currency="usd", source_type="card")["status"] == "pending"
    assert shop.refused("post", "/v1/payouts", amount=1, currency="usd")["code"] == "balance_insufficient"


def test_metadata_of_a_payout(shop: Shop) -> None:
    """The only thing that can change, told with its former values."""
    made = payout(shop)
    assert shop.post(f"/v1/payouts/{made['id']}", metadata={"a": "b"})["metadata"] == {"a": "b"}
    (event,) = shop.fake.events("payout.updated")
    assert event["data"]["previous_attributes"] == {"metadata": {"a": None}}
    assert shop.refused("post", f"/v1/payouts/{made['id']}", amount=1)["param"] == "amount"


def test_a_pending_payout_can_be_canceled(shop: Shop) -> None:
    """The money is back at once; a sent one goes its way."""
    made = payout(shop)
    canceled = shop.post(f"/v1/payouts/{made['id']}/cancel")
    assert canceled["status"] == "canceled"
    assert held(shop) == (11136, 0)
    line = shop.get(f"/v1/balance_transactions/{canceled['failure_balance_transaction']}")
    assert (line["type"], line["reporting_category"], line["amount"]) == ("payout_cancel", "payout_reversal", 5000)
    assert "payout.canceled" in types(shop.fake)
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/payouts/{made['id']}") == canceled
    sent = payout(shop)
    shop.fake.advance(seconds=2)
    error = shop.refused("post", f"/v1/payouts/{sent['id']}/cancel")
    assert (error["status"], error["message"]) == (400, "Payouts can only be canceled while they are pending.")


@pytest.mark.parametrize("after", [0, 2, 60])
def test_a_payout_can_fail_at_any_time(shop: Shop, after: int) -> None:
    """Before it is sent, on its way, or when it already seemed paid: the money is back in the balance."""
    made = payout(shop)
    shop.fake.advance(seconds=after)
    failed = shop.fake.fail_payout(made["id"], "no_account")
    assert (failed["status"], failed["failure_code"]) == ("failed", "no_account")
    assert failed["failure_message"].startswith("The bank account details on file are probably incorrect.")
    line = shop.get(f"/v1/balance_transactions/{failed['failure_balance_transaction']}")
    assert (line["type"], line["amount"], held(shop)) == ("payout_failure", 5000, (11136, 0))
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/payouts/{made['id']}") == failed
    with pytest.raises(RefusedError, match=f"fail payout {made['id']}, which is failed"):
        shop.fake.fail_payout(made["id"])
    with pytest.raises(RefusedError, match="must be one of account_closed"):
        shop.fake.fail_payout(payout(shop)["id"], "bad_luck")


def test_a_paid_payout_can_be_reversed_once(shop: Shop) -> None:
    """The bank account is debited by a payout of the negative amount; both name each other."""
    made = payout(shop)
    url = f"/v1/payouts/{made['id']}"
    assert shop.refused("post", f"{url}/reverse")["status"] == 400
    shop.fake.advance(days=1)
    back = shop.post(f"{url}/reverse", metadata={"why": "wrong bank"})
    assert (back["amount"], back["original_payout"], back["metadata"]) == (-5000, made["id"], {"why": "wrong bank"})
    assert shop.get(url)["reversed_by"] == back["id"]
    assert held(shop) == (11136, 0)
    assert "already been reversed" in shop.refused("post", f"{url}/reverse")["message"]
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/payouts/{back['id']}")["status"] == "paid"
    assert shop.refused("post", f"/v1/payouts/{back['id']}/reverse")["status"] == 400


def test_payouts_listed(shop: Shop) -> None:
    """By status, destination, day of arrival and time."""
    first = payout(shop)
    shop.fake.advance(days=1)
    shop.paid("pm_card_bypassPending", currency="usd")
    second = shop.post("/v1/payouts", amount=100, currency="usd")

    def listed(**params: Any) -> list[str]:
        return [row["id"] for row in shop.get("/v1/payouts", **params)["data"]]

    assert listed() == [second["id"], first["id"]]
    assert (listed(status="paid"), listed(status="pending")) == ([first["id"]], [second["id"]])
    assert listed(destination=first["destination"]) == [first["id"]]
    assert listed(arrival_date=first["arrival_date"]) == [first["id"]]
    assert listed(arrival_date={"gt": first["arrival_date"]}) == [second["id"]]
    assert listed(created={"lte": first["created"]}) == [first["id"]]
    assert listed(status="lost") == []
    for method, path in (("get", "po_x"), ("post", "po_x/cancel"), ("post", "po_x/reverse")):
        error = shop.refused(method, f"/v1/payouts/{path}")
        assert (error["status"], error["param"], error["message"]) == (404, "payout", "No such payout: 'po_x'")


def test_the_day_s_payout_reconciles(shop: Shop) -> None:
    """It takes all that is available; its lines, the payout's own among them, add up to nothing."""
    for amount in (11500, 20000, 30000):
        shop.paid(amount=amount)
    refunded = shop.paid()
    shop.post("/v1/refunds", payment_intent=refunded["id"])
    shop.fake.advance_to_settlement()
    shop.paid()  # too late for this payout
    made = shop.fake.pay_out("sar")
    assert (made["automatic"], made["reconciliation_status"], made["description"]) == (
        True,
        "completed",
        "STRIPE PAYOUT",
    )
    assert (made["amount"], held(shop)) == (11136 + 19390 + 29100 - 364, (0, 11136))
    assert types(shop.fake)[-2:] == ["payout.created", "payout.reconciliation_completed"]
    itemised = lines(shop, payout=made["id"])
    assert [row["type"] for row in itemised] == ["payout", "refund", "charge", "charge", "charge", "charge"]
    assert sum(row["net"] for row in itemised) == 0
    assert {row["type"] for row in lines(shop, payout=made["id"], type="refund")} == {"refund"}
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/payouts/{made['id']}")["status"] == "paid"


def test_a_payout_s_lines_in_pages(shop: Shop) -> None:
    """Cursors go both ways, and one that is not of this payout is refused."""
    for _ in range(4):
        shop.paid("pm_card_bypassPending")
    made = shop.fake.pay_out("sar")
    shop.paid()
    every = [row["id"] for row in lines(shop, payout=made["id"])]
    page = shop.get("/v1/balance_transactions", payout=made["id"], limit=2)
    assert ([row["id"] for row in page["data"]], page["has_more"]) == (every[:2], True)
    rest = lines(shop, payout=made["id"], starting_after=every[1])
    assert [row["id"] for row in rest] == every[2:]
    back = lines(shop, payout=made["id"], ending_before=every[2])
    assert [row["id"] for row in back] == every[:2]
    foreign = lines(shop)[0]["id"]
    error = shop.refused("get", "/v1/balance_transactions", payout=made["id"], starting_after=foreign)
    assert (error["status"], error["param"]) == (400, "starting_after")


def test_each_payout_takes_only_what_is_new(shop: Shop) -> None:
    """What one payout gathered the next does not, and what came back from a failed one it does."""
    shop.paid("pm_card_bypassPending")
    first = shop.fake.pay_out("sar")
    shop.paid("pm_card_bypassPending")
    second = shop.fake.pay_out("sar")
    assert [row["type"] for row in lines(shop, payout=second["id"])] == ["payout", "charge"]
    with pytest.raises(RefusedError, match="pay out sar: no sar is available"):
        shop.fake.pay_out("sar")
    shop.fake.fail_payout(first["id"])
    third = shop.fake.pay_out("sar")
    itemised = lines(shop, payout=third["id"])
    assert [row["type"] for row in itemised] == ["payout", "payout_failure"]
    assert (third["amount"], sum(row["net"] for row in itemised)) == (11136, 0)


def test_a_payout_by_hand_cannot_be_itemised(shop: Shop) -> None:
    """Stripe does not know what it consists of, and an unknown payout is an unknown id."""
    error = shop.refused("get", "/v1/balance_transactions", payout=payout(shop)["id"])
    assert error["message"] == ("Balance transaction history can only be filtered on automatic transfers, not manual.")
    error = shop.refused("get", "/v1/balance_transactions", payout="po_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "payout")


def test_a_day_s_payout_after_one_by_hand_still_adds_up(shop: Shop) -> None:
    """The line of the payout by hand is among what the day's payout settles."""
    payout(shop)
    made = shop.fake.pay_out("sar")
    itemised = lines(shop, payout=made["id"])
    assert (made["amount"], sum(row["net"] for row in itemised)) == (6136, 0)


def test_a_day_s_payout_cannot_be_called_off(shop: Shop) -> None:
    """Stripe makes them by itself, and only payouts by hand can be canceled."""
    shop.paid("pm_card_bypassPending")
    made = shop.fake.pay_out("sar")
    error = shop.refused("post", f"/v1/payouts/{made['id']}/cancel")
    assert (error["status"], error["message"]) == (400, "Automatic payouts cannot be canceled.")


def test_a_live_payout(fake: FakeStripe) -> None:
    """The driver pays out of the live balance when it is told to."""
    live = Shop(fake, "sk_live_shop")
    live.paid("pm_card_bypassPending")
    with pytest.raises(RefusedError, match="no sar is available"):
        fake.pay_out("sar")
    made = fake.pay_out("sar", livemode=True)
    assert (made["livemode"], live.get(f"/v1/payouts/{made['id']}")["amount"]) == (True, 11136)


def test_an_account_may_open_with_money(clock: ControllableClock) -> None:
    """What was there before can be paid out, and is there again after a fresh start."""
    fake = FakeStripe(clock=clock, opening_balance={"usd": 2000})
    shop = Shop(fake)
    shop.post("/v1/payouts", amount=1100, currency="usd")
    left = {row["currency"]: row["amount"] for row in shop.get("/v1/balance")["available"]}
    assert left["usd"] == 900
    fake.reset()
    assert shop.post("/v1/payouts", amount=2000, currency="usd")["status"] == "pending"
