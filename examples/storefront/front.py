"""What every page of the shop stands on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from examples.storefront.accounts import Accounts, DemoAccounts
from examples.storefront.answers import Answer, Shown
from examples.storefront.attempts import WAIT_SECONDS
from examples.storefront.carts import Carts
from examples.storefront.headers import STRIPE_JS, security_headers
from examples.storefront.links import GuestLinks
from examples.storefront.ordering import Ordering
from examples.storefront.presenting import Presenter
from examples.storefront.visits import Visit
from gulf_payments import ConcurrentUpdate, GatewayError, Order, OrderNotFound, Payments, StoreUnavailable
from gulf_payments.progress import Progress, State

logger = logging.getLogger("examples.storefront")

FrontType = TypeVar("FrontType", bound="Front")
Rest = ParamSpec("Rest")
NOT_FOUND = 404
PASSING = (GatewayError, StoreUnavailable, ConcurrentUpdate)
"""What may be better a moment later."""
TRY_AGAIN = {"Retry-After": str(WAIT_SECONDS)}


class MayTry(Protocol):
    """Counts tries; see `attempts`."""

    def __call__(self, who: str, /) -> bool:
        """Whether "order:…", "customer:…" or "address:…" may try once more."""


class Front:
    """The parts that the pages share. `base_url` is the shop's public address, without a slash at the end.

    `may_try` limits tries to pay; `signing_key` signs guests' links and the retry links of mails, and is the one that
    `Mail` has. `stripe_js` is where the payment page loads Stripe.js from.
    """

    def __init__(
        self,
        payments: Payments,
        carts: Carts,
        *,
        may_try: MayTry,
        signing_key: str,
        base_url: str,
        stripe_js: str = STRIPE_JS,
        accounts: Accounts | None = None,
    ) -> None:
        self.payments, self.carts, self.may_try = payments, carts, may_try
        self.signing_key, self.base_url = signing_key, base_url
        self.accounts = accounts or DemoAccounts()
        self.links = GuestLinks(signing_key, payments)
        self.ordering = Ordering(
            payments=payments, carts=carts, links=self.links, base_url=base_url, signing_key=signing_key
        )
        self.present = Presenter(carts=carts, stripe_js=stripe_js, is_demo=accounts is None)
        self.headers = security_headers(stripe_js)

    def visit(self, **parts: Any) -> Visit:  # noqa: ANN401 - the fields of Visit
        """A visit whose customer is the one that its session logged in, unless the framework says who it is."""
        visit = Visit(**parts)
        if visit.customer is None:
            visit.customer = self.accounts.find(str(visit.session.get("customer", "")))
        return visit

    def missing(self, visit: Visit) -> Shown:
        """There is no such page, or no such order for this visitor."""
        return self.present.notice(visit, "page.not_found", status=404)

    def refused(self, visit: Visit, status: int) -> Shown:
        """What `headers.refusal` turned away."""
        return self.present.notice(visit, "error.invalid_request", status=status)

    def lost(self, visit: Visit, error: Exception) -> Shown:
        """What a framework's error handler shows: an address that leads nowhere, or our own fault, which is logged."""
        if getattr(error, "code", 0) == NOT_FOUND or getattr(error, "status_code", 0) == NOT_FOUND:
            return self.missing(visit)
        return self.broken(visit)

    def broken(self, visit: Visit) -> Shown:
        """Our own fault; the log has what it was."""
        return self.present.notice(visit, "error.unexpected", status=500)

    @property
    def is_https(self) -> bool:
        """Whether cookies may be kept to encrypted connections."""
        return self.base_url.startswith("https://")

    def allows(self, visit: Visit, order_id: str = "") -> bool:
        """Whether this visitor may try to pay once more: for this order, as this customer, from this address."""
        counted = [f"address:{visit.address}"]
        counted += [f"customer:{visit.customer.id}"] if visit.customer else []
        counted += [f"order:{order_id}"] if order_id else []
        allowed = [self.may_try(who) for who in counted]  # each is counted, whatever the others say
        return all(allowed)

    def newest(self, order: Order) -> tuple[Order, Progress]:
        """The order and what it says; Stripe is asked while its money may have moved without our hearing of it.

        That is so after a failed try, too: the next one may have been made since.
        """
        progress = self.ordering.progress(order)
        if not progress.settled or progress.state is State.FAILED:
            try:
                order = self.payments.refresh(order.id)
            except PASSING as trouble:
                logger.info("order %s could not be refreshed: %s", order.id, type(trouble).__name__)
            progress = self.ordering.progress(order)
        return order, progress


def page(
    method: Callable[Concatenate[FrontType, Visit, Rest], Answer],
) -> Callable[Concatenate[FrontType, Visit, Rest], Answer]:
    """A page of the shop: what is not the visitor's reads as missing, what is away reads as away."""

    @wraps(method)
    def answered(front: FrontType, visit: Visit, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Answer:
        try:
            return method(front, visit, *args, **kwargs)
        except OrderNotFound:
            return front.missing(visit)
        except PASSING as trouble:
            logger.warning("%s for %s: %s", type(trouble).__name__, method.__name__, trouble)
            return front.present.notice(visit, trouble, status=503, next_path=visit.path)

    return answered
