"""Load on the Django webhook: several processes post orders' events in any order, twice, while workers perform them.

PostgreSQL, and Django's own handler with the shop's middleware. The same load goes to the same view over DjangoStore
and over SQLStore, each in a database of its own. Afterwards nothing may be lost, doubled or stuck, or there is no
figure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from statistics import median
from threading import Event
from time import monotonic
from typing import Any, NamedTuple

from benchmarks.django_settings import django_set_up
from benchmarks.figures import Aim, Figure, Report, count, ratio
from gulf_payments import OrderConfirmed, OrderStatus, Payments
from gulf_payments.ports import Storage
from tests.databases import DURABLE, Postgres, running_postgres
from tests.payments.neighbours import stripe_over_http
from tests.shops import SECRET, Shop, order

PROCESSES, THREADS = 2, 4  # that post; a worker of the outbox runs in each process besides
COPIES = 2  # of each event
STORES = ("DjangoStore", "SQLStore")

Post = tuple[bytes, str]  # a body and its signature


class Place(NamedTuple):
    """Where one run happens: the store's name, Django's settings of its database, its URL, and Stripe's address."""

    store: str
    settings: Mapping[str, Any]
    url: str
    stripe: str


class Share(NamedTuple):
    """What one process did: the posts it made, how often each status was answered, its span, and its mails."""

    posts: int
    answers: Mapping[int, int]
    began: float
    ended: float
    mails: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: posts and seconds, and what each order, effect and delivery came to."""

    posts: int
    seconds: float
    answers: Mapping[int, int]
    unpaid: int
    lost: int
    doubled: int
    stuck: int

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled or stuck, and no post was refused."""
        return set(self.answers) == {200} and not any((self.unpaid, self.lost, self.doubled, self.stuck))


def measure(rounds: int) -> Report:
    """Run the load on each store in turn, so many times; 50 orders each time."""
    runs: dict[str, list[Outcome]] = {name: [] for name in STORES}
    with running_postgres(DURABLE) as server:
        for turn in range(rounds):
            for name in STORES[:: -1 if turn % 2 else 1]:
                runs[name].append(required(bombarded(server, name, orders=50)))
    return Report(f"The Django webhook under load: {PROCESSES} processes of {THREADS} threads", _figures(runs))


def _figures(runs: Mapping[str, Sequence[Outcome]]) -> list[Figure]:
    speeds = {name: [run.posts / run.seconds for run in runs[name]] for name in STORES}
    django, sql = (runs[name] for name in STORES)
    return [
        *(Figure(f"webhooks a second on {name}", median(speeds[name]), "/s") for name in STORES),
        count("posts, each event twice and shuffled", django[0].posts, "posts"),
        count(
            "  lost, doubled or stuck", sum(run.lost + run.doubled + run.stuck for run in django), "events", at_most=0
        ),
        ratio("DjangoStore's time to SQLStore's", median(map(_slower, django, sql)), Aim(1.6)),
    ]


def _slower(one: Outcome, other: Outcome) -> float:
    return (one.seconds / one.posts) / (other.seconds / other.posts)


def required(outcome: Outcome) -> Outcome:
    """The outcome, if it is right. Raises RuntimeError otherwise: a figure of it would mean nothing."""
    if not outcome.is_right:
        raise RuntimeError(f"something was lost, doubled, stuck or refused: {outcome}")
    return outcome


def bombarded(server: Postgres, name: str, *, orders: int) -> Outcome:
    """Place and pay the orders, post all that Stripe says of them, perform what follows, and count."""
    with ExitStack() as stack:
        database = stack.enter_context(server.fresh_database())
        shop = Shop()
        stripe = stack.enter_context(stripe_over_http(shop.fake))
        place = Place(name, _settings(server, database), server.url(database), stripe)
        shop.payments = stack.enter_context(opened(place))
        _create_tables(shop.payments.store, place)
        posts = _posts(shop, orders)
        context = get_context("spawn")
        with context.Manager() as manager, ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
            start = manager.Barrier(PROCESSES)
            shares = list(pool.map(take_share, [place] * PROCESSES, _dealt(posts), [start] * PROCESSES))
        return _counted(shop.payments, shares, orders)


def _settings(server: Postgres, database: str) -> dict[str, Any]:
    from tests.djangos import postgres_settings

    return {**postgres_settings(server, database), "OPTIONS": {}, "CONN_MAX_AGE": 60}


def _create_tables(store: Storage, place: Place) -> None:
    """Make the tables of either store, and the shop's own: one row for each order that was shipped."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    if place.store == "SQLStore":
        store.create_tables()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shipped (key TEXT)")


def _posts(shop: Shop, orders: int) -> list[Post]:
    """Everything that Stripe says of paid orders, twice, in an order that is the same at each run."""
    for number in range(orders):
        shop.payments.place_order(order(f"order-{number:04}"))
        shop.fake.pay(shop.payments.start_payment(f"order-{number:04}"))
    events = [event["id"] for event in shop.fake.events()] * COPIES
    random.Random(5).shuffle(events)  # noqa: S311 - any order will do, the same each time
    return [shop.fake.signed(event_id) for event_id in events]


def _dealt(posts: Sequence[Post]) -> list[Sequence[Post]]:
    return [posts[share::PROCESSES] for share in range(PROCESSES)]


@contextmanager
def opened(place: Place) -> Iterator[Payments]:
    """Point Django at the run's database, and open the shop that its webhook view serves."""
    from tests.djangos import database_at

    settings: dict[str, Any] = {
        "ROOT_URLCONF": "gulf_payments.django.urls",
        "STRIPE_SECRET_KEY": "sk_test_123",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "GULF_PAYMENTS": {"PAYMENTS": f"{__name__}.shop_of_the_run"},
        "ALLOWED_HOSTS": ["testserver"],
        "DEBUG": False,
    }
    with django_set_up(**settings), database_at("default", **place.settings), _store(place) as store:
        shop = Shop(store)
        shop.payments.use_gateway(shop.gateway(base_address=place.stripe, http_client=None))
        shop.payments.on(OrderConfirmed, name="ship", transactional=True)(_ship)
        _open.append(shop)
        try:
            yield shop.payments
        finally:
            _open.pop()


@contextmanager
def _store(place: Place) -> Iterator[Storage]:
    from gulf_payments.django.store import DjangoStore
    from gulf_payments.stores.sql import SQLStore

    if place.store == "DjangoStore":
        yield DjangoStore()
        return
    with closing(SQLStore(place.url)) as store:
        yield store


_open: list[Shop] = []  # the shop of the run, where Django's settings find it


def shop_of_the_run() -> Payments:
    """What `GULF_PAYMENTS["PAYMENTS"]` names."""
    return _open[-1].payments


def _ship(event: OrderConfirmed, connection: Any) -> None:  # noqa: ANN401 - either store's own handle
    """Write a row of the shop's in the transaction of the mark, whichever store's it is."""
    if hasattr(connection, "exec_driver_sql"):
        connection.exec_driver_sql("INSERT INTO shipped VALUES (%s)", (event.key,))
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO shipped VALUES (%s)", [event.key])


def take_share(place: Place, posts: Sequence[Post], start: Any) -> Share:  # noqa: ANN401 - a managed barrier
    """Post a share of the events in threads, while a worker performs what becomes due; in a process of its own."""
    from django.core.handlers.wsgi import WSGIHandler

    with opened(place) as payments:
        handler, posted = WSGIHandler(), Event()
        with ThreadPoolExecutor(THREADS + 1) as pool:
            worker = pool.submit(_perform, payments, posted)
            start.wait()
            began = monotonic()
            answers = Counter(pool.map(lambda post: _post(handler, *post), posts))
            ended = monotonic()
            posted.set()
            worker.result()
        return Share(len(posts), answers, began, ended, len(_open[-1].subjects))


def _perform(payments: Payments, posted: Event) -> None:
    """Perform what is due until everything is posted and nothing more is due."""
    while not posted.is_set() or payments.deliver_effects().total:
        payments.deliver_effects()
        posted.wait(0.05)


def _post(handler: Any, body: bytes, signature: str) -> int:  # noqa: ANN401 - a WSGI application
    """Carry one POST to Django as a server would, and answer with its status."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhook/stripe/",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_STRIPE_SIGNATURE": signature,
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    with closing(handler(environ, lambda *_: None)) as response:
        return int(response.status_code)


def _counted(payments: Payments, shares: Sequence[Share], orders: int) -> Outcome:
    """Count what became of everything; what is left over for a moment after the last worker went is performed first."""
    from django.db import connection

    payments.deliver_effects()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT key) FROM shipped")
        shipped, different = cursor.fetchone()
    mails = sum(share.mails for share in shares) + len(_open[-1].subjects)
    confirmed = list(payments.store.stream(payments.scope, statuses=(OrderStatus.CONFIRMED,)))
    return Outcome(
        posts=sum(share.posts for share in shares),
        seconds=max(share.ended for share in shares) - min(share.began for share in shares),
        answers=sum((Counter(share.answers) for share in shares), Counter[int]()),
        unpaid=orders - len(confirmed),
        lost=(orders - different) + max(0, orders - mails),
        doubled=(shipped - different) + max(0, mails - orders),
        stuck=sum(entry.waiting + entry.dead for entry in payments.backlog()),
    )
