"""Every store keeps every promise of the ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gulf_payments.testing.contracts import ARCHIVE_CHECKS, OUTBOX_CHECKS, STORE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gulf_payments.ports import Storage

CHECKS = [*STORE_CHECKS, *OUTBOX_CHECKS, *ARCHIVE_CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_the_contract_holds(check: Callable[[Storage], None], store: Storage) -> None:
    """The store in hand keeps the promise that the check names."""
    check(store)


def test_every_check_says_what_it_checks() -> None:
    """Each check carries its promise in a sentence of its own, and is listed once."""
    sentences = [check.__doc__ for check in CHECKS]
    assert all(sentences)
    assert len(set(sentences)) == len(CHECKS)
