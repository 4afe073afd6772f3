"""The webhook: POST only, a limit on the body, no CSRF token, no transaction around it, a status as the whole answer.

The signature is judged first, so an event of Stripe's is never turned away for what its address did before. Only
those who sign wrongly are counted: more than `BAD_SIGNATURES` allows, and they get 429 instead of 400.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from gulf_payments.django.atomicity import never_atomic
from gulf_payments.django.lazy import payments
from gulf_payments.django.limits import Limit, client_address
from gulf_payments.endpoints import MOST_BYTES
from gulf_payments.errors import SignatureMismatch, SignatureMissing
from gulf_payments.webhooks import Reply

BAD_SIGNATURES = Limit("bad signatures", most=30, seconds=60)

_BADLY_SIGNED = frozenset({SignatureMissing.__name__, SignatureMismatch.__name__})


@csrf_exempt
@login_not_required
@never_atomic
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Take one webhook of Stripe's."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        body = _body(request)
    except UnreadablePostError:  # it hung up
        return HttpResponse(status=400)
    if body is None:
        return HttpResponse(status=413)
    return _answer(request, payments.receive_webhook(body, request.headers.get("Stripe-Signature")))


def _answer(request: HttpRequest, reply: Reply) -> HttpResponse:
    if reply.reason in _BADLY_SIGNED and not BAD_SIGNATURES.spend(client_address(request)):
        return HttpResponse(status=429, headers={"Retry-After": str(BAD_SIGNATURES.retry_after())})
    return HttpResponse(status=reply.status_code)


def _body(request: HttpRequest) -> bytes | None:
    """The whole body, read without Django's own limits; None if it is too large, which is told after MOST_BYTES."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        return None
    body: bytes = _stream(request, declared).read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


def _stream(request: HttpRequest, declared: str) -> Any:  # noqa: ANN401 - any readable
    """The request; a chunked body, for which Django reads nothing, from a server that knows where it ends."""
    environ = getattr(request, "environ", {})
    return environ["wsgi.input"] if not declared and environ.get("wsgi.input_terminated") else request
