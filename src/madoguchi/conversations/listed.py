"""The rows of a list, lean: only the columns a row shows and no model instances; nothing is asked more often."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import F, QuerySet
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.filters import DUE, Cursor, CursorToCome, Filter, apply, ordered
from madoguchi.conversations.models import Conversation, Draft, ReplyLock
from madoguchi.core.prepared import OneOf, Prepared, Shaped, Slot
from madoguchi.core.together import fetch_together
from madoguchi.customers.models import shown_name

#: What is fetched of the conversations themselves, in the order in which `_listed` reads it.
_COLUMNS = (
    "pk",
    "inbox_id",
    "status",
    "is_open",
    "priority",
    "subject",
    "preview",
    "language",
    "has_attachments",
    "has_failed",
    "planned_at",
    "last_message_at",
    "due_at",
    "queue_at",
    "assignee_id",
    "escalation_count",
    "side_of_id",
)

#: What stands beside them in other tables. Joined to a list it would be planned anew with each list, which takes
#: longer than finding the rows; by their numbers it is planned once.
_BESIDE = (
    "pk",
    "inbox__kind",
    "assignee__name",
    "customer__is_vip",
    "customer__family_name",
    "customer__given_name",
    "customer__display_name",
    "customer__language",
    "own_status__name",
    "own_status__name_en",
    "own_status__tone",
    "own_status__icon",
)


#: Rows of one page: twice what a screen holds; the next ones come as one scrolls towards them.
LISTED = 25


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation as a list shows it."""

    pk: int
    inbox_id: int
    status: str
    is_open: bool
    priority: int
    subject: str
    preview: str
    language: str
    has_attachments: bool
    has_failed: bool  #: our last mail could not be sent
    planned_at: datetime | None  #: when the next planned mail leaves
    last_message_at: datetime
    due_at: datetime | None
    queue_at: datetime
    assignee_id: int | None
    escalation_count: int  #: how many steps were taken because the answer is late
    side_of: int | None  #: of a request, the conversation it belongs to
    channel: str
    assignee_name: str
    is_vip: bool
    customer: str
    own: "ListedStatus | None"  #: the status of our own, which stands before the system's
    tags: tuple[str, ...]
    has_draft: bool  #: of the person who looks
    locked_by: int | None  #: who is replying right now
    locked_by_name: str
    is_marked: bool = False  #: by what another room knows of it (`Extras`)
    progress: tuple[int, int] | None = None  #: how much of its checklists is done, and of how much


@dataclass(frozen=True, slots=True)
class ListedStatus:
    """An own status as a row shows it."""

    name: str
    name_en: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of a list."""

    rows: list[Listed]
    next_cursor: Cursor | None


class Extras(Protocol):
    """What another room knows of some conversations; its reads are asked together with what rows need themselves."""

    @property
    def reads(self) -> Sequence[QuerySet[Any, Any]]:
        """To be asked."""

    def marked(self) -> set[int]:
        """Those that have a mark."""

    def progress(self) -> dict[int, tuple[int, int]]:
        """Of some how much is done, and how much there is to do."""


class _Nothing:
    reads: Sequence[QuerySet[Any, Any]] = ()

    def __init__(self, _ids: list[int]) -> None:
        pass

    def marked(self) -> set[int]:
        return set()

    def progress(self) -> dict[int, tuple[int, int]]:
        return {}


type ExtrasOf = Callable[[list[int]], Extras]
type ListedRows = QuerySet[Conversation, tuple[Any, ...]]


def listed_rows(user: User, chosen: Filter, *, cursor: Cursor | None = None) -> ListedRows:
    """What `listed_page` makes a page of: its rows, and one more where another page follows."""
    begin = {"moment": cursor.moment, "pk": cursor.pk} if cursor else {}
    return _ROWS(sight_of(user), chosen, bool(cursor))(**eyes_of(user), now=timezone.now(), **begin)


def _rows_of(sight: Sight, chosen: Filter, has_cursor: bool) -> ListedRows:  # noqa: FBT001  # a shape has no names
    rows = apply(Conversation.objects.visible_in(sight), chosen, user=Slot("person"), now=Slot("now"))
    cursor = CursorToCome() if has_cursor else None
    return ordered(rows, chosen.sort, cursor).values_list(*_COLUMNS)[: LISTED + 1]


_ROWS: Shaped[ListedRows] = Shaped(_rows_of, by_value=True)


def listed_page(user: User, rows: ListedRows, *, sort: str, extras: ExtrasOf = _Nothing) -> ListedPage:
    """One page of what a person may see; one more round trip however many rows there are."""
    found = list(rows)
    listed = _listed(user, found[:LISTED], extras)
    return ListedPage(listed, _cursor_after(listed[-1], sort) if listed and len(found) > LISTED else None)


def listed_by_ids(user: User, ids: Iterable[int], *, extras: ExtrasOf = _Nothing) -> list[Listed]:
    """The visible ones of these, in the order given."""
    wanted = list(ids)
    rows = Conversation.objects.visible_to(user).filter(pk__in=wanted).distinct()
    found = {row.pk: row for row in _listed(user, list(rows.values_list(*_COLUMNS)), extras)}
    return [found[pk] for pk in wanted if pk in found]


def is_listed(user: User, chosen: Filter, pk: int) -> bool:
    """True while a conversation belongs to a list."""
    rows = apply(Conversation.objects.visible_to(user), chosen, user=user)
    return rows.filter(pk=pk).exists()


_UNLOCKED: tuple[int | None, str] = (None, "")


def _listed(user: User, found: list[tuple[Any, ...]], extras: ExtrasOf) -> list[Listed]:
    ids = [values[0] for values in found]
    tag_rows, lock_rows = _TAGS(ids=ids), _LOCKS(ids=ids, now=timezone.now())
    draft_rows = _DRAFTS(ids=ids, user=user.pk)
    people, beside = _PEOPLE(ids=ids), extras(ids)
    fetch_together(people, tag_rows, lock_rows, draft_rows, *beside.reads)
    marked, progress = beside.marked(), beside.progress()
    tags: dict[int, list[str]] = defaultdict(list)
    for pk, name in tag_rows:
        tags[pk].append(name)
    locks, drafts = {pk: (user_id, name) for pk, user_id, name in lock_rows}, set(draft_rows)
    around = {pk: rest for pk, *rest in people}
    return [
        Listed(  # type: ignore[call-arg]  # mypy counts a star as any number
            *values,
            *_told(around[values[0]]),
            tuple(tags.get(values[0], ())),
            values[0] in drafts,
            *locks.get(values[0], _UNLOCKED),
            values[0] in marked,
            progress.get(values[0]),
        )
        for values in found
        if values[0] in around  # unless it was erased between the two
    ]


def _told(beside: Sequence[Any]) -> tuple[str, str, bool, str, ListedStatus | None]:
    """A row of `_PEOPLE` without its number, as `Listed` shows it."""
    channel, assignee, is_vip, *name = beside[:7]
    own = ListedStatus(*beside[7:]) if beside[7] else None
    return channel, assignee or "", is_vip, shown_name(*name), own


_PEOPLE: Prepared[QuerySet[Conversation, tuple[Any, ...]]] = Prepared(
    lambda: Conversation.objects.filter(OneOf(F("pk"), Slot("ids"))).values_list(*_BESIDE)
)
_LISTED = OneOf(F("conversation_id"), Slot("ids"))
_TAGS: Prepared[QuerySet[Any, tuple[int, str]]] = Prepared(
    lambda: Conversation.tags.through.objects.filter(_LISTED).order_by("pk").values_list("conversation_id", "tag__name")
)
_LOCKS: Prepared[QuerySet[ReplyLock, tuple[int, int, str]]] = Prepared(
    lambda: ReplyLock.objects.filter(_LISTED, expires_at__gt=Slot("now")).values_list(
        "conversation_id", "user_id", "user__name"
    )
)
_DRAFTS: Prepared[QuerySet[Draft, int | None]] = Prepared(
    lambda: Draft.objects.filter(_LISTED, user=Slot("user")).values_list("conversation_id", flat=True)
)


def _cursor_after(row: Listed, sort: str) -> Cursor:
    return Cursor(row.queue_at if sort == DUE else row.last_message_at, row.pk)
