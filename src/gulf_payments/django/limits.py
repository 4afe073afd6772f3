"""How often something may be tried: counters in Django's cache, shared by every process that shares the cache.

    ATTEMPTS = Limit("checkout", most=10, seconds=600)
    if not ATTEMPTS.spend(client_address(request)): ...  # 429, with Retry-After: ATTEMPTS.retry_after()

A counter lasts one window of `seconds`, aligned to the clock. Its key is hashed under SECRET_KEY, so the cache holds
no address or customer. A cache that fails limits nothing: who wants to pay may pay, and the log tells of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

logger = logging.getLogger("gulf_payments.limits")

IPV6_PREFIX = 64  # what one household or server is given: whoever has one address of it has all


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each window of `seconds`, for each key; counted in the cache of alias `cache`."""

    name: str
    most: int
    seconds: int
    cache: str = field(default="default", kw_only=True)
    clock: Callable[[], float] = field(default=time.time, kw_only=True, repr=False)

    def spend(self, key: str) -> bool:
        """Count one for this key; False once it has had them all. True when the cache fails."""
        try:
            return self._count(self._name_of(key)) <= self.most
        except Exception as trouble:  # noqa: BLE001 - each cache has errors of its own
            logger.warning("limit %r is not counted, the cache fails: %s", self.name, type(trouble).__name__)
            return True

    def retry_after(self) -> int:
        """Seconds until the window ends, at least 1."""
        return ceil(self.seconds - self.clock() % self.seconds) or 1

    def _count(self, name: str) -> int:
        cache = caches[self.cache]
        if cache.add(name, 1, timeout=self.seconds):
            return 1
        try:
            count = int(cache.incr(name))
        except ValueError:  # it ended between the two
            return 1
        cache.touch(name, self.seconds)  # some caches give it a life of their own when it grows
        return count

    def _name_of(self, key: str) -> str:
        hidden = salted_hmac("gulf_payments.limits", f"{self.name}\n{key}", algorithm="sha256").hexdigest()
        return f"gulf_payments:{int(self.clock() // self.seconds)}:{hidden[:40]}"


def client_address(request: HttpRequest) -> str:
    """Who asks, as a key for a limit: the peer's address, an IPv6 one by its /64.

    X-Forwarded-For is what the client says, but for what `GULF_PAYMENTS["TRUSTED_PROXIES"]` proxies of the shop's own
    have added at its end.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    proxies = int(getattr(settings, "GULF_PAYMENTS", {}).get("TRUSTED_PROXIES") or 0)
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = passed[-proxies].strip() if 0 < proxies <= len(passed) else ""
    return _network(told) or _network(peer) or peer


def _network(address: str) -> str:
    """The address as one network counts, without a port; nothing for what is no address."""
    bare = address.partition(":")[0] if address.count(":") == 1 else address.removeprefix("[").partition("]")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, IPV6_PREFIX), strict=False))
    return str(known)
