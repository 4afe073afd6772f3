"""Watches every FakeStripe of a test run: each answer and each event is judged by what Stripe published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from gulf_payments.testing.fake_stripe.core import Answer, Core
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource
from tests.fake_stripe.fidelity import published, schema, shapes

_MOST_LINES = 60


class Findings:
    """What was wrong, each thing once, with how often it was seen."""

    def __init__(self) -> None:
        self.answers = 0
        self.events = 0
        self._seen: dict[tuple[str, str, str], int] = {}

    def __bool__(self) -> bool:
        return bool(self._seen)

    def add(self, where: str, path: str, message: str) -> None:
        """Note one fault."""
        spot = (where, path, message)
        self._seen[spot] = self._seen.get(spot, 0) + 1

    def judge_answer(self, method: str, path: str, status: int, body: bytes, *, to_browser: bool = False) -> None:
        """Judge one answer of the API; a browser is shown less of each object than a server."""
        self.answers += 1
        answer = json.loads(body)
        where = f"{method} {schema.pattern_of(method, path) or path} {status}"
        for spot, message in schema.faults_of_answer(method, path, status, answer):
            self.add(where, spot, message)
        self._judge_objects(where, answer, whole=not to_browser)

    def judge_event(self, event: Resource) -> None:
        """Judge what an event tells of."""
        self.events += 1
        row = json.loads(json.dumps(event))
        self._judge_objects(f"event {event['type']}", row, whole=True)

    def _judge_objects(self, where: str, answer: object, *, whole: bool) -> None:
        for row in published.objects_in(answer):
            missing = shapes.lacking(row) if whole else ()
            for spot, message in (*schema.faults_of_object(row), *missing):
                self.add(where, f"{row['object']}:{spot}", message)

    def report(self) -> str:
        """Every fault in a line, the first sixty of them."""
        lines = sorted(f"{where}: {path}: {message} (x{times})" for (where, path, message), times in self._seen.items())
        more = [f"... and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
        return "\n".join([f"{len(lines)} departures from what Stripe published:", *lines[:_MOST_LINES], *more])


def _publishable(query: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request came with a publishable key, wherever it stands."""
    key = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    return "pk_" in key or "key=pk_" in query or b"key=pk_" in body


@contextmanager
def watching() -> Iterator[Findings]:
    """Judge all that any FakeStripe answers and tells within."""
    findings, handle, add = Findings(), Core.handle, Account.add

    def watched_handle(
        core: Core, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        answer = handle(core, method, path, query, headers, body)
        to_browser = _publishable(query, headers, body)
        findings.judge_answer(method.upper(), path, answer[0], answer[2], to_browser=to_browser)
        return answer

    def watched_add(account: Account, resource: Resource) -> Resource:
        if resource["object"] == "event":
            findings.judge_event(resource)
        return add(account, resource)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Core, "handle", watched_handle)
        patch.setattr(Account, "add", watched_add)
        yield findings


@pytest.fixture(scope="session", autouse=True)
def _published_schema() -> Iterator[None]:
    """Fail the run if any answer or event in it departs from what Stripe published."""
    if published.FOLDER is None:
        yield
        return
    with watching() as findings:
        yield
    if findings:
        pytest.fail(findings.report(), pytrace=False)
