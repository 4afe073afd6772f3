"""What Stripe's answers mean: the content of a good one, and for any other whether anything happened. Pure.

The hard part is the unknown. A request that would move money and got no answer, a server error, or "your key is in
use" may have taken effect. So may one whose first try was lost and whose second was turned away at the door (rate
limit, authentication): the door says nothing about the first.
Source: docs.stripe.com/error-low-level and docs.stripe.com/api/idempotent_requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from gulf_payments.errors import GatewayError, GatewayRejected, GatewayUnavailable, OutcomeUnknown
from gulf_payments.stripe import wire
from gulf_payments.stripe.facts import Stamp

Read = TypeVar("Read", bound=BaseModel)

AUTHENTICATION = "authentication"
"""The code of a GatewayRejected that a wrong or revoked API key causes."""

_BUSY = frozenset({"rate_limit", "lock_timeout"})
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_INDETERMINATE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.FAILED_DEPENDENCY})

_SECRET = re.compile(r"((?:sk|rk|pk)_(?:test|live)_|whsec_|_secret_)[\w*]+|\b(?:\d[ -]?){12,18}\d\b")


class Problem(wire.Wire):
    """`error` of an answer that is not 2xx."""

    type: wire.Word = None
    code: wire.Word = None
    message: wire.Word = None


class Failure(wire.Wire):
    """The body of an answer that is not 2xx."""

    error: Problem


class Answer(NamedTuple):
    """A successful answer: its JSON, when it was asked for, and whether Stripe repeated an earlier one."""

    data: Any
    asked_at: int
    request_id: str
    replayed: bool

    def stamp(self, created: int) -> Stamp:
        """When its content was true: a repeated answer is as old as the object that it first announced."""
        return Stamp(created if self.replayed else self.asked_at, f"api:{self.request_id}")


def understood(kind: type[Read], data: Any, *, writes: bool = False) -> Read:  # noqa: ANN401 - any JSON
    """The answer in our model; one that does not fit is as good as none."""
    try:
        return kind.model_validate(data)
    except ValidationError as unreadable:
        where = ", ".join(".".join(map(str, item["loc"])) for item in unreadable.errors()[:3])
    kind_of_error = OutcomeUnknown if writes else GatewayUnavailable
    raise kind_of_error(f"Stripe's answer is no {kind.__name__} that can be read ({where})", code="answer_unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A call that did not succeed.

    `status` is None without a readable answer; `lost` if an earlier try may have taken effect unseen; `replayed` if
    Stripe only repeats what it said before. `writes` tells calls that make or change something from those that read.
    """

    doing: str
    writes: bool
    status: int | None = None
    problem: Problem = field(default_factory=Problem)
    lost: bool = False
    replayed: bool = False
    request_id: str = ""
    reason: str = ""


def given(said: Answer | Unanswered) -> Answer:
    """The answer, or the error that stands for it."""
    if isinstance(said, Unanswered):
        raise refusal(said)
    return said


def problem_in(body: object) -> Problem:
    """What the body of a failed answer says; nothing if it is not Stripe's own form."""
    try:
        return Failure.model_validate(body).error
    except ValidationError:
        return Problem()


def refusal(call: Unanswered) -> GatewayError:
    """The error to raise: GatewayRejected, GatewayUnavailable or OutcomeUnknown, with a sentence free of secrets."""
    return _class(call)(_sentence(call), code=_code(call), request_id=call.request_id)


def _class(call: Unanswered) -> type[GatewayError]:
    if _is_indeterminate(call):
        return OutcomeUnknown if call.writes else GatewayUnavailable
    return GatewayUnavailable if _is_busy(call) else GatewayRejected


def _is_indeterminate(call: Unanswered) -> bool:
    if call.status is None or is_uncertain(call.status):
        return True
    return call.writes and call.lost and (call.status in _DENIED or _is_busy(call))


def is_uncertain(status: int) -> bool:
    """Whether a request answered so may have taken effect: anything but a plain refusal."""
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return not refused or status in _INDETERMINATE


def _is_busy(call: Unanswered) -> bool:
    return call.status == HTTPStatus.TOO_MANY_REQUESTS or call.problem.code in _BUSY


def _code(call: Unanswered) -> str:
    if call.status is None:
        return "no_answer"
    if call.status in _DENIED:
        return AUTHENTICATION
    return call.problem.code or call.problem.type or f"http_{call.status}"


def _sentence(call: Unanswered) -> str:
    said = call.problem.message or call.reason
    answered = f"answered {call.status}" if call.status else "gave no answer"
    return redacted(f"Stripe {answered} when asked to {call.doing}" + (f": {said}" if said else ""))


def redacted(text: str) -> str:
    """The text without keys, client secrets and card numbers."""
    return _SECRET.sub(lambda found: f"{found[1] or ''}[hidden]", text)
