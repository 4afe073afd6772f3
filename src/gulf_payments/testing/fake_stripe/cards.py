"""Stripe's test cards: which there are, and how each behaves. Data, and two look-ups.

Sources: docs.stripe.com/testing, and the codes of docs.stripe.com/declines/codes. No other number is ever accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gulf_payments.testing.fake_stripe.errors import UnknownTestCardError
from gulf_payments.testing.fake_stripe.instruments import Decline, Instrument
from gulf_payments.testing.fake_stripe.masking import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Instrument):
    """One test card. `names` are its PaymentMethod ids without `pm_card_`."""

    number: str = field(kw_only=False)
    names: tuple[str, ...] = field(default=(), kw_only=False)
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


_DECLINED, _CALL = "Your card was declined.", "try_again_later"


def _declined(decline_code: str, network_code: str, advice: str = _CALL, message: str = _DECLINED) -> Decline:
    return Decline("card_declined", message, decline_code, network_code, advice)


GENERIC = _declined("generic_decline", "01")
INSUFFICIENT_FUNDS = _declined("insufficient_funds", "51", message="Your card has insufficient funds.")
LOST = _declined("lost_card", "41", "do_not_try_again")
STOLEN = _declined("stolen_card", "43", "do_not_try_again")
VELOCITY = _declined(
    "card_velocity_exceeded",
    "65",
    message="Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
)
EXPIRED = Decline("expired_card", "Your card has expired.", None, "54", "confirm_card_data")
INCORRECT_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.", None, "N7", "confirm_card_data")
PROCESSING = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    None,
    "06",
    _CALL,
)
FRAUDULENT = Decline(
    "card_declined",
    _DECLINED,
    "fraudulent",
    seller_message="Stripe blocked this payment as too risky.",
    blocked=True,
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
    "1A",
)

CARDS = (
    Card("4242424242424242", ("visa", "us")),
    Card("4000056655665556", ("visa_debit",), funding="debit"),
    Card("5555555555554444", ("mastercard",), brand="mastercard"),
    Card("2223003122003222", ("mastercard_2_series",), brand="mastercard"),
    Card("5200828282828210", ("mastercard_debit",), brand="mastercard", funding="debit"),
    Card("5105105105105100", ("mastercard_prepaid",), brand="mastercard", funding="prepaid"),
    Card("378282246310005", ("amex",), brand="amex"),
    Card("371449635398431", brand="amex"),
    Card("6011111111111117", ("discover",), brand="discover"),
    Card("3056930009020004", ("diners",), brand="diners"),
    Card("3566002020360505", ("jcb",), brand="jcb", country="JP"),
    Card("6200000000000005", ("unionpay",), brand="unionpay", country="CN"),
    Card("4000007840000001", ("ae",), country="AE"),
    Card("4000006820000007", ("sa",), country="SA"),
    Card("4000008260000000", ("gb",), country="GB"),
    Card("4000002760000016", ("de",), country="DE"),
    Card("4000002500000003", ("fr",), country="FR"),
    Card("4000007240000007", ("es",), country="ES"),
    Card("4000003800000008", ("it",), country="IT"),
    Card("4000005280000002", ("nl",), country="NL"),
    Card("4000000760000002", ("br",), country="BR"),
    Card("4000001240000000", ("ca",), country="CA"),
    Card("4000004840008001", ("mx",), country="MX"),
    Card("4000003560000008", ("in",), country="IN"),
    Card("4000000360000006", ("au",), country="AU"),
    Card("4000003920000003", ("jp",), country="JP"),
    Card("4000000320000021", ("ar",), country="AR"),
    Card("4000001520000001", ("cl",), country="CL"),
    Card("4000001700000003", ("co",), country="CO"),
    Card("4000001880000005", ("cr",), country="CR"),
    Card("4000002180000000", ("ec",), country="EC"),
    Card("4000005910000000", ("pa",), country="PA"),
    Card("4000006000000066", ("py",), country="PY"),
    Card("4000006040000068", ("pe",), country="PE"),
    Card("4000008580000003", ("uy",), country="UY"),
    Card("4000000400000008", ("at",), country="AT"),
    Card("4000000560000004", ("be",), country="BE"),
    Card("4000001000000000", ("bg",), country="BG"),
    Card("4000001120000005", ("by",), country="BY"),
    Card("4000001910000009", ("hr",), country="HR"),
    Card("4000001960000008", ("cy",), country="CY"),
    Card("4000002030000002", ("cz",), country="CZ"),
    Card("4000002080000001", ("dk",), country="DK"),
    Card("4000002330000009", ("ee",), country="EE"),
    Card("4000002460000001", ("fi",), country="FI"),
    Card("4000002920000005", ("gi",), country="GI"),
    Card("4000003000000030", ("gr",), country="GR"),
    Card("4000003480000005", ("hu",), country="HU"),
    Card("4000003720000005", ("ie",), country="IE"),
    Card("4000004280000005", ("lv",), country="LV"),
    Card("4000004380000004", ("li",), country="LI"),
    Card("4000004400000000", ("lt",), country="LT"),
    Card("4000004420000006", ("lu",), country="LU"),
    Card("4000004700000007", ("mt",), country="MT"),
    Card("4000005780000007", ("no",), country="NO"),
    Card("4000006160000005", ("pl",), country="PL"),
    Card("4000006200000007", ("pt",), country="PT"),
    Card("4000006420000001", ("ro",), country="RO"),
    Card("4000007050000006", ("si",), country="SI"),
    Card("4000007030000001", ("sk",), country="SK"),
    Card("4000007520000008", ("se",), country="SE"),
    Card("4000007560000009", ("ch",), country="CH"),
    Card("4000001560000002", ("cn",), country="CN"),
    Card("4000003440000004", ("hk",), country="HK"),
    Card("4000004580000002", ("my",), country="MY"),
    Card("4000005540000008", ("nz",), country="NZ"),
    Card("4000007020000003", ("sg",), country="SG"),
    Card("4000001580000008", ("tw",), country="TW"),
    Card("4000000000000002", ("chargeDeclined", "visa_chargeDeclined"), decline=GENERIC),
    Card(
        "4000000000009995",
        ("chargeDeclinedInsufficientFunds", "visa_chargeDeclinedInsufficientFunds"),
        decline=INSUFFICIENT_FUNDS,
    ),
    Card("4000000000009987", ("chargeDeclinedLostCard", "visa_chargeDeclinedLostCard"), decline=LOST),
    Card("4000000000009979", ("chargeDeclinedStolenCard", "visa_chargeDeclinedStolenCard"), decline=STOLEN),
    Card(
        "4000000000006975",
        ("chargeDeclinedVelocityLimitExceeded", "visa_chargeDeclinedVelocityLimitExceeded"),
        decline=VELOCITY,
    ),
    Card("4100000000000019", ("chargeDeclinedFraudulent", "radarBlock"), decline=FRAUDULENT, can_be_saved=True),
    Card("4000000000000069", ("chargeDeclinedExpiredCard", "visa_chargeDeclinedExpiredCard"), decline=EXPIRED),
    Card("4000000000000127", ("chargeDeclinedIncorrectCvc", "visa_chargeDeclinedIncorrectCvc"), decline=INCORRECT_CVC),
    Card(
        "4000000000000119",
        ("chargeDeclinedProcessingError", "visa_chargeDeclinedProcessingError"),
        decline=PROCESSING,
    ),
    Card("4000000000000341", ("chargeCustomerFail", "visa_chargeCustomerFail"), decline=GENERIC, can_be_saved=True),
    Card("4000002760003184", ("authenticationRequired",), authentication="always"),
    Card("4000002500003155", ("authenticationRequiredOnSetup",), authentication="unless_set_up"),
    Card("4000003800000446", ("authenticationRequiredSetupForOffSession",), authentication="on_session"),
    Card(
        "4000008260003178",
        ("authenticationRequiredChargeDeclinedInsufficientFunds",),
        authentication="always",
        decline=INSUFFICIENT_FUNDS,
    ),
    Card(
        "4000008400001629",
        ("threeDSecureRequiredChargeDeclined",),
        authentication="always",
        decline=GENERIC,
    ),
    Card("4000000000003220", ("threeDSecure2Required",), authentication="always"),
    Card("4000000000003063", ("threeDSecureRequired",), authentication="always"),
    Card("4000000000003055", ("threeDSecureOptional",), authentication="on_request"),
    Card("4000000000000259", ("createDispute",), dispute="fraudulent"),
    Card("4000000000002685", ("createDisputeProductNotReceived",), dispute="product_not_received"),
    Card("4000000000001976", ("createDisputeInquiry",), dispute="fraudulent", inquiry=True),
    Card("4000000000005423", ("createIssuerFraudRecord",), fraud_warning=True),
    Card("4000000000005126", ("refundFail",), refund="fails"),
    Card("4000000000007726", ("pendingRefund",), refund="waits"),
    Card("4000000000000077", ("bypassPending",), available_at_once=True),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_METHOD_ID = {f"pm_card_{name}": card for card in CARDS for name in card.names}
BY_TOKEN = {f"tok_{name}": card for card in CARDS for name in card.names}


def card_numbered(number: str) -> Card:
    """The card with this number, spaces ignored; UnknownTestCardError for any other."""
    card = BY_NUMBER.get(number.replace(" ", ""))
    if card is None:
        raise UnknownTestCardError("not a test card: the fake takes only the numbers of its table (fake_stripe.cards)")
    return card


def card_called(name: str) -> Card:
    """The card a test names: by its number, its PaymentMethod id ("pm_card_visa"), or that id's end ("visa").

    UnknownTestCardError for any other name, TypeError for what is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"card= is a str such as '4242 4242 4242 4242' or 'visa', not {type(name).__name__}")
    card = BY_METHOD_ID.get(name) or BY_METHOD_ID.get(f"pm_card_{name}")
    if card is None and name in decline_codes():
        raise UnknownTestCardError(f"{name!r} is no card but a decline code: decline(…, {name!r}) takes it")
    if card is None and not any(letter.isdecimal() for letter in name):
        raise UnknownTestCardError(f"no test card is called {shown(name)!r}: card= takes {_NAMES}")
    return card or card_numbered(name)


_NAMES = (
    "a test number ('4242 4242 4242 4242'), the id of a test PaymentMethod ('pm_card_visa'), or the end of that id "
    f"({', '.join(name.removeprefix('pm_card_') for name in BY_METHOD_ID)})"
)


def decline_codes() -> list[str]:
    """What `declining_with` takes, in the table's order."""
    declines = [card.decline for card in CARDS if card.decline and card.authentication == "never"]
    return list(dict.fromkeys(decline.decline_code or decline.code for decline in declines))


def declining_with(code: str) -> Card:
    """The first card that is declined, without 3-D Secure, by this decline code (or code).

    UnknownTestCardError if none is; it lists the codes that there are.
    """
    for card in CARDS:
        if card.decline and card.authentication == "never" and code in {card.decline.decline_code, card.decline.code}:
            return card
    known = ", ".join(decline_codes())
    raise UnknownTestCardError(f"no test card is declined with {shown(str(code))!r}; there are {known}")
