"""The catalogues: complete, compiled, and read by the locale a customer has."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel import Locale
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from gulf_payments.errors import OrderNotFound
from gulf_payments.machine import DISPUTE_OUTCOMES, REFUND_STATUSES, REVIEWED, OrderStatus, PaymentStatus
from gulf_payments.messages import Texts, customer_message, format_money, languages, texts_for
from gulf_payments.messages.catalogues import FOLDER
from gulf_payments.messages.declines import MESSAGE_KEYS
from gulf_payments.money import UNITS, Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from babel.messages.catalog import Catalog

SOURCE = Path(__file__).parents[2] / "src" / "gulf_payments"
COMPILE = "pybabel compile --directory src/gulf_payments/messages/locales --domain messages"
MARKS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\t\n")
PLURAL_NAMES = {"ar": ["zero", "one", "two", "few", "many", "other"], "en": ["one", "other"]}


def _catalogue(language: str, suffix: str = "po") -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / f"messages.{suffix}").open("rb") as file:
        return read_po(file) if suffix == "po" else read_mo(file)


def _words(catalogue: Catalog) -> dict[str, list[str]]:
    """Every key with its forms; Babel gives a text with plurals as a list or a tuple, of ids too."""
    return {_list(message.id)[0]: _list(message.string or "") for message in catalogue if message.id}


def _list(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def _keys(language: str) -> set[str]:
    return set(_words(_catalogue(language)))


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("language", languages())
def test_what_is_read_is_what_was_written(language: str) -> None:
    """The compiled catalogue holds exactly the texts of its source."""
    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    assert _words(_catalogue(language, "mo")) == _words(read_mo(compiled)), f"run: {COMPILE}"


def test_every_language_says_everything() -> None:
    """Arabic and English have the same keys, each translated in each of its forms."""
    assert languages() == ["ar", "en"]
    assert _keys("ar") == _keys("en")
    for language in languages():
        assert not any(message.fuzzy for message in _catalogue(language) if message.id)
        for key, forms in _words(_catalogue(language)).items():
            assert all(form.strip() for form in forms), key


def test_no_language_drops_a_value() -> None:
    """A text has the same placeholders in both languages; a plural's form may leave out its count, as «منتجان» does."""
    arabic, english = _words(_catalogue("ar")), _words(_catalogue("en"))
    for key, forms in arabic.items():
        assert _placeholders(forms[-1]) == _placeholders(english[key][-1]), key
        for form in (*forms, *english[key]):
            assert _placeholders(forms[-1]) - {"count"} <= _placeholders(form) <= _placeholders(forms[-1]), key


def test_every_text_can_be_filled() -> None:
    """No brace is left open, none stands alone, and no placeholder asks for more than a name."""
    for language in languages():
        for key, forms in _words(_catalogue(language)).items():
            parsed = [part for form in forms for part in Formatter().parse(form)]
            assert all(not (spec or conversion) for _, _, spec, conversion in parsed), key
            assert all(name is None or name.isidentifier() for _, name, _, _ in parsed), key


def test_texts_hold_no_direction_marks_and_no_stray_spaces() -> None:
    """Direction is the mails' business; a text has no space at its ends, no doubled one, no tab."""
    for language in languages():
        for key, forms in _words(_catalogue(language)).items():
            for form in forms:
                assert not set(form) & set(
                    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\t\n"
                ), key
                assert form == form.strip(" "), key
                assert "  " not in form, key


def test_arabic_is_written_in_arabic() -> None:
    """Arabic punctuation and digits of its own, no Latin comma or question mark, no lengthened letters."""
    for key, forms in _words(_catalogue("ar")).items():
        if key.startswith(("language.", "method.", "money.", "date.")):
            continue
        for form in forms:
            words = re.sub(r"\{\w+\}|Stripe|JavaScript", "", form)
            assert not re.search(r"[A-Za-z,;?\u0640]", words), key


def test_every_text_for_pages_is_described() -> None:
    """The page about messages lists each text that a shop's page may show, with its Arabic words."""
    page = (SOURCE.parents[1] / "docs" / "messages.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `((?:page|error)\.[\w.]+)` \| ([^|]+?) \|", page, re.MULTILINE))
    arabic = {key: forms[0] for key, forms in _words(_catalogue("ar")).items() if key.startswith(("page.", "error."))}
    assert listed == arabic


def test_codes_that_are_named_exist() -> None:
    """Currencies are ones that Stripe charges, countries ones that CLDR knows, failures and declines the table's."""
    keys = _keys("ar")
    assert {key.removeprefix("currency.") for key in keys if key.startswith("currency.")} <= set(UNITS)
    assert {key.removeprefix("country.") for key in keys if key.startswith("country.")} <= set(Locale("ar").territories)
    reasons = {f"failure.{key}" for key in MESSAGE_KEYS.values()} | {"failure.unknown"}
    assert {key for key in keys if key.startswith("failure.")} == reasons
    outcomes = {f"dispute_outcome.{outcome}" for outcome in DISPUTE_OUTCOMES}
    assert {key for key in keys if key.startswith("dispute_outcome.")} == outcomes


def test_every_status_reason_and_alert_has_its_words() -> None:
    """What the law, the refunds and the decline table can say, the catalogues can say too."""
    named = {f"status.{status}" for status in (*OrderStatus, *PaymentStatus)}
    named |= {f"refund_status.{status}" for status in (*REFUND_STATUSES, "unknown")}
    named |= {f"decline.{key}" for key in MESSAGE_KEYS.values()}
    assert named == {key for key in _keys("ar") if key.startswith(("status.", "refund_status.", "decline."))}
    assert {f"alert.{flag}" for flag in REVIEWED} <= _keys("ar")


def test_every_alert_is_one_that_can_be_raised() -> None:
    """No alert has words that nothing in the library can say."""
    modules = [path.read_text("utf-8") for path in SOURCE.glob("**/*.py") if "messages" not in path.parts]
    flags = {key.removeprefix("alert.") for key in _keys("ar") if key.startswith("alert.")} - {"other"}
    assert {flag for flag in flags if not any(re.search(rf"\b{flag}\b", module) for module in modules)} == set()


@pytest.mark.parametrize("language", languages())
def test_plurals_follow_the_language(language: str) -> None:
    """For every count up to 200 the form is the one that CLDR names, six of them in Arabic."""
    rule, names = Locale(language).plural_form, PLURAL_NAMES[language]
    forms = _words(_catalogue(language))["mail.item_count"]
    for count in range(201):
        expected = forms[names.index(rule(count))].format(count=count)
        assert texts_for(language).plural("mail.item_count", count) == expected


def test_arabic_counts_read_right() -> None:
    """None, one and two have words of their own; three, eleven and a hundred take different nouns."""
    said = [texts_for("ar").plural("mail.item_count", count) for count in (0, 1, 2, 3, 11, 100)]
    assert said == ["لا منتجات", "منتج واحد", "منتجان", "3 منتجات", "11 منتجاً", "100 منتج"]


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ar", "ar"), ("ar_SA", "ar"), ("ar-AE", "ar"), ("AR", "ar"), ("ar_SA.UTF-8", "ar"), ("en", "en"),
        ("en_SA", "en"), ("en-GB", "en"), ("xx", "en"), ("ur", "en"), ("", "en"), ("../../ar", "en"), ("a\x00r", "en"),
    ],
)  # fmt: skip
def test_a_locale_finds_its_language(locale: str, language: str) -> None:
    """A country falls back to its language, and what is unknown or no locale at all to English."""
    texts = texts_for(locale)
    assert texts.language == language
    assert texts.direction == ("rtl" if language == "ar" else "ltr")


def test_an_unknown_key_is_refused() -> None:
    """A key without words is an error where it is written, never a key shown to a customer."""
    assert texts_for("ar").find("mail.nothing") is None
    with pytest.raises(KeyError, match=r"mail\.nothing"):
        texts_for("ar").text("mail.nothing")
    with pytest.raises(KeyError, match=r"mail\.nothing"):
        texts_for("ar").plural("mail.nothing", 3)


def test_a_missing_value_is_refused() -> None:
    """A placeholder that nobody fills is an error too."""
    with pytest.raises(KeyError, match="reason"):
        texts_for("ar").text("error.card_declined")


def _write(folder: Path, language: str, **texts: str) -> Texts:
    target = folder / language / "LC_MESSAGES"
    target.mkdir(parents=True)
    entries = "".join(f'msgid "{key}"\nmsgstr "{words}"\n\n' for key, words in texts.items())
    source = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{entries}'
    )
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, read_po(BytesIO(source.encode())))
    return texts_for(language, str(folder))


def test_a_shop_changes_a_text_without_copying_the_rest(tmp_path: Path) -> None:
    """A shop's own catalogue wins where it has words; every other text stays ours, in the same language."""
    texts = _write(tmp_path, "ar", **{"page.retry": "جرّب من جديد"})
    assert texts.text("page.retry") == "جرّب من جديد"
    assert texts.text("page.not_charged") == "لم يُخصم أي مبلغ."
    assert texts.direction == "rtl"


URDU = """
msgid ""
msgstr ""
"Language: ur\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "language.direction"
msgstr "rtl"

msgid "money.pattern"
msgstr "{amount}\u00a0{currency}"

msgid "currency.SAR"
msgstr "ریال"

msgid "page.retry"
msgstr "دوبارہ کوشش کریں"

msgid "decline.expired_card"
msgstr "کارڈ کی میعاد ختم ہو چکی ہے۔"

msgid "error.card_declined"
msgstr "کارڈ مسترد کر دیا گیا: {reason}"

msgid "mail.item_count"
msgid_plural "mail.item_count"
msgstr[0] "ایک چیز"
msgstr[1] "{count} چیزیں"
"""


def test_a_third_language_is_a_new_file(tmp_path: Path) -> None:
    """An Urdu catalogue, compiled by the command that compiles ours, speaks Urdu; what it lacks is English."""
    source = tmp_path / "ur" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(URDU.lstrip(), "utf-8")
    command = CommandLineInterface()
    command.run(  # type: ignore[no-untyped-call]
        ["pybabel", "-q", "compile", "--directory", str(tmp_path), "--domain", "messages"]
    )
    texts = texts_for("ur_PK", str(tmp_path))
    assert (texts.language, texts.direction) == ("ur", "rtl")
    assert customer_message("expired_card", texts) == "کارڈ مسترد کر دیا گیا: کارڈ کی میعاد ختم ہو چکی ہے۔"
    assert [texts.plural("mail.item_count", count) for count in (1, 3)] == ["ایک چیز", "3 چیزیں"]
    assert format_money(Money("1234.5", "SAR"), texts) == "1,234.50\u00a0ریال"
    assert texts.text("page.not_charged") == "You have not been charged."


def test_an_english_change_leaves_arabic_alone(tmp_path: Path) -> None:
    """A shop that only rewrites an English text still speaks our Arabic to its Arabic customers."""
    _write(tmp_path, "en", **{"page.retry": "Once more"})
    assert texts_for("ar", str(tmp_path)).text("page.retry") == "المحاولة مرة أخرى"


def test_errors_have_no_words_of_their_own_in_the_catalogue() -> None:
    """An error's sentence is for developers: none of it is a text for customers."""
    assert texts_for("en").find(str(OrderNotFound("no order 1017"))) is None
