"""A shop's day, played and explained: every scene runs the real library and the real Stripe SDK on a fake Stripe."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Brand, FileSender, Mail
from gulf_payments.money import Money
from gulf_payments.orders import Customer, LineItem, Order
from gulf_payments.payments import Payments
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe

SECRET = "whsec_demo"  # noqa: S105 - signs the fake's webhooks, and opens nothing
MARK = ".gulf-payments-demo"
FORGED = ("a forged body", "a body changed after signing", "a signature of last week")


@dataclass
class Day:
    """The shop, its fake Stripe, and what was found true or not so far."""

    folder: Path
    fake: FakeStripe
    store: SQLStore
    payments: Payments
    outcomes: list[tuple[str, bool]] = field(default_factory=list)

    def expect(self, claim: str, holds: object) -> None:
        """Note a claim, and whether it holds."""
        self.outcomes.append((claim, bool(holds)))

    def place(self, order_id: str, title: str, price: str, name: str = "سارة") -> None:
        """Place an order of one thing, VAT included."""
        customer = Customer(email=f"customer-{order_id}@example.com", name=name, locale="ar")
        line = LineItem(title, Money(price, "SAR"), tax_rate="15")
        shipping = Money("25.00", "SAR")
        order = Order(id=order_id, customer=customer, lines=[line], shipping=shipping, shipping_tax_rate="15")
        self.payments.place_order(order)

    def settle(self) -> None:
        """Let the webhooks arrive, and the worker do what is due."""
        self.fake.deliver_webhooks()
        self.payments.deliver_effects()

    def status(self, order_id: str) -> str:
        """The order's status."""
        return str(self.payments.order(order_id).status)

    def mails(self, order_id: str) -> int:
        """How many mails the order's customer was sent."""
        return sum(f"customer-{order_id}@" in path.read_text("utf-8") for path in self.folder.glob("mails/*.eml"))

    def confirmations(self, order_id: str) -> int:
        """How often the order was confirmed, counted in the database itself."""
        with sqlite3.connect(self.folder / "shop.db") as database:
            query = "select count(*) from gulf_delivery where kind = 'OrderConfirmed' and order_id = ?"
            (count,) = database.execute(query, (order_id,)).fetchone()
        database.close()
        return int(count)


def paid(day: Day) -> None:
    """A customer pays, and is confirmed and mailed once."""
    day.place("1001", "عود ملكي", "300.00")
    day.fake.pay(day.payments.start_payment("1001"), card="4242424242424242")
    day.expect("before the webhook the order is pending", day.status("1001") == "pending")
    day.settle()
    day.expect("after it the order is confirmed", day.status("1001") == "confirmed")
    day.expect("one confirmation went out by mail", day.mails("1001") == 1)


def declined(day: Day) -> None:
    """A card is declined; the same order and PaymentIntent are tried again with another card."""
    day.place("1002", "مسك الطهارة", "80.00", name="خالد")
    first = day.payments.start_payment("1002")
    day.fake.pay(first, card="4000000000009995")
    day.settle()
    order = day.payments.order("1002")
    day.expect(
        "the payment failed and the order stays pending", (order.payment_status, order.status) == ("failed", "pending")
    )
    day.expect("the reason is known", order.payments[0].failure_code == "insufficient_funds")
    second = day.payments.start_payment("1002")
    day.expect("the retry uses the same PaymentIntent", second.intent_id == first.intent_id)
    day.fake.pay(second, card="4242424242424242")
    day.settle()
    day.expect("the second card confirms the order", day.status("1002") == "confirmed")


def unpaid(day: Day) -> None:
    """A declined customer leaves; a quarter of an hour later an invitation to pay goes out."""
    day.place("1003", "بخور", "60.00", name="نورة")
    day.fake.pay(day.payments.start_payment("1003"), card="4000000000000002")
    day.settle()
    day.expect("no mail at once: the page has said it", day.mails("1003") == 0)
    day.fake.advance(seconds=901)
    day.settle()
    day.expect("after fifteen minutes one mail with a retry link", day.mails("1003") == 1)


def challenged(day: Day) -> None:
    """The bank asks the customer (3-D Secure) before it pays."""
    day.place("1004", "دهن العود", "450.00", name="فهد")
    attempt = day.payments.start_payment("1004")
    day.fake.pay(attempt, card="4000002500003155", three_d_secure="leave")
    day.settle()
    day.expect("the payment waits for the bank", day.payments.order("1004").payment_status == "requires_action")
    day.fake.challenge(attempt, "pass")
    day.settle()
    day.expect("once passed, the order is confirmed", day.status("1004") == "confirmed")


def shuffled(day: Day) -> None:
    """Webhooks arrive backwards and five times each."""
    day.place("1005", "عنبر", "120.00")
    day.fake.pay(day.payments.start_payment("1005"), card="4242424242424242")
    answers = day.fake.deliver_webhooks(order="reversed", copies=5)
    day.settle()
    day.expect(f"{len(answers)} deliveries, each answered 200", all(answer.taken for answer in answers))
    day.expect("one confirmation, one mail", (day.confirmations("1005"), day.mails("1005")) == (1, 1))


def refunded(day: Day) -> None:
    """One order is refunded in part, another whole; the same form sent twice is one refund."""
    for order_id, title in (("1006", "مبخرة"), ("1007", "طقم عطور")):
        day.place(order_id, title, "175.00", name="ريم")
        day.fake.pay(day.payments.start_payment(order_id), card="4242424242424242")
    day.settle()
    token = day.payments.refund_token("1006")
    first = day.payments.refund("1006", Money("50.00", "SAR"), request_id=token, note="كسر في الشحن", actor="staff:7")
    again = day.payments.refund("1006", Money("50.00", "SAR"), request_id=token, actor="staff:8")
    day.expect("two people, one form: one refund", first.id == again.id)
    day.payments.refund("1007", request_id=day.payments.refund_token("1007"))
    day.settle()
    day.expect("refunded in part", day.status("1006") == "partially_refunded")
    day.expect("refunded whole", day.status("1007") == "refunded")
    day.expect("each customer has a receipt and a refund mail", (day.mails("1006"), day.mails("1007")) == (2, 2))


def refund_first(day: Day) -> None:
    """A refund made in Stripe's dashboard is heard of before its own payment."""
    day.place("1008", "سجادة", "200.00", name="منى")
    attempt = day.payments.start_payment("1008")
    day.fake.pay(attempt, card="4242424242424242")
    day.fake.refund_from_dashboard(attempt, 5000)
    day.fake.deliver_webhooks(order="reversed")
    day.settle()
    order = day.payments.order("1008")
    day.expect("both are counted", (order.status, order.refunded) == ("partially_refunded", Money("50.00", "SAR")))


def lost(day: Day) -> None:
    """Every webhook of a payment is lost; the customer's return asks Stripe instead."""
    day.place("1009", "ماء ورد", "40.00", name="هند")
    day.fake.pay(day.payments.start_payment("1009"), card="4242424242424242")
    day.fake.drop_webhooks()
    day.payments.refresh("1009")
    day.settle()
    day.expect("the return page confirms the order", day.status("1009") == "confirmed")
    day.expect("and its mail goes out", day.mails("1009") == 1)


def forged(day: Day) -> None:
    """Somebody forges a webhook to have goods for nothing."""
    day.place("1010", "ساعة", "999.00", name="لص")
    day.payments.start_payment("1010")
    event_id = day.fake.events("payment_intent.created")[-1]["id"]
    body, header = day.fake.signed(event_id, secret=SECRET)
    changed = body.replace(b"payment_intent.created", b"payment_intent.succeeded")
    stale = day.fake.signed(event_id, secret=SECRET, at=day.fake.clock() - timedelta(days=7))
    seen = _events_seen(day)
    tries = ((b'{"type": "payment_intent.succeeded"}', "t=1,v1=00"), (changed, header), stale)
    for what, (forgery, signature) in zip(FORGED, tries, strict=True):
        day.expect(f"{what} is answered 400", day.payments.receive_webhook(forgery, signature).status_code == 400)  # noqa: PLR2004
    day.expect("nothing of it was stored", _events_seen(day) == seen)
    day.expect("the order is still unpaid", day.status("1010") == "pending")


def _events_seen(day: Day) -> int:
    with sqlite3.connect(day.folder / "shop.db") as database:
        (count,) = database.execute("select count(*) from gulf_event").fetchone()
    database.close()
    return int(count)


SCENES: tuple[Callable[[Day], None], ...] = (
    paid, declined, unpaid, challenged, shuffled, refunded, refund_first, lost, forged,
)  # fmt: skip


def play(folder: Path, console: Console) -> bool:
    """Play every scene in a folder and print what came of it; True if every outcome was as told."""
    with _open(folder) as day:
        progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        with progress:
            task = progress.add_task("opening the shop", total=len(SCENES))
            for scene in SCENES:
                title = (scene.__doc__ or "").strip()
                progress.update(task, description=title)
                before = len(day.outcomes)
                scene(day)
                _tell(progress.console, title, day.outcomes[before:])
                progress.advance(task)
        console.print(_orders(day))
        good = all(holds for _, holds in day.outcomes)
        kept = sum(holds for _, holds in day.outcomes)
        console.print(f"{kept} of {len(day.outcomes)} outcomes as told. ", end="", style="green" if good else "red")
        console.print(f"Database: {folder / 'shop.db'}. Mails: {folder / 'mails'} (.eml and .html).", soft_wrap=True)
        return good


def _tell(console: Console, title: str, outcomes: list[tuple[str, bool]]) -> None:
    console.print(title, style="bold")
    for claim, holds in outcomes:
        console.print("  ✓" if holds else "  ✗", style="green" if holds else "red", end=" ")
        console.print(claim, highlight=False)


def _orders(day: Day) -> Table:
    table = Table(title="The day's orders")
    table.add_column("Order")
    table.add_column("Status")
    for name in ("Total", "Paid", "Refunded"):
        table.add_column(name, justify="right")
    for order in sorted(day.payments.orders(limit=100), key=lambda order: order.id):
        table.add_row(order.number, str(order.status), str(order.total), str(order.paid), str(order.refunded))
    return table


@contextmanager
def _open(folder: Path) -> Iterator[Day]:
    """A shop in an empty folder, or in one that an earlier demonstration left."""
    _clear(folder)
    fake = FakeStripe()
    store = SQLStore(f"sqlite:///{folder / 'shop.db'}")
    store.create_tables()
    brand = Brand(
        name_ar="إمبراطور الخليج",
        name_en="Gulf Emperor",
        url="https://shop.example",
        support_email="support@shop.example",
        vat_number="300000000000003",
    )
    mail = Mail(
        FileSender(folder / "mails"),
        brand=brand,
        from_address="إمبراطور الخليج <noreply@shop.example>",
        signing_key="a key for the demonstration only",
        retry_url="https://shop.example/pay/{token}",
    )
    gateway = StripeGateway(
        secret_key="sk_test_demo",  # noqa: S106 - the fake takes any
        publishable_key="pk_test_demo",
        webhook_secrets=[SECRET],
        http_client=fake.http_client(),
        clock=fake.clock,
    )
    payments = Payments(shop="gulf-emperor", gateway=gateway, store=store, mail=mail, clock=fake.clock)
    fake.add_endpoint(lambda body, header: payments.receive_webhook(body, header).status_code, secret=SECRET)
    try:
        yield Day(folder, fake, store, payments)
    finally:
        store.close()


def _clear(folder: Path) -> None:
    """Empty a folder that a demonstration marked as its own; refuse any other that holds something."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise ConfigurationError(f"{folder} holds something that no demonstration made: name another with --dir")
    (folder / "mails").mkdir(parents=True, exist_ok=True)
    mark.touch()
    for path in (*folder.glob("shop.db*"), *folder.glob("mails/*.eml"), *folder.glob("mails/*.html")):
        path.unlink()
