"""The preview: every mail there is, with the facts it must tell, and what a broken template is told."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from gulf_payments import ConfigurationError
from gulf_payments.mail import Mail, MemorySender
from gulf_payments.mail.occasions import NAMES, OCCASIONS
from gulf_payments.mail.preview import Album, composed, write_index
from gulf_payments.mail.preview.samples import SAMPLES
from gulf_payments.mail.preview.shop import order, order_in_dinars
from tests.mail.samples import BRAND, Page, without_isolates

LOCALES = ("ar", "en")


def _album(folder: Path, **options: object) -> Path:
    """Write the whole preview into a folder."""
    album, shown = Album(folder), list(composed(LOCALES, **options))  # type: ignore[arg-type] # options as named
    for one in shown:
        album.add(one)
    write_index(album, shown)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_mail_has_a_sample() -> None:
    """A mail that is added without one would be missing from the preview, and from all that is tested on it."""
    assert {type(sample.happened("ar")) for sample in SAMPLES} == {*OCCASIONS, list}  # the list is a day's failures
    assert {sample.name for sample in SAMPLES} >= NAMES
    assert {one.message.name for one in composed(["ar"]) if one.message} == NAMES


def test_each_mail_is_four_files_in_each_language(tmp_path: Path) -> None:
    """Its bytes, its two parts and its facts; and the page that shows them all."""
    suffixes = (".eml", ".html", ".txt", ".facts.json")
    files = {f"{locale}/{sample.name}{suffix}" for locale in LOCALES for sample in SAMPLES for suffix in suffixes}
    assert set(_contents(_album(tmp_path))) == files | {"index.html"}


def test_the_files_are_the_parts_of_the_mail(tmp_path: Path) -> None:
    """What stands beside the .eml is what a reader's program takes out of it, and the subject is among the facts."""
    _album(tmp_path)
    for path in tmp_path.rglob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        facts = json.loads(path.with_suffix(".facts.json").read_text("utf-8"))
        text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
        assert text == path.with_suffix(".txt").read_text("utf-8")
        assert html == path.with_suffix(".html").read_text("utf-8")
        assert mail["Subject"] == facts["subject"]


def test_every_fact_is_told_in_both_parts(tmp_path: Path) -> None:
    """A total of 1234.50 is found as 1,234.50 in the HTML part and in the text part; a phone as it is written."""
    _album(tmp_path)
    for path in tmp_path.rglob("*.facts.json"):
        facts = json.loads(path.read_text("utf-8"))
        assert all(isinstance(value, str) for value in facts.values())
        stem = path.with_name(path.name.removesuffix(".facts.json"))
        html = Page(stem.with_name(stem.name + ".html").read_text("utf-8")).text
        text = stem.with_name(stem.name + ".txt").read_text("utf-8")
        for name, value in facts.items():
            for part in (html,) if name == "subject" else (html, text):  # the HTML's title repeats the subject
                assert _as_shown(value) in without_isolates(part), f"{path}: {name}"


def _as_shown(value: str) -> str:
    """A plain decimal with its thousands apart; anything else as it is."""
    if not re.fullmatch(r"\d+\.\d+", value):
        return without_isolates(value)
    whole, _, decimals = value.partition(".")
    return f"{int(whole):,}.{decimals}"


def test_the_samples_are_worth_looking_at() -> None:
    """A total with thousands, a long title, a discount, VAT, and dinars with three decimals."""
    riyals, dinars = order("ar"), order_in_dinars("ar")
    assert str(riyals.total) == "SAR 1234.50"
    assert str(dinars.total) == "KWD 1037.720"
    assert max(len(line.title) for line in riyals.lines) > 90
    assert riyals.discount
    assert riyals.tax_total
    assert dinars.tax_total is None


def test_a_preview_written_again_is_the_same(tmp_path: Path) -> None:
    """Nothing in it depends on the day or on chance, so two versions can be compared."""
    once = _contents(_album(tmp_path))
    assert _contents(_album(tmp_path)) == once


def test_the_shops_own_mail_is_shown(tmp_path: Path) -> None:
    """Its brand and its sender; and a mail that it has switched off is there to be looked at all the same."""
    mail = Mail(MemorySender(), brand=BRAND, without={"refund_confirmation"}, alert_addresses=["ops@gulfemperor.com"])
    _album(tmp_path, mail=mail)
    refund = message_from_bytes((tmp_path / "en/refund_confirmation.eml").read_bytes(), policy=policy.default)
    alert = message_from_bytes((tmp_path / "ar/alert.eml").read_bytes(), policy=policy.default)
    assert refund["From"] == "Gulf Emperor <support@gulfemperor.com>"
    assert alert["To"] == "ops@gulfemperor.com"
    assert alert["Content-Language"] == "ar"


def test_the_shops_own_templates_are_shown(tmp_path: Path) -> None:
    """A block that the shop has filled stands in its mail, and only there."""
    template = '{% extends "gulf_payments/order_confirmation.html.j2" %}{% block invoice %}<p>INV-7</p>{% endblock %}'
    (tmp_path / "order_confirmation.html.j2").write_text(template, encoding="utf-8")
    said = {one.name: one.message.html for one in composed(["ar"], templates=tmp_path) if one.message}
    assert {name for name, html in said.items() if "INV-7" in html} == {
        name for name in said if name.startswith("order_confirmation")
    }


CONFIRMATION = '{% extends "gulf_payments/order_confirmation.html.j2" %}\n{% block invoice %}\n'


@pytest.mark.parametrize(
    ("template", "line", "told"),
    [
        (CONFIRMATION + "{{ order.nonsense }}{% endblock %}", 3, "no attribute 'nonsense'"),
        (CONFIRMATION + "{{ nonsense }}{% endblock %}", 3, "'nonsense' is undefined"),
        (CONFIRMATION + '{{ "no.such.key" | text }}{% endblock %}', 3, "no text has the key 'no.such.key'"),
        (CONFIRMATION + "{{ brand.nonsense }}{% endblock %}", 3, "no attribute 'nonsense'"),
        (CONFIRMATION + '{{ parts.fact("mail.date", nonsense) }}{% endblock %}', 3, "undefined"),
        (CONFIRMATION + "{{ order.total | no_filter }}{% endblock %}", 3, "No filter named 'no_filter'"),
        (CONFIRMATION + "{{ 1 // 0 }}{% endblock %}", 3, "division"),
        (CONFIRMATION + "{% endblok %}", 3, "unknown tag 'endblok'"),
        ('\n{% extends "elsewhere.html.j2" %}', 2, "there is no template elsewhere.html.j2"),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, template: str, line: int, told: str) -> None:
    """Whatever is wrong, the fault says in which of the shop's files and where; the other mails are whole."""
    path = tmp_path / "order_confirmation.html.j2"
    path.write_text(template, encoding="utf-8")
    shown = {one.name: one for one in composed(["ar"], templates=tmp_path)}
    assert shown["order_confirmation"].fault.startswith(f"{path}:{line}: ")
    assert told in shown["order_confirmation"].fault
    assert shown["payment_failed"].fault == ""


def test_a_mail_that_broke_is_not_shown_as_it_was(tmp_path: Path) -> None:
    """The files of its last good version are taken away, and the page tells the fault."""
    _album(tmp_path / "album")
    (tmp_path / "alert.txt.j2").write_text("{{ nonsense }}", encoding="utf-8")
    _album(tmp_path / "album", templates=tmp_path)
    assert list((tmp_path / "album" / "ar").glob("alert.*")) == []
    assert "alert.txt.j2:1: &#39;nonsense&#39; is undefined" in (tmp_path / "album" / "index.html").read_text("utf-8")


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    """It is one file that loads only the mails beside it."""
    page = (_album(tmp_path) / "index.html").read_text("utf-8")
    outside = re.sub(r'srcdoc="[^"]*"', "", page)
    loaded = set(re.findall(r'(?:src|href)="([^"]*)"', outside))
    assert not [address for address in loaded if "//" in address]
    missing = [address for address in loaded if not (address.startswith("#") or (tmp_path / address).is_file())]
    assert missing == []


def test_somebody_elses_page_is_left_alone(tmp_path: Path) -> None:
    """An index.html that no preview made is not replaced."""
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="made by something else"):
        _album(tmp_path)
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
