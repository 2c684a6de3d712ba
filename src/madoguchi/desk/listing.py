"""The middle pane: a list of conversations with its head, its sieve by assignee, and its pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import CHOOSABLE, Status
from madoguchi.conversations.counts import Counts
from madoguchi.conversations.filters import DUE, NEWEST, OLDEST, Cursor, Filter
from madoguchi.conversations.listed import ListedPage, listed_page
from madoguchi.conversations.queries import DueCounts, drafts_on, due_counts
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail import list_url
from madoguchi.desk.rows import (
    Heading,
    Line,
    RowWords,
    amount_of,
    end_of_today,
    group_of,
    grouped,
    status_word,
    title_of,
)
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
class ListHead:
    """What of the list's head changes while things happen."""

    amount: str
    sieve: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ListPane:
    """Everything the list pane shows."""

    title: str
    head: ListHead
    query: str
    sorts: Sequence[Choice]
    statuses: Sequence[tuple[str, str]]  #: those the chosen rows may be given
    piece: Piece
    is_narrowed: bool  #: something beyond 窓口, status and assignee is chosen


def query_of(chosen: Filter) -> str:
    """The conditions as they stand in an address, with the "?", or nothing."""
    return list_url(chosen).removeprefix(reverse("desk:inbox"))


def list_pane(user: User, numbers: Numbers, chosen: Filter, words: Words, *, current: int | None = None) -> ListPane:
    """The first page of a list with its head."""
    inbox_name = next((inbox.name for inbox in numbers.inboxes if inbox.pk == chosen.inbox), "")
    is_whole = not set(chosen.values()) - {"late"}
    return ListPane(
        title=title_of(chosen, inbox_name),
        head=list_head(numbers, chosen, words),
        query=query_of(chosen),
        sorts=_sorts(chosen),
        statuses=[(status.value, status_word(status)) for status in CHOOSABLE if status is not Status.HOLD],
        piece=list_piece(user, chosen, words, current=current, sizes=numbers.due if is_whole else None),
        is_narrowed=bool(set(chosen.values()) - {"inbox", "status", "assignee", "sort"}),
    )


def list_head(numbers: Numbers, chosen: Filter, words: Words) -> ListHead:
    """How many there are, in all and by assignee."""
    amount = amount_of(chosen, numbers.counts)
    return ListHead("" if amount is None else words.count(amount), _sieve(chosen, numbers.counts))


def list_piece(
    user: User, chosen: Filter, words: Words, *, current: int | None = None, sizes: DueCounts | None = None
) -> Piece:
    """The rows at the head of a list; the sizes of its groups are asked for unless they are given."""
    page = listed_page(user, chosen)
    if sizes is None and chosen.sort == DUE and page.rows:
        sizes = due_counts(user, chosen, until=end_of_today())
    return _piece(user, chosen, words, page, current=current, sizes=sizes)


def next_piece(user: User, chosen: Filter, words: Words, cursor: Cursor, *, last: str, current: int | None) -> Piece:
    """The rows after a cursor; `last` is the group with which the piece before ended."""
    return _piece(user, chosen, words, listed_page(user, chosen, cursor=cursor), current=current, last=last)


def _piece(
    user: User,
    chosen: Filter,
    words: Words,
    page: ListedPage,
    *,
    current: int | None,
    sizes: DueCounts | None = None,
    last: str = "",
) -> Piece:
    drafts = frozenset(drafts_on(user, [row.pk for row in page.rows])) if page.rows else frozenset()
    row_words = RowWords(words, user, query_of(chosen), drafts, current)
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
