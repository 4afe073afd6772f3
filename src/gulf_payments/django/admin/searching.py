"""Search by an id of Stripe's or ours: exact, by the index."""

from __future__ import annotations

import re
from typing import Any

from gulf_payments.django import models
from gulf_payments.django.admin.reading import database

_REFERENCE = re.compile(r"(pay|pi|ch|py|re|pyr|dp|du)_\w+", re.ASCII)


def by_reference(term: str) -> Any:
    """The objects of that id; None for a term that is none."""
    found = term.strip()
    if not _REFERENCE.fullmatch(found):
        return None
    return models.StripeObject.objects.using(database()).filter(reference=found)
