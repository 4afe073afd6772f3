"""What Stripe's command line triggers, the fake makes happen by the same requests."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON
from tests.fake_stripe.fidelity.steps import Step
from tests.fake_stripe.fidelity.triggers import FORMER, LATER_DAYS, TRIGGERS

_REFERENCE = re.compile(r"\$\{(\w+):([\w.]+)\}")


WAYS = [
    *(pytest.param(event, steps, id=event) for event, steps in TRIGGERS.items()),
    *(pytest.param(event, steps, id=f"{event}-former") for event, steps in FORMER.items()),
]


@pytest.mark.parametrize(("event", "steps"), WAYS)
def test_a_trigger_makes_its_event(client: Client, event: str, steps: tuple[Step, ...]) -> None:
    """Each request answers as the command expects, and the event is there."""
    run(client, steps)
    client.fake.advance(days=LATER_DAYS.get(event, 0))
    assert event in client.types()


def run(client: Client, steps: tuple[Step, ...]) -> None:
    """Send every request of a trigger, each filled in from the answers before it."""
    answers: dict[str, JSON] = {}
    for step in steps:
        answers[step.name] = _taken(client, step, answers)


def _taken(client: Client, step: Step, answers: dict[str, JSON]) -> JSON:
    answered = client.ask(step.method, _filled(step.path, answers), _filled(step.params, answers))
    if step.expected_error:
        assert (answered.status, answered.error["type"]) == (402, step.expected_error)
    else:
        assert answered.status == 200, f"{step.name}: {answered.body}"
    return answered.body


def _filled(value: Any, answers: dict[str, JSON]) -> Any:
    """The value with every reference to an earlier answer replaced."""
    if isinstance(value, dict):
        return {name: _filled(inner, answers) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, answers) for inner in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _member(answers[found[1]], found[2]), value)
    return value


def _member(answer: Any, path: str) -> str:
    for name in path.split("."):
        answer = answer[int(name)] if name.isdecimal() else answer[name]
    return str(answer)
