"""The databases that Django's tests stand on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from gulf_payments.django.models import Delivery, Order, StripeObject, WebhookEvent

if TYPE_CHECKING:
    from collections.abc import Callable


def groups_made(alias: str) -> list[str]:
    """Make a group in each of eight threads, and name all there are."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: Group.objects.using(alias).create(name=f"group {number}"), range(8)))
    return sorted(Group.objects.using(alias).values_list("name", flat=True))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_an_empty_database_that_threads_share(django_alias: str, turn: str) -> None:
    """What the test before wrote is gone, and what one thread writes all see."""
    del turn
    models = (Delivery, Order, StripeObject, WebhookEvent)
    assert not any(model.objects.using(django_alias).exists() for model in models)
    assert groups_made(django_alias) == [f"group {number}" for number in range(8)]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_mark_of_pytest_django_rolls_back(turn: str) -> None:
    """A test in Django's own transaction starts empty as well."""
    Group.objects.create(name=turn)
    assert [group.name for group in Group.objects.all()] == [turn]


@pytest.mark.django_db(transaction=True)
def test_the_mark_of_pytest_django_stands_on_a_file() -> None:
    """Threads see what was committed, as with a live server."""
    assert groups_made("default") == [f"group {number}" for number in range(8)]


def test_postgresql_is_there_only_when_asked_for(django_sqlite: str) -> None:
    """A test of SQLite starts no PostgreSQL and leaves no alias behind."""
    assert list(connections) == [django_sqlite]


def test_a_test_that_asks_for_no_database_has_none() -> None:
    """Reading the shop's database by mistake is refused."""
    reading: Callable[[], bool] = Group.objects.exists
    with pytest.raises(RuntimeError, match="not allowed"):
        reading()
