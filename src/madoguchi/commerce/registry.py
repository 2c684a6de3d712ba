"""Which sources of orders there are: an explicit list of dotted paths in settings, imported once."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from madoguchi.commerce.contract import Source
from madoguchi.commerce.models import OrderSource
from madoguchi.core.errors import NotFound


@lru_cache(maxsize=1)
def source_classes() -> dict[str, type[Source]]:
    """Every connector by its kind, in the order of settings.MADOGUCHI_ORDER_SOURCES."""
    classes: list[type[Source]] = [import_string(path) for path in settings.MADOGUCHI_ORDER_SOURCES]
    return {cls.kind: cls for cls in classes}


def source_class(kind: str) -> type[Source]:
    """The connector of a kind; NotFound when none is installed."""
    try:
        return source_classes()[kind]
    except KeyError as error:
        raise NotFound(f"No source of orders of the kind {kind!r} is installed.") from error


def source_of(row: OrderSource) -> Source:
    """The connector of a source, ready to be asked."""
    return source_class(row.kind)(settings=row.settings, secrets=row.secrets)
