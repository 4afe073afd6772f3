"""What is DjangoStore's own: where it may stand, its errors, its connection, what it keeps of people."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections, transaction
from django.db.utils import IntegrityError
from django.test import override_settings

from gulf_payments import django as django_room
from gulf_payments.django.models import Delivery, Order, StripeObject, WebhookEvent
from gulf_payments.django.store import DjangoStore
from gulf_payments.errors import ConcurrentUpdate, ConfigurationError, InvalidInput, StoreError, StoreUnavailable
from gulf_payments.machine import Facts, Resolution
from gulf_payments.ports import Key, Outcome, Query, Verdict
from gulf_payments.stores.sql import SQLStore
from gulf_payments.testing.contracts.samples import NOON, Bench, Undone, at, paid, sample_order, unpaid
from tests.djangos import database_at
from tests.shops import Shop

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

MODELS = (Order, StripeObject, WebhookEvent, Delivery)


@pytest.fixture
def store(django_alias: str) -> DjangoStore:
    """Return a store on an empty database, once of each kind."""
    return DjangoStore(django_alias)


def test_a_place_that_cannot_serve_is_refused_by_name() -> None:
    """An alias that is not there, a database of another kind and naive instants are each named when it is made."""
    with pytest.raises(ConfigurationError, match="elsewhere"):
        DjangoStore("elsewhere")
    with database_at("odd", ENGINE="django.db.backends.dummy"), pytest.raises(ConfigurationError, match="SQLite or Po"):
        DjangoStore("odd")
    with override_settings(USE_TZ=False), pytest.raises(ConfigurationError, match="USE_TZ"):
        DjangoStore()
    assert repr(DjangoStore()) == "DjangoStore('default')"


def test_no_migration_is_missing(django_sqlite: str) -> None:
    """The models and their one migration say the same."""
    assert django_sqlite == "default"
    call_command("makemigrations", "gulf_payments", check=True, dry_run=True, verbosity=0)


def test_the_tables_can_be_made_and_dropped(store: DjangoStore) -> None:
    """The migration runs backwards and forwards again on both databases."""
    for target in ("zero", "0001"):
        call_command("migrate", "gulf_payments", target, database=store.using, verbosity=0)
    Bench(store).place("1")
    assert Order.objects.using(store.using).count() == 1


def test_missing_tables_name_the_command(store: DjangoStore) -> None:
    """Before the first migration, any use is an error that says how to create the tables."""
    call_command("migrate", "gulf_payments", "zero", database=store.using, verbosity=0)
    with pytest.raises(StoreError, match=r"manage\.py migrate"):
        store.get("shop:test", Key("order", "1"))
    with pytest.raises(StoreError, match=r"manage\.py migrate"):
        Bench(store).place("1")


def test_inside_an_open_transaction_nothing_is_begun(store: DjangoStore) -> None:
    """In an atomic block, and with autocommit off, the refusal says what to do, and the block goes on."""
    bench = Bench(store)
    with transaction.atomic(using=store.using):
        with pytest.raises(ConfigurationError, match="non_atomic_requests"):
            bench.place("1")
        assert store.get(bench.scope, Key("order", "1")) is None
        Group.objects.using(store.using).create(name="of the shop")
    assert Group.objects.using(store.using).count() == 1
    transaction.set_autocommit(False, using=store.using)
    with pytest.raises(ConfigurationError, match="non_atomic_requests"):
        bench.place("1")
    transaction.set_autocommit(True, using=store.using)
    bench.place("1")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", ["first", "second"])
def test_inside_djangos_test_case_it_works_and_is_undone(turn: str) -> None:
    """In the transaction that Django rolls back after a test, the store's own end as ever, and nest no further."""
    bench = Bench(DjangoStore(), scope="shop:test")
    assert store_is_empty(bench), turn
    bench.place("1", payment_id="pay_1", intent="pi_1")
    with suppress(Undone), bench.store.begin(bench.scope, now=NOON) as open_one:
        with pytest.raises(ConfigurationError), bench.store.begin(bench.scope, now=NOON):
            pass
        open_one.post([bench.delivery("x")])
        raise Undone
    assert bench.store.backlog(bench.scope) == []
    bench.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"))


def store_is_empty(bench: Bench) -> bool:
    """Whether nothing of the scope is stored."""
    return not list(bench.store.stream(bench.scope))


def test_a_swallowed_error_is_not_taken_for_a_commit(store: DjangoStore) -> None:
    """Work that catches a database error loses everything with it: it is told, not believed."""
    bench = Bench(store)
    bench.post([bench.delivery("order:1:confirm")])
    (claimed,) = store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=60, limit=1)

    def careless(_: object) -> None:
        Group.objects.using(store.using).create(name="twice")
        try:
            Group.objects.using(store.using).create(name="twice")
        except IntegrityError:
            return

    with pytest.raises(StoreError, match="swallowed"):
        store.perform(claimed, careless, now=NOON)
    assert not Group.objects.using(store.using).exists()
    assert store.settle(claimed, Outcome(verdict=Verdict.DONE), now=NOON), "the claim is still ours"


def test_performed_work_is_written_with_its_mark(store: DjangoStore) -> None:
    """What a subscriber writes by the ORM or the connection and the mark are one commit: both or neither."""
    bench, groups = Bench(store), Group.objects.using(store.using)
    bench.post([bench.delivery("order:1:confirm")])
    (claimed,) = store.claim(bench.scope, ["fulfil"], now=NOON, lease_seconds=60, limit=1)

    def write(connection: Any) -> None:
        assert connection is connections[store.using]
        groups.create(name="by the ORM")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO auth_group (name) VALUES (%s)", ["by hand"])

    def write_and_fail(connection: Any) -> None:
        write(connection)
        raise Undone

    with pytest.raises(Undone):
        store.perform(claimed, write_and_fail, now=NOON)
    assert groups.count() == 0
    assert store.perform(claimed, write, now=NOON)
    assert not store.perform(claimed, write, now=NOON)
    assert groups.count() == 2


def test_a_locked_sqlite_is_unavailable(django_sqlite: str) -> None:
    """When another program holds the file, the error says that the same call may succeed later, and it does."""
    store, settings = DjangoStore(django_sqlite), connections.settings[django_sqlite]
    with database_at("hasty", **{**settings, "OPTIONS": {**settings["OPTIONS"], "timeout": 0.05}}):
        hasty = Bench(DjangoStore("hasty"))
        other = sqlite3.connect(settings["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as refusal:
            hasty.place("1")
        assert isinstance(refusal.value.__cause__, Exception)
        other.execute("ROLLBACK")
        other.close()
        hasty.place("1")
    assert store.get(hasty.scope, Key("order", "1"))


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "writing"])
def test_a_lost_connection_is_unavailable_once(django_postgres: str, *, reading: bool) -> None:
    """When PostgreSQL ends the connection, the next call is unavailable and the one after it opens another."""
    bench = Bench(DjangoStore(django_postgres))
    bench.place("1")

    def call() -> None:
        if reading:
            assert bench.store.get(bench.scope, Key("order", "1"))
        else:
            bench.post([bench.delivery("x")])

    end_every_other_connection(django_postgres)
    with pytest.raises(StoreUnavailable):
        call()
    call()


def test_a_connection_lost_inside_a_transaction_loses_only_that_one(django_postgres: str) -> None:
    """What was written before the server went is undone, the error passes, and the next transaction works."""
    bench = Bench(DjangoStore(django_postgres))
    bench.place("1")
    with suppress(StoreUnavailable), bench.store.begin(bench.scope, now=NOON) as open_one:
        open_one.post([bench.delivery("x")])
        end_every_other_connection(django_postgres)
        with pytest.raises(StoreUnavailable):
            open_one.post([bench.delivery("y")])
        raise StoreUnavailable
    assert bench.store.backlog(bench.scope) == []
    bench.post([bench.delivery("x")])


def end_every_other_connection(alias: str) -> None:
    """Do to every connection of the database what a restart of the server does."""
    with database_at("staff", **connections.settings[alias]), connections["staff"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


def test_a_lock_that_takes_too_long_is_unavailable(django_postgres: str) -> None:
    """With a lock_timeout of the shop's, waiting ends in an error that may be tried again."""
    bench = Bench(DjangoStore(django_postgres))
    bench.place("1")
    options = {"options": "-c lock_timeout=50ms"}
    with database_at("hasty", **{**connections.settings[django_postgres], "OPTIONS": options}):
        hasty = DjangoStore("hasty")
        with bench.store.begin(bench.scope, now=NOON) as first:
            first.lock(Key("order", "1"))
            with pytest.raises(StoreUnavailable), hasty.begin(bench.scope, now=NOON) as second:
                second.lock(Key("order", "1"))


def test_an_unreachable_database_is_unavailable(django_db_blocker: DjangoDbBlocker) -> None:
    """A server that is not there may be there later."""
    away = {"ENGINE": "django.db.backends.postgresql", "HOST": "localhost", "PORT": "1", "NAME": "shop", "OPTIONS": {}}
    with database_at("away", **away), django_db_blocker.unblock():
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                Bench(DjangoStore("away")).place("1")


def test_an_error_quotes_no_personal_data(store: DjangoStore) -> None:
    """What a database cannot hold is refused in a sentence that does not repeat it."""
    bench = Bench(store)
    with pytest.raises(StoreError) as refusal:
        bench.post([bench.delivery("x", detail="sara@example.com \ud800")])
    assert "sara" not in str(refusal.value).lower()


def test_nothing_personal_stands_outside_its_columns(store: DjangoStore) -> None:
    """In every table only the four personal columns tell who the customer is."""
    bench = Bench(store)
    bench.place("1", payment_id="pay_1", intent="pi_1")
    bench.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"))
    personal = {"customer_email", "customer_name", "customer_phone", "shipping_address"}
    for model in MODELS:
        for row in model.objects.using(store.using).values():
            rest = [str(value) for name, value in row.items() if name not in personal]
            assert not [value for value in rest if "سارة" in value or "sara" in value.lower()]
    emptied = Order.objects.using(store.using).update(**dict.fromkeys(personal, ""))
    record = store.get(bench.scope, Key("order", "1"))
    assert (emptied, record and record.order.customer.email) == (1, "")


def test_a_naive_instant_is_refused(store: DjangoStore) -> None:
    """It means another second in another zone: refused before anything is written."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(InvalidInput, match="time zone"), store.begin("shop:test", now=naive):
        pass
    with pytest.raises(InvalidInput, match="time zone"):
        store.claim("shop:test", ["mail"], now=naive, lease_seconds=60, limit=1)


def test_hundreds_of_rows_are_written(store: DjangoStore) -> None:
    """More deliveries than fit one statement are all written, and so are the many refunds of one order."""
    bench = Bench(store)
    bench.post([bench.delivery(f"x:{number}") for number in range(450)])
    assert [entry.waiting for entry in store.backlog(bench.scope)] == [450]
    bench.place("1", payment_id="pay_1", intent="pi_1")
    for number in range(3):
        bench.step(Key("intent", "pi_1"), paid("pay_1", f"ch_{number}"))
    assert StripeObject.objects.using(store.using).filter(order__key="1", kind="charge").count() == 3


def test_rows_tell_what_the_facts_say(store: DjangoStore) -> None:
    """Instants are whole seconds, None where unknown; what waits for a person is counted, and no more once resolved."""
    shop = Shop(store)
    shop.paid()
    bench = Bench(store, scope=shop.payments.scope)
    bench.announce("1017", "alert:amount_mismatch:pay_1", "alert:double_payment:pay_1")
    row = Order.objects.using(store.using).get(key="1017")
    assert (row.status, row.alert_count, row.expires_at, row.updated_at) == ("confirmed", 2, None, NOON)
    charge = StripeObject.objects.using(store.using).get(kind="charge")
    assert (charge.order, charge.paid_at, charge.created_at.microsecond) == (row, None, 0)
    bench.step(Key("order", "1017"), Facts(resolved={"double_payment:pay_1": Resolution(1, "accept", "staff:7", "")}))
    assert Order.objects.using(store.using).get(key="1017").alert_count == 1


def told(store: Any) -> list[object]:
    """Fill a store with the same facts, and tell everything that can be read of it."""
    bench = Bench(store, scope="told:test")
    for number in range(5):
        bench.place(f"o{number}", payment_id=f"pay_{number}", intent=f"pi_{number}", seconds=number // 2)
    bench.step(Key("intent", "pi_1"), paid("pay_1", "ch_1"), seconds=9)
    bench.post([bench.delivery(f"x:{number}", due=number, body="{}", after="w") for number in range(4)])
    stolen = unpaid(sample_order("o9"), payment_id="pay_9", intent="pi_2")
    with pytest.raises(ConcurrentUpdate), store.begin(bench.scope, now=NOON) as open_one:
        open_one.save(stolen, order=sample_order("o9"))
    claimed = store.claim(bench.scope, ["fulfil"], now=at(2), lease_seconds=60, limit=9)
    verdicts = (Verdict.RETRY, Verdict.DEAD, Verdict.SKIPPED)
    ended = [
        store.settle(one, Outcome(verdict=verdict, retry_at=at(99)), now=at(3))
        for one, verdict in zip(claimed, verdicts, strict=True)
    ]
    queries = (
        *(Query(), Query(limit=2), Query(status="succeeded"), Query(email="SARA@example.com"), Query(number="")),
        *(Query(reference="ch_1"), Query(reference=""), Query(created_from=at(1), created_before=at(2))),
    )
    orders = [store.orders(bench.scope, query) for query in queries]
    payments = [store.payments(bench.scope, query) for query in queries]
    further = store.orders(bench.scope, Query(limit=2, cursor=orders[1].next_cursor))
    read = [store.get(bench.scope, Key("payment", "pay_1")), *store.stream(bench.scope, batch=2)]
    again = store.claim(bench.scope, ["fulfil"], now=at(99), lease_seconds=60, limit=9)
    return [claimed, ended, orders, payments, further, read, again, store.backlog(bench.scope)]


def test_what_is_read_back_is_what_sqlstore_gives(store: DjangoStore, tmp_path: Path) -> None:
    """The same facts, the same answers: orders, payments, cursors, deliveries, backlog."""
    other = SQLStore(f"sqlite:///{tmp_path / 'other.db'}")
    other.create_tables()
    assert told(store) == told(other)
    other.close()


def test_a_cursor_that_no_page_gave_is_refused(store: DjangoStore) -> None:
    """One that names an instant beyond the calendar is as strange as one that cannot be read."""
    for strange in ("WzFlMzAsICJ4Il0=", "Wzk5OTk5OTk5OTk5OTk5LCAieCJd"):
        with pytest.raises(InvalidInput, match="next_cursor"):
            store.orders("shop:test", Query(cursor=strange))


def test_the_store_stays_small() -> None:
    """It is at most 250 lines of code, blank lines, comments and docstrings left out."""
    modules = ("store", "transaction", "database")
    assert sum(code_lines(Path(django_room.__file__).with_name(f"{name}.py")) for name in modules) <= 250


def code_lines(module: Path) -> int:
    """Count the lines of a module that are code."""
    text = module.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented) and ast.get_docstring(node)]
    told = {line for node in nodes for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)}
    lines = enumerate(map(str.strip, text.splitlines()), start=1)
    return len([line for number, line in lines if line and not line.startswith("#") and number not in told])
