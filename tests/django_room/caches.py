"""Caches as they are on a bad day."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import BaseCache


class Down(BaseCache):
    """A cache whose server is away."""

    def __init__(self, _: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, *_: Any, **__: Any) -> bool:
        """Fail."""
        raise ConnectionError("connection refused")


class Forgetful(BaseCache):
    """A cache that drops a counter between two questions."""

    def __init__(self, _: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, *_: Any, **__: Any) -> bool:
        """Say that it is there already."""
        return False

    def get(self, _: str, default: Any = None, **__: Any) -> Any:
        """Know nothing."""
        return default
