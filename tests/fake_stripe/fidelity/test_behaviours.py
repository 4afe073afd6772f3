"""Real Stripe's behaviours, one by one."""

from __future__ import annotations

import pytest

from tests.fake_stripe.fidelity.behaviours.areas import AREAS
from tests.fake_stripe.fidelity.behaviours.book import BOOK, Behaviour
from tests.fake_stripe.fidelity.client import Client


def test_the_book_is_whole() -> None:
    """Every area has its behaviours, each with a sentence of its own."""
    areas = [area.__name__.rpartition(".")[2] for area in AREAS]
    assert sorted({one.area for one in BOOK}) == sorted(areas)
    assert all(one.sentence.endswith(".") for one in BOOK)
    assert len({(one.area, one.name) for one in BOOK}) == len(BOOK)


@pytest.mark.parametrize("behaviour", BOOK, ids=str)
def test_behaviour(client: Client, behaviour: Behaviour) -> None:
    """The fake does what Stripe does."""
    behaviour.story(client)
