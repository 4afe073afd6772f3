"""Templates that were spelled out say what the plain ones say, and what cannot be spelled out still works."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import DictLoader, TemplateNotFound, UndefinedError
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import TemplateSyntaxError

from gulf_payments.mail.expanding import ExpandingEnvironment
from tests.mail.samples import an_order, composed, confirmed, every_mail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PARTS = """
{% macro plain(words) %}<p side="{{ start }}">{{ words }}</p>{% endmacro %}
{% macro twice(words, mark="!") %}{{ words }}{{ mark }}{{ words }}{{ mark }}{% endmacro %}
{% macro nested(words) %}[{{ plain(words) }}]{% endmacro %}
{% macro frame() %}<div>{{ caller() }}</div>{% endmacro %}
{% macro rows(items) %}{% for item in items %}<li>{{ item }} {{ items | length }}</li>{% endfor %}{% endmacro %}
{% macro given(words) %}{% if words %}{{ plain(words) }}{% else %}none{% endif %}{% endmacro %}
"""


class _Brand:
    accent = "#112233"


def _environment(templates: Mapping[str, str], *, expands: bool = True) -> ExpandingEnvironment:
    environment = ExpandingEnvironment(loader=DictLoader({"parts": PARTS, **templates}), autoescape=True)
    if not expands:
        environment.code_generator_class = CodeGenerator
    environment.constants, environment.brand = {"start": "right"}, _Brand()
    environment.read_macros("parts")
    return environment


@pytest.mark.parametrize(
    "template",
    [
        '{{ parts.plain("a < b") }}',
        "{{ parts.plain(name) }}",
        "{{ parts.plain(words=name) }}",
        "{{ parts.plain(parts.plain(name)) }}",
        "{{ parts.plain(*[name]) }}",
        "before {{ parts.twice(name) }} after {{ start }} {{ brand.accent }}",
        '{{ parts.twice(name, "?") }}{{ parts.twice(name ~ "&") }}',
        "{{ parts.nested(name | upper) }}",
        "{% call parts.frame() %}{{ parts.plain(name) }}{% call parts.frame() %}in{% endcall %}{% endcall %}",
        "{{ parts.rows([1, name, 3]) }}{{ parts.rows([]) }}",
        "{{ parts.given(name) }}{{ parts.given('') }}{{ parts.given(none) }}",
        "{% for words in [1, 2] %}{{ words }}{{ parts.twice(name ~ words) }}{{ words }}{% endfor %}",
        "{% set start = 'mine' %}{{ start }}{{ parts.plain(start) }}",
        "{% set brand = {'accent': 'theirs'} %}{{ brand.accent }}",
        "{% macro own(words) %}<b>{{ words }}</b>{{ parts.plain(words) }}{% endmacro %}{{ own(name) }}",
        "{% macro plain(words) %}<i>{{ words }}</i>{% endmacro %}{{ plain(name) }}{{ parts.nested(name) }}",
        "{% import 'parts' as others %}{{ others.twice(name) }}",
        "{{ parts.plain(name) if name else parts.plain('nobody') }}",
    ],
)
def test_spelled_out_or_not_it_says_the_same(template: str) -> None:
    """Each way of calling a macro gives what jinja2's own calls give."""
    given: dict[str, Any] = {"name": "<Sara>"}
    plain, spelled = (
        _environment({"page": template}, expands=expands).get_template("page").render(given)
        for expands in (False, True)
    )
    assert spelled == plain != ""


def test_a_macro_is_gone_from_what_is_compiled() -> None:
    """What is constant has become one text; what is given once is put where it is read."""
    environment = _environment({})
    code = str(environment.compile('{{ parts.plain("a < b") }}|{{ parts.plain(name) }}', raw=True))
    assert r"""yield '<p side="right">a &lt; b</p>|<p side="right">'""" in code
    assert "context.call" not in code


def test_an_unknown_word_fails_where_it_stands() -> None:
    """A text, a field of the brand and a macro that nobody knows name the shop's own template and line."""
    wrong = {
        "{{ 'mail.nothing' | text }}": KeyError,
        "{{ brand.acent }}": UndefinedError,
        "{{ parts.paragraf('x') }}": UndefinedError,
        "{{ x | monney }}": TemplateSyntaxError,
        "{% include 'nowhere' %}": TemplateNotFound,
    }
    for source, error in wrong.items():
        with pytest.raises(error):
            composed(confirmed(an_order()), templates=DictLoader({"order_confirmation.html.j2": f"\n{source}"}))


def test_an_error_within_a_macro_names_the_line_that_calls_it(tmp_path: Path) -> None:
    """The traceback leads to the shop's own template, and to the line it wrote."""
    page = tmp_path / "order_confirmation.txt.j2"
    page.write_text("one\ntwo\n{{ parts.fact('mail.total', order.nothing) }}\nfour\n", "utf-8")
    with pytest.raises(UndefinedError) as raised:
        composed(confirmed(an_order()), templates=tmp_path)
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert [frame.lineno for frame in frames if frame.filename == str(page)] == [3]


def test_our_mails_are_what_jinja2_alone_would_make_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mail is letter for letter the same when its templates are not spelled out, but for empty lines."""
    ours = [mail.html + mail.text for locale in ("ar", "en") for mail in every_mail(locale)]
    monkeypatch.setattr(ExpandingEnvironment, "code_generator_class", CodeGenerator)
    anew = DictLoader({})  # a loader of its own, so that nothing compiled before is used again
    plain = [mail.html + mail.text for locale in ("ar", "en") for mail in every_mail(locale, templates=anew)]
    assert [page.split() for page in plain] == [page.split() for page in ours]
