"""Searching, as in the search box."""

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Paging, place_at, sealed
from madoguchi.api.problems import READ
from madoguchi.api.schemas.conversations import show_line
from madoguchi.api.schemas.watching import FoundFileOut, FoundOut, FoundPieceOut, SearchOut
from madoguchi.conversations.pages import Line, lines_by_ids
from madoguchi.conversations.searching import Found, search_conversations
from madoguchi.search.queries import Cursor, Order
from madoguchi.search.query import MAX_QUERY_CHARS

router = Router(tags=["Search"])


class SearchPaging(Paging):
    """What to find."""

    q: Annotated[str, Field(min_length=1, max_length=MAX_QUERY_CHARS, examples=["土鍋 from:yumiko is:open"])]
    """Words, phrases in quotes, `-` before what must not be there, operators as in the search box."""
    order: Order = Order.BEST
    """`best` ranks; `newest` lists by time and has further pages."""


@router.get("/search", response={200: SearchOut, **READ}, operation_id="search", summary="Search conversations")
def search(request: ApiRequest, wanted: Query[SearchPaging]) -> SearchOut:
    """Find conversations by what was written in them, over everything the caller may see; one hit a conversation."""
    place = wanted.moment
    before = Cursor(place.moment, place.pk) if place and wanted.order is Order.NEWEST else None
    results = search_conversations(request.auth, wanted.q, order=wanted.order, before=before, limit=wanted.limit)
    lines = lines_by_ids(request.auth, [found.conversation.pk for found in results.found])
    items = [_found(found, lines[found.conversation.pk]) for found in results.found if found.conversation.pk in lines]
    following = results.next_cursor
    return SearchOut(
        items=items,
        next=sealed(place_at(following.at, following.entry_id)) if following else None,
        count=results.count,
        is_near=results.is_near,
        understood=results.understood(),
        unknown=list(map(str, results.unknown)),
    )


def _found(found: Found, line: Line) -> FoundOut:
    return FoundOut(
        conversation=show_line(line),
        message=found.message_id,
        at=found.at,
        subject=_pieces(found.subject),
        snippet=_pieces(found.snippet),
        file=FoundFileOut(id=found.file.attachment_id, name=_pieces(found.file.name)) if found.file else None,
    )


def _pieces(pieces: list[tuple[str, bool]]) -> list[FoundPieceOut]:
    return [FoundPieceOut(text=text, is_hit=is_hit) for text, is_hit in pieces]
