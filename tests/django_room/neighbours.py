"""What another process does beside the tests: receive the same event, and perform what is due."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gulf_payments import OrderConfirmed
from tests.shops import Shop


def receive_fifty(settings: Mapping[str, Any], body: bytes, header: str) -> tuple[list[int], list[str]]:
    """Receive one event fifty times in eight threads, then perform what is due: the answers, and what was done."""
    import django

    django.setup()
    from gulf_payments.django.store import DjangoStore
    from tests.djangos import database_at

    with database_at("postgres", **settings) as alias:
        shop = Shop(DjangoStore(alias))
        done: list[str] = []
        shop.payments.on(OrderConfirmed, name="fulfil")(lambda event: done.append(event.key))
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: shop.receive(body, header), range(50)))
        shop.payments.deliver_effects()
    return answers, done + ["mail" for _ in shop.subjects]
