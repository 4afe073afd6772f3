"""DjangoStore keeps every promise of the ports, on each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gulf_payments.django.store import DjangoStore
from gulf_payments.testing.contracts import ARCHIVE_CHECKS, OUTBOX_CHECKS, STORE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gulf_payments.ports import Storage


@pytest.mark.parametrize(
    "check",
    [*STORE_CHECKS, *OUTBOX_CHECKS, *ARCHIVE_CHECKS],
    ids=lambda check: check.__name__.removeprefix("check_"),
)
def test_the_contract_holds(check: Callable[[Storage], None], django_alias: str) -> None:
    """The store in hand keeps the promise that the check names."""
    check(DjangoStore(django_alias))
