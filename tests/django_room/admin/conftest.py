"""The admin's desk, on SQLite: rows that the library itself wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.django_room.admin.staff import DEEDS, Desk, logged_in, user
from tests.django_room.rooms import room


@pytest.fixture
def desk(django_sqlite: str) -> Iterator[Desk]:
    """Open the shop on an empty database."""
    assert django_sqlite == "default"
    with room(ROOT_URLCONF="tests.django_room.admin.urls", STATIC_URL="/static/"):
        yield Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    """Log somebody in who may do everything."""
    del desk
    return logged_in(user("noura", *DEEDS))
