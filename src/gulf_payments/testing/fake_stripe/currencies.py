"""What Stripe lets one charge: currencies, minimum amounts, steps; and amounts as its messages write them."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import ApiError

SUPPORTED = frozenset(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf
    chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk
    htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd
    mmk mnt mop mro mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron
    rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu
    uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split(),  # noqa: SIM905 - a table, not a column
)
ZERO_DECIMAL = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
)
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Whole units only, although their amounts are sent with two decimals.
WHOLE_UNITS = frozenset(("isk", "ugx"))

MINIMUM = {
    **dict.fromkeys(("usd", "aud", "brl", "cad", "chf", "eur", "inr", "jpy", "nzd", "sgd"), 50),
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
    # Not in Stripe's table: the minimum is half a US dollar after conversion.
    "bhd": 190,
    "egp": 2500,
    "jod": 360,
    "kwd": 160,
    "omr": 200,
    "qar": 200,
    "sar": 200,
    "tnd": 1600,
}
MAXIMUM = 99_999_999
SETTLEMENT = "aed"
"""The currency of the account itself, which its balance always names."""
_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_MINIMUM_GUIDE = "https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"
_SETUP_GUIDE = "https://docs.stripe.com/payments/setup-intents"
_ZERO = (
    "The amount must be greater than or equal to the minimum charge amount allowed for your account and the "
    f"currency set ({_MINIMUM_GUIDE}).  If you want to save a Payment Method for future use without an immediate "
    f"payment, use a Setup Intent instead: {_SETUP_GUIDE}"
)


def decimals(currency: str) -> int:
    """How many decimals Stripe's minor unit stands for."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def step(currency: str) -> int:
    """What every amount in this currency must be divisible by."""
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in WHOLE_UNITS else 1


def written(amount: int, currency: str) -> str:
    """An amount as error messages have it: `$20.01`, `200.00 SAR`."""
    places = decimals(currency)
    figure = f"{amount / 10**places:,.{places}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency.upper()}"


def check_currency(currency: str) -> None:
    """Refuse a currency that Stripe does not charge in."""
    if currency not in SUPPORTED:
        supported = ", ".join(sorted(SUPPORTED))
        message = f"Invalid currency: {currency}. Stripe currently supports these currencies: {supported}"
        raise ApiError(message, param="currency")


def check_charge(amount: int, currency: str) -> None:
    """Refuse an amount that Stripe would not charge: zero, too small, too large, or not in whole steps."""
    check_currency(currency)
    if amount < 1:
        message = _ZERO if amount == 0 else "This value must be greater than or equal to 1."
        raise ApiError(message, code="parameter_invalid_integer", param="amount")
    check_step(amount, currency)
    if amount > MAXIMUM:
        message = f"Amount must be no more than {written(MAXIMUM, currency)} {currency}"
        raise ApiError(message, code="amount_too_large", param="amount")
    minimum = MINIMUM.get(currency, 1)
    if amount < minimum:
        message = f"Amount must be at least {written(minimum, currency)} {currency}"
        raise ApiError(message, code="amount_too_small", param="amount")


def check_step(amount: int, currency: str, *, param: str = "amount") -> None:
    """Refuse an amount between two steps: three-decimal currencies end in 0, ISK and UGX in 00."""
    if amount % step(currency):
        message = f"Invalid integer: {amount}. Amounts in {currency} must be divisible by {step(currency)}."
        raise ApiError(message, code="parameter_invalid_integer", param=param)
