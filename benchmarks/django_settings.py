"""Django set up once for all benchmarks that need it: its settings cannot be another's in the same process."""

from __future__ import annotations

import os
from typing import Any

import django
from django.test import override_settings


def django_set_up(**changes: Any) -> override_settings:  # noqa: ANN401 - Django's settings
    """Set Django up as the example shop has it, and change settings for a block."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.django_shop.settings")
    django.setup()
    return override_settings(**changes)
