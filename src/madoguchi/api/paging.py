"""Pages of lists, the same everywhere: {"items": […], "next": "…" or null}; `next` goes back as `cursor`.

Keyset paging: page 1,000 costs what page 1 costs, and nothing is shown twice when something new arrives meanwhile.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from madoguchi.api.schemas.base import MAX_ID, In, Out
from madoguchi.conversations.filters import Cursor
from madoguchi.core.errors import Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class Page[T](Out):
    """One page of a list."""

    items: list[T]
    """The rows of this page."""
    next: str | None = None
    """Send it back as `cursor` for the page that follows; null at the end."""


class Paging(In):
    """Which page of a list."""

    cursor: Annotated[str, Field(max_length=300)] = ""
    """`next` of the page before; empty begins at the beginning."""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    """How many rows a page has at most."""

    @property
    def moment(self) -> Cursor | None:
        """The place as a moment and an id; None at the beginning, Invalid for what `next` never said."""
        if not self.cursor:
            return None
        found = Cursor.parse(opened(self.cursor))
        if found is None or found.moment.tzinfo is None or not 0 <= found.pk <= MAX_ID:
            raise BadCursor
        return found

    @property
    def pk(self) -> int | None:
        """The place as an id; None at the beginning, Invalid for what `next` never said."""
        if not self.cursor:
            return None
        text = opened(self.cursor)
        if not (text.isascii() and text.isdecimal() and int(text) <= MAX_ID):
            raise BadCursor
        return int(text)


class BadCursor(Invalid):
    """A cursor that no page of this list has given out."""

    def __init__(self) -> None:
        """Name the field."""
        super().__init__(_("This page does not exist. Send `next` of the page before, unchanged."), field="cursor")


def sealed(place: object) -> str:
    """A place in a list as a text that nobody is tempted to build by hand."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """The place that `sealed` was given."""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error


def page_of[R, T](rows: Sequence[R], limit: int, *, show: Callable[[R], T], place: Callable[[R], object]) -> Page[T]:
    """A page of rows of which one more than `limit` was fetched when there is more."""
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(items=[show(row) for row in shown], next=sealed(place(shown[-1])) if more else None)


def newest_page[M: Model, T](rows: QuerySet[M], paging: Paging, *, show: Callable[[M], T]) -> Page[T]:
    """A page of a list that is shown newest first, by id."""
    if paging.pk is not None:
        rows = rows.filter(pk__lt=paging.pk)
    found = list(rows.order_by("-pk")[: paging.limit + 1])
    return page_of(found, paging.limit, show=show, place=lambda row: row.pk)


def whole[T](items: list[T]) -> Page[T]:
    """A list that is short by nature, as its only page."""
    return Page(items=items)


def place_at(moment: datetime, pk: int) -> Cursor:
    """The place of a row in a list ordered by time."""
    return Cursor(moment, pk)
