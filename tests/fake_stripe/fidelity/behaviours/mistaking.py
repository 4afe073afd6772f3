"""Wrong parameters, each refused in Stripe's own words."""

from __future__ import annotations

from typing import Any

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.behaviours.creating import LEAST, URL
from tests.fake_stripe.fidelity.client import Client


def refusal(client: Client, **params: Any) -> tuple[int, str, str | None, str | None]:
    """What identifies the error of a creation."""
    error = client.refused(URL, **{**LEAST, **params})
    return error["status"], error["type"], error.get("code"), error.get("param")


def invalid(param: str, code: str | None = None) -> tuple[int, str, str | None, str | None]:
    """The usual refusal of a parameter."""
    return 400, "invalid_request_error", code, param


@behaviour
def the_amount_must_be_given(client: Client) -> None:
    """Without an amount: parameter_missing."""
    error = client.refused(URL, currency="usd")
    assert (error["code"], error["param"]) == ("parameter_missing", "amount")
    assert error["message"] == "Missing required param: amount."


@behaviour
def the_currency_must_be_given(client: Client) -> None:
    """Without a currency: parameter_missing."""
    error = client.refused(URL, amount=2000)
    assert (error["code"], error["message"]) == ("parameter_missing", "Missing required param: currency.")


@behaviour
def an_unknown_parameter_is_refused(client: Client) -> None:
    """A parameter that Stripe does not know: parameter_unknown, by its name."""
    error = client.refused(URL, **LEAST, bogus="1")
    assert (error["status"], error["code"], error["param"]) == (400, "parameter_unknown", "bogus")
    assert error["message"] == "Received unknown parameter: bogus"


@behaviour
def unknown_parameters_are_listed(client: Client) -> None:
    """Several unknown parameters are named in one sentence."""
    error = client.refused(URL, **LEAST, bogus="1", rubbish="2")
    assert error["message"] == "Received unknown parameters: bogus, rubbish"


@behaviour
def an_unknown_member_is_refused(client: Client) -> None:
    """A member that a hash does not have is named with its brackets."""
    assert refusal(client, automatic_payment_methods={"enabled": True, "x": 1}) == invalid(
        "automatic_payment_methods[x]", "parameter_unknown"
    )


@behaviour
def an_amount_is_an_integer(client: Client) -> None:
    """Words and fractions are no amount."""
    for wrong in ("abc", "10.5"):
        error = client.refused(URL, amount=wrong, currency="usd")
        assert (error["code"], error["param"]) == ("parameter_invalid_integer", "amount")
        assert error["message"] == f"Invalid integer: {wrong}"


@behaviour
def an_empty_amount_cannot_be_unset(client: Client) -> None:
    """An empty string unsets, and an amount cannot be unset."""
    error = client.refused(URL, amount="", currency="usd")
    assert (error["code"], error["param"]) == ("parameter_invalid_empty", "amount")
    assert error["message"].startswith("You passed an empty string for 'amount'. We assume empty values are an attempt")


@behaviour
def nothing_is_too_little(client: Client) -> None:
    """An amount of 0 is an invalid integer, and the sentence speaks of SetupIntents."""
    error = client.refused(URL, amount=0, currency="usd")
    assert (error["code"], error["param"]) == ("parameter_invalid_integer", "amount")
    assert "use a Setup Intent instead" in error["message"]


@behaviour
def a_negative_amount_is_refused(client: Client) -> None:
    """Amounts are positive."""
    error = client.refused(URL, amount=-1, currency="usd")
    assert (error["code"], error["param"]) == ("parameter_invalid_integer", "amount")


@behaviour
def the_least_amount_depends_on_the_currency(client: Client) -> None:
    """49 cents are too little, 50 are enough."""
    error = client.refused(URL, amount=49, currency="usd")
    assert (error["code"], error["param"]) == ("amount_too_small", "amount")
    assert error["message"].startswith("Amount must be at least $0.50 usd")
    assert client.post(URL, amount=50, currency="usd")["amount"] == 50


@behaviour
def the_most_is_eight_digits(client: Client) -> None:
    """99999999 can be charged, one more cannot."""
    error = client.refused(URL, amount=100_000_000, currency="usd")
    assert (error["code"], error["param"]) == ("amount_too_large", "amount")
    assert error["message"].startswith("Amount must be no more than $999,999.99")


@behaviour
def three_decimals_end_in_zero(client: Client) -> None:
    """Of KWD, BHD, OMR, JOD and TND the last digit must be 0."""
    for currency in ("kwd", "bhd", "omr", "jod", "tnd"):
        assert client.refused(URL, amount=5124, currency=currency)["param"] == "amount"
        assert client.post(URL, amount=5120, currency=currency)["amount"] == 5120


@behaviour
def yen_have_no_decimals(client: Client) -> None:
    """50 is the least in JPY, a currency without decimals."""
    assert client.post(URL, amount=50, currency="jpy")["amount"] == 50
    assert client.refused(URL, amount=49, currency="jpy")["code"] == "amount_too_small"


@behaviour
def an_unknown_currency_is_refused(client: Client) -> None:
    """The sentence lists the currencies there are."""
    error = client.refused(URL, amount=2000, currency="xyz")
    assert (error["status"], error["param"]) == (400, "currency")
    assert error["message"].startswith("Invalid currency: xyz. Stripe currently supports these currencies: ")


@behaviour
def an_unknown_customer_is_refused(client: Client) -> None:
    """An id in the body that means nothing: 400, not 404."""
    error = client.refused(URL, **LEAST, customer="cus_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "customer")
    assert error["message"] == "No such customer: 'cus_x'"


@behaviour
def an_unknown_method_is_refused(client: Client) -> None:
    """The same for a payment method, which the sentence calls PaymentMethod."""
    error = client.refused(URL, **LEAST, payment_method="pm_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "payment_method")
    assert error["message"].startswith("No such PaymentMethod: 'pm_x'")


@behaviour
def a_choice_is_one_of_a_few(client: Client) -> None:
    """A word that is no capture method is refused with the list of those that are."""
    error = client.refused(URL, **LEAST, capture_method="later")
    assert (error["status"], error["param"]) == (400, "capture_method")
    assert error["message"] == "Invalid capture_method: must be one of automatic, automatic_async, or manual"


@behaviour
def a_boolean_is_true_or_false(client: Client) -> None:
    """Anything else is refused."""
    error = client.refused(URL, **LEAST, confirm="maybe")
    assert (error["param"], error["message"]) == ("confirm", "Invalid boolean: maybe")


@behaviour
def a_hash_is_no_word(client: Client) -> None:
    """A word where a hash belongs is an invalid object."""
    error = client.refused(URL, **LEAST, shipping="Riyadh")
    assert (error["param"], error["message"]) == ("shipping", "Invalid object")


@behaviour
def an_array_is_no_word(client: Client) -> None:
    """A word where an array belongs is an invalid array."""
    error = client.refused(URL, **LEAST, payment_method_types="card")
    assert (error["param"], error["message"]) == ("payment_method_types", "Invalid array")


@behaviour
def a_receipt_goes_to_an_address(client: Client) -> None:
    """What is no e-mail address: email_invalid."""
    error = client.refused(URL, **LEAST, receipt_email="sara")
    assert (error["code"], error["param"]) == ("email_invalid", "receipt_email")
    assert error["message"] == "Invalid email address: sara"


@behaviour
def a_descriptor_has_22_letters(client: Client) -> None:
    """A statement descriptor of more than 22 characters is refused."""
    assert refusal(client, statement_descriptor_suffix="x" * 23)[3] == "statement_descriptor_suffix"


@behaviour
def metadata_have_limits(client: Client) -> None:
    """50 keys, 40 characters a key, 500 characters a value."""
    for metadata in ({"k" * 41: "v"}, {"k": "v" * 501}, {f"k{n}": "v" for n in range(51)}):
        error = client.refused(URL, **LEAST, metadata=metadata)
        assert (error["status"], error["type"]) == (400, "invalid_request_error")
    error = client.refused(URL, **LEAST, metadata={"k": "v" * 501})
    assert error["message"].startswith(
        "Metadata values can have up to 500 characters, but you passed in a value that is 501 characters. "
    )
    assert len(client.post(URL, **LEAST, metadata={f"k{n}": "v" * 500 for n in range(50)})["metadata"]) == 50


@behaviour
def return_url_needs_confirm(client: Client) -> None:
    """return_url and off_session belong to a confirmation."""
    assert refusal(client, return_url="https://x.example") == invalid("return_url")
    assert refusal(client, off_session=True) == invalid("off_session")


@behaviour
def nothing_is_made_by_a_refusal(client: Client) -> None:
    """A refused creation leaves neither an object nor an event."""
    client.refused(URL, **LEAST, bogus=1)
    assert client.get(URL)["data"] == []
    assert client.types() == []
