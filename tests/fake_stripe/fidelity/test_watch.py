"""The judge itself: real answers pass, and each way to be wrong is found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.fidelity import schema, shapes
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import needs_schema, objects_in, recordings
from tests.fake_stripe.fidelity.watch import Findings, watching

pytestmark = needs_schema


def test_what_stripe_answered_is_right() -> None:
    """No recorded answer is found wrong, so the judge is not stricter than Stripe."""
    for recording in recordings():
        path = recording.path.partition("?")[0]
        assert not list(schema.faults_of_answer(recording.method, path, recording.status, recording.body))
        for row in objects_in(recording.body):
            assert not [*schema.faults_of_object(row), *shapes.lacking(row)]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"amount": "2000"}, "amount"),
        ({"status": "paid"}, "status"),
        ({"customer": 5}, "customer"),
        ({"livemode": None}, "livemode"),
        ({"metadata": {"order": 1017}}, "metadata.order"),
        ({"created": None}, "created"),
        ({"payment_method_types": [1]}, "payment_method_types.0"),
    ],
)
def test_a_wrong_value_is_found(client: Client, change: dict[str, Any], path: str) -> None:
    """Types, enumerations and nulls are held to the schema, and the place is named."""
    assert path in {where for where, _ in schema.faults_of_object({**client.intent(), **change})}


def test_what_is_missing_is_found(client: Client) -> None:
    """A member that Stripe always sends is missed although the schema does not demand it, deep inside too."""
    intent = client.paid(expand=["latest_charge"])
    del intent["source"], intent["latest_charge"]["outcome"]["risk_score"]
    missed = {path for row in objects_in(intent) for path, _ in shapes.lacking(row)}
    assert missed == {"source", "outcome.risk_score"}


def test_an_error_is_judged_too() -> None:
    """An error answer is held to the schema of errors, whatever its route."""
    assert list(schema.faults_of_answer("GET", "/v1/charges", 400, {"error": {"type": "rude_error"}}))
    assert list(schema.faults_of_answer("GET", "/v1/nowhere", 404, {"message": "no"}))


def test_every_answer_and_every_event_is_seen(fake: FakeStripe, client: Client) -> None:
    """Answers, refusals, events of requests and events of the driver all pass before the judge."""
    with watching() as findings:
        paid = client.paid()
        client.refused("/v1/payment_intents")
        fake.dispute(paid["id"])
    assert (findings.answers, findings.events) == (2, len(fake.events()))


def test_the_report_names_route_path_and_fault() -> None:
    """One line for each fault, however often it was seen."""
    findings = Findings()
    for _ in range(3):
        body = json.dumps({"object": "refund", "id": "re_1", "amount": "1", "created": 1, "currency": "usd"})
        findings.judge_answer("POST", "/v1/refunds/re_1", 200, body.encode())
    assert 'POST /v1/refunds/{refund} 200: amount: "1" is not of type "integer" (x3)' in findings.report()
