"""The middle pane: a list of conversations with its head, its sieve by assignee, and its pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.counts import Counts
from madoguchi.conversations.filters import DUE, NEWEST, OLDEST, Cursor, Filter
from madoguchi.conversations.queries import (
    conversation_page,
    counts_for,
    drafts_on,
    due_counts,
)
from madoguchi.desk.rail import list_url
from madoguchi.desk.rows import Heading, Line, RowWords, amount_of, end_of_today, group_of, grouped, title_of
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few links; `amount` is text."""

    href: str
    word: str
    is_current: bool
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a list, and the address of those that follow."""

    lines: list[Heading | Line]
    more_url: str


@dataclass(frozen=True, slots=True)
class ListPane:
    """Everything the list pane shows."""

    title: str
    amount: str
    query: str
    sieve: Sequence[Choice]
    sorts: Sequence[Choice]
    piece: Piece
    is_narrowed: bool  #: something beyond 窓口, status and assignee is chosen


def query_of(chosen: Filter) -> str:
    """The conditions as they stand in an address, with the "?", or nothing."""
    return list_url(chosen).removeprefix(reverse("desk:inbox"))


def list_pane(user: User, chosen: Filter, words: Words, *, current: int | None = None) -> ListPane:
    """The first page of a list with its head."""
    counts = counts_for(user)
    inbox = inboxes_of(user).filter(pk=chosen.inbox).first() if chosen.inbox else None
    amount = amount_of(chosen, counts)
    return ListPane(
        title=title_of(chosen, inbox.name if inbox else ""),
        amount="" if amount is None else words.count(amount),
        query=query_of(chosen),
        sieve=_sieve(chosen, counts),
        sorts=_sorts(chosen),
        piece=list_piece(user, chosen, words, current=current),
        is_narrowed=bool(set(chosen.values()) - {"inbox", "status", "assignee", "sort"}),
    )


def list_piece(
    user: User,
    chosen: Filter,
    words: Words,
    *,
    cursor: Cursor | None = None,
    last: str = "",
    current: int | None = None,
) -> Piece:
    """One page of rows; with a cursor, the page that follows."""
    page = conversation_page(user, chosen, cursor=cursor)
    drafts = frozenset(drafts_on(user, page.rows)) if page.rows else frozenset()
    row_words = RowWords(words, user, query_of(chosen), drafts, current)
    is_first_due = chosen.sort == DUE and cursor is None
    sizes = due_counts(user, chosen, until=end_of_today()) if is_first_due and page.rows else None
    lines = list(grouped(page.rows, row_words, sort=chosen.sort, sizes=sizes, last=last))
    more = ""
    if page.next_cursor:
        group = group_of(page.rows[-1], words.now, end_of_today())
        values = {**chosen.values(), "after": str(page.next_cursor), "group": group}
        more = f"{reverse('desk:rows')}?{urlencode(values)}"
    return Piece(lines, more)


def _sieve(chosen: Filter, counts: Counts) -> list[Choice]:
    kinds = (("", _("All")), ("me", _("Assigned to me")), ("none", _("Unassigned")))
    choices = []
    for assignee, word in kinds:
        own = replace(chosen, assignee=assignee)
        amount = amount_of(own, counts)
        choices.append(Choice(list_url(own), word, chosen.assignee == assignee, f"{amount:,}" if amount else ""))
    return choices


def _sorts(chosen: Filter) -> list[Choice]:
    kinds = ((DUE, _("Earliest due first")), (NEWEST, _("Newest first")), (OLDEST, _("Oldest first")))
    return [Choice(list_url(replace(chosen, sort=sort)), word, chosen.sort == sort) for sort, word in kinds]
