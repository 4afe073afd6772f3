"""The page that says what is covered is true, and every route of the fake is exercised."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.routes import ROUTES, find
from tests.fake_stripe.fidelity import coverage
from tests.fake_stripe.fidelity.behaviours.book import BOOK, Story
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.coverage import ALWAYS_REFUSES
from tests.fake_stripe.fidelity.test_triggers import run
from tests.fake_stripe.fidelity.triggers import TRIGGERS

PAGE = Path(__file__).parents[3] / "docs" / "fake_stripe_coverage.md"


def test_the_page_is_up_to_date() -> None:
    """The committed page is the one that the routes and the tests write."""
    assert PAGE.read_text(encoding="utf-8") == coverage.page(), (
        "out of date: python -m tests.fake_stripe.fidelity.coverage > docs/fake_stripe_coverage.md"
    )


class NotingFake(FakeStripe):
    """A fake that notes which of its routes answered 200."""

    answered: set[tuple[str, str]]

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer, and take note."""
        answer = super().handle(method, path, query, headers, body)
        if answer[0] == 200:
            route, _ = find(method, path)
            self.answered.add((route.method, route.pattern))
        return answer


def test_every_route_is_exercised() -> None:
    """Behaviours and triggers together get a 200 from every route there is."""
    answered: set[tuple[str, str]] = set()
    stories: list[Story] = [*(one.story for one in BOOK), *(partial(run, steps=steps) for steps in TRIGGERS.values())]
    for story in stories:
        fake = NotingFake()
        fake.answered = answered
        with suppress(AssertionError, LookupError):  # a story that fails does so under its own name
            story(Client(fake))
    all_routes = {(route.method, route.pattern) for route in ROUTES if route.pattern not in ALWAYS_REFUSES}
    assert sorted(all_routes - answered) == []
