"""What an answer that is no success means for the caller: refused, not done, or unknown. Pure.

The hard part is the unknown. A request that would move money and got no answer, a server error, or "your key is in use"
may have taken effect. So may one whose first try was lost and whose second was turned away at the door (rate limit,
authentication): the door says nothing about the first. Source: docs.stripe.com/error-low-level, /api/idempotent_requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gulf_payments.errors import GatewayError, GatewayRejected, GatewayUnavailable, OutcomeUnknown
from gulf_payments.stripe import wire

AUTHENTICATION = "authentication"

_TRY_LATER = frozenset({"rate_limit", "lock_timeout"})
_INDETERMINATE = frozenset({408, 409, 424})
_DOOR = frozenset({401, 403, 429})  # answered before the idempotency key was looked at

_SECRET = re.compile(r"((?:sk|rk|pk)_(?:test|live)_|whsec_|_secret_)[\w*]+|\b(?:\d[ -]?){12,18}\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A call that did not succeed. `status` is None without a readable answer; `lost` if an earlier try had none.

    `writes` tells calls that make, capture, cancel or refund from those that only read.
    """

    doing: str
    writes: bool
    status: int | None = None
    problem: wire.Problem = wire.Problem()
    lost: bool = False
    request_id: str = ""
    reason: str = ""


def refusal(call: Unanswered) -> GatewayError:
    """The error to raise: GatewayRejected, GatewayUnavailable or OutcomeUnknown, with a sentence free of secrets."""
    return _class(call)(_sentence(call), code=_code(call), request_id=call.request_id)


def _class(call: Unanswered) -> type[GatewayError]:
    if _is_indeterminate(call):
        return OutcomeUnknown if call.writes else GatewayUnavailable
    if call.status == 429 or call.problem.code in _TRY_LATER:  # noqa: PLR2004 - HTTP's number
        return GatewayUnavailable
    return GatewayRejected


def _is_indeterminate(call: Unanswered) -> bool:
    if call.status is None or not 400 <= call.status < 500:  # noqa: PLR2004 - HTTP's numbers
        return True
    return call.status in _INDETERMINATE or (call.writes and call.lost and call.status in _DOOR)


def _code(call: Unanswered) -> str:
    if call.status is None:
        return "no_answer"
    if call.status in (401, 403):
        return AUTHENTICATION
    if call.status == 400 and call.problem.type == "idempotency_error":  # noqa: PLR2004 - HTTP's number
        return "idempotency_error"
    return call.problem.code or call.problem.type or f"http_{call.status}"


def _sentence(call: Unanswered) -> str:
    said = call.problem.message or call.reason
    answered = f"answered {call.status}" if call.status else "gave no answer"
    return redacted(f"Stripe {answered} when asked to {call.doing}" + (f": {said}" if said else ""))


def redacted(text: str) -> str:
    """The text without keys, client secrets and card numbers."""
    return _SECRET.sub(lambda found: f"{found[1] or ''}[hidden]", text)
