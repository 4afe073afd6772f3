"""Run the shop on this machine: `python -m examples.django_shop [--port N] [--data DIR]`."""

from __future__ import annotations

import os
import secrets

from dotenv import dotenv_values

from examples.running import WEBHOOK_SECRET, Play, Stage, run
from examples.storefront.accounts import DEMO_CUSTOMERS


def _play(stage: Stage) -> Play:
    """Set Django up for the stage, make its tables and its users, and return the shop."""
    os.environ |= _environment(stage)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from examples.django_shop.wsgi import application
    from gulf_payments.django import payments

    return Play(payments=payments, app=application, notes=(f"admin      {stage.address}/admin/  {_admin(stage)}",))


def _admin(stage: Stage) -> str:
    """How to log in as staff. Known passwords come into the stage's own database, never into one that was named."""
    if os.environ["DATABASE_URL"] != _database(stage):
        return "as manage.py createsuperuser made you; DATABASE_URL gets no passwords that are known"
    return f"admin / {_seed_users()}"


def _database(stage: Stage) -> str:
    return f"sqlite:///{stage.folder / 'shop.db'}"


def _environment(stage: Stage) -> dict[str, str]:
    """The settings of the stage: with a fake Stripe everything, with the real one only what is not set already."""
    given = {
        "DJANGO_SETTINGS_MODULE": "examples.django_shop.settings",
        "DEBUG": "true",
        "DATABASE_URL": _database(stage),
        "SHOP_URL": stage.address,
    }
    if not stage.stripe:
        said = {**dotenv_values(".env"), **os.environ}
        return {name: said.get(name) or value for name, value in given.items()}
    return {
        **given,
        "SECRET_KEY": _kept_key(stage),
        "STRIPE_SECRET_KEY": "sk_test_demonstration",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_demonstration",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_ADDRESS": stage.stripe,
        "EMAIL_FOLDER": str(stage.mails),
        "ALERT_EMAILS": "staff@shop.example",
    }


def _kept_key(stage: Stage) -> str:
    """A key of this folder's own, so that links and sessions outlive the process with the data."""
    kept = stage.folder / "secret-key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return kept.read_text(encoding="ascii")


def _seed_users() -> str:
    """Make the demonstration's customers, and an admin with a new password, which is returned."""
    from django.contrib.auth.models import User

    for customer in DEMO_CUSTOMERS:
        seed_customer(customer.id, customer.email, customer.name)
    password = secrets.token_urlsafe(9)
    admin, _ = User.objects.get_or_create(username="admin", defaults={"is_staff": True, "is_superuser": True})
    admin.set_password(password)
    admin.save()
    return password


def seed_customer(name: str, email: str, full_name: str) -> None:
    """Make a customer whose password is the name, unless there is one already."""
    from django.contrib.auth.models import User

    first, _, last = full_name.partition(" ")
    if not User.objects.filter(username=name).exists():
        User.objects.create_user(name, email, name, first_name=first, last_name=last)


if __name__ == "__main__":
    run("django_shop", _play)
