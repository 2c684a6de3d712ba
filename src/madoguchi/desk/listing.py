"""The middle pane: a list of conversations with its head, its sieve by assignee, and its pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import Status
from madoguchi.conversations.due_lists import DueCounts, due_counts
from madoguchi.conversations.filters import DUE, NEWEST, OLDEST, Cursor, Filter
from madoguchi.conversations.listed import ListedPage, ListedRows, listed_page, listed_rows
from madoguchi.desk.numbers import Numbers
from madoguchi.desk.rail_items import list_url, page_url
from madoguchi.desk.row_extras import RowExtras
from madoguchi.desk.rows import (
    Heading,
    Line,
    RowWords,
    end_of_today,
    group_of,
    grouped,
    title_of,
)
from madoguchi.desk.status_choices import StatusChoice, status_choices
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """Which piece of which list somebody wants to see."""

    user: User
    chosen: Filter
    current: int | None = None  #: the conversation that is open beside it
    cursor: Cursor | None = None  #: after which row it begins; the head without one
    last: str = ""  #: the group with which the piece before ended

    @property
    def rows(self) -> ListedRows:
        """The rows, not read yet: they may go together with other reads."""
        return listed_rows(self.user, self.chosen, cursor=self.cursor)


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
    statuses: Sequence[StatusChoice]  #: those the chosen rows may be given
    piece: Piece
    is_narrowed: bool  #: something beyond 窓口, status and assignee is chosen
    can_write: bool  #: this person may begin a mail


def query_of(chosen: Filter) -> str:
    """The conditions as they stand in an address, with the "?", or nothing."""
    return list_url(replace(chosen, columns=())).removeprefix(page_url("inbox"))


def list_pane(numbers: Numbers, rows: ListedRows, asked: Asked, words: Words) -> ListPane:
    """A list with its head; `rows` were read with the numbers."""
    chosen = asked.chosen
    is_whole = not set(chosen.values()) - {"late"}
    return ListPane(
        title=list_name(numbers, chosen),
        head=list_head(numbers, chosen, words),
        query=query_of(chosen),
        sorts=_sorts(chosen),
        statuses=status_choices(numbers.statuses, inbox_id=chosen.inbox, but=(Status.HOLD,)),
        piece=list_piece(rows, asked, words, sizes=numbers.due if is_whole else None),
        is_narrowed=bool(set(chosen.values()) - {"inbox", "status", "own_status", "folder", "assignee", "sort"}),
        can_write=may(asked.user, Permission.REPLY),
    )


def list_name(numbers: Numbers, chosen: Filter) -> str:
    """What a list is called, by the saved view it is where it is one."""
    saved = next((view.name for view in numbers.views if view.conditions == chosen.values() and view.conditions), "")
    if saved:
        return saved
    inbox_name = next((inbox.name for inbox in numbers.inboxes if inbox.pk == chosen.inbox), "")
    own_name = next((each.word for each in numbers.statuses if each.pk == chosen.own_status), "")
    folder_name = next((each.name for each in numbers.folders if each.pk == chosen.folder), "")
    named = _("・").join(name for name in (inbox_name, own_name, folder_name) if name)
    return title_of(chosen, named)


def list_head(numbers: Numbers, chosen: Filter, words: Words) -> ListHead:
    """How many there are, in all and by assignee."""
    amount, most = numbers.amount(chosen)
    return ListHead(words.count(amount, most=most), _sieve(chosen, numbers))


def list_piece(rows: ListedRows, asked: Asked, words: Words, *, sizes: DueCounts | None = None) -> Piece:
    """These rows with their headings; the sizes of the groups at the head are asked for unless they are given."""
    user, chosen = asked.user, asked.chosen
    page = listed_page(user, rows, sort=chosen.sort, extras=RowExtras)
    if sizes is None and chosen.sort == DUE and page.rows and asked.cursor is None:
        sizes = due_counts(user, chosen, until=end_of_today())
    row_words = RowWords(words, user, query_of(chosen), asked.current)
    lines = list(grouped(page.rows, row_words, sort=chosen.sort, sizes=sizes, last=asked.last))
    return Piece(lines, _more_url(page, chosen, words) if page.next_cursor else "")


def _more_url(page: ListedPage, chosen: Filter, words: Words) -> str:
    group = group_of(page.rows[-1], words.now, end_of_today())
    values = {**chosen.values(), "after": str(page.next_cursor), "group": group}
    return f"{reverse('desk:rows')}?{urlencode(values)}"


def _sieve(chosen: Filter, numbers: Numbers) -> list[Choice]:
    kinds = (("", _("All")), ("me", _("Assigned to me")), ("none", _("Unassigned")))
    choices = []
    for assignee, word in kinds:
        own = replace(chosen, assignee=assignee)
        amount, most = numbers.amount(own)
        text = f"{amount:,}{'+' if amount == most else ''}" if amount else ""
        choices.append(Choice(list_url(own), word, chosen.assignee == assignee, text))
    return choices


def _sorts(chosen: Filter) -> list[Choice]:
    kinds = ((DUE, _("Earliest due first")), (NEWEST, _("Newest first")), (OLDEST, _("Oldest first")))
    return [Choice(list_url(replace(chosen, sort=sort)), word, chosen.sort == sort) for sort, word in kinds]
