"""The book of behaviours: each is one sentence about real Stripe, and a story that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fake_stripe.fidelity.client import Client

Story = Callable[[Client], None]


@dataclass(frozen=True)
class Behaviour:
    """One thing that real Stripe does."""

    area: str
    name: str
    sentence: str
    story: Story

    def __str__(self) -> str:
        return f"{self.area}-{self.name}"


BOOK: list[Behaviour] = []


def behaviour(story: Story) -> Story:
    """Enter a story into the book; its docstring is the sentence, its module the area."""
    area = story.__module__.rpartition(".")[2]
    BOOK.append(Behaviour(area, story.__name__, (story.__doc__ or "").strip(), story))
    return story
