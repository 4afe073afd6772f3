"""The worker as a Celery task, for shops that run Celery already: put `deliver_effects` on the beat.

    CELERY_BEAT_SCHEDULE = {
        "payments": {"task": "gulf_payments.deliver_effects", "schedule": 5.0, "options": {"expires": 5.0}},
    }

Passes that overlap do no harm: each delivery is claimed with a lease.
"""

from __future__ import annotations

from gulf_payments.django.lazy import payments
from gulf_payments.errors import StoreUnavailable

try:
    from celery import shared_task
except ModuleNotFoundError as missing:
    raise ImportError("gulf_payments.django.tasks needs Celery: pip install 'gulf_payments[celery]'") from missing


@shared_task(name="gulf_payments.deliver_effects", ignore_result=True, throws=(StoreUnavailable,))
def deliver_effects(limit: int = 1000) -> dict[str, int]:
    """One pass of the outbox; what it did, by verdict. StoreUnavailable is no bug: the next beat tries again."""
    delivered = payments.deliver_effects(limit=limit)
    return {
        "done": delivered.done,
        "skipped": delivered.skipped,
        "retry": delivered.retry,
        "dead": delivered.dead,
    }
