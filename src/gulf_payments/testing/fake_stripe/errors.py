"""Errors as Stripe words them, and the few that the fake raises to its user.

Exception
├── ApiError               an answer: a status and an error body; never leaves the core
├── ConnectionLostError    no answer at all (a fault that a test asked for); each face makes its own of it
├── RefusedError           a test asked the driver for something that Stripe would refuse
└── UnknownTestCardError   a number, name or decline code that no test card of Stripe's has
BaseException
└── FakeStripeBug          the fake itself is wrong: never to be retried or swallowed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DOCS = "https://stripe.com/docs/error-codes/"
_LONGEST_MESSAGE, _LONGEST_PARAM = 40_000, 5_000  # by Stripe's schema of errors
ACCOUNT_ID = "acct_1FakeStripeGulf00"
"""The one Stripe account that the fake is."""
_LOGS = f"https://dashboard.stripe.com/{ACCOUNT_ID}/{{mode}}workbench/logs?object={{request_id}}"
_NO_ID = (
    "If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure "
    "you passed a valid (non-empty) identifier in your code. "
)


class FakeStripeBug(BaseException):
    """The fake failed where it should have answered. Please report it with its cause."""


class ConnectionLostError(Exception):
    """The caller gets no answer: a time-out or a reset that a test asked for. `fault` is its kind."""

    def __init__(self, fault: str, what: str) -> None:
        super().__init__(f"{fault}: {what}")
        self.fault = fault


class UnknownTestCardError(ValueError):
    """No test card has this number, name or decline code. A number is not repeated here: it may be a real card's."""


class RefusedError(RuntimeError):
    """A driver call asked for what Stripe would refuse, such as paying a canceled PaymentIntent."""

    def __init__(self, asked: str, error: ApiError | str) -> None:
        super().__init__(f"cannot {asked}: {error}")


class ApiError(Exception):
    """One error answer.

    `began` says that the endpoint had begun to work when it failed: only such answers are kept for their
    idempotency key. `headers` go with the answer (names in lower case). `details` are further members of the error
    body, such as `decline_code`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        began: bool = False,
        headers: Mapping[str, str] | None = None,
        **details: Any,  # noqa: ANN401 - JSON
    ) -> None:
        super().__init__(message)
        self.status = status
        self.began = began
        self.headers = headers or {}
        shown = None if param is None else param[:_LONGEST_PARAM]
        members = {"code": code, "message": message[:_LONGEST_MESSAGE], "param": shown, "type": kind, **details}
        self.members = {name: value for name, value in members.items() if value is not None}

    def body(self, request_id: str, *, livemode: bool) -> dict[str, Any]:
        """The error as JSON, with the links that Stripe adds."""
        error = dict(self.members)
        if "code" in error:
            error["doc_url"] = _DOCS + error["code"].replace("_", "-")
        if self.status != 401:  # noqa: PLR2004 - an unknown caller has no log to look at
            error["request_log_url"] = _LOGS.format(mode="" if livemode else "test/", request_id=request_id)
        return {"error": dict(sorted(error.items()))}


def no_such(label: str, identifier: str, *, param: str, status: int = 404, hint: str = "") -> ApiError:
    """Nothing has this id: 404 for an id in the path, 400 for one among the parameters."""
    message = f"No such {label}: '{identifier}'{hint}"
    return ApiError(message, status=status, code="resource_missing", param=param)


def unexpected_state(message: str, intent: object) -> ApiError:
    """The PaymentIntent is in no state for this; Stripe attaches it as it stands."""
    return ApiError(message, code="payment_intent_unexpected_state", payment_intent=intent, began=True)


def no_access(account: str) -> ApiError:
    """The key is not one of this account's."""
    return ApiError(
        f"The provided key does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def unrecognised_url(method: str, path: str) -> ApiError:
    """No such route; a path that ends where an id should stand gets Stripe's hint."""
    hint = _NO_ID if path.endswith("/") else ""
    return ApiError(
        f"Unrecognized request URL ({method}: {path}). {hint}Please see https://stripe.com/docs "
        "or we can help at https://support.stripe.com/.",
        status=404,
    )
