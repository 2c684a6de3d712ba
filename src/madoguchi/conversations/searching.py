"""Searching conversations: what the operators of the search box mean here, over what a person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import OPEN_STATUSES, MessageKind, Status
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import Invalid
from madoguchi.search.bounded import bounded_cost
from madoguchi.search.highlight import MAX_CHARS, highlight
from madoguchi.search.operators import HAS, HAS_VALUES, IS, IS_VALUES, STATUS
from madoguchi.search.queries import Bounds, Cursor, Hit, Order, count_capped, find
from madoguchi.search.query import MAX_OPERATORS, Operator, Query, parse_query

#: What is shown of a message around its hits, in characters.
SNIPPET_CHARS = 120
#: As many files of one page of results are looked through for their hits.
MAX_FILES = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation that was found, with its best message."""

    conversation: Conversation
    message_id: int
    at: datetime
    snippet: list[tuple[str, bool]]  #: pieces of the message, or of the file; True where it is a hit
    subject: list[tuple[str, bool]]
    file: "FoundFile | None" = None  #: where the hit stands when it is in none of the message's own words


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a message in which, or in whose name, the hit stands."""

    attachment_id: int
    name: list[tuple[str, bool]]
    snippet: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found."""

    query: Query
    found: list[Found]
    count: int  #: of messages, counted up to 1,000
    next_cursor: Cursor | None  #: only when listed newest first
    is_near: bool  #: nothing meets the whole query; these come close

    @property
    def unknown(self) -> list[str]:
        """Conditions of the query that nothing can ever meet, as typed: "is:foo"."""
        return [f"{each.name}:{each.value}" for each in self.query.operators if _is_unknown(each)]


def search_conversations(
    user: User, text: str, *, order: Order = Order.BEST, before: Cursor | None = None, limit: int = 30
) -> Results:
    """Find conversations by words, phrases and operators; one hit a conversation, the best or newest message.

    `Invalid` for more than `MAX_OPERATORS` different conditions, `TooCostly` when it would take too long.
    """
    query = parse_query(text, today=timezone.localdate())
    if len(query.operators) > MAX_OPERATORS:
        raise Invalid(
            _("One search takes at most %(most)s conditions such as “tag:…”. Leave some of them out.")
            % {"most": MAX_OPERATORS},
            field="q",
        )
    with bounded_cost():
        return _search(user, query, order=order, before=before, limit=limit)


def _search(user: User, query: Query, *, order: Order, before: Cursor | None, limit: int) -> Results:
    bounds = _bounds(user, query)
    if query.is_empty or bounds is None:
        return Results(query, [], 0, None, is_near=False)
    hits = find(query, bounds, limit=limit, before=before, order=order, one_per_group=True)
    rows = {row.pk: row for row in conversations_by_ids(user, [hit.group_id for hit in hits])}
    found = _shown([hit for hit in hits if hit.group_id in rows], rows, query)
    more = order is Order.NEWEST and len(hits) == limit
    return Results(
        query=query,
        found=found,
        count=count_capped(query, bounds),
        next_cursor=hits[-1].cursor if more else None,
        is_near=any(hit.is_near for hit in hits),
    )


def _shown(hits: list[Hit], rows: dict[int, Conversation], query: Query) -> list[Found]:
    texts = dict(Message.objects.filter(pk__in=[hit.object_id for hit in hits]).values_list("pk", "text"))
    snippets = {pk: highlight(text, query, width=SNIPPET_CHARS) for pk, text in texts.items()}
    files = _files([pk for pk, pieces in snippets.items() if not _has_hit(pieces)], query)
    return [
        Found(
            conversation=rows[hit.group_id],
            message_id=hit.object_id,
            at=hit.at,
            snippet=files[hit.object_id].snippet if hit.object_id in files else snippets.get(hit.object_id, []),
            subject=highlight(rows[hit.group_id].subject, query, width=SNIPPET_CHARS),
            file=files.get(hit.object_id),
        )
        for hit in hits
    ]


def _files(message_ids: list[int], query: Query) -> dict[int, FoundFile]:
    """Of each message the first file that says, or is called, what was searched for."""
    files = Attachment.objects.filter(message_id__in=message_ids).order_by("message_id", "position", "pk")
    beginnings = files.annotate(words=Left("blob__text", MAX_CHARS))
    found: dict[int, FoundFile] = {}
    for pk, message_id, name, words in beginnings.values_list("pk", "message_id", "name", "words")[:MAX_FILES]:
        if message_id in found:
            continue
        file = FoundFile(pk, highlight(name, query), highlight(words or "", query, width=SNIPPET_CHARS))
        if _has_hit([*file.name, *file.snippet]):
            found[message_id] = file
    return found


def _has_hit(pieces: list[tuple[str, bool]]) -> bool:
    return any(is_hit for _text, is_hit in pieces)


def _bounds(user: User, query: Query) -> Bounds | None:
    """What the person may see, narrowed by the operators; None when that is nothing."""
    groups = Conversation.objects.visible_to(user)
    objects: QuerySet[Message] | None = None
    asked_groups, asked_objects = False, False
    for operator in query.operators:
        if operator.name in _CONVERSATION:
            condition = _CONVERSATION[operator.name](operator.value, user)
            groups = groups.exclude(condition) if operator.is_negated else groups.filter(condition)
            asked_groups = True
        elif operator.name in _MESSAGE:
            objects = _narrowed(Message.objects.all() if objects is None else objects, operator)
            asked_objects = True
    # The scope of an entry is its 窓口; guests and conversations shared between two 窓口 need the rows themselves.
    scopes = None if user.sees_every_inbox else list(Inbox.objects.visible_to(user).values_list("pk", flat=True))
    by_rows = asked_groups or user.role == Role.GUEST or (scopes is not None and _sees_shared(scopes))
    if scopes is not None and not scopes and user.role != Role.GUEST:
        return None
    return Bounds(
        kinds=[MESSAGE],
        scope_ids=None if by_rows else scopes,
        groups=groups.values("pk") if by_rows else None,
        objects=objects.values("pk") if asked_objects and objects is not None else None,
    )


def _sees_shared(inbox_ids: list[int]) -> bool:
    """True when something that belongs to another 窓口 arrived in one of these as well."""
    also = Conversation.also_in.through.objects.filter(inbox_id__in=inbox_ids)
    return also.exclude(conversation__inbox_id__in=inbox_ids).exists()


def _narrowed(messages: QuerySet[Message], operator: Operator) -> QuerySet[Message]:
    condition = _MESSAGE[operator.name](operator.value)
    return messages.exclude(condition) if operator.is_negated else messages.filter(condition)


def _is(value: str, user: User) -> Q:
    conditions = {
        "open": Q(is_open=True),
        "closed": Q(is_open=False),
        "unread": Q(status=Status.NEW),
        "mine": Q(assignee=user),
        "unassigned": Q(assignee=None),
        "late": Q(queue_at__lt=timezone.now()),
        "vip": Q(customer__is_vip=True),
        "following": Q(pk__in=Conversation.followers.through.objects.filter(user=user).values("conversation")),
        "failed": Q(has_failed=True),
    }
    return conditions.get(value, _status(value, user))


def _status(value: str, _user: User) -> Q:
    """A status by its key or by its name in either language."""
    return Q(status__in=_statuses_called(value))


def _statuses_called(value: str) -> list[str]:
    wanted = value.casefold()
    if wanted == "open":
        return [str(key) for key in OPEN_STATUSES]
    return [key for key in Status.values if wanted in (key, str(Status(key).label).casefold())]


def _is_unknown(operator: Operator) -> bool:
    if operator.name == HAS:
        return operator.value not in HAS_VALUES
    if operator.name == IS and operator.value in IS_VALUES:
        return False
    return operator.name in (IS, STATUS) and not _statuses_called(operator.value)


def _assignee(value: str, user: User) -> Q:
    if value == "me":
        return Q(assignee=user)
    if value == "none":
        return Q(assignee=None)
    return Q(assignee__name__icontains=value) | Q(assignee__email__iexact=value)


def _tag(value: str, _user: User) -> Q:
    """Asked apart and not joined, as `has` is: a join more for each condition multiplies the rows."""
    return Q(pk__in=Conversation.tags.through.objects.filter(tag__name__iexact=value).values("conversation"))


_CONVERSATION: dict[str, Callable[[str, User], Q]] = {
    "tag": _tag,
    "status": _status,
    "is": _is,
    "assignee": _assignee,
    "inbox": lambda value, _user: Q(inbox__name__icontains=value) | Q(inbox__address__iexact=value),
    "number": lambda value, _user: Q(pk=int(value) if value.isdecimal() and len(value) < 18 else 0),
}


def _has(value: str) -> Q:
    if value == "note":
        return Q(kind=MessageKind.NOTE)
    return Q(Exists(Attachment.objects.filter(message=OuterRef("pk"))))


def _to(value: str) -> Q:
    return Q(to__icontains=value) | Q(cc__icontains=value)


_MESSAGE: dict[str, Callable[[str], Q]] = {
    "from": lambda value: Q(sender_name__icontains=value) | Q(sender_address__icontains=value),
    "to": _to,
    "has": _has,
}
