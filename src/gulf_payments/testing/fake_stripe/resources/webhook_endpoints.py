"""Webhook endpoints: where events are sent, which of them, and the secrets that sign them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.event_types import EVENT_TYPES
from gulf_payments.testing.fake_stripe.protocol.authentication import known_version
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    array_of,
    boolean,
    choice,
    merged_metadata,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.signing import SigningSecret, in_force
from gulf_payments.testing.fake_stripe.state.tables import Resource

ROLL_SECONDS = 24 * 60 * 60
"""How long a replaced secret goes on signing beside the new one."""
_SECRET_LENGTH = 32
_URL = "/v1/webhook_endpoints"
_event_names = array_of(choice("*", *EVENT_TYPES))


def enabled_events(name: str, raw: Any, /) -> list[str]:  # noqa: ANN401 - JSON
    """Names of kinds of event, or `*` for all; at least one."""
    names: list[str] = [event for event in _event_names(name, raw) if event is not None]
    if not names:
        message = f"You must specify at least one event in {name}, or ['*'] for all of them."
        raise ApiError(message, code="parameter_invalid_empty", param=name)
    return names


def address(name: str, raw: Any, /) -> str:  # noqa: ANN401
    """A URL that a webhook can be posted to."""
    url = text(unsettable=False)(name, raw)
    if not _is_address(url):
        message = "Not a valid URL: an explicit scheme (http or https) and a host must be provided."
        raise ApiError(message, code="url_invalid", param=name)
    return str(url)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_host and parts.scheme in {"http", "https"} and url.isprintable() and " " not in url


def _version(name: str, raw: Any, /) -> str:  # noqa: ANN401
    return known_version(str(text(unsettable=False)(name, raw)))


def _connect(name: str, raw: Any, /) -> None:  # noqa: ANN401
    if boolean(name, raw):
        unsupported(name, raw)


_SETTINGS = {
    **EXPAND,
    "description": text(),
    "enabled_events": enabled_events,
    "metadata": metadata,
    "url": address,
}
_CREATE = Accepts({**_SETTINGS, "api_version": _version, "connect": _connect}, required=("enabled_events", "url"))
_UPDATE = Accepts({**_SETTINGS, "disabled": boolean})
_LIST = Accepts({name: kind for name, kind in PAGE.items() if name != "created"})


def create(call: Call) -> Resource:
    """POST /v1/webhook_endpoints. Only this answer shows the secret."""
    account, params = call.account, call.params
    _check_scheme(account, params["url"])
    secret = new_secret(account)
    endpoint = add(
        account,
        account.ids.new("we"),
        secret=secret,
        api_version=params.get("api_version"),
        description=params.get("description"),
        enabled_events=params["enabled_events"],
        metadata=merged_metadata({}, params.get("metadata")),
        url=params["url"],
    )
    return {**endpoint, "secret": secret}


def _check_scheme(account: Account, url: str) -> None:
    if account.livemode and urlsplit(url).scheme != "https":
        message = f'Invalid URL: {url}. URLs in livemode must begin with "https://"'
        raise ApiError(message, code="url_invalid", param="url")


def new_secret(account: Account) -> str:
    """A fresh signing secret."""
    return f"whsec_{account.ids.token(_SECRET_LENGTH)}"


def add(account: Account, identifier: str, *, secret: str, **fields: Any) -> Resource:  # noqa: ANN401
    """Open an endpoint for what happens from now on."""
    account.signing[identifier] = (SigningSecret(secret),)
    return account.add(
        {
            "id": identifier,
            "object": "webhook_endpoint",
            "api_version": None,
            "application": None,
            "created": account.now,
            "description": None,
            "livemode": account.livemode,
            "metadata": {},
            "status": "enabled",
            **fields,
        }
    )


def update(call: Call) -> Resource:
    """POST /v1/webhook_endpoints/{webhook_endpoint}: other events, another address, on or off."""
    endpoint, params = _asked_for(call), call.params
    if "url" in params:
        _check_scheme(call.account, params["url"])
    changes = {name: params[name] for name in ("description", "enabled_events", "url") if name in params}
    if "disabled" in params:
        changes["status"] = "disabled" if params["disabled"] else "enabled"
    if "metadata" in params:
        changes["metadata"] = merged_metadata(endpoint["metadata"], params["metadata"])
    return call.account.change(endpoint, **changes)


def delete(call: Call) -> Resource:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}: it is gone, with what it had still to be sent."""
    return remove(call.account, call.target)


def remove(account: Account, identifier: str) -> Resource:
    """Delete an endpoint, and forget its secrets."""
    endpoint = account.require("webhook_endpoint", identifier, param="id")
    del account.signing[identifier]
    return account.delete(endpoint)


def _asked_for(call: Call) -> Resource:
    return call.account.require("webhook_endpoint", call.target, param="id")


def rotate(account: Account, identifier: str) -> str:
    """Give an endpoint a new secret, which is returned; those it has sign beside it for a day more."""
    account.require("webhook_endpoint", identifier, param="id")
    until = account.now + ROLL_SECONDS
    old = (SigningSecret(one.value, one.until or until) for one in in_force(account.signing[identifier], account.now))
    secret = new_secret(account)
    account.signing[identifier] = (SigningSecret(secret), *old)
    return secret


ROUTES = (
    Route("POST", _URL, create, _CREATE, "webhook_endpoint"),
    listing("webhook_endpoint", _URL, _LIST),
    reading("webhook_endpoint", _URL),
    Route("POST", f"{_URL}/{{id}}", update, _UPDATE, "webhook_endpoint"),
    Route("DELETE", f"{_URL}/{{id}}", delete, Accepts({}), "webhook_endpoint"),
)
