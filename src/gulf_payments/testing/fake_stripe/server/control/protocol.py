"""How the control API is spoken: POST with a JSON object, or GET for what only reads; errors are sentences."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import ApiError, RefusedError
from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.server.answers import json_answer
from gulf_payments.testing.fake_stripe.server.control.fields import TEXTS, check
from gulf_payments.testing.fake_stripe.server.control.guard import objection
from gulf_payments.testing.fake_stripe.server.control.verb import Verb
from gulf_payments.testing.fake_stripe.server.control.verbs import VERBS
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT, Incoming

ROOT = "/_fake"
_ABOUT = "FakeStripe's control API: what customers, banks, staff and networks do. JSON in and out, no key."


def concerns(path: str) -> bool:
    """Whether a path is one of the control API's."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def answer(fake: FakeStripe, request: Incoming) -> Answer:
    """Carry out one request: 200 with JSON, or an error that says in a sentence what to do."""
    objected = objection(request.remote, request.headers)
    if objected is not None:
        return _error(403, objected)
    name = request.path.removeprefix(ROOT).strip("/")
    if not name:
        return json_answer(200, _described())
    verb = VERBS.get(name)
    if verb is None:
        return _error(404, f"there is no {ROOT}/{name}: GET {ROOT}/ lists what there is")
    if request.method not in verb.methods:
        return _error(405, f"call it as {verb.methods[-1]} {ROOT}/{name}", allow=", ".join(verb.methods))
    return _carried_out(fake, verb, request)


def _carried_out(fake: FakeStripe, verb: Verb, request: Incoming) -> Answer:
    try:
        return json_answer(200, verb.act(fake, **check(verb.fields, _given(verb, request))))
    except RefusedError as refused:
        return _error(409, str(refused))
    except LookupError as absent:
        return _error(404, str(absent))
    except (ValueError, TypeError, OverflowError, ApiError) as wrong:
        return _error(400, str(wrong))


def _given(verb: Verb, request: Incoming) -> dict[str, Any]:
    if request.method != "POST":
        asked = parse_qs(request.query, keep_blank_values=True, max_num_fields=100)
        return {name: said if verb.fields.get(name) is TEXTS else said[-1] for name, said in asked.items()}
    if len(request.body) > LIMIT:
        raise ValueError(f"the body is too large: at most {LIMIT} bytes")
    try:
        given = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise ValueError('the body is no JSON: send an object, such as {"intent": "pi_…"}') from None
    if not isinstance(given, dict):
        raise ValueError('the body must be a JSON object, such as {"intent": "pi_…"}')  # noqa: TRY004 - one kind of error
    return given


def _described() -> dict[str, Any]:
    return {"about": _ABOUT, "verbs": {f"{verb.methods[-1]} {ROOT}/{name}": _row(verb) for name, verb in VERBS.items()}}


def _row(verb: Verb) -> dict[str, Any]:
    return {"does": verb.does, "fields": {name: field.described for name, field in verb.fields.items()}}


def _error(status: int, message: str, **headers: str) -> Answer:
    return json_answer(status, {"error": {"message": message}}, **headers)
