"""The routes: method and path, who answers, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

from gulf_payments.testing.fake_stripe import accepted, customers, intents, payment_methods, refunds
from gulf_payments.testing.fake_stripe.calls import Handler
from gulf_payments.testing.fake_stripe.errors import unrecognised_url
from gulf_payments.testing.fake_stripe.form import path_segment
from gulf_payments.testing.fake_stripe.listing import events, many, one
from gulf_payments.testing.fake_stripe.parameters import Accepts

_INTENT = "/v1/payment_intents/{intent}"
_METHOD = "/v1/payment_methods/{payment_method}"
_ID_SEGMENT = 3


@dataclass(frozen=True, slots=True)
class Route:
    """One route; `{…}` in the pattern stands for an id.

    `answers` is the kind of object that comes back, or `list of` it; `browser`: open to a publishable key.
    """

    method: str
    pattern: str
    handler: Handler
    accepts: Accepts
    answers: str
    browser: bool = False


def _read(kind: str, url: str) -> Route:
    return Route("GET", f"{url}/{{id}}", one(kind), accepted.RETRIEVE, kind)


def _list(kind: str, url: str, accepts: Accepts, *filters: str) -> Route:
    return Route("GET", url, many(kind, url, *filters), accepts, f"list of {kind}")


ROUTES = (
    Route("POST", "/v1/payment_intents", intents.create, accepted.CREATE_INTENT, "payment_intent"),
    _list("payment_intent", "/v1/payment_intents", accepted.LIST_INTENTS, "customer"),
    Route("GET", _INTENT, intents.retrieve, accepted.RETRIEVE_INTENT, "payment_intent", browser=True),
    Route("POST", _INTENT, intents.update, accepted.UPDATE_INTENT, "payment_intent"),
    Route("POST", f"{_INTENT}/confirm", intents.confirm, accepted.CONFIRM_INTENT, "payment_intent", browser=True),
    Route("POST", f"{_INTENT}/capture", intents.capture, accepted.CAPTURE_INTENT, "payment_intent"),
    Route("POST", f"{_INTENT}/cancel", intents.cancel, accepted.CANCEL_INTENT, "payment_intent"),
    _list("charge", "/v1/charges", accepted.LIST_CHARGES, "payment_intent", "customer"),
    _read("charge", "/v1/charges"),
    Route("POST", "/v1/refunds", refunds.create, accepted.CREATE_REFUND, "refund"),
    _list("refund", "/v1/refunds", accepted.LIST_REFUNDS, "payment_intent", "charge"),
    _read("refund", "/v1/refunds"),
    _list("dispute", "/v1/disputes", accepted.LIST_DISPUTES, "payment_intent", "charge"),
    _read("dispute", "/v1/disputes"),
    Route("GET", "/v1/events", events, accepted.LIST_EVENTS, "list of event"),
    _read("event", "/v1/events"),
    _read("balance_transaction", "/v1/balance_transactions"),
    Route("GET", _METHOD, payment_methods.retrieve, accepted.RETRIEVE, "payment_method"),
    Route("POST", "/v1/customers", customers.create, accepted.CREATE_CUSTOMER, "customer"),
    _read("customer", "/v1/customers"),
)


def _starred(path: str) -> tuple[str, str]:
    """A path with its id replaced by a star, and the id: `/v1/refunds/re_1` is `/v1/refunds/*`, `re_1`."""
    segments = path.split("/")
    if len(segments) <= _ID_SEGMENT:
        return path, ""
    identifier = segments[_ID_SEGMENT]
    segments[_ID_SEGMENT] = "*"
    return "/".join(segments), identifier


_BY_SHAPE = {(route.method, _starred(route.pattern)[0]): route for route in ROUTES}


def find(method: str, path: str) -> tuple[Route, str]:
    """The route of a request and the id in its path; ApiError 404 if there is none."""
    shape, identifier = _starred(path.rstrip("/"))
    route = _BY_SHAPE.get((method, path)) or _BY_SHAPE.get((method, shape))
    if route is None:
        raise unrecognised_url(method, path)
    return route, path_segment(identifier)
