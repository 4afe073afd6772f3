"""Each shop in this process, over the server of a fake Stripe, and a browser that visits it.

A further shop is one entry in SHOPS: a function from a `Setting` to an `OpenShop`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from examples.storefront.accounts import DEMO_CUSTOMERS
from examples.storefront.carts import Carts
from examples.storefront.headers import WEBHOOK
from examples.storefront.shop import Storefront
from examples.storefront.wiring import BRAND, storefront
from gulf_payments import Order, Payments
from gulf_payments.mail import Mail, MemorySender
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe, Receiver
from gulf_payments.testing.fake_stripe.server.loopback import Server
from gulf_payments.testing.receivers import asgi_receiver, wsgi_receiver

ADDRESS = "http://testserver"
SECRET = "whsec_contract"
SIGNING_KEY = "a-signing-key-of-the-shop"
STAFF = "staff@shop.example"


@dataclass(kw_only=True)
class Setting:
    """What a shop is opened in. `request` fetches fixtures, such as a framework's database."""

    fake: FakeStripe
    stripe: str
    folder: Path
    request: pytest.FixtureRequest

    def gateway(self) -> StripeGateway:
        """The gateway to the fake's server."""
        return StripeGateway(
            secret_key="sk_test_contract",
            publishable_key="pk_test_contract",
            webhook_secrets=[SECRET],
            base_address=self.stripe,
            max_network_retries=0,
            timeout_seconds=5,
            clock=self.fake.clock,
        )

    def late_intent(self, order_id: str, amount: int) -> str:
        """A PaymentIntent that names the order and was made behind the shop's back; its client secret."""
        metadata = {"shop": "gulf-emperor", "order_id": order_id}
        client = stripe.StripeClient("sk_test_contract", base_addresses={"api": self.stripe})
        made = client.v1.payment_intents.create({"amount": amount, "currency": "sar", "metadata": metadata})
        return str(made.client_secret)

    def mail(self, outbox: MemorySender) -> Mail:
        """Mails that are kept."""
        return Mail(
            outbox,
            brand=BRAND,
            from_address="orders@shop.example",
            signing_key=SIGNING_KEY,
            retry_url=f"{ADDRESS}/pay/r/{{token}}/",
            alert_addresses=[STAFF],
        )


@dataclass(kw_only=True)
class OpenShop:
    """A shop that can be visited. `mails` are the recipient and the text of each mail so far."""

    payments: Payments
    carts: Carts
    connect: Callable[[], httpx.Client]
    webhook: Receiver
    mails: Callable[[], list[tuple[str, str]]]
    setting: Setting

    @property
    def fake(self) -> FakeStripe:
        """The Stripe behind it."""
        return self.setting.fake

    def settle(self) -> None:
        """Let webhooks arrive and effects be performed."""
        self.fake.deliver_webhooks()
        self.payments.deliver_effects()

    def later(self, **time: float) -> None:
        """Let time pass, and everything that falls due in it happen."""
        self.fake.advance(**time)
        self.settle()

    def mails_to(self, address: str) -> list[str]:
        """The texts of the mails to somebody."""
        return [text for recipient, text in self.mails() if address in recipient]


def _sql_storefront(setting: Setting) -> tuple[Storefront, Callable[[], list[tuple[str, str]]]]:
    outbox = MemorySender()
    payments = Payments(
        shop="gulf-emperor",
        gateway=setting.gateway(),
        store=SQLStore(f"sqlite:///{setting.folder / 'shop.db'}"),
        mail=setting.mail(outbox),
        clock=setting.fake.clock,
    )
    shop = storefront(payments, base_url=ADDRESS, signing_key=SIGNING_KEY, stripe_js=f"{setting.stripe}/v3/")
    setting.request.addfinalizer(payments.store.close)  # type: ignore[attr-defined]  # an SQLStore's
    return shop, lambda: _written(outbox)


def _written(outbox: MemorySender) -> list[tuple[str, str]]:
    return [(", ".join(mail.recipients), f"{mail.subject}\n{mail.text}") for mail in outbox.sent]


def _flask(setting: Setting) -> OpenShop:
    from examples.flask_shop.shop import create_app

    shop, mails = _sql_storefront(setting)
    app = create_app(shop)
    return OpenShop(
        payments=shop.payments,
        carts=shop.carts,
        connect=lambda: httpx.Client(transport=httpx.WSGITransport(app), base_url=ADDRESS),
        webhook=wsgi_receiver(app, WEBHOOK),
        mails=mails,
        setting=setting,
    )


class AsgiTransport(httpx.BaseTransport):
    """Carries requests to an ASGI application, each in an event loop of its own."""

    def __init__(self, app: Any) -> None:
        self.app, self._transport = app, httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return asyncio.run(self._answered(request))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def _fastapi(setting: Setting) -> OpenShop:
    from examples.fastapi_shop.shop import create_app

    shop, mails = _sql_storefront(setting)
    app = create_app(shop)
    return OpenShop(
        payments=shop.payments,
        carts=shop.carts,
        connect=lambda: httpx.Client(transport=AsgiTransport(app), base_url=ADDRESS),
        webhook=asgi_receiver(app, WEBHOOK),
        mails=mails,
        setting=setting,
    )


OPEN: list[Payments] = []  # what Django's settings name, as they name no object


def payments_of_django() -> Payments:
    """What `GULF_PAYMENTS["PAYMENTS"]` names."""
    return OPEN[-1]


def _django(setting: Setting) -> OpenShop:
    setting.request.getfixturevalue("django_sqlite")
    from django.core.cache import cache
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    from examples.django_shop import views
    from examples.django_shop.__main__ import seed_customer
    from examples.django_shop.models import Carts
    from gulf_payments.django import payments
    from gulf_payments.django.store import DjangoStore

    outbox = MemorySender()
    OPEN.append(
        Payments(
            shop="gulf-emperor",
            gateway=setting.gateway(),
            store=DjangoStore(),
            mail=setting.mail(outbox),
            clock=setting.fake.clock,
        )
    )
    theirs = override_settings(
        STRIPE_SECRET_KEY="sk_test_contract",
        STRIPE_WEBHOOK_SECRET=SECRET,
        GULF_PAYMENTS={"PAYMENTS": f"{__name__}.payments_of_django"},
    )
    patch = pytest.MonkeyPatch()
    shop = Storefront(
        payments,
        Carts(),
        may_try=views.may_try,
        accounts=views.Accounts(),
        signing_key=SIGNING_KEY,
        base_url=ADDRESS,
        stripe_js=f"{setting.stripe}/v3/",
    )
    patch.setattr(views, "shop", shop)

    def now() -> float:  # by the fake's clock, or a window might end in the middle of a test
        return setting.fake.clock().timestamp()

    patch.setattr(views, "LIMITS", {kind: replace(limit, clock=now) for kind, limit in views.LIMITS.items()})
    theirs.enable()
    for undo in (cache.clear, OPEN.pop, theirs.disable, patch.undo):
        setting.request.addfinalizer(undo)
    for customer in DEMO_CUSTOMERS:
        seed_customer(customer.id, customer.email, customer.name)
    app = WSGIHandler()
    return OpenShop(
        payments=payments,
        carts=shop.carts,
        connect=lambda: httpx.Client(transport=httpx.WSGITransport(app), base_url=ADDRESS),
        webhook=wsgi_receiver(app, WEBHOOK),
        mails=lambda: _written(outbox),
        setting=setting,
    )


SHOPS: dict[str, Callable[[Setting], OpenShop]] = {"flask": _flask, "fastapi": _fastapi, "django": _django}
"""Every shop that keeps the contract."""


@contextmanager
def open_shop(name: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[OpenShop]:
    """Open a shop over a fake Stripe of its own."""
    fake = FakeStripe()
    with Server(fake, hang_seconds=2) as server:
        shop = SHOPS[name](Setting(fake=fake, stripe=server.url, folder=folder, request=request))
        fake.add_endpoint(shop.webhook, secret=SECRET)
        yield shop


NEW_ADDRESS = {
    "address": "new", "name": "سارة العتيبي", "phone": "٠٥٠١٢٣٤٥٦٧", "street": "طريق الملك فهد 12",
    "district": "العليا", "city": "الرياض", "postal_code": "12211",
}  # fmt: skip
GUEST = "guest@example.com"


@dataclass
class Browser:
    """One customer's browser: it keeps cookies, and says where its forms come from."""

    shop: OpenShop
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Open a window."""
        self.client = self.shop.connect()
        self.shop.setting.request.addfinalizer(self.client.close)

    def get(self, path: str) -> httpx.Response:
        """Go to an address."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the shop's own page."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS}
        if token := self.client.cookies.get("csrftoken"):
            headers["X-CSRFToken"] = token
        return self.client.post(path, data=fields, headers=headers)

    def log_in(self, name: str) -> None:
        """Log in as one of the demonstration's customers."""
        self.get("/login/")
        assert self.post("/login/", username=name, password=name, next="/").status_code == 303

    def add(self, sku: str = "oud-royal", quantity: str = "1") -> httpx.Response:
        """Put something into the cart."""
        self.get("/")
        return self.post("/cart/", sku=sku, quantity=quantity, add="1")

    def token(self) -> str:
        """The checkout form's own token."""
        found = re.search(r'name="token" value="([^"]+)"', self.get("/checkout/").text)
        assert found, "the checkout's form has a token"
        return unescape(found[1])

    def check_out(self, **fields: str) -> httpx.Response:
        """Send the checkout's form: a guest's, with a new address, to pay by card, unless told otherwise."""
        given = {**NEW_ADDRESS, "email": GUEST, "method": "card", **fields}
        if "token" not in given:
            given["token"] = self.token()
        return self.post("/checkout/", **given)

    def order(self, **fields: str) -> str:
        """Order one piece of oud; the order's id."""
        self.add()
        return order_id(self.check_out(**fields))

    def start(self, order_id: str) -> httpx.Response:
        """What the payment page's script asks first, and before each try."""
        return self.post(f"/pay/{order_id}/start/")

    def secret(self, order_id: str) -> str:
        """The client secret that Stripe.js gets."""
        answer = self.start(order_id)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["client_secret"])

    def pay(self, order_id: str, card: str = "4242424242424242", **options: Any) -> dict[str, Any]:
        """Type a card into the form and press the button; the PaymentIntent as it stands then."""
        return self.shop.fake.pay(self.secret(order_id), card=card, **options)

    def status(self, order_id: str) -> dict[str, Any]:
        """What the result page's script hears."""
        answer = self.get(f"/orders/{order_id}/status/")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def seen(self, order_id: str) -> Order:
        """The order as the shop has it."""
        return self.shop.payments.order(order_id)

    def cart_count(self) -> int:
        """How many pieces lie in the cart, as its page tells."""
        return sum(int(number) for number in re.findall(r'name="quantity"[^>]* value="(\d+)"', self.get("/cart/").text))


def order_id(answer: httpx.Response) -> str:
    """The order that a checkout led to."""
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/(?:pay|orders)/([a-z2-7]{16})/(?:result/)?", answer.headers["location"])
    assert found, answer.headers["location"]
    return found[1]
