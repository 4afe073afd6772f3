"""The bank's 3-D Secure questions, as their pages find and answer them: by the id in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from gulf_payments.testing.fake_stripe.resources.payment_intents import handlers as payment_intents
from gulf_payments.testing.fake_stripe.resources.setup_intents import handlers as setup_intents
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

Outcome = Literal["pass", "fail"]

_ANSWERS: Mapping[str, Callable[[Account, Resource, Outcome], Resource]] = {
    "payment_intent": payment_intents.challenge,
    "setup_intent": setup_intents.challenge,
}
"""How each kind of object takes the customer's answer."""
_DONE = frozenset(("succeeded", "requires_capture", "requires_confirmation", "processing"))


@dataclass(frozen=True, slots=True)
class Question:
    """One question and where it stands: what it is about, the card it asks for, where the customer goes afterwards."""

    source: str
    about: Resource
    card: Resource | None
    return_url: str | None
    open: bool

    @property
    def passed(self) -> bool:
        """Whether the customer's part ended well, as `redirect_status` tells the shop."""
        return self.about["status"] in _DONE


def find(account: Account, source: str) -> Question | None:
    """The question with this id as it stands now, or None if it was never asked."""
    challenge = account.challenges.get(source)
    if challenge is None:
        return None
    about = account.require(challenge.kind, challenge.target, param="source")
    return Question(source, about, _card(account, about), challenge.return_url, _waits_for(about, source))


def _card(account: Account, about: Resource) -> Resource | None:
    method = account.find("payment_method", about["payment_method"] or "")
    return None if method is None else method.get("card")


def _waits_for(about: Resource, source: str) -> bool:
    # The next action is gone once it is answered, and another one after a retry: its address names its source.
    action = about["next_action"] or {}
    redirect, sdk = action.get("redirect_to_url") or {}, action.get("use_stripe_sdk") or {}
    return sdk.get("source") == source or str(redirect.get("url")).endswith(f"source={source}")


def answer(account: Account, source: str, outcome: Outcome) -> Question | None:
    """Answer a question, unless that has been done: a second answer changes nothing. None if it was never asked."""
    question = find(account, source)
    if question is None or not question.open:
        return question
    _ANSWERS[question.about["object"]](account, question.about, outcome)
    return find(account, source)
