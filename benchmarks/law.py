"""One step of the law, and its stored form, beside the least that one can do: a table and a new frozen object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from benchmarks.figures import Report, micro, ratio
from benchmarks.racing import Work, race, steady
from gulf_payments import binding, machine
from gulf_payments.machine import Dossier, Facts
from gulf_payments.ports import Key
from gulf_payments.stores.rows import derive
from tests.shops import Shop, order

REPEAT = 20
TABLE = {("pending", "payment_intent.succeeded"): "succeeded", ("pending", "payment_intent.canceled"): "canceled"}


@dataclass(frozen=True, slots=True)
class Simple:
    """A payment as a table of transitions knows it."""

    id: str
    amount: int
    status: str


def measure(rounds: int) -> Report:
    """Race the parts of the law on the news that confirms an order."""
    dossier, news = _confirming()
    after, effects = machine.step(dossier, news)
    assert effects
    text, simple = machine.dump(after), Simple("pay_1", 32500, "pending")
    contenders: dict[str, Work] = {
        "table": partial(_transition, simple, "payment_intent.succeeded"),
        "merge": partial(machine.merge, dossier.facts, news),
        "read": partial(machine.read, after),
        "step": partial(machine.step, dossier, news),
        "dump": partial(machine.dump, after),
        "load": partial(machine.load, text),
        "derive": partial(derive, after),
    }
    times = race(steady(contenders), rounds=rounds, repeat=REPEAT).processor
    return Report(
        "One step of the law: payment_intent.succeeded confirms an order",
        [
            micro("step: merge, read, effects", times.median("step")),
            micro("  of it: merge", times.median("merge")),
            micro("  of it: read", times.median("read")),
            micro(f"dump to {len(text.encode()):,} bytes", times.median("dump")),
            micro("load", times.median("load")),
            micro("derive the searchable rows", times.median("derive")),
            micro("a table's transition, and a new frozen object", times.median("table")),
            ratio("step to the table's transition", times.ratio("step", to="table")),
        ],
    )


def _confirming() -> tuple[Dossier, Facts]:
    """A placed order with its payment started, and the news that it is paid."""
    shop = Shop()
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    (event,) = shop.fake.events("payment_intent.succeeded")
    notice = shop.payments.gateway.read(*shop.fake.signed(event["id"]), now=shop.fake.clock())
    record = shop.store.get(shop.payments.scope, Key("order", "1017"))
    assert record is not None
    assert notice.sighting is not None
    news = binding.news(record.dossier, notice.sighting)
    assert news is not None
    return record.dossier, news


def _transition(payment: Simple, event: str) -> Simple:
    return Simple(payment.id, payment.amount, TABLE[payment.status, event])
