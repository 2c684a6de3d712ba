"""What comes masked from somebody who reads masked, put back before a view sees it.

What JSON means is put back, not how it is written. What would be read clear beside its neighbours is not put back, and
into a signature or a template goes nothing but what stands there already: it would leave with everybody's letters.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.corresponding import addresses_of
from madoguchi.customers.masking import DOT, PLACE_FIELDS, Masking
from madoguchi.customers.unmasking import hidden_from, is_masked, unmasked, unmasked_part
from madoguchi.wording.queries import templates_of

JSON = "application/json"
_NUMBER = re.compile(r"/(?:c|conversations)/([0-9]{1,18})(?:/|$)")
_TEMPLATE = re.compile(r"/(?:api/v1/)?templates(?:/new|/([0-9]{1,18}))?/?")
_SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class _Source:
    """From where one request is put back; of a template and a signature, what stands in them already."""

    here: tuple[str, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    signature: Mapping[str, str] = field(default_factory=dict)
    template: Mapping[str, str] | None = None  #: None where none is written

    def text(self, text: str, name: str) -> str:
        """What is meant by the value of a field; as it came where nothing can be put back."""
        if DOT not in text:
            return text
        standing = self.signature if name == _SIGNATURE else self.template
        if standing is not None:
            return unmasked(text, (), standing, is_looked_up=False)
        whole = unmasked_part(text, self.hidden) if name.rpartition("-")[2] in PLACE_FIELDS else text
        return whole if whole != text else unmasked(text, self.here, self.hidden)

    def data(self, value: Any, name: str = "") -> Any:
        """The same for JSON."""
        match value:
            case str():
                return self.text(value, name)
            case dict():
                return {self.text(key, ""): self.data(each, key) for key, each in value.items()}
            case list():
                return [self.data(each, name) for each in value]
        return value


def put_back(request: HttpRequest, person: User) -> str:
    """Let the view read what was meant; gives what is wrong where something cannot be put back, otherwise nothing."""
    if dotted := _dotted(request.GET):
        request.GET = _read(request.GET, _Source(_here(request), hidden_from(person, dotted)))  # type: ignore[assignment]
    if request.method == "GET":
        return ""
    return _put_back_json(request, person) if request.content_type == JSON else _put_back_form(request, person)


def _put_back_json(request: HttpRequest, person: User) -> str:
    try:
        came = json.loads(request.body)
        dotted = "\n".join(each for _name, each in _strings(came) if DOT in each)
        if not dotted:
            return ""
        meant = _source(request, person, dotted).data(came)
        request._body = json.dumps(meant, ensure_ascii=False).encode()  # noqa: SLF001 - Django has no other way to hand a body on
        return _refusal(_strings(meant))
    except (ValueError, RecursionError):  # the view refuses it as it came
        return ""


def _put_back_form(request: HttpRequest, person: User) -> str:
    dotted = _dotted(request.POST)
    if not dotted:
        return ""
    values = _read(request.POST, _source(request, person, dotted))
    request._post = values  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return _refusal((key, each) for key, group in values.lists() for each in group if isinstance(each, str))


def _refusal(values: Iterator[tuple[str, str]]) -> str:
    names = {name for name, text in values if is_masked(text)}
    if _SIGNATURE in names:
        return _(
            "Something masked (•••) stands in the signature. Addresses and numbers of customers do not belong there. "
            "Take it out."
        )
    if names:
        return _("Something masked (•••) stands where it cannot be put back. Leave it as it was, or take it out.")
    return ""


def _source(request: HttpRequest, person: User, dotted: str) -> _Source:
    found = _TEMPLATE.fullmatch(request.path)
    template = _standing(_text_of_template(person, found[1])) if found else None
    return _Source(_here(request), hidden_from(person, dotted), _standing(person.signature), template)


def _standing(text: str) -> dict[str, str]:
    masking = Masking(can_come_back=True)
    masking.spans(text)
    return masking.hidden


def _text_of_template(person: User, number: str | None) -> str:
    rows = templates_of(person).filter(pk=number or 0)
    return "\n\n".join("\n\n".join(row) for row in rows.values_list("name", "keywords", "subject", "body", "note"))


def _here(request: HttpRequest) -> tuple[str, ...]:
    """The addresses of the conversation that is written in."""
    found = _NUMBER.search(request.path)
    number = found[1] if found else request.GET.get("number", "")
    return tuple(addresses_of(int(number))) if number.isdecimal() and len(number) < 19 else ()


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in JSON with the name of its field."""
    match value:
        case str():
            yield name, value
        case dict():
            for key, each in value.items():
                yield "", key
                yield from _strings(each, key)
        case list():
            for each in value:
                yield from _strings(each, name)


def _dotted(values: QueryDict) -> str:
    """Everything in a form that has dots."""
    return "\n".join(each for _key, group in values.lists() for each in group if isinstance(each, str) and DOT in each)


def _read(values: QueryDict, source: _Source) -> QueryDict:
    read = values.copy()
    for key, group in values.lists():
        read.setlist(key, [source.text(each, key) if isinstance(each, str) else each for each in group])
    return read
