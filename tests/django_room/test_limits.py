"""Counters in Django's cache."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import RequestFactory, override_settings

from gulf_payments.django.limits import Limit, client_address


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    """Begin and end with an empty cache."""
    cache.clear()
    yield
    cache.clear()


def test_a_key_has_so_many_in_a_window() -> None:
    """The fourth is refused, another key is not, and the next window begins anew."""
    now = [1_000_000.0]
    limit = Limit("checkout", most=3, seconds=60, clock=lambda: now[0])
    assert [limit.spend("order:1017") for _ in range(5)] == [True, True, True, False, False]
    assert limit.spend("order:1018")
    assert limit.retry_after() == 20
    now[0] += limit.retry_after()
    assert limit.spend("order:1017")
    assert limit.retry_after() == 60


def test_limits_of_two_names_are_two() -> None:
    """One address may try as often as each says."""
    assert [Limit(name, most=1, seconds=60).spend("203.0.113.9") for name in ("a", "b", "a")] == [True, True, False]


def test_threads_that_spend_at_once_are_all_counted() -> None:
    """Forty at once of ten: ten may."""
    limit = Limit("checkout", most=10, seconds=60, clock=lambda: 1_000_000.0)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(limit.spend, ["one"] * 40)) == 10


def test_the_cache_holds_no_personal_data() -> None:
    """Neither address nor customer can be read from a key, nor hashed by whoever lacks SECRET_KEY."""
    limit = Limit("checkout", most=3, seconds=60)
    limit.spend("sara@example.com")
    (key,) = caches["default"]._cache
    assert "sara" not in key
    with override_settings(SECRET_KEY="another secret of the shop's"):
        limit.spend("sara@example.com")
    assert len(caches["default"]._cache) == 2


@override_settings(CACHES={"default": {"BACKEND": "tests.django_room.caches.Down"}})
def test_a_cache_that_is_down_lets_the_customer_pay(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is refused, and the log tells which limit is not counted, without the key."""
    limit = Limit("checkout", most=1, seconds=60)
    assert all(limit.spend("sara@example.com") for _ in range(3))
    assert "limit 'checkout' is not counted" in caplog.text
    assert "sara" not in caplog.text


@override_settings(CACHES={"default": {"BACKEND": "tests.django_room.caches.Forgetful"}})
def test_a_counter_that_ends_in_between_begins_again() -> None:
    """The cache forgot it after saying that it was there."""
    assert Limit("checkout", most=1, seconds=60).spend("one")


@pytest.mark.parametrize(
    ("proxies", "meta", "address"),
    [
        (0, {"REMOTE_ADDR": "203.0.113.9"}, "203.0.113.9"),
        (0, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "10.0.0.1"),
        (1, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9"}, "203.0.113.9"),
        (2, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"),
        (1, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9:4711"}, "203.0.113.9"),
        (1, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "[2001:db8::1]:4711"}, "2001:db8::/64"),
        (2, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1"}, "10.0.0.1"),
        (1, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "<script>"}, "10.0.0.1"),
        (1, {"REMOTE_ADDR": "10.0.0.1"}, "10.0.0.1"),
        (0, {"REMOTE_ADDR": "2001:db8:0:1:2:3:4:5"}, "2001:db8:0:1::/64"),
        (0, {"REMOTE_ADDR": "::ffff:203.0.113.9"}, "203.0.113.9"),
        (0, {"REMOTE_ADDR": ""}, ""),
    ],
)
def test_an_address_is_what_trusted_proxies_say(proxies: int, meta: dict[str, Any], address: str) -> None:
    """What a client claims counts for nothing; who has an IPv6 address has its whole network."""
    with override_settings(GULF_PAYMENTS={"TRUSTED_PROXIES": proxies}):
        assert client_address(RequestFactory().get("/", **meta)) == address
