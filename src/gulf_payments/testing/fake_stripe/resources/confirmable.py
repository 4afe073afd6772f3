"""What PaymentIntents and SetupIntents have in common: a secret, a way back, the bank's question, the decline."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.state.account import Account, Challenge
from gulf_payments.testing.fake_stripe.state.tables import Resource

_LABELS = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}
_MAY_REDIRECT = (
    "This {label} is configured to accept payment methods enabled in your Dashboard. Because some of these payment "
    "methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to "
    "accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
    "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents."
)


def asked_for(call: Call, kind: str) -> Resource:
    """The intent that the path is about; a browser must know its client secret."""
    intent = call.account.require(kind, call.target, param="intent")
    secret = call.params.get("client_secret")
    if secret is None and call.from_browser:
        raise ApiError("Missing required param: client_secret.", code="parameter_missing", param="client_secret")
    if secret not in {None, intent["client_secret"]}:
        label = _LABELS[kind]
        message = f"The client_secret provided does not match the client_secret associated with the {label}."
        raise ApiError(message, code=f"{kind}_invalid_parameter", param="client_secret")
    return intent


def check_return_url(call: Call, intent: Resource) -> None:
    """Refuse to confirm, without an address to come back to, what may send the customer elsewhere."""
    # Stripe demands one of every such intent. One that never said which methods it takes is spared here, as accounts
    # on older API versions are: Stripe's own command line confirms them without.
    automatic, params = intent["automatic_payment_methods"], call.params
    if automatic is None or automatic["allow_redirects"] == "never" or intent["id"] not in call.account.redirecting:
        return
    if params.get("return_url") is None and not params.get("use_stripe_sdk"):
        raise ApiError(_MAY_REDIRECT.format(label=_LABELS[intent["object"]]), began=True)


def next_action(account: Account, challenge: Challenge) -> dict[str, Any]:
    """What the customer must do: go to the bank's page and come back, or pass through Stripe.js without leaving."""
    source = account.ask(challenge)
    about = f"{challenge.kind}={challenge.target}"
    if challenge.return_url:
        url = f"{account.hosted_at}/3d_secure_2/hosted?{about}&source={source}"
        return {"type": "redirect_to_url", "redirect_to_url": {"return_url": challenge.return_url, "url": url}}
    sdk = {
        "type": "three_d_secure_redirect",
        "stripe_js": f"{account.hosted_at}/redirect/authenticate/{source}?{about}",
        "source": source,
    }
    return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}


def declined(error: dict[str, Any], shown: Resource) -> ApiError:
    """The 402 that tells of an intent's last error, with as much of the intent as the caller may see."""
    members = {name: value for name, value in error.items() if name not in {"type", "message", "doc_url"}}
    members[shown["object"]] = shown
    return ApiError(error["message"], status=402, kind=error["type"], began=True, **members)
