"""What happened lately, told so that a failing test explains itself: requests, events, deliveries, the test's own acts.

Nothing secret is told: no key, no card number, and of a client secret only whose it is.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gulf_payments.testing.fake_stripe.masking import shown
from gulf_payments.testing.fake_stripe.state.tables import Resource

if TYPE_CHECKING:
    from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery

_KEPT = 400
_REFUSED = 400


class _Request(NamedTuple):
    method: str
    path: str
    status: int
    id: str
    error: bytes


class Journal:
    """Keeps the last few hundred happenings, as they are: they are put into words only when somebody asks."""

    def __init__(self) -> None:
        self._kept: deque[_Request | Resource | str] = deque(maxlen=_KEPT)

    def heard(self, event: Resource) -> None:
        """Note an event."""
        self._kept.append(event)

    def answered(self, method: str, path: str, answer: tuple[int, dict[str, str], bytes]) -> None:
        """Note a request and how it was answered."""
        status, headers, body = answer
        request_id = headers.get("request-id", "")
        self._kept.append(_Request(method, path, status, request_id, body if status >= _REFUSED else b""))

    def note(self, words: str) -> None:
        """Note anything else, in words."""
        self._kept.append(words)

    def delivered(self, deliveries: Sequence[Delivery]) -> None:
        """Note one round of webhooks."""
        if not deliveries:
            return
        answers = Counter(_told_answer(one) for one in deliveries)
        refused = dict.fromkeys(one.type for one in deliveries if not one.taken)
        told = ", ".join(f"{times} {answer}" for answer, times in answers.items())
        self.note(f"webhooks: {told}" + (f"; not taken: {', '.join(refused)}" if refused else ""))

    def lines(self, last: int) -> list[str]:
        """The story, oldest first: its `last` lines, with a word about those left out."""
        told = list(self._told(list(self._kept)))
        return told if len(told) <= last else [f"… {len(told) - last} earlier lines", *told[-last:]]

    def _told(self, kept: list[_Request | Resource | str]) -> Iterator[str]:
        """Each happening in words; the events that a request made stand under it, though they were made before."""
        waiting: list[Resource] = []
        for one in kept:
            if isinstance(one, _Request):
                yield _told_request(one)
                yield from (_told_event(event) for event in waiting if event["request"]["id"] == one.id)
                waiting = [event for event in waiting if event["request"]["id"] != one.id]
            elif isinstance(one, str):
                yield shown(one)
            elif one["request"]["id"] is None:
                yield _told_event(one)
            else:
                waiting.append(one)
        yield from map(_told_event, waiting)


def _told_answer(delivery: Delivery) -> str:
    return f"not answered ({delivery.reason})" if delivery.status_code is None else f"answered {delivery.status_code}"


def _told_request(request: _Request) -> str:
    line = f"{request.method.upper()} {shown(request.path)}: {request.status}"
    if not request.error:
        return line
    error = _error_in(request.error)
    code = error.get("decline_code") or error.get("code") or error.get("type")
    return shown(f"{line} {code}: {error.get('message')}")


def _error_in(body: bytes) -> dict[str, Any]:
    try:
        error = json.loads(body)["error"]
    except (ValueError, LookupError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def _told_event(event: Resource) -> str:
    about = event["data"]["object"]
    state = f" is {about['status']}" if about.get("status") else ""
    mode = " (live)" if event["livemode"] else ""
    return f"  > {event['type']}: {about.get('id', '')}{state}{mode}"
