"""The Django shop's settings as on a developer's machine, whatever keys lie about on it."""

from __future__ import annotations

import os

os.environ |= {"DEBUG": "true", "ENV_FILE": os.devnull}  # processes that a test starts inherit them

from examples.django_shop.settings import *  # noqa: F403
