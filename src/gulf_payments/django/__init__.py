"""The Django room: one line in INSTALLED_APPS brings models, store, admin, webhook view, mail sender and commands.

    from gulf_payments.django import payments

is the shop's `Payments`, made from Django's settings when it is first used. Importing it needs neither settings nor
apps, and subscribing to it makes nothing yet.
"""

from __future__ import annotations

from gulf_payments.django.lazy import payments

__all__ = ["payments"]
