"""One webhook is one short transaction: applied once, at most five statements, every one of them on an index."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from gulf_payments import AlertRaised, OrderConfirmed
from gulf_payments.django.models import Delivery, Order, StripeObject, WebhookEvent
from gulf_payments.django.store import DjangoStore
from gulf_payments.ports import Key, Outcome, Query, Seen, Verdict
from gulf_payments.stripe.translate import RULES
from gulf_payments.testing.contracts.samples import NOON, Bench, at, paid
from tests.django_room.neighbours import receive_fifty
from tests.djangos import postgres_settings
from tests.payments.test_transactions import story
from tests.shops import Shop, order
from tests.stores.webhooks import SEEN, receive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Postgres

Statement = tuple[str, Any]


@contextmanager
def heard(alias: str) -> Iterator[list[Statement]]:
    """Write down the statements that this thread sends, BEGIN and COMMIT left out."""
    statements: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connections[alias].execute_wrapper(note):
        yield statements


@pytest.fixture
def store(django_alias: str) -> DjangoStore:
    """Return a store on an empty database, once of each kind."""
    return DjangoStore(django_alias)


def test_a_webhook_takes_five_statements_and_its_duplicate_one(store: DjangoStore) -> None:
    """Event, lock, order, objects, deliveries; a duplicate stops after the first."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    with heard(store.using) as statements:
        assert receive(store, bench.scope) == 1
    assert [verb(statement) for statement in statements] == [
        "INSERT gulf_payments_webhookevent",
        "SELECT gulf_payments_order",
        "UPDATE gulf_payments_order",
        "INSERT gulf_payments_stripeobject",
        "INSERT gulf_payments_delivery",
    ]
    with heard(store.using) as statements:
        assert receive(store, bench.scope) is None
    assert [verb(statement) for statement in statements] == ["INSERT gulf_payments_webhookevent"]


def verb(statement: Statement) -> str:
    """Name what a statement does and to which table."""
    words = statement[0].replace('"', " ").replace(".", " ").split()
    return f"{words[0]} {next(word for word in words if word.startswith('gulf_payments_'))}"


@dataclass
class CountingShop(Shop):
    """A shop that notes what each webhook cost, by how it was answered."""

    alias: str = "default"
    costs: dict[str, list[int]] = field(default_factory=dict)

    def receive(self, body: bytes, signature: str) -> int:
        """Take a webhook, and count its statements."""
        with heard(self.alias) as statements:
            reply = self.payments.receive_webhook(body, signature)
        self.costs.setdefault(reply.reason, []).append(len(statements))
        return reply.status_code


def test_a_whole_story_costs_at_most_five_statements_a_webhook(store: DjangoStore) -> None:
    """Everything that happens to orders, with every event also kept for a subscriber of the raw one."""
    shop = CountingShop(store, alias=store.using)
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda _: None)
    shop.payments.on(AlertRaised, name="alarm")(lambda _: None)
    for kind in RULES:
        shop.payments.on_stripe(kind, name="journal")(lambda _: None)
    story(shop)
    assert set(shop.costs) == {"applied", "duplicate"}
    assert set(shop.costs["duplicate"]) == {1}
    assert max(shop.costs["applied"]) == 5


def test_statements_stay_few_however_much_there_is(store: DjangoStore) -> None:
    """A claim takes two statements for one delivery or fifty, a page of orders or payments one."""
    bench = Bench(store)
    for number in range(20):
        bench.place(str(number), payment_id=f"pay_{number}", intent=f"pi_{number}")
    bench.post([bench.delivery(f"x:{number}") for number in range(51)])
    for limit in (1, 50):
        with heard(store.using) as statements:
            assert len(store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=60, limit=limit)) == limit
        assert len(statements) == 2
    for search in (store.orders, store.payments):
        with heard(store.using) as statements:
            assert len(search(bench.scope, Query(limit=10))) == 10
        assert len(statements) == 1


def test_the_statements_of_a_webhook_and_the_outbox_use_indexes(store: DjangoStore) -> None:
    """No statement on the paths that must stay flat reads a whole table."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    receive(store, bench.scope)
    grow(store.using, rows=2000)
    with heard(store.using) as statements:
        receive(store, bench.scope, Seen(event_id="evt_2", type="charge.updated"), paid("pay_1", "ch_2"))
        with store.begin(bench.scope, now=NOON) as transaction:
            transaction.mark(SEEN)
            transaction.lock(Key("intent", "pi_9"), Key("payment", "pay_1"), Key("order", "1"))
        (claimed,) = store.claim(bench.scope, ["fulfil", "mail"], now=at(1), lease_seconds=60, limit=10)
        store.settle(claimed, Outcome(verdict=Verdict.DONE), now=at(2))
        store.get(bench.scope, Key("intent", "pi_1"))
        store.orders(bench.scope, Query(reference="pi_1"))
        store.orders(bench.scope, Query(email="nobody@example.com"))
    plans = [plan(store.using, statement) for statement in statements]
    scans = [text for text in plans if "SCAN gulf_" in text or "Seq Scan on gulf_" in text]
    assert scans == []
    assert any("gulf_delivery_in_turn" in text for text in plans)


def grow(alias: str, *, rows: int) -> None:
    """Copy the one row of each table under other ids, so that reading a whole table would cost more than an index."""
    named: dict[Any, str] = {Order: "key", StripeObject: "reference", WebhookEvent: "event_id", Delivery: "key"}
    for model, name in named.items():
        row = model.objects.using(alias).values().first() | ({"settled_at": NOON} if model is Delivery else {})
        del row["id"]
        model.objects.using(alias).bulk_create([model(**row | {name: f"copy_{n}"}) for n in range(rows)])
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(alias: str, statement: Statement) -> str:
    """Tell how the database would run a statement that was heard."""
    explain = "EXPLAIN QUERY PLAN " if connections[alias].vendor == "sqlite" else "EXPLAIN "
    with connections[alias].cursor() as cursor:
        cursor.execute(explain + statement[0], statement[1])
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_one_event_a_hundred_times_from_eight_threads(store: DjangoStore) -> None:
    """Peer row 1 within one process, on each database: one transition, one delivery."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: receive(store, bench.scope), range(100)))
    assert [outcome for outcome in outcomes if outcome is not None] == [1]
    record = store.get(bench.scope, Key("order", "1"))
    assert record is not None
    assert record.dossier.facts.payments["pay_1"].ok
    assert [entry.waiting for entry in store.backlog(bench.scope)] == [1]


def test_one_event_a_hundred_times_from_two_processes_of_eight_threads(
    django_postgres: str, postgres: Postgres
) -> None:
    """Peer row 1 on PostgreSQL: one transition, one confirmation, one mail, and a hundred times 200."""
    shop = Shop(DjangoStore(django_postgres))
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    body, header = shop.fake.signed(shop.fake.events("payment_intent.succeeded")[0]["id"])
    settings = postgres_settings(postgres, connections.settings[django_postgres]["NAME"])
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = list(pool.map(receive_fifty, [settings] * 2, [body] * 2, [header] * 2))
    assert [answer for answers, _ in runs for answer in answers] == [200] * 100
    assert sorted(deed for _, done in runs for deed in done) == ["mail", "order:1017:confirm"]
    assert shop.payments.order("1017").status == "confirmed"
    subscribers = ("fulfil", "mail.customer")
    found = Delivery.objects.using(django_postgres).filter(subscriber__in=subscribers)
    assert list(found.values_list("kind", "state")) == [("OrderConfirmed", "done")] * 2, "one for each subscriber"
