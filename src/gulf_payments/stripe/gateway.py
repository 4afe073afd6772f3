"""The gateway to Stripe: the only module that imports the Stripe SDK.

The SDK carries the request (connection, retries, signature of the client, errors); the answer is read by our own models
under our own pinned API version, so the same code runs on every SDK from 12 on and builds none of its objects.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import stripe

from gulf_payments.errors import GatewayRejected
from gulf_payments.machine import Payment as PaymentFacts
from gulf_payments.machine import merge
from gulf_payments.ports import Clock, Gateway, Intent, IntentRequest, Notice, RefundRequest, Sighting
from gulf_payments.stripe import facts, keys, parameters, signature, translate, wire
from gulf_payments.stripe.answers import Answer, Unanswered, given, is_uncertain, problem_in, redacted, understood

API_VERSION = "2025-03-31.basil"
"""The version that our requests ask for and our models read, whatever the SDK or the account would choose."""

_INTENTS = "/v1/payment_intents"
_EXPANDED: Mapping[str, Any] = {"expand": ["latest_charge"]}
_PAGE, _MOST_PAGES = 100, 50
_TELEMETRY = frozenset({"X-Stripe-Client-Telemetry", "X-Stripe-Client-User-Agent"})

Listed = TypeVar("Listed", wire.Charge, wire.Refund, wire.Dispute)


class StripeGateway:
    """Takes payments through Stripe, gives money back, and reads what Stripe posts. One object serves all threads.

    `secret_key` is `sk_...` or a restricted `rk_...`; `publishable_key` goes to the customer's browser.
    `webhook_secrets` are the endpoint's signing secrets, two while one is being rolled. `accounts` are connected
    accounts whose events are ours. A request is tried `1 + max_network_retries` times, each for `timeout_seconds`;
    any `stripe.HTTPClient` may be passed instead, with a timeout of its own, and any `base_address`.
    Raises ConfigurationError for a key or secret that is missing, misplaced or of the other mode.
    """

    def __init__(  # noqa: PLR0913 - what a deployment may set
        self,
        *,
        secret_key: str,
        webhook_secrets: Sequence[str],
        publishable_key: str = "",
        accounts: Iterable[str] = (),
        timeout_seconds: float = 30,
        max_network_retries: int = 2,
        tolerance_seconds: float = signature.TOLERANCE_SECONDS,
        http_client: stripe.HTTPClient | None = None,
        base_address: str | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._livemode = keys.mode_of("secret_key", secret_key, ("sk", "rk")) == "live"
        self._publishable_key = keys.same_mode(publishable_key, livemode=self._livemode)
        self._webhook_secrets = keys.checked_secrets(webhook_secrets)
        self._accounts = frozenset(accounts)
        self._tolerance_seconds = keys.positive("tolerance_seconds", tolerance_seconds)
        self._clock = clock
        self._wire = _Witness(
            http_client or stripe.RequestsClient(timeout=keys.positive("timeout_seconds", timeout_seconds))
        )
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._wire,
            max_network_retries=max_network_retries,
            stripe_version=API_VERSION,
            base_addresses={"api": keys.checked_address(base_address)} if base_address else {},
        )
        logging.getLogger("stripe").addFilter(_without_secrets)

    def __repr__(self) -> str:
        return f"StripeGateway(livemode={self._livemode}, accounts={sorted(self._accounts)})"

    @property
    def publishable_key(self) -> str:
        """The key for the customer's browser."""
        return self._publishable_key

    @property
    def livemode(self) -> bool:
        """True with live keys."""
        return self._livemode

    @property
    def accounts(self) -> frozenset[str]:
        """Connected accounts whose events are ours; usually empty."""
        return self._accounts

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    # --- Webhooks

    def read(self, body: bytes, header: str | None, /, *, now: datetime) -> Notice:
        """Verify and read one delivery. Raises WebhookError only, whatever the bytes."""
        signature.verify(body, header, self._webhook_secrets, now=now, tolerance_seconds=self._tolerance_seconds)
        return translate.notice(wire.parse(body), body=body.decode())

    # --- Payments

    def create(self, request: IntentRequest, /) -> Intent:
        """Make the PaymentIntent under `payment_id` as its key; it offers every method that the Dashboard enables.

        Further `parameters` go to Stripe as they are; with `payment_method_types` among them only those are offered.
        """
        sent = {**parameters.of_intent(request), **_EXPANDED}
        answer = self._ask("create a PaymentIntent", "post", _INTENTS, sent, key=request.payment_id)
        return _intent(answer, writes=True)

    def retrieve(self, intent_id: str, /) -> Intent:
        """Read it as it stands, with its latest charge."""
        return _intent(self._retrieve(intent_id))

    def capture(self, intent_id: str, /) -> Intent:
        """Take the whole of what is authorised."""
        return self._once("capture", intent_id)

    def cancel(self, intent_id: str, /) -> Intent:
        """Close it for ever; GatewayRejected with code `payment_intent_unexpected_state` if it cannot be."""
        return self._once("cancel", intent_id)

    def _once(self, verb: str, intent_id: str) -> Intent:
        """Stripe does either once, whatever the key; so a refusal that it only remembers is asked for anew."""
        path = f"{_INTENTS}/{parameters.checked_id(intent_id)}/{verb}"
        said = self._send(verb, "post", path, _EXPANDED, key=f"{intent_id}:{verb}")
        if isinstance(said, Unanswered) and said.replayed:
            said = self._send(verb, "post", path, _EXPANDED)
        return _intent(given(said), writes=True)

    # --- Refunds

    def refund(self, request: RefundRequest, /) -> Sighting:
        """Make the refund under `request_id` as its key; a `reason` that Stripe does not know stays with us."""
        answer = self._ask("refund", "post", "/v1/refunds", parameters.of_refund(request), key=request.request_id)
        refund = understood(wire.Refund, answer.data, writes=True)
        return facts.labelled(refund.metadata, request.intent_id, facts.of_refund(refund, answer.stamp(refund.created)))

    # --- Looking up

    def look_up(self, intent_id: str, /) -> Sighting:
        """The PaymentIntent with all its charges, refunds and disputes, as of the moment of asking."""
        answer = self._retrieve(intent_id)
        intent = understood(wire.PaymentIntent, answer.data)
        stamp = answer.stamp(intent.created)
        found: list[PaymentFacts] = [facts.of_answered_intent(intent, stamp)]
        charges = self._all(wire.Listing[wire.Charge], "charges", intent_id)
        refunds = self._all(wire.Listing[wire.Refund], "refunds", intent_id)
        disputes = self._all(wire.Listing[wire.Dispute], "disputes", intent_id)
        found += (facts.of_charge(charge, stamp) for charge in charges)
        found += (facts.of_refund(refund, stamp) for refund in refunds)
        found += (facts.of_dispute(dispute, stamp) for dispute in disputes)
        return facts.sighting(intent, intent.id, reduce(merge, found))

    def _all(self, listing: type[wire.Listing[Listed]], name: str, intent_id: str) -> Iterator[Listed]:
        """Every item of a PaymentIntent's list, page by page."""
        after: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            asked = {"payment_intent": intent_id, "limit": _PAGE, **after}
            answer = self._ask(f"list {name}", "get", f"/v1/{name}", asked)
            page = understood(listing, answer.data)
            yield from page.data
            if not page.has_more or not page.data:
                return
            after = {"starting_after": page.data[-1].id}
        raise GatewayRejected(f"{intent_id} has more than {_PAGE * _MOST_PAGES} {name}", code="too_many_pages")

    # --- One request

    def _retrieve(self, intent_id: str) -> Answer:
        path = f"{_INTENTS}/{parameters.checked_id(intent_id)}"
        return self._ask("read a PaymentIntent", "get", path, _EXPANDED)

    def _ask(self, doing: str, method: str, path: str, sent: Mapping[str, Any], *, key: str = "") -> Answer:
        return given(self._send(doing, method, path, sent, key=key))

    def _send(
        self, doing: str, method: str, path: str, sent: Mapping[str, Any], *, key: str = ""
    ) -> Answer | Unanswered:
        """Send one request. The SDK's exception ends here: its frames hold the API key and the whole answer."""
        asked_at = int(self._clock().timestamp())
        options = {"idempotency_key": key} if key else {}
        self._wire.forget()
        try:
            response = self._client.raw_request(method, path, **sent, **options)
        except (stripe.StripeError, AttributeError) as failure:  # AttributeError: the SDK met {"error": "text"}
            return _unanswered(failure, doing=doing, writes=method == "post", lost=self._wire.lost)
        return Answer(response.data, asked_at, _header(response, "request-id"), _is_replayed(response))


# --- Answers ----------------------------------------------------------------------------------------------------------


def _intent(answer: Answer, *, writes: bool = False) -> Intent:
    intent = understood(wire.PaymentIntent, answer.data, writes=writes)
    told = facts.of_answered_intent(intent, answer.stamp(intent.created))
    sighting = facts.sighting(intent, intent.id, told)
    return Intent(sighting=sighting, status=intent.status, client_secret=intent.client_secret or "")


def _unanswered(failure: Exception, *, doing: str, writes: bool, lost: bool) -> Unanswered:
    """What the SDK's exception says, without the exception."""
    if not isinstance(failure, stripe.StripeError) or isinstance(failure, stripe.APIConnectionError):
        cause = failure.__cause__ or failure.__context__ or failure
        return Unanswered(doing=doing, writes=writes, reason=type(cause).__name__)
    return Unanswered(
        doing=doing,
        writes=writes,
        status=failure.http_status,
        problem=problem_in(failure.json_body),
        lost=lost,
        replayed=_is_replayed(failure),
        request_id=_header(failure, "request-id"),
    )


def _header(answer: stripe.StripeResponse | stripe.StripeError, name: str) -> str:
    headers = answer.headers or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def _is_replayed(answer: stripe.StripeResponse | stripe.StripeError) -> bool:
    return _header(answer, "idempotent-replayed") == "true"


class _Witness(stripe.HTTPClient):
    """Passes each try on to the real client, and remembers whether one of them may have taken effect unseen.

    The SDK tries again by itself and reports the last answer only; what went before decides whether "turned away"
    means that nothing happened. What the SDK adds about this machine is not passed on.
    """

    name = "gulf_payments"

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self._inner = inner
        self._mine = threading.local()

    def forget(self) -> None:
        """Begin a request of this thread."""
        self._mine.lost = False

    @property
    def lost(self) -> bool:
        """Whether one of the tries since then may have taken effect unseen."""
        return bool(self._mine.lost)

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: object = None,
    ) -> tuple[object, int, Mapping[str, str]]:
        """Pass one try on."""
        kept = {name: value for name, value in headers.items() if name not in _TELEMETRY}
        try:
            body, status, answered = self._inner.request(method, url, kept, post_data)
        except stripe.APIConnectionError:
            self._mine.lost = True
            raise
        self._mine.lost |= is_uncertain(status)
        return body, status, answered

    def close(self) -> None:
        """Close the real client."""
        self._inner.close()  # type: ignore[no-untyped-call]

    def _sleep_time_seconds(self, *tries: Any) -> float:  # noqa: ANN401 - SDK 12 passes the answer too
        """The real client's own pause between tries."""
        pause: float = self._inner._sleep_time_seconds(*tries)  # noqa: SLF001 - the SDK has no public name for it
        return pause


def _without_secrets(record: logging.LogRecord) -> bool:
    """A filter for the SDK's own logger, which at level DEBUG writes whole answers, client secrets included."""
    record.msg, record.args = redacted(record.getMessage()), None
    return True


if TYPE_CHECKING:
    _conforms: Gateway = StripeGateway(secret_key="", webhook_secrets=())
