"""Refunds by request: create, update, cancel; and the older routes below a charge."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources.refunds import lifecycle
from gulf_payments.testing.fake_stripe.resources.refunds.making import named_charge, refund
from gulf_payments.testing.fake_stripe.state.tables import Resource


def create(call: Call) -> Resource:
    """POST /v1/refunds, for a charge or for the successful charge of a PaymentIntent."""
    return _made(call, named_charge(call.account, call.params.get("charge"), call.params.get("payment_intent")))


def create_of_charge(call: Call) -> Resource:
    """POST /v1/charges/{charge}/refunds."""
    charge = _parent(call)
    return _made(call, named_charge(call.account, charge["id"], call.params.get("payment_intent")))


def refund_charge(call: Call) -> Resource:
    """POST /v1/charges/{charge}/refund, which answers the charge."""
    create_of_charge(call)
    return _parent(call)


def _made(call: Call, charge: Resource) -> Resource:
    params = call.params
    metadata = merged_metadata({}, params.get("metadata"))
    return refund(call.account, charge, params.get("amount"), reason=params.get("reason"), metadata=metadata)


def retrieve_of_charge(call: Call) -> Resource:
    """GET /v1/charges/{charge}/refunds/{refund}."""
    charge = _parent(call)
    made = call.account.require("refund", call.target, param="refund")
    if made["charge"] != charge["id"]:
        raise no_such("refund", made["id"], param="refund")
    return made


def list_of_charge(call: Call) -> Resource:
    """GET /v1/charges/{charge}/refunds."""
    charge = _parent(call)
    return page(call, "refund", f"/v1/charges/{charge['id']}/refunds", where={"charge": (charge["id"],)})


def update(call: Call) -> Resource:
    """POST /v1/refunds/{refund}: only its metadata can change."""
    return _updated(call, _asked_for(call))


def update_of_charge(call: Call) -> Resource:
    """POST /v1/charges/{charge}/refunds/{refund}."""
    return _updated(call, retrieve_of_charge(call))


def _updated(call: Call, made: Resource) -> Resource:
    if "metadata" not in call.params:
        return made
    metadata = merged_metadata(made["metadata"], call.params["metadata"])
    return made if metadata == made["metadata"] else lifecycle.update(call.account, made, metadata=metadata)


def cancel(call: Call) -> Resource:
    """POST /v1/refunds/{refund}/cancel, which no refund to a card allows."""
    return lifecycle.cancel(call.account, _asked_for(call))


def _asked_for(call: Call) -> Resource:
    return call.account.require("refund", call.target, param="id")


def _parent(call: Call) -> Resource:
    return call.account.require("charge", call.ids[0], param="charge")
