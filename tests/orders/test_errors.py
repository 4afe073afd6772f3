"""The errors are what their module draws, each says what it is for, and each survives a journey."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from gulf_payments import errors
from gulf_payments.errors import GatewayRejected, GulfPaymentsError, OrderNotFound, TransitionRefused

BRANCH = re.compile(r"(?P<indent>(?:│  |   )*)[├└]─ (?P<names>\w+(?: ↻)?(?:, \w+(?: ↻)?)*)(?:  .*)?$")
KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, GulfPaymentsError)]


def _drawn() -> dict[str, tuple[str, bool]]:
    """Each error of the drawing, with what it hangs on and whether it is marked as safe to retry."""
    above = ["GulfPaymentsError"]
    found = {"GulfPaymentsError": ("Exception", False)}
    for line in (errors.__doc__ or "").splitlines():
        branch = BRANCH.match(line)
        if branch is None:
            continue
        depth = len(branch["indent"]) // 3 + 1
        names = [name.removesuffix(" ↻") for name in branch["names"].split(", ")]
        marked = [name.endswith(" ↻") for name in branch["names"].split(", ")]
        found |= {name: (above[depth - 1], safe) for name, safe in zip(names, marked, strict=True)}
        above[depth:] = [names[-1]]
    return found


def _made(kind: type[GulfPaymentsError]) -> GulfPaymentsError:
    """One error with every keyword that its class knows."""
    given = inspect.signature(kind.__init__).parameters.values()
    keywords = [parameter.name for parameter in given if parameter.kind is parameter.KEYWORD_ONLY]
    return kind("a sentence", **{name: f"{name} of 1017" for name in keywords})


def test_the_tree_is_as_drawn() -> None:
    """Every class hangs where the drawing hangs it and can be retried where it is marked; none is left out."""
    real = {kind.__name__: (kind.__mro__[1].__name__, kind.safe_to_retry) for kind in KINDS}
    assert len(real) > 30
    assert _drawn() == real


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_when_it_comes(kind: type[GulfPaymentsError]) -> None:
    """Its own docstring, not its parent's, ends in a full stop."""
    assert (kind.__dict__["__doc__"] or "").strip().endswith((".", ")"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_a_journey(kind: type[GulfPaymentsError]) -> None:
    """From a worker process or a task queue it arrives with its sentence, its notes and everything it carries."""
    raised = _made(kind)
    raised.add_note("while placing 1017")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        arrived = pickle.loads(pickle.dumps(raised, protocol))  # noqa: S301 - our own
        assert type(arrived) is kind
        assert str(arrived) == "a sentence"
        assert vars(arrived) == vars(raised)
    assert vars(copy.copy(raised)) == vars(raised)


def test_an_error_carries_what_a_program_decides_by() -> None:
    """Which order, why, and the provider's code and request, beside the sentence for people."""
    refused = TransitionRefused("order 1017 is paid", why="paid", subject_id="1017")
    assert (str(refused), refused.why, refused.subject_id) == ("order 1017 is paid", "paid", "1017")
    rejected = GatewayRejected("no such currency", code="invalid_currency", request_id="req_1")
    assert (rejected.code, rejected.request_id) == ("invalid_currency", "req_1")


@pytest.mark.parametrize(
    ("builtin", "kinds"),
    [
        (ValueError, {kind for kind in KINDS if issubclass(kind, errors.InvalidInput)}),
        (LookupError, {OrderNotFound, errors.PaymentNotFound}),
    ],
)
def test_pythons_own_names_catch_what_they_should(builtin: type[Exception], kinds: set[type[Exception]]) -> None:
    """A wrong argument is a ValueError and a missing order a LookupError, and nothing else is."""
    assert {kind for kind in KINDS if issubclass(kind, builtin)} == kinds
