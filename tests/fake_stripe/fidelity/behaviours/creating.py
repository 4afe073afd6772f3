"""Creating a PaymentIntent: what it is made of."""

from __future__ import annotations

import re

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/payment_intents"
LEAST: JSON = {"amount": 2000, "currency": "usd"}


@behaviour
def waits_for_a_payment_method(client: Client) -> None:
    """A new PaymentIntent has received nothing and waits for a payment method."""
    intent = client.post(URL, **LEAST)
    assert (intent["status"], intent["amount_received"], intent["amount_capturable"]) == (
        "requires_payment_method",
        0,
        0,
    )
    assert (intent["payment_method"], intent["latest_charge"], intent["livemode"]) == (None, None, False)


@behaviour
def has_a_client_secret(client: Client) -> None:
    """The client secret is the id, `_secret_` and a random part."""
    intent = client.post(URL, **LEAST)
    assert re.fullmatch(rf"{intent['id']}_secret_[A-Za-z0-9]{{20,}}", intent["client_secret"])


@behaviour
def defaults_are_filled_in(client: Client) -> None:
    """Capture is automatic and asynchronous, confirmation automatic, the methods those of the Dashboard."""
    intent = client.post(URL, **LEAST)
    assert (intent["capture_method"], intent["confirmation_method"]) == ("automatic_async", "automatic")
    assert intent["automatic_payment_methods"] == {"allow_redirects": "always", "enabled": True}


@behaviour
def named_types_turn_automatic_methods_off(client: Client) -> None:
    """With payment_method_types given, automatic_payment_methods is null."""
    intent = client.post(URL, **LEAST, payment_method_types=["card"])
    assert (intent["payment_method_types"], intent["automatic_payment_methods"]) == (["card"], None)


@behaviour
def types_and_automatic_exclude_each_other(client: Client) -> None:
    """payment_method_types and enabled automatic_payment_methods may not be passed together."""
    error = client.refused(URL, **LEAST, payment_method_types=["card"], automatic_payment_methods={"enabled": True})
    assert error["status"] == 400
    assert error["message"].startswith("You may only specify one of these parameters: ")


@behaviour
def a_method_makes_it_wait_for_confirmation(client: Client) -> None:
    """With a payment method and no confirm it waits for its confirmation."""
    intent = client.intent(payment_method="pm_card_visa")
    assert (intent["status"], intent["payment_method"][:3]) == ("requires_confirmation", "pm_")


@behaviour
def a_test_method_gets_an_id_of_its_own(client: Client) -> None:
    """pm_card_visa makes a new PaymentMethod at each use; the literal id is never stored."""
    first, second = client.intent(payment_method="pm_card_visa"), client.intent(payment_method="pm_card_visa")
    assert len({first["payment_method"], second["payment_method"], "pm_card_visa"}) == 3


@behaviour
def the_currency_is_lowered(client: Client) -> None:
    """Currencies are taken in capitals and answered in small letters."""
    assert client.post(URL, amount=2000, currency="USD")["currency"] == "usd"


@behaviour
def metadata_are_text(client: Client) -> None:
    """Metadata come back as strings, whatever they were."""
    assert client.post(URL, **LEAST, metadata={"order": 1017, "gift": True})["metadata"] == {
        "order": "1017",
        "gift": "true",
    }


@behaviour
def what_is_given_is_kept(client: Client) -> None:
    """Description, receipt address, descriptor suffix, transfer group and usage come back as they were given."""
    given = {
        "description": "Oud",
        "receipt_email": "sara@example.com",
        "statement_descriptor_suffix": "OUD",
        "transfer_group": "g1",
        "setup_future_usage": "off_session",
    }
    intent = client.post(URL, **LEAST, **given)
    assert {name: intent[name] for name in given} == given


@behaviour
def shipping_is_filled_with_nulls(client: Client) -> None:
    """An address comes back with all six of its fields, and shipping with all five of its own."""
    given = {"name": "Sara", "address": {"line1": "1", "city": "Riyadh"}}
    shipping = client.post(URL, **LEAST, shipping=given)["shipping"]
    assert shipping == {
        "address": {
            "city": "Riyadh",
            "country": None,
            "line1": "1",
            "line2": None,
            "postal_code": None,
            "state": None,
        },
        "carrier": None,
        "name": "Sara",
        "phone": None,
        "tracking_number": None,
    }
