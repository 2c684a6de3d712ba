"""Conversations for programs: lean rows of lists, and pages by key of what belongs to one, however long it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.fields import values_of
from madoguchi.conversations.filters import DUE, Cursor, Filter, apply, ordered
from madoguchi.conversations.models import Conversation, Message, ReplyLock
from madoguchi.core.errors import NotFound
from madoguchi.core.fields.kinds import Values
from madoguchi.events.models import Event

#: The columns of a line: its own, and the names of what it points to.
PLAIN = (
    "subject", "status", "own_status_id", "folder_id",
    "is_open", "priority", "team_id", "category_id", "preview", "language", "has_attachments",
    "has_failed", "planned_at",
    "message_count", "hold_reason", "resume_at", "due_at", "escalation_count", "created_at", "last_message_at",
    "last_inbound_at", "first_reply_at", "done_at", "version",
)  # fmt: skip
_JOINED = (
    "pk", "queue_at", "inbox_id", "inbox__name", "assignee_id", "assignee__name", "customer_id", "customer__is_vip",
    "customer__family_name", "customer__given_name", "customer__display_name",
    "customer__language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation of a list: its columns by name, its tags, and who is replying."""

    values: dict[str, Any]
    tags: list[str]
    lock: ReplyLock | None
    fields: Values  #: custom fields


def line_page(user: User, chosen: Filter, *, cursor: Cursor | None, limit: int) -> tuple[list[Line], Cursor | None]:
    """One page of what a person may see and where the next begins; four queries however many rows there are.

    Rows without model instances: a list of 50 costs a third of what it would with them.
    """
    rows = ordered(apply(Conversation.objects.visible_to(user), chosen, user=user), chosen.sort, cursor)
    found = list(rows.values(*PLAIN, *_JOINED)[: limit + 1])
    if len(found) <= limit:
        return _lines(found), None
    last = found[limit - 1]
    return _lines(found[:limit]), Cursor(last["queue_at" if chosen.sort == DUE else "last_message_at"], last["pk"])


def lines_by_ids(user: User, ids: Sequence[int]) -> dict[int, Line]:
    """The visible ones of these, by number."""
    rows: QuerySet[Conversation] = Conversation.objects.visible_to(user).filter(pk__in=ids).distinct()
    return {line.values["pk"]: line for line in _lines(list(rows.values(*PLAIN, *_JOINED)))}


def _lines(found: list[dict[str, Any]]) -> list[Line]:
    ids = [values["pk"] for values in found]
    tags: dict[int, list[str]] = defaultdict(list)
    filed = Conversation.tags.through.objects.filter(conversation_id__in=ids).order_by("tag__name")
    for number, name in filed.values_list("conversation_id", "tag__name"):
        tags[number].append(name)
    locks = ReplyLock.objects.filter(conversation_id__in=ids, expires_at__gt=timezone.now()).select_related("user")
    held = {lock.conversation_id: lock for lock in locks}
    own = values_of(ids)
    return [Line(values, tags[values["pk"]], held.get(values["pk"]), own.get(values["pk"], {})) for values in found]


def get_bare(user: User, number: int) -> Conversation:
    """One conversation a person may see, without what its head shows; NotFound otherwise."""
    conversation = Conversation.objects.visible_to(user).filter(pk=number).first()
    if conversation is None:
        raise NotFound(_("There is no conversation with this number, or you may not see it."))
    return conversation


def seen_until(user: User, number: int) -> int:
    """The newest event of a conversation and its customer, for somebody who reads the conversation after asking this.

    In this order nothing is taken for seen that was not; NotFound for what the person may not see.
    """
    return latest_event_id(get_bare(user, number))


def message_page(
    conversation: Conversation, *, after: Cursor | None, limit: int, newest_first: bool = False
) -> list[Message]:
    """Messages in the order of the timeline, with what a message shows; one more than `limit` when there are more."""
    rows = Message.objects.filter(conversation=conversation)
    later, sign = ("lt", "-") if newest_first else ("gt", "")
    if after is not None:
        rows = rows.filter(**{f"at__{later}e": after.moment}).filter(
            Q(**{f"at__{later}": after.moment}) | Q(**{f"pk__{later}": after.pk})
        )
    rows = rows.select_related("inbox", "user", "approved_by").prefetch_related("attachments").defer("headers")
    return list(rows.order_by(f"{sign}at", f"{sign}pk")[: limit + 1])


def event_page(conversation: Conversation, *, after: int, limit: int) -> list[Event]:
    """Everything that happened on a conversation after this event, oldest first; one more than `limit` if more did."""
    return list(Event.objects.about(conversation.event_subject).filter(id__gt=after)[: limit + 1])
