"""A shop on the memory store, for tests of what the library does whatever it stands on."""

from __future__ import annotations

import pytest
from tests.shops import Shop


@pytest.fixture
def shop() -> Shop:
    """Open a shop."""
    return Shop()
