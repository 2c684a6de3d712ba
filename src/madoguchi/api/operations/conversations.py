"""Conversations: lists, one with all it has, and what changes of them."""

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from madoguchi.api.auth import ApiRequest
from madoguchi.api.changes import changes_of
from madoguchi.api.paging import Page, Paging, page_of, place_at, sealed
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.conversations import (
    BulkIn,
    BulkOut,
    ChangedOut,
    ConversationChangesIn,
    ConversationLine,
    ConversationOut,
    EventOut,
    MergeIn,
    SplitIn,
    SplitOut,
    UndoneOut,
    show_conversation,
    show_event,
    show_left,
    show_line,
)
from madoguchi.api.schemas.filing import Conditions
from madoguchi.api.schemas.messages import MessageOut, show_message
from madoguchi.conversations.actions.bulk import make_changes
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import FieldsMissing, follow
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.fields import values_of
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.pages import event_page, get_bare, line_page, message_page, seen_until
from madoguchi.conversations.queries import conversations_by_ids, get_message
from madoguchi.conversations.queries import get_conversation as find_conversation
from madoguchi.conversations.ways_back import ways_back
from madoguchi.core.errors import NotFound

router = Router(tags=["Conversations"])

NUMBER = "/conversations/{int:number}"
_NOT_THERE = _("Some of these conversations do not exist, or you may not see them.")


class ConversationPaging(Conditions, Paging):
    """Which conversations, in what order, and which page of them."""


class MessagePaging(Paging):
    """Which page of the messages."""

    newest_first: bool = False
    """True to begin with the last message."""


@router.get(
    "/conversations",
    response={200: Page[ConversationLine], **READ},
    operation_id="list_conversations",
    summary="List conversations",
)
def list_conversations(request: ApiRequest, wanted: Query[ConversationPaging]) -> Page[ConversationLine]:
    """The conversations the caller may see, narrowed and ordered as on the screen; merged ones are left out."""
    lines, following = line_page(request.auth, wanted.chosen(), cursor=wanted.moment, limit=wanted.limit)
    return Page(items=[show_line(line) for line in lines], next=sealed(following) if following else None)


def shown(request: ApiRequest, number: int) -> ConversationOut:
    """One conversation with everything its head shows, read afresh."""
    seen_event_id = seen_until(request.auth, number)
    found = find_conversation(request.auth, number)
    own = values_of([number]).get(number, {})
    return show_conversation(found, lock=living_lock(found), seen_event_id=seen_event_id, fields=own)


@router.get(
    NUMBER, response={200: ConversationOut, **READ}, operation_id="get_conversation", summary="Read one conversation"
)
def get_conversation(request: ApiRequest, number: Id) -> ConversationOut:
    """Everything but the messages. Read those afterwards, and send `seen_event_id` of this answer with a reply."""
    return shown(request, number)


@router.patch(
    NUMBER, response={200: ChangedOut, **WRITE}, operation_id="change_conversation", summary="Change one conversation"
)
def change_conversation(request: ApiRequest, number: Id, wanted: ConversationChangesIn) -> ChangedOut:
    """Status, people, filing, custom fields, subject, following. All or none; one undo takes all of it back."""
    found = find_conversation(request.auth, number)
    step = make_changes([found], changes_of(wanted, [found], request.auth), user=request.auth)
    if wanted.following is not None:
        follow(found, user=request.auth, is_on=wanted.following)
    return ChangedOut(conversation=shown(request, number), undo_id=step.pk if step else None)


@router.post(
    "/conversations/bulk",
    response={200: BulkOut, **WRITE},
    operation_id="change_conversations",
    summary="Change many conversations",
)
def change_conversations(request: ApiRequest, wanted: BulkIn) -> BulkOut:
    """The same changes for up to 1,000 conversations, with one undo: all or none, but for what may not be done yet.

    Those that are to be done and in which fields must be filled in first are left as they are, and told in `left`;
    409 `fields_missing` when that is all of them.
    """
    rows, left = _all_of(request, wanted.conversations), []
    try:
        step = make_changes(rows, changes_of(wanted, rows, request.auth), user=request.auth)
    except FieldsMissing as refused:
        left = show_left(refused.facts["missing"])
        numbers = {each.number for each in left}
        rows = _all_of(request, [row.pk for row in rows if row.pk not in numbers])
        if not rows:
            raise
        step = make_changes(rows, changes_of(wanted, rows, request.auth), user=request.auth)
    return BulkOut(conversations=[row.pk for row in rows], left=left, undo_id=step.pk if step else None)


def _all_of(request: ApiRequest, numbers: list[int]) -> list[Conversation]:
    wanted = list(dict.fromkeys(numbers))
    rows = conversations_by_ids(request.auth, wanted)
    if missing := set(wanted) - {row.pk for row in rows}:
        raise NotFound(_NOT_THERE, conversations=sorted(missing))
    return rows


@router.post(
    "/undo/{int:undo_id}", response={200: UndoneOut, **WRITE}, operation_id="undo", summary="Take a change back"
)
def undo_change(request: ApiRequest, undo_id: Id) -> UndoneOut:
    """Take back a change, once: one's own, or anybody's merge, split, move or link. What was changed since stays.

    409 `already_undone` the second time, `changed_since` where a later change builds on it or a link has gone since.
    """
    undone = undo(undo_id, user=request.auth)
    return UndoneOut(conversations=undone.conversations, drafts_stay_in=undone.drafts_stay_in)


@router.post(NUMBER + "/split", response={200: SplitOut, **WRITE}, operation_id="split_conversation", summary="Split")
def split(request: ApiRequest, number: Id, wanted: SplitIn) -> SplitOut:
    """Begin a new conversation with one message of this one; it and all later ones move there, or only it."""
    found = find_conversation(request.auth, number)
    first = get_message(request.auth, wanted.message)
    new, step = split_conversation(found, first, user=request.auth, only_this=wanted.only_this)
    return SplitOut(number=new.pk, undo_id=step.pk)


@router.post(
    NUMBER + "/merge", response={200: ChangedOut, **WRITE}, operation_id="merge_conversations", summary="Merge"
)
def merge(request: ApiRequest, number: Id, wanted: MergeIn) -> ChangedOut:
    """Move the messages of other conversations into this one; the others point to it from now on.

    409 `different_customers` where they belong to several and it was not said that this is meant.
    """
    found, others = find_conversation(request.auth, number), _all_of(request, wanted.others)
    step = merge_conversations(found, others, user=request.auth, may_mix=wanted.different_customers)
    return ChangedOut(conversation=shown(request, number), undo_id=step.pk)


@router.get(
    NUMBER + "/messages",
    response={200: Page[MessageOut], **READ},
    operation_id="list_messages",
    summary="Read the messages of a conversation",
)
def list_messages(request: ApiRequest, number: Id, paging: Query[MessagePaging]) -> Page[MessageOut]:
    """Received and sent mails and internal notes in the order of the timeline, oldest first unless asked otherwise."""
    found = get_bare(request.auth, number)
    rows = message_page(found, after=paging.moment, limit=paging.limit, newest_first=paging.newest_first)
    return page_of(rows, paging.limit, show=show_message, place=lambda row: place_at(row.at, row.pk))


@router.get(
    NUMBER + "/events",
    response={200: Page[EventOut], **READ},
    operation_id="list_conversation_events",
    summary="Read what happened on a conversation",
)
def list_events(request: ApiRequest, number: Id, paging: Query[Paging]) -> Page[EventOut]:
    """Everything that happened, oldest first; merges, splits, moves and links say how they are taken back."""
    found = get_bare(request.auth, number)
    rows = event_page(found, after=paging.pk or 0, limit=paging.limit)
    ways = ways_back(request.auth, rows)
    return page_of(rows, paging.limit, show=lambda row: show_event(row, ways.get(row.pk)), place=lambda row: row.pk)
