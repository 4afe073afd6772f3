"""Webhooks through a whole web application: WSGI, ASGI, and a Django project under Django's own test runner."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from textwrap import dedent
from typing import Any
from wsgiref.validate import validator

import pytest

from gulf_payments import Payments
from gulf_payments.testing import receivers
from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.ready_made import ready_made_shop
from gulf_payments.testing.receivers import asgi_receiver, wsgi_receiver
from tests.shops import order

ROOT = Path(__file__).parents[2]


def _shop(fake: FakeStripe) -> Payments:
    """A shop that the fake no longer reaches straight, only through its web application."""
    payments = ready_made_shop(fake)
    fake.release()
    return payments


def _paid(fake: FakeStripe, payments: Payments) -> str:
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    fake.settle()
    return payments.order("1017").status


def test_a_wsgi_application_hears_webhooks(fake: FakeStripe) -> None:
    """The shop's WSGI application gets each webhook as a request that the standard's own check passes."""
    payments = _shop(fake)
    fake.drive(payments, receiver=wsgi_receiver(validator(payments.wsgi()), "/webhooks/stripe"))
    assert _paid(fake, payments) == "confirmed"


def test_an_asgi_application_hears_webhooks(fake: FakeStripe) -> None:
    """So does an ASGI application, from a plain test as from one that runs in an event loop."""
    payments = _shop(fake)
    fake.drive(payments, receiver=asgi_receiver(payments.asgi(), "/webhooks/stripe"))

    async def within_a_loop() -> str:
        """A test under pytest-asyncio, as it were."""
        return _paid(fake, payments)

    assert asyncio.run(within_a_loop()) == "confirmed"


def test_a_view_gets_what_stripe_sends(fake: FakeStripe) -> None:
    """Path, method, type, length and signature are those of a real delivery, and there is no cookie."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("503 Busy", [])
        return [b"later"]

    fake.drive(payments := _shop(fake), receiver=wsgi_receiver(application, "/hooks"))
    payments.place_order(order())
    payments.start_payment("1017")
    (delivery,) = fake.deliver_webhooks()
    assert delivery.status_code == 503
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"], seen["wsgi.url_scheme"]) == ("POST", "/hooks", "https")
    assert seen["CONTENT_TYPE"] == "application/json; charset=utf-8"
    assert int(seen["CONTENT_LENGTH"]) == len(seen["body"])
    assert seen["HTTP_STRIPE_SIGNATURE"].startswith("t=")
    assert "HTTP_COOKIE" not in seen


def test_an_asgi_application_may_ask_for_more(fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that reads past the end hears in the end that the client is gone, and its answer counts."""
    monkeypatch.setattr(receivers, "PATIENCE_SECONDS", 0.01)
    seen: list[str] = []

    async def application(
        _scope: MutableMapping[str, Any], pull: Callable[[], Any], push: Callable[[Any], Any]
    ) -> None:
        """Read on, as a server-sent stream would."""
        seen.extend([(await pull())["type"], (await pull())["type"]])
        await push({"type": "http.response.start", "status": 204, "headers": []})
        await push({"type": "http.response.body", "body": b""})

    fake.drive(payments := _shop(fake), receiver=asgi_receiver(application, "/hooks"))
    payments.place_order(order())
    payments.start_payment("1017")
    assert [one.status_code for one in fake.deliver_webhooks()] == [204]
    assert seen == ["http.request", "http.disconnect"]


def test_what_a_view_raises_reaches_the_test(fake: FakeStripe) -> None:
    """An application that breaks fails the test, and its webhook waits on."""

    def application(_environ: object, _start: object) -> Iterable[bytes]:
        raise ZeroDivisionError("the view is broken")

    fake.drive(payments := _shop(fake), receiver=wsgi_receiver(application, "/hooks"))
    payments.place_order(order())
    payments.start_payment("1017")
    with pytest.raises(ZeroDivisionError, match="the view is broken"):
        fake.settle()
    assert [one.type for one in fake.pending_webhooks] == ["payment_intent.created"]


DJANGO = {
    "settings.py": """
        SECRET_KEY = "for tests"
        ROOT_URLCONF = "urls"
        ALLOWED_HOSTS = ["localhost", "testserver"]
        INSTALLED_APPS = ["checkout"]
        MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    """,
    "urls.py": """
        from django.urls import path
        from checkout import views

        urlpatterns = [
            path("orders/<order_id>/pay/", views.pay),
            path("orders/<order_id>/", views.show),
            path("webhooks/stripe/", views.webhook),
            path("webhooks/guarded/", views.guarded),
        ]
    """,
    "checkout/__init__.py": "",
    "checkout/shop.py": """
        from gulf_payments import Payments
        from gulf_payments.stores.memory import MemoryStore
        from gulf_payments.stripe import StripeGateway

        payments = Payments(
            shop="django-shop",
            gateway=StripeGateway(secret_key="sk_test_own", webhook_secrets=["whsec_own"]),
            store=MemoryStore(),
        )
    """,
    "checkout/views.py": """
        from django.http import HttpResponse, JsonResponse
        from django.views.decorators.csrf import csrf_exempt
        from django.views.decorators.http import require_POST
        from gulf_payments import Customer, LineItem, Money, Order
        from checkout.shop import payments

        @require_POST
        def pay(request, order_id):
            line = LineItem("عود ملكي", Money("150.00", "SAR"), quantity=2)
            payments.place_order(Order(id=order_id, customer=Customer(email="sara@example.com"), lines=[line]))
            return JsonResponse({"client_secret": payments.start_payment(order_id).client_secret})

        def show(request, order_id):
            return JsonResponse({"status": payments.order(order_id).status})

        @require_POST
        def guarded(request):
            reply = payments.receive_webhook(request.body, request.headers.get("Stripe-Signature"))
            return HttpResponse(status=reply.status_code)

        webhook = csrf_exempt(guarded)
    """,
    "checkout/tests.py": """
        from django.core.wsgi import get_wsgi_application
        from django.test import TestCase
        from gulf_payments.testing.fake_stripe import FakeStripe
        from gulf_payments.testing.receivers import wsgi_receiver
        from checkout.shop import payments

        class CheckoutTest(TestCase):
            def setUp(self):
                self.stripe = self.enterContext(FakeStripe().driving())

            def deliver(self, body, signature):
                headers = {"Stripe-Signature": signature}
                answer = self.client.post("/webhooks/stripe/", body, "application/json", headers=headers)
                return answer.status_code

            def checkout(self, order_id):
                return self.client.post(f"/orders/{order_id}/pay/").json()

            def status(self, order_id):
                return self.client.get(f"/orders/{order_id}/").json()["status"]

            def test_by_the_test_client(self):
                self.stripe.drive(payments, receiver=self.deliver)
                self.stripe.decline(self.checkout("1"))
                self.stripe.settle()
                self.assertEqual(self.status("1"), "pending")
                self.stripe.pay(self.checkout("1"), card="authenticationRequired")
                self.stripe.settle()
                self.assertEqual(self.status("1"), "confirmed")

            def test_by_the_whole_application(self):
                self.stripe.drive(payments, receiver=wsgi_receiver(get_wsgi_application(), "/webhooks/stripe/"))
                self.stripe.pay(self.checkout("2"))
                self.stripe.settle()
                self.assertEqual(self.status("2"), "confirmed")

            def test_a_view_that_real_webhooks_do_not_reach(self):
                self.stripe.drive(payments, receiver=wsgi_receiver(get_wsgi_application(), "/webhooks/guarded/"))
                self.stripe.pay(self.checkout("3"))
                self.assertEqual({one.status_code for one in self.stripe.settle()}, {403})
                self.assertEqual(self.status("3"), "pending")
    """,
}


def test_a_django_project_is_tested_by_djangos_own_means(tmp_path: Path) -> None:
    """Checkout view, customer and webhook view play together in a Django TestCase, by its client and by WSGI."""
    for name, text in DJANGO.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT / "src"))),
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-W", "error", "-m", "django", "test", "checkout"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Ran 3 tests" in run.stderr
