"""What a customer hears: the house copy exactly, and nothing that reveals."""

from __future__ import annotations

import pytest
import stripe

from gulf_payments import errors
from gulf_payments.errors import GatewayRejected, GatewayUnavailable, OutcomeUnknown, TransitionRefused
from gulf_payments.messages import customer_message, texts_for
from gulf_payments.messages.declines import HIDDEN_CODES, MESSAGE_KEYS, message_key


def test_a_declined_card() -> None:
    """The card's own sentence names the reason."""
    assert customer_message("insufficient_funds", "ar") == "تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى."
    assert customer_message("expired_card", "en") == "The card was declined: The card has expired."


def test_an_invalid_request() -> None:
    """A request that Stripe refuses is told as a failure to process."""
    assert customer_message(GatewayRejected("no such thing"), "ar") == "خطأ في معالجة الدفع. يرجى المحاولة لاحقاً."


def test_a_failed_authentication() -> None:
    """Keys that Stripe does not take are told as a failed connection."""
    assert customer_message(errors.ConfigurationError("STRIPE_SECRET_KEY"), "ar") == "خطأ في الاتصال بخدمة الدفع."


def test_anything_unexpected() -> None:
    """Any other exception is unexpected, and its own words stay inside."""
    assert customer_message(RuntimeError("secret"), "ar") == "حدث خطأ غير متوقع. يرجى المحاولة لاحقاً."
    assert customer_message("", "ar") == "حدث خطأ غير متوقع. يرجى المحاولة لاحقاً."


def test_an_expired_session_and_the_way_back() -> None:
    """The page's own texts are called by their keys."""
    assert customer_message("page.session_expired", "ar") == "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."
    assert customer_message("page.retry", "ar") == "المحاولة مرة أخرى"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("expired", "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."),
        ("canceled", "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."),
        ("already_paid", "هذا الطلب مدفوع."),
        ("processing", "نؤكد دفعتك…"),
        ("something_new", "حدث خطأ غير متوقع. يرجى المحاولة لاحقاً."),
    ],
)
def test_an_order_that_cannot_be_paid_now(why: str, said: str) -> None:
    """Why a payment cannot start decides what the customer is told."""
    assert customer_message(TransitionRefused("no", why=why), "ar") == said


def test_an_unknown_outcome_is_not_a_failure() -> None:
    """When nobody knows whether money moved, the customer is told that we look."""
    assert customer_message(OutcomeUnknown("timeout"), "ar") == "نتحقق من حالة الدفع…"
    assert customer_message(GatewayUnavailable("busy"), "ar") == "تعذّر إتمام الدفع الآن. حاول بعد قليل."


def test_an_error_may_bring_its_own_key() -> None:
    """An exception with a `message_key` says that text."""

    class LinkDead(ValueError):
        """A shop's own error."""

        message_key = "page.session_expired"

    assert customer_message(LinkDead(), "en") == texts_for("en").text("page.session_expired")


@pytest.mark.parametrize("locale", ["ar", "en"])
def test_every_code_has_a_sentence_that_shows_no_code(locale: str) -> None:
    """Each of Stripe's codes leads to words, and never to itself."""
    for code, key in MESSAGE_KEYS.items():
        said = customer_message(key, locale)
        assert said != customer_message("", locale)
        assert code not in said
        assert "{" not in said


def test_the_revealing_codes_sound_like_a_plain_refusal() -> None:
    """Lost, stolen, fraudulent: the same sentence as a refusal without a reason, or as a code nobody knows."""
    plain = customer_message(message_key("card_declined", "generic_decline"), "ar")
    assert {customer_message(message_key("card_declined", code), "ar") for code in HIDDEN_CODES} == {plain}
    assert customer_message("brand_new_code", "ar") == plain


def test_what_is_not_the_cards_fault_does_not_blame_the_card() -> None:
    """A busy bank or our own trouble does not begin with the refusal of a card."""
    for key in ("try_again", "temporary_problem", "authenticate_again", "check_your_orders"):
        assert "تم رفض البطاقة" not in customer_message(key, "ar")


def test_every_error_of_ours_has_a_sentence() -> None:
    """Whatever the library raises on purpose can be shown to a customer."""
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    known = [kind for kind in classes if kind is not TransitionRefused]
    assert all(customer_message(kind("inside"), "ar").strip(" .…") for kind in known)
    assert not any("inside" in customer_message(kind("inside"), "ar") for kind in known)


def _card_error(decline_code: str | None) -> Exception:
    """What Stripe's SDK raises when a card is declined at once."""
    body = {"error": {"code": "card_declined", "decline_code": decline_code, "message": "Not for customers!"}}
    error: Exception = stripe.CardError(  # type: ignore[no-untyped-call]
        "Not for customers!", None, "card_declined", json_body=body
    )
    return error


HOUSE_COPY = {
    "card": "تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى.",
    "request": "خطأ في معالجة الدفع. يرجى المحاولة لاحقاً.",
    "authentication": "خطأ في الاتصال بخدمة الدفع.",
    "unexpected": "حدث خطأ غير متوقع. يرجى المحاولة لاحقاً.",
}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("InvalidRequestError", "request"),
        ("IdempotencyError", "request"),
        ("AuthenticationError", "authentication"),
        ("PermissionError", "authentication"),
        ("APIConnectionError", "authentication"),
        ("APIError", "unexpected"),
    ],
)
def test_an_error_of_stripes_sdk_has_the_house_copy(kind: str, said: str) -> None:
    """A shop that calls Stripe beside us tells its customers what it always told them, and none of Stripe's words."""
    arguments = ["Not for customers!", *(["customer"] if kind == "InvalidRequestError" else [])]
    assert customer_message(getattr(stripe, kind)(*arguments), "ar") == HOUSE_COPY[said]


def test_a_card_error_of_the_sdk_has_the_house_copy() -> None:
    """The card's own sentence, with the reason in our words; any other error is unexpected."""
    assert customer_message(_card_error("insufficient_funds"), "ar") == HOUSE_COPY["card"]
    assert customer_message(KeyError("order"), "ar") == HOUSE_COPY["unexpected"]


@pytest.mark.parametrize("code", [*sorted(HIDDEN_CODES), "brand_new_code", None])
def test_a_card_error_of_the_sdk_reveals_nothing(code: str | None) -> None:
    """Lost, stolen or new: the card was declined, and the bank knows why."""
    assert (
        customer_message(_card_error(code), "ar")
        == "تم رفض البطاقة: رفض البنك العملية. جرّب بطاقة أخرى أو تواصل مع البنك."
    )


def test_a_busy_stripe_is_tried_again_and_blames_no_card() -> None:
    """Too many requests pass by themselves."""
    assert customer_message(stripe.RateLimitError("Too many"), "ar") == "تعذّر إتمام الدفع الآن. حاول بعد قليل."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("authentication", HOUSE_COPY["authentication"]),
        ("expired_card", "تم رفض البطاقة: انتهت صلاحية البطاقة."),
        ("email_invalid", "تحقق من البيانات المدخلة ثم حاول مرة أخرى."),
        ("parameter_missing", HOUSE_COPY["request"]),
        ("", HOUSE_COPY["request"]),
    ],
)
def test_what_our_own_gateway_was_refused_for(code: str, said: str) -> None:
    """A code that the customer can do something about is told; one of ours is not."""
    assert customer_message(GatewayRejected("no", code=code), "ar") == said


def test_stripes_codes_are_taken_as_they_are() -> None:
    """A page may pass on the code it was given, and a way to pay that is no card is not called one."""
    assert customer_message("invalid_cvc", "ar") == customer_message("incorrect_cvc", "ar")
    assert customer_message("lost_card", "ar") == customer_message("generic_decline", "ar")
    assert customer_message("partner_generic_decline", "ar") == "تعذّر الدفع بهذه الوسيلة. جرّب وسيلة دفع أخرى."


@pytest.mark.parametrize("word", ["error.card_declined", "page.pay", "page.nothing", "mail.total.x", "{", "a b"])
def test_no_placeholder_and_no_key_ever_reaches_a_customer(word: str) -> None:
    """Whatever is passed, there are words."""
    said = customer_message(word, "en")
    assert "{" not in said
    assert word not in said
