"""What the pages in a browser ask of the fake: the bank's questions, a customer's saved cards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from gulf_payments.testing.fake_stripe.browser import challenges, saved
from gulf_payments.testing.fake_stripe.browser.challenges import Outcome, Question
from gulf_payments.testing.fake_stripe.browser.saved import Saved
from gulf_payments.testing.fake_stripe.core import Core
from gulf_payments.testing.fake_stripe.state.account import Account

_Found = TypeVar("_Found")


class Desk(ABC):
    """A part of the driver. It looks in test mode and in live mode; None means that neither has what is asked for."""

    _core: Core

    def question(self, source: str) -> Question | None:
        """The bank's 3-D Secure question with this id, the `source` in its page's address."""
        return self._in_either_mode(lambda account: challenges.find(account, source))

    def answer_question(self, source: str, outcome: Outcome) -> Question | None:
        """Answer it, unless it has been answered: the question as it stands then."""
        try:
            return self._in_either_mode(lambda account: challenges.answer(account, source, outcome))
        finally:
            self._changed()

    def saved_cards(self, customer_session: str) -> Saved | None:
        """What a page with a CustomerSession's client secret may show, while the session lasts."""
        return self._in_either_mode(lambda account: saved.find(account, customer_session))

    def _in_either_mode(self, ask: Callable[[Account], _Found | None]) -> _Found | None:
        return self._core.act(ask) or self._core.act(ask, livemode=True)

    @abstractmethod
    def _changed(self) -> None:
        """Something may have happened."""
