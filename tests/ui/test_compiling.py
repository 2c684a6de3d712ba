"""Compiled templates write to the letter what Django writes, and fail where it fails."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, TemplateSyntaxError, VariableDoesNotExist
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from madoguchi.ui.compiling import Compiled

PARTS = {
    "base.html": "<{% block title %}base {{ word }}{% endblock %}>{% block body %}{% endblock %}",
    "part.html": "[{{ item }}|{{ word }}|{{ given }}|{{ forloop.counter }}]",
}
LIBRARIES = {"i18n": "django.templatetags.i18n", "tz": "django.templatetags.tz", "l10n": "django.templatetags.l10n"}
BUILTINS = ["django.templatetags.i18n", "madoguchi.ui.templatetags.ui"]


class Lost(ObjectDoesNotExist):
    """A row that is gone."""


class Broken(Exception):
    """A property that fails for a reason of its own."""


@dataclass
class Person:
    """Something with everything a template can meet behind a dot."""

    name: str = "<Suzuki>"
    friends: list[str] = field(default_factory=lambda: ["a", "b<", "c"])
    facts: dict[str, object] = field(default_factory=lambda: {"items": "own", "1": "one", "deep": {"er": 7}})
    nothing: None = None

    def greet(self) -> str:
        """A method without arguments."""
        return "Hello <b>"

    def needs(self, what: str) -> str:
        """A method that cannot be called from a template."""
        return what

    def wipe(self) -> str:
        """A method a template must not call."""
        raise AssertionError

    wipe.alters_data = True  # type: ignore[attr-defined]

    @property
    def gone(self) -> str:
        """A relation that leads nowhere."""
        raise Lost

    @property
    def broken(self) -> str:
        """A fault of ours, which must be seen."""
        raise Broken


class Kind:
    """A class that stands for itself."""

    do_not_call_in_templates = True
    word = "kind"


def context() -> Context:
    """Something of everything."""
    return Context(
        {
            "word": "a & b",
            "safe": mark_safe("<i>"),
            "lazy": gettext_lazy("Close"),
            "number": 1234,
            "big": Decimal("1234.50"),
            "yes": True,
            "empty": "",
            "none": None,
            "moment": datetime(2026, 11, 23, 1, 2, tzinfo=UTC),
            "person": Person(),
            "people": [Person("one"), Person("two")],
            "pairs": [(1, "x"), (2, "y")],
            "nested": [[1, 2], [], [3]],
            "several": iter(["p", "q"]),
            "kind": Kind,
            "call": lambda: "called",
            "csrf_token": "token",
        }
    )


def engine(template: str, *, ours: bool) -> Engine:
    """The same templates by our loader and by Django's."""
    places: Any = ("django.template.loaders.locmem.Loader", {**PARTS, "page.html": template})
    loaders = [("madoguchi.ui.baking.Loader", [places])] if ours else [places]
    return Engine(loaders=loaders, libraries=LIBRARIES, builtins=BUILTINS)


def outcome(template: str, *, ours: bool) -> object:
    """What comes out, or the error."""
    try:
        with override("ja"):
            return engine(template, ours=ours).get_template("page.html").render(context())
    except (VariableDoesNotExist, ValueError, TypeError, Broken, TemplateSyntaxError) as error:
        return type(error)


@pytest.mark.parametrize(
    "template",
    [
        "{{ word }} {{ safe }} {{ lazy }} {{ number }} {{ big }} {{ yes }} {{ none }} {{ empty }} {{ moment }}",
        "{{ missing }} {{ missing.deep }} {{ none.name }} {{ word.missing }} {{ word.upper }} {{ word.0 }}",
        "{{ person.name }} {{ person.friends.1 }} {{ person.friends.9 }} {{ person.facts.items }} {{ person.facts.1 }}",
        "{{ person.facts.deep.er }} {{ person.facts.missing }} {{ person.nothing.more }} {{ person.missing.more }}",
        "{{ person.greet }} {{ person.greet.upper }} {{ person.needs }} {{ person.wipe }} {{ person.gone }} {{ call }}",
        "{{ kind }} {{ kind.word }} {{ True }} {{ None }} {{ 'text <' }} {{ 12 }} {{ 1.5 }} {{ _('Close') }}",
        "{{ person.broken }}",
        "{% if person.broken %}{% endif %}",
        "{{ word|upper }} {{ missing|default:'<none>' }} {{ none|default:word }} {{ word|default:missing }}",
        "{{ safe|lower }} {{ word|truncatechars:2 }} {{ person.friends|join:'<' }} {{ person.friends|length }}",
        "{{ moment|date:'H:i' }} {{ word|linebreaksbr }} {{ word|safe }} {{ number|add:'2' }} {{ word|urlencode }}",
        "{% if word %}1{% endif %}{% if missing %}2{% elif none %}3{% else %}4{% endif %}",
        "{% if not missing %}5{% endif %}{% if missing == None %}6{% endif %}",
        "{% if word and missing or yes %}1{% endif %}{% if word == 'a & b' %}2{% endif %}",
        "{% if 'a' in word %}1{% endif %}{% if 'a' not in word %}2{% endif %}{% if 1 in none %}3{% endif %}",
        "{% if number > 3 %}1{% endif %}{% if number <= 3 %}2{% endif %}{% if none < 3 %}3{% endif %}",
        "{% if none is None %}1{% endif %}{% if word is not None %}2{% endif %}{% if word != missing %}3{% endif %}",
        "{% if number >= 3 %}1{% endif %}{% if 1 not in none %}2{% endif %}{% if number < 9999 %}3{% endif %}",
        "{% if word|length > 3 %}1{% endif %}{% if word|default:missing %}2{% else %}3{% endif %}",
        "{% if missing|default:missing %}1{% elif yes %}2{% endif %}{{ missing|default:missing }}",
        "{% for each in people %}{{ each.name }},{{ forloop.counter }}/{{ forloop.revcounter }}{% endfor %}{{ each }}",
        "{% for each in missing %}1{% empty %}none{% endfor %}{% for each in none %}1{% endfor %}",
        "{% for each in several reversed %}{{ each }}{% endfor %}",
        "{% for each in several %}{{ each }}{{ forloop.first }}{{ forloop.last }}{{ forloop.length }}{% endfor %}",
        "{% for a, b in pairs %}{{ b }}{{ a }}{% endfor %}{% for a, b in pairs reversed %}{{ a }}{% endfor %}",
        "{% for a, b in people %}{{ a }}{% endfor %}",
        "{% for a, b, c in pairs %}{{ a }}{% endfor %}",
        "{% for a, b in pairs %}{% include 'part.html' with item=b %}{% endfor %}",
        "{% for each in number %}{% endfor %}",
        "{% for r in nested %}{% for n in r %}{{ forloop.parentloop.last }}{{ n }}{% empty %}-{% endfor %}{% endfor %}",
        "{% for item in people %}{% include 'part.html' with given=item.name %}{% endfor %}",
        "{% for item in people %}{% include 'part.html' with given=1 only %}{% endfor %}{% include 'part.html' %}",
        "{% for row in nested %}{% for item in row %}{% include 'part.html' %}{% endfor %}{% endfor %}",
        "{% for each in people %}{% cycle 'odd' 'even' %}{% ifchanged each.name %}!{% endifchanged %}{% endfor %}",
        "{% for each in people %}{% if forloop.first %}{% csrf_token %}{% endif %}{% endfor %}",
        "{% with a=word b=person.name %}{{ a }}{{ b }}{% with a=b %}{{ a }}{% endwith %}{{ a }}{% endwith %}{{ a }}",
        "{% with item=word given=missing %}{% include 'part.html' %}{% endwith %}",
        "{% for each in people %}{% with item=each.name %}{% include 'part.html' %}{{ item }}{% endwith %}{% endfor %}",
        "{% for n in people %}{% blocktranslate with name=n.name %}Hello {{ name }}{% endblocktranslate %}{% endfor %}",
        "{% translate word as word %}{{ word }}{% for each in people %}{% translate each.name %}{% endfor %}",
        "{% autoescape off %}{{ word }}{% if word %}{{ person.name }}{% endif %}{% endautoescape %}{{ word }}",
        "{% extends 'base.html' %}{% block title %}{{ block.super }}{% endblock %}",
        "{% partialdef row %}<{{ each.name }}>{% endpartialdef %}{% for each in people %}{% partial row %}{% endfor %}",
        "{% spaceless %}<p> <b>{{ word }}</b> </p>{% endspaceless %}{% filter upper %}{{ word }}{% endfilter %}",
        "{% icon 'mail' label=word %}{% face person.name %}{% face missing %}",
        "{% url 'desk:conversation' number %} {% url 'desk:conversation' '12' %} {% url 'desk:message' pk=number %}",
        "{% for each in nested.0 %}{% url 'desk:conversation' each %}{% endfor %}",
        "{% autoescape off %}{% url 'desk:conversation' number %}{% endautoescape %}",
        "{% load tz l10n %}{{ moment|localtime }}{{ big|localize }}{% localtime off %}{{ moment }}{% endlocaltime %}",
    ],
)
def test_what_comes_out_is_what_django_writes(template: str) -> None:
    assert outcome(template, ours=True) == outcome(template, ours=False)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ word }}{{ missing }}", "a &amp; b"),
        ("{% for each in people %}{{ each.name }}{{ forloop.counter }}{% endfor %}", "one1two2"),
        ("{% if none == missing %}yes{% else %}no{% endif %}", "yes"),
    ],
)
def test_it_is_compiled(template: str, text: str) -> None:
    page = engine(template, ours=True).get_template("page.html")

    assert [type(node) for node in page.nodelist] == [Compiled]
    assert page.render(context()) == text


def test_a_debugging_engine_keeps_the_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    debugging = engine("{{ word }}", ours=True)
    monkeypatch.setattr(debugging, "debug", True)

    nodes = debugging.get_template("page.html").nodelist

    assert Compiled not in [type(node) for node in nodes]


@pytest.mark.parametrize(("language", "word"), [("ja", "閉じる"), ("en", "Close")])
def test_each_language_has_its_own_words(language: str, word: str) -> None:
    page = engine("{{ missing|default:_('Close') }}", ours=True)

    with override(language):
        text = page.get_template("page.html").render(context())

    assert text == word
