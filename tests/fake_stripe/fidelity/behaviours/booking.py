"""The balance, balance transactions, fees and payouts."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

LIST = "/v1/balance_transactions"


def booked(client: Client, amount: int = 2900, card: str = "pm_card_visa") -> JSON:
    """The balance transaction of a payment."""
    paid = client.paid(card, amount=amount)
    charge = client.get(f"/v1/charges/{paid['latest_charge']}", expand=["balance_transaction"])
    found: JSON = charge["balance_transaction"]
    return found


@behaviour
def the_fee_is_taken_off(client: Client) -> None:
    """2.9 % and 30 cents: of 29.00 USD 27.86 remain."""
    transaction = booked(client)
    assert (transaction["amount"], transaction["fee"], transaction["net"]) == (2900, 114, 2786)
    (detail,) = transaction["fee_details"]
    assert (detail["amount"], detail["type"], detail["description"]) == (114, "stripe_fee", "Stripe processing fees")


@behaviour
def money_is_pending_first(client: Client) -> None:
    """It becomes available some days later."""
    transaction = booked(client)
    assert (transaction["status"], transaction["type"]) == ("pending", "charge")
    assert transaction["available_on"] > transaction["created"]
    client.fake.advance(days=10)
    assert client.get(f"{LIST}/{transaction['id']}")["status"] == "available"


@behaviour
def the_balance_adds_up(client: Client) -> None:
    """What is pending is the net of what was booked."""
    transaction = booked(client)
    balance = client.get("/v1/balance")
    assert (balance["object"], balance["livemode"]) == ("balance", False)
    assert sum(row["amount"] for row in balance["pending"] if row["currency"] == "usd") == transaction["net"]
    assert sum(row["amount"] for row in balance["available"] if row["currency"] == "usd") == 0


@behaviour
def some_cards_skip_the_wait(client: Client) -> None:
    """…0077: available at once, and balance.available says so."""
    transaction = booked(client, card="pm_card_bypassPending")
    balance = client.get("/v1/balance")
    assert transaction["status"] == "available"
    assert sum(row["amount"] for row in balance["available"] if row["currency"] == "usd") == transaction["net"]
    assert "balance.available" in client.types()


@behaviour
def transactions_are_listed(client: Client) -> None:
    """By type and by source, newest first."""
    transaction = booked(client)
    client.post("/v1/refunds", charge=transaction["source"])
    assert [row["type"] for row in client.get(LIST)["data"]] == ["refund", "charge"]
    assert [row["id"] for row in client.get(LIST, type="charge")["data"]] == [transaction["id"]]
    assert [row["id"] for row in client.get(LIST, source=transaction["source"])["data"]][-1] == transaction["id"]


@behaviour
def a_payout_is_made(client: Client) -> None:
    """Available money can be paid out by hand."""
    booked(client, card="pm_card_bypassPending")
    payout = client.post("/v1/payouts", amount=1100, currency="usd", description="Rent")
    assert (payout["object"], payout["amount"], payout["automatic"]) == ("payout", 1100, False)
    assert (payout["status"], payout["type"], payout["method"]) == ("pending", "bank_account", "standard")
    assert payout["arrival_date"] >= payout["created"]
    assert "payout.created" in client.types()


@behaviour
def there_must_be_enough(client: Client) -> None:
    """More than is available is refused: balance_insufficient."""
    error = client.refused("/v1/payouts", amount=100_000, currency="usd")
    assert (error["status"], error["code"]) == (400, "balance_insufficient")
    assert error["message"].startswith("You have insufficient funds in your Stripe account for this transfer.")


@behaviour
def a_pending_payout_is_canceled(client: Client) -> None:
    """And the money is available again."""
    transaction = booked(client, card="pm_card_bypassPending")
    payout = client.post("/v1/payouts", amount=1100, currency="usd")
    assert client.post(f"/v1/payouts/{payout['id']}/cancel")["status"] == "canceled"
    balance = client.get("/v1/balance")
    assert sum(row["amount"] for row in balance["available"] if row["currency"] == "usd") == transaction["net"]
    assert "payout.canceled" in client.types()


@behaviour
def a_payout_arrives(client: Client) -> None:
    """Some days later it is paid."""
    booked(client, card="pm_card_bypassPending")
    payout = client.post("/v1/payouts", amount=1100, currency="usd")
    client.fake.advance(days=10)
    assert client.get(f"/v1/payouts/{payout['id']}")["status"] == "paid"
    assert "payout.paid" in client.types()


@behaviour
def payouts_are_listed_and_noted(client: Client) -> None:
    """Newest first, by status; metadata can change."""
    booked(client, card="pm_card_bypassPending")
    payouts = [client.post("/v1/payouts", amount=500, currency="usd")["id"] for _ in range(2)]
    assert [row["id"] for row in client.get("/v1/payouts")["data"]] == payouts[::-1]
    assert client.get("/v1/payouts", status="paid")["data"] == []
    assert client.post(f"/v1/payouts/{payouts[0]}", metadata={"a": "1"})["metadata"] == {"a": "1"}


@behaviour
def a_paid_payout_is_reversed(client: Client) -> None:
    """What has arrived can be taken back: a payout in the other direction."""
    booked(client, card="pm_card_bypassPending")
    payout = client.post("/v1/payouts", amount=1100, currency="usd")
    client.fake.advance(days=10)
    reversal = client.post(f"/v1/payouts/{payout['id']}/reverse")
    assert (reversal["amount"], reversal["original_payout"]) == (-1100, payout["id"])
    assert client.get(f"/v1/payouts/{payout['id']}")["reversed_by"] == reversal["id"]


@behaviour
def an_unknown_payout(client: Client) -> None:
    """404 by its id."""
    error = client.refused("/v1/payouts/po_x", "GET")
    assert (error["status"], error["code"], error["message"]) == (404, "resource_missing", "No such payout: 'po_x'")


@behaviour
def the_account_can_be_read(client: Client) -> None:
    """GET /v1/account is the shop's own."""
    account = client.get("/v1/account")
    assert (account["object"], account["id"][:5], account["charges_enabled"]) == ("account", "acct_", True)
    assert client.get(f"/v1/accounts/{account['id']}") == account
