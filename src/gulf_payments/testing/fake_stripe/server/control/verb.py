"""One thing that the control API can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.server.control.fields import Field

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to ask for. `act` is called with the fake and the fields given; `reads`: it changes nothing."""

    does: str
    act: Callable[..., JSON]
    fields: Mapping[str, Field] = field(default_factory=dict)
    reads: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods it answers to; the one to use comes last."""
        return ("HEAD", "POST", "GET") if self.reads else ("POST",)


def quietly(act: Callable[..., None]) -> Callable[..., JSON]:
    """The same, answering an empty object."""

    def carried_out(fake: FakeStripe, **given: Any) -> JSON:  # noqa: ANN401 - JSON
        act(fake, **given)
        return {}

    return carried_out


def about(name: str, act: Callable[..., JSON]) -> Callable[..., JSON]:
    """A call whose first argument is the field of this name."""

    def carried_out(fake: FakeStripe, **given: Any) -> JSON:  # noqa: ANN401 - JSON
        return act(fake, given.pop(name), **given)

    return carried_out
