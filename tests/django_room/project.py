"""A whole Django project in a folder: settings, urls, an app with subscribers; run in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

ROOT = Path(__file__).parents[2]
FILES = {
    "settings.py": """
        import json, os
        SECRET_KEY = "a secret key for tests alone"
        ROOT_URLCONF, ALLOWED_HOSTS, USE_TZ, TIME_ZONE = "urls", ["*"], True, "Asia/Riyadh"
        INSTALLED_APPS = [
            "django.contrib.contenttypes", "django.contrib.auth", "gulf_payments.django", "boutique",
        ]
        MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
        DATABASES = {"default": json.loads(os.environ["DATABASE"]) | {"ATOMIC_REQUESTS": True}}
        EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", "mails"
        DEFAULT_FROM_EMAIL = "Boutique <orders@shop.example>"
        STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY = os.environ.get("KEY", "sk_test_1"), "pk_test_1"
        STRIPE_WEBHOOK_SECRET = "whsec_test"
        GULF_PAYMENTS = {"SHOP": "boutique", "BRAND": {"name_ar": "متجر", "name_en": "Boutique"}}
    """,
    "urls.py": """
        from django.urls import include, path
        urlpatterns = [path("payments/", include("gulf_payments.django.urls"))]
    """,
    "boutique/__init__.py": "",
    "boutique/subscribers.py": """
        import os, time
        from pathlib import Path
        from django.contrib.auth.models import Group
        from gulf_payments import OrderConfirmed
        from gulf_payments.django import payments

        @payments.on(OrderConfirmed, name="book", transactional=True)
        def book(event, connection):
            Path("begun").touch()
            while os.environ.get("SLOW") and not Path("go").exists():
                time.sleep(0.01)
            Group.objects.using(connection.alias).create(name=event.order.id)
            if Path("broken").exists():
                raise RuntimeError("sara@example.com cannot be booked")
    """,
    "buy.py": """
        import sys, django
        django.setup()
        from django.core.wsgi import get_wsgi_application
        from gulf_payments import Customer, LineItem, Money, Order
        from gulf_payments.django import payments
        from gulf_payments.testing.fake_stripe import FakeStripe
        from gulf_payments.testing.receivers import wsgi_receiver
        fake = FakeStripe(seed=int(sys.argv[1]))
        fake.drive(payments, receiver=wsgi_receiver(get_wsgi_application(), "/payments/webhook/stripe/"))
        oud = LineItem("عود ملكي", Money("150.00", "SAR"))
        payments.place_order(Order(id=sys.argv[1], customer=Customer(email="sara@example.com"), lines=[oud]))
        fake.pay(payments.start_payment(sys.argv[1]))
        assert all(one.status_code == 200 for one in fake.deliver_webhooks())
        print(payments.order(sys.argv[1]).status)
    """,
    "booked.py": """
        import django
        django.setup()
        from django.contrib.auth.models import Group
        print(*Group.objects.order_by("name").values_list("name", flat=True))
    """,
}


@dataclass
class Project:
    """The project in its folder; `run` waits for a process, `start` does not."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write it."""
        for name, text in FILES.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(dedent(text), encoding="utf-8")

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start Python with these arguments."""
        paths = os.pathsep.join((str(self.folder), str(ROOT / "src")))
        given = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": paths, "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-W", "ignore:Use 'content=:DeprecationWarning", *command],
            cwd=self.folder,
            env=given | {"HOME": str(self.folder)} | dict(self.environment) | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, code: int = 0, **environment: str) -> str:
        """Run Python to its end, which must be this exit code; what it wrote."""
        process = self.start(*command, **environment)
        said, wrong = process.communicate(timeout=60)
        assert process.returncode == code, said + wrong
        return said + wrong

    def mails(self) -> list[Path]:
        """The mails that Django's file backend wrote."""
        return sorted(self.folder.glob("mails/*"))


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)
