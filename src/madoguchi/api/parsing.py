"""Reading requests: JSON that is JSON, and only text that PostgreSQL can hold."""

import json
from typing import Any, Never, cast

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from madoguchi.core.errors import Invalid
from madoguchi.core.storable import is_storable_text

#: No request of ours is nested deeper.
MAX_DEPTH = 20


class StrictParser(Parser):
    """Refuses NaN, NUL characters, halves of surrogate pairs, and nesting without end."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON of a request; ValueError (400) when it is none."""
        parsed = json.loads(request.body, parse_constant=_refuse_constant)
        check(parsed)
        return cast("dict[str, Any]", parsed)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The values of an address or a form; raises Invalid for text that cannot be stored."""
        parsed = super().parse_querydict(data, list_fields, request)
        for name, value in parsed.items():
            if not is_storable([name, value]):
                raise Invalid(_("This text contains characters that cannot be stored."), field=name[:100])
        return parsed


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON")


def check(parsed: object) -> None:
    """Raise ValueError for what cannot be stored."""
    if not is_storable(parsed):
        raise ValueError("The text contains characters that cannot be stored, or is nested too deeply.")


def is_storable(value: object, depth: int = 0) -> bool:
    """False for NUL, lone surrogates, and nesting deeper than MAX_DEPTH, anywhere in a parsed JSON value."""
    if isinstance(value, str):
        return is_storable_text(value)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        return depth < MAX_DEPTH and all(is_storable(each, depth + 1) for each in value)
    return True
