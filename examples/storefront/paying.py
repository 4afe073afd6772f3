"""The payment page, what its script asks, and the way back from the bank."""

from __future__ import annotations

from examples.storefront.answers import Answer, Data, Moved
from examples.storefront.front import PASSING, TRY_AGAIN, Front, logger, page
from examples.storefront.visits import Visit
from gulf_payments import (
    Order,
    OrderNotFound,
    PaymentAttempt,
    StoreUnavailable,
    TransitionRefused,
    customer_message,
)
from gulf_payments.mail.links import RetryLinkInvalid, read_retry_token
from gulf_payments.messages import format_money
from gulf_payments.progress import Progress, State

DONE = (State.PAID, State.PROCESSING, State.REFUNDED)
UNPAID = (State.READY, State.FAILED)


class Paying(Front):
    """Everything between an order and its result."""

    @page
    def pay(self, visit: Visit, order_id: str) -> Answer:
        """`/pay/<order>/`: the payment page, or in its place why the order is not to be paid."""
        order = self.ordering.own(visit, order_id)
        progress = self.ordering.progress(order)
        if progress.state in DONE:
            return Moved(f"/orders/{order.id}/result/")
        return self.present.payment(
            visit, order, progress, cart_changed=progress.may_pay and not self.ordering.is_current(order)
        )

    def start(self, visit: Visit, order_id: str) -> Answer:
        """POST `/pay/<order>/start/`: what Stripe.js needs to take the payment, or why it may not be taken now."""
        try:
            order = self.ordering.own(visit, order_id)
            if not self.allows(visit, order.id):
                return self._told(visit, "limited", "page.too_many_tries", status=429, headers=TRY_AGAIN)
            if self.ordering.progress(order).state in UNPAID and not self.ordering.is_current(order):
                return self._told(visit, "cart_changed", "page.cart_changed", status=409, url="/checkout/")
            return self._started(visit, self.payments.start_payment(order.id))
        except OrderNotFound:
            return self._told(visit, "missing", "page.not_found", status=404)
        except TransitionRefused as refusal:
            return self._closed(visit, self.payments.order(order_id), refusal)
        except PASSING as trouble:
            logger.warning("the payment of order %s could not be started: %s", order_id, trouble)
            return self._told(visit, "unavailable", trouble, status=503, headers={"Retry-After": "5"})

    def _started(self, visit: Visit, attempt: PaymentAttempt) -> Data:
        return Data(
            {
                "client_secret": attempt.client_secret,
                "publishable_key": attempt.publishable_key,
                "amount": format_money(attempt.order.total, visit.language),
                "return_url": f"{self.base_url}/pay/{attempt.order.id}/return/",
            }
        )

    def _closed(self, visit: Visit, order: Order, refusal: TransitionRefused) -> Data:
        """Why no payment may be started: paid, on its way, or closed, and where to go on."""
        progress = self.ordering.progress(order)
        url = "/checkout/" if progress.state is State.CLOSED else f"/orders/{order.id}/result/"
        return self._told(visit, progress.state, refusal, status=409, url=url)

    def _told(
        self,
        visit: Visit,
        state: str,
        problem: str | Exception,
        *,
        status: int,
        url: str = "",
        headers: dict[str, str] | None = None,
    ) -> Data:
        content = {"state": str(state), "message": customer_message(problem, visit.language), "url": url}
        return Data(content, status, extra=headers or {})

    @page
    def returned(self, visit: Visit, order_id: str) -> Answer:
        """`/pay/<order>/return/`: back from the bank. What the address claims proves nothing; Stripe is asked."""
        order, progress = self.newest(self.ordering.own(visit, order_id))
        return Moved(f"/pay/{order.id}/" if progress.state in UNPAID else f"/orders/{order.id}/result/")

    @page
    def retry(self, visit: Visit, token: str) -> Answer:
        """`/pay/r/<token>/`: the link of the mail about a failed payment; it opens a guest's order."""
        try:
            order_id = read_retry_token(token, self.signing_key, self.payments.clock())
        except RetryLinkInvalid as invalid:
            return self.present.notice(visit, invalid, status=410 if invalid.why == "expired" else 404)
        order, path = self.payments.order(order_id), f"/pay/{order_id}/"
        if not order.customer.id:
            visit.remember_guest_order(order.id)
        elif visit.customer is None:
            return Moved(f"/login/?next={path}")
        return Moved(path)

    # --- the result ----------------------------------------------------------------------------------------------

    @page
    def result(self, visit: Visit, order_id: str) -> Answer:
        """`/orders/<order>/result/`: what became of it, as the server knows it; shows the same however often."""
        order, progress = self.newest(self.ordering.own(visit, order_id))
        return self.present.result(visit, order, progress)

    def status(self, visit: Visit, order_id: str) -> Answer:
        """`/orders/<order>/status/`: the same for the page's script, which asks ever more rarely."""
        try:
            order, progress = self.newest(self.ordering.own(visit, order_id))
        except OrderNotFound:
            return self._told(visit, "missing", "page.not_found", status=404)
        except StoreUnavailable as trouble:
            return self._told(visit, "unavailable", trouble, status=503, headers={"Retry-After": "5"})
        return Data(
            {
                "state": str(progress.state),
                "message": customer_message(progress.message_key, visit.language),
                "url": _leads_to(order, progress),
                "settled": progress.settled,
                "not_charged": progress.not_charged,
            }
        )


def _leads_to(order: Order, progress: Progress) -> str:
    """Where the customer goes on from this state."""
    return f"/pay/{order.id}/" if progress.state is State.FAILED else f"/orders/{order.id}/result/"
