"""The worker as a Celery task."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging

from gulf_payments.django import payments
from gulf_payments.django.tasks import deliver_effects
from gulf_payments.mail import Mail
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.django_room.rooms import in_memory
from tests.shops import order


@pytest.fixture
def queue() -> Iterator[Celery]:
    """Run a Celery worker in a thread, over Celery's own broker in memory."""
    setup_logging.connect(leave_logging_alone)
    app = Celery("shop", broker="memory://", backend="cache+memory://")
    app.conf.update(task_always_eager=False, task_ignore_result=False)
    with in_memory(), start_worker(app, pool="solo", perform_ping_check=False):
        yield app
    app.close()
    setup_logging.disconnect(leave_logging_alone)


def leave_logging_alone(**_: object) -> None:
    """A receiver that is there: Celery then leaves the root logger as it is, for the tests after this one."""


def test_a_worker_of_celerys_performs_what_is_due(queue: Celery, fake_stripe: FakeStripe) -> None:
    """The beat asks by the task's name, a worker delivers the effects, and tells what it did."""
    fake_stripe.drive(payments)
    payments.place_order(order())
    fake_stripe.pay(payments.start_payment("1017"))
    fake_stripe.deliver_webhooks()
    asked = queue.send_task("gulf_payments.deliver_effects", ignore_result=False)
    done = asked.get(timeout=30)
    assert done["done"] == 1  # the mail; the example shop's own subscriber has no tables here
    assert isinstance(payments.mail, Mail)
    assert [mail.name for mail in payments.mail.sender.sent] == ["order_confirmation"]  # type: ignore[attr-defined]
    assert deliver_effects.ignore_result


def test_without_celery_the_import_names_the_extra() -> None:
    """A shop without Celery that imports the tasks is told what to install."""
    program = (
        "import sys; sys.modules['celery'] = None\n"
        "try:\n    import gulf_payments.django.tasks\n"
        "except ImportError as missing:\n    print(missing)"
    )
    said = subprocess.check_output([sys.executable, "-W", "error", "-c", program], text=True)
    assert said == "gulf_payments.django.tasks needs Celery: pip install 'gulf_payments[celery]'\n"
