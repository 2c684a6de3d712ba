"""Templates with everything written in that only depends on the language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Engine
from django.template.base import TextNode
from django.utils import translation

from madoguchi.ui.addresses import Address
from madoguchi.ui.compiling import Compiled

type Page = Callable[..., str]


def engine(**templates: str) -> Engine:
    """An engine like ours, over these templates."""
    places = ("django.template.loaders.locmem.Loader", {f"{name}.html": text for name, text in templates.items()})
    return Engine(
        loaders=[("madoguchi.ui.baking.Loader", [places])],
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["django.templatetags.i18n", "madoguchi.ui.templatetags.ui"],
    )


def nodes_of(template: str, **others: str) -> list[Any]:
    """What is left of a template, as it is before it is compiled."""
    nodes = list(engine(page=template, **others).get_template("page.html").nodelist)
    return list(nodes[0].nodelist) if isinstance(nodes[0], Compiled) else nodes


def text_of(template: str, context: dict[str, Any] | None = None, **others: str) -> str:
    """A template rendered."""
    return engine(page=template, **others).get_template("page.html").render(Context(context or {}))


@pytest.mark.parametrize(
    "template",
    [
        '<b>{% translate "Close" %}</b>',
        '<a href="{% url "desk:inbox" %}">',
        '{% icon "mail" %} {% icon "mail" label=_("Mail") size="s" %}',
        '{% load i18n %}{% comment %}nothing{% endcomment %}{% asset "app.css" %}',
        '{% include "part.html" with name="list" label=_("Close") only %}',
    ],
)
def test_what_depends_on_the_language_alone_becomes_text(template: str) -> None:
    nodes = nodes_of(template, part='{% if name == "list" %}{{ label }}{% icon name %}{% endif %}')

    assert [type(node) for node in nodes] == [TextNode]


@pytest.mark.parametrize(
    "template",
    [
        "{{ word }}",
        "{% icon word %}",
        "{% translate word %}",
        '{% translate "Close" as word %}{{ word }}',
        '{% url "desk:inbox" as word %}{{ word }}',
        '{% translate "Close"|upper %}',
        "{% html_attributes %}",
        '{% include "part.html" %}',
        '{% include "part.html" with word=word only %}',
        '{% include "whole.html" only %}',
    ],
)
def test_what_looks_at_the_page_is_left_alone(template: str) -> None:
    nodes = nodes_of(template, part="{{ word }}", whole="{% csrf_token %}")

    assert any(not isinstance(node, TextNode) for node in nodes)


def test_each_language_has_its_own() -> None:
    ours = engine(page='{% translate "Close" %}')
    said = {}

    for language in ("ja", "en", "ja"):
        with translation.override(language):
            said[language] = ours.get_template("page.html").render(Context())

    assert said == {"ja": "閉じる", "en": "Close"}


def test_it_is_baked_at_every_depth() -> None:
    chosen = '{% if each %}<i>{% translate "Close" %}</i>{% else %}{% icon "mail" %}{% endif %}'
    template = "{% for each in all %}" + chosen + "{% endfor %}"

    loop = nodes_of(template)[0]

    assert len(loop.get_nodes_by_type(TextNode)) == 2
    assert text_of(template, {"all": [1]}).startswith("<i>")


def test_an_address_with_numbers_is_filled() -> None:
    node = nodes_of('{% url "desk:conversation" number %}')[0]

    assert isinstance(node, Address)
    assert text_of('{% url "desk:conversation" number %}', {"number": 12}) == "/c/12"


def test_an_address_that_takes_no_numbers_stays_djangos() -> None:
    text = text_of('{% url "account_invitation" token %}', {"token": "a b"})

    assert text.endswith("/a%20b/")


def test_a_number_given_as_text_still_finds_its_address() -> None:
    assert text_of('{% url "desk:conversation" number %}', {"number": "12"}) == "/c/12"


def test_pages_that_extend_others_are_baked_whole() -> None:
    base = '<h1>{% translate "Close" %}</h1>{% block inside %}{% endblock %}'
    inside = '{{ block.super }}<p>{% icon "mail" %}{{ word }}</p>'
    page = '{% extends "base.html" %}{% block inside %}' + inside + "{% endblock %}"

    with translation.override("ja"):
        text = text_of(page, {"word": "<"}, base=base)

    assert text.startswith("<h1>閉じる</h1><p><svg")
    assert text.endswith("&lt;</p>")
