"""Each shop at work on this machine: carried by a server, with its worker and its Stripe."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import stripe as sdk
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from examples.fastapi_shop.shop import create_app as fastapi_app
from examples.flask_shop.shop import create_app as flask_app
from examples.running import WEBHOOK, WEBHOOK_SECRET, Play, Stage, carried, working
from examples.storefront.shop import Storefront
from examples.storefront.wiring import on_stage
from gulf_payments.testing.fake_stripe import FakeStripe, RunningClock
from gulf_payments.testing.fake_stripe.server import Served
from gulf_payments.testing.fake_stripe.server.loopback import Server


@dataclass
class House:
    """The shop, its worker and its Stripe, all at work. `heard` is every request that Stripe was sent."""

    shop: Storefront
    address: str
    fake: FakeStripe
    heard: list[Served]
    may_try: bool = True

    def confirmations(self) -> list[Served]:
        """Every attempt to pay that reached Stripe."""
        return [one for one in self.heard if one.method == "POST" and one.path.endswith("/confirm")]


Opening = tuple[Storefront, Play]


@contextmanager
def _flask(stage: Stage) -> Iterator[Opening]:
    shop = on_stage(stage)
    yield shop, Play(payments=shop.payments, app=flask_app(shop))


@contextmanager
def _fastapi(stage: Stage) -> Iterator[Opening]:
    shop = on_stage(stage)
    yield shop, Play(payments=shop.payments, app=fastapi_app(shop), kind="asgi")


@contextmanager
def _django(stage: Stage) -> Iterator[Opening]:
    """Django's shop in this process, on the database that the fixtures opened."""
    from examples.django_shop import views
    from examples.django_shop.models import Carts
    from gulf_payments.django import payments

    room = {"SHOP": "gulf-emperor", "BRAND": {"name_ar": "إمبراطور الخليج", "name_en": "Gulf Emperor"}}
    keys = {
        "STRIPE_SECRET_KEY": "sk_test_house",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_house",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    }
    with (
        override_settings(GULF_PAYMENTS={**room, "STRIPE_ADDRESS": stage.stripe}, **keys),
        pytest.MonkeyPatch.context() as patch,
    ):
        shop = Storefront(
            payments,
            Carts(),
            may_try=views.may_try,
            accounts=views.Accounts(),
            signing_key="a-signing-key-of-the-house",
            base_url=stage.address,
            stripe_js=f"{stage.stripe}/v3/",
        )
        patch.setattr(views, "shop", shop)
        yield shop, Play(payments=payments, app=WSGIHandler())
        cache.clear()


HOUSES: dict[str, Callable[[Stage], AbstractContextManager[Opening]]] = {
    "django": _django,
    "fastapi": _fastapi,
    "flask": _flask,
}


@contextmanager
def open_house(name: str, folder: Path) -> Iterator[House]:
    """Open one of the shops."""
    heard: list[Served] = []
    fake = FakeStripe(clock=RunningClock(), deliver="immediately")
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(sdk, "enable_telemetry", False)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        fake.add_endpoint(address + WEBHOOK, secret=WEBHOOK_SECRET)
        server = stack.enter_context(Server(fake, report=heard.append))
        stage = Stage(address=address, folder=folder, stripe=server.url)
        shop, play = stack.enter_context(HOUSES[name](stage))
        house = House(shop, address, fake, heard)
        shop.may_try = lambda _who: house.may_try
        stack.enter_context(working(play.payments))
        stack.enter_context(carried(play, listener))
        yield house
