"""Splitting and joining conversations, each with a way back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.field_merging import carry_fields
from madoguchi.conversations.actions.following import standing
from madoguchi.conversations.actions.joining import join
from madoguchi.conversations.actions.links import carry_links, lock_tree
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.actions.triage import snapshot
from madoguchi.conversations.choices import MERGED, NEVER_LEFT, SPLIT, MessageKind, Status
from madoguchi.conversations.continuing import surviving
from madoguchi.conversations.hidden import hidden_people
from madoguchi.conversations.holding import hold
from madoguchi.conversations.indexing import kind_in
from madoguchi.conversations.mixing import refuse_to_merge
from madoguchi.conversations.models import Conversation, Draft, Message, ReplyLock, SideRequest, UndoStep
from madoguchi.conversations.subjects import base_subject
from madoguchi.conversations.ways_back import BUILT_ON
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record
from madoguchi.search.actions import move_entries


class ChangedSince(DomainError):
    """What was done later builds on this step."""

    code = "changed_since"

    def __init__(self) -> None:
        """The way out is to go back step by step."""
        super().__init__(BUILT_ON)


@transaction.atomic
def split_conversation(
    conversation: Conversation, first: Message, *, user: User, only_this: bool = False
) -> tuple[Conversation, UndoStep]:
    """Begin a new conversation with this message: it and all later ones, or `only_this`, move there.

    The new one keeps 窓口, customer (of the moved message), assignee; the old one is put back as without the moved.
    """
    _check_right(user)
    conversation = hold([conversation.pk])[0]
    moving = Message.objects.filter(conversation=conversation, pk=first.pk)
    if not only_this:
        moving = Message.objects.filter(conversation=conversation, at__gte=first.at, pk__gte=first.pk) | moving
    moved = sorted(moving.values_list("pk", flat=True))
    if not moved:
        raise Invalid(_("This message is not part of the conversation any more."))
    if len(moved) == conversation.messages.count():
        if len(moved) == 1:
            raise Invalid(_("This is the only message here. Merge the two conversations instead."))
        raise Invalid(_("All messages would move. Choose a later message."))
    new = Conversation.objects.create(
        inbox_id=conversation.inbox_id,
        customer_id=first.customer_id or conversation.customer_id,
        subject=first.subject or conversation.subject,
        base_subject=base_subject(first.subject or conversation.subject),
        assignee_id=conversation.assignee_id,
        language=conversation.language,
        split_from=conversation,
        side_of_id=conversation.side_of_id,
        created_at=first.at,
    )
    new.hidden_from.set(hidden_people(conversation))
    if new.assignee_id in hidden_people(new):
        new.assignee = None
        new.save(update_fields=["assignee"])
    if new.side_of_id is not None:
        SideRequest.objects.create(conversation=new, asked_by=user)
    kept = snapshot(conversation)
    goes_on = conversation.is_open and conversation.status != Status.APPROVAL
    new.set_status(conversation.status if goes_on else Status.OPEN)
    new.set_due(conversation.due_at)
    move_messages(moved, new)
    for each in (conversation, new):
        recount(each)
    data = {"from": conversation.pk, "to": new.pk, "messages": moved}
    step = UndoStep.objects.create(
        user=user, kind="split", label=str(_("Split")), data=data | {"before": {str(conversation.pk): kept}}
    )
    for each in (conversation, new):
        record(SPLIT, each.event_subject, by=user.actor, scope_id=each.inbox_id, data=data | {"step": step.pk})
    return new, step


@transaction.atomic
def merge_conversations(
    survivor: Conversation, others: Sequence[Conversation], *, user: User, may_mix: bool = True
) -> UndoStep:
    """Make one conversation of several: all messages move into the survivor, the others point to it from now on.

    DifferentCustomers where they belong to several and these may not be mixed.
    """
    _check_right(user)
    ids = {survivor.pk, *(other.pk for other in others)}
    if others and len(ids) < 2:
        raise Invalid(_("A conversation cannot be merged with itself. Choose another one."), field="other")
    if len(ids) < 2:
        raise Invalid(_("Choose at least two conversations."))
    lock_tree()
    rows = {row.pk: row for row in hold(ids)}
    for row in rows.values():
        _check_can_merge(row)
    if len({row.side_of_id for row in rows.values()}) > 1:
        raise Invalid(_("A request to others and a customer's conversation cannot be merged."))
    survivor = rows.pop(survivor.pk)
    if not may_mix:
        refuse_to_merge(survivor, list(rows.values()))
    before = {str(row.pk): snapshot(row) for row in (survivor, *rows.values())}
    stood = standing((survivor, *rows.values()))
    moved: dict[str, list[int]] = {}
    drafts: dict[str, dict[str, str]] = {}
    for other in rows.values():
        ids_of_other = list(other.messages.order_by("pk").values_list("pk", flat=True))
        moved[str(other.pk)] = ids_of_other
        move_messages(ids_of_other, survivor)
        drafts[str(other.pk)] = move_writing(other, survivor)
        other.merged_into = survivor
        other.set_status(Status.DONE)
        other.version += 1
        other.save()
    carried = {
        **join(survivor, list(rows.values()), before, user=user),
        "links": carry_links(list(rows.values()), survivor),
        "sides": {str(other.pk): carry_sides(other, survivor) for other in rows.values()},
        "filled": carry_fields(list(rows.values()), survivor, user=user),
    }
    recount(survivor)
    before[str(survivor.pk)]["version"] = survivor.version
    carried |= {"stood": stood, "shells": _carry_shells(list(rows.values()), survivor)}
    data = {"into": survivor.pk, "from": [other.pk for other in rows.values()]}
    kept = data | {"moved": moved, "drafts": drafts, "before": before, "newest": newest_in(survivor)} | carried
    step = UndoStep.objects.create(user=user, kind="merge", label=str(_("Merge")), data=kept)
    for each in (survivor, *rows.values()):
        record(MERGED, each.event_subject, by=user.actor, scope_id=each.inbox_id, data=data | {"step": step.pk})
    return step


def _carry_shells(others: Sequence[Conversation], survivor: Conversation) -> dict[str, list[int]]:
    """Let what was merged into these before point to the survivor too, so that one look finds all; which ones."""
    shells: dict[str, list[int]] = {}
    for number, into in Conversation.objects.filter(merged_into__in=others).values_list("pk", "merged_into"):
        shells.setdefault(str(into), []).append(number)
    Conversation.objects.filter(merged_into__in=others).update(merged_into=survivor)
    return shells


def _check_can_merge(row: Conversation) -> None:
    if row.merged_into_id is not None:
        message = _("#%(number)d has already been merged, into #%(into)d. Choose that one.")
        raise Invalid(message % {"number": row.pk, "into": surviving(row.pk)}, field="other")


def carry_sides(other: Conversation, survivor: Conversation) -> list[int]:
    """Let the requests (依頼) of one conversation belong to another, seen wherever that is seen; which ones."""
    rows = list(Conversation.objects.filter(side_of=other))
    eyes = {survivor.inbox_id, *survivor.also_in.values_list("pk", flat=True)}
    for row in rows:
        row.also_in.add(*(eyes - {row.inbox_id}))
    Conversation.objects.filter(pk__in=[row.pk for row in rows]).update(side_of=survivor)
    return [row.pk for row in rows]


def _check_right(user: User) -> None:
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def move_writing(other: Conversation, survivor: Conversation) -> dict[str, str]:
    """Let what somebody is writing go on where the messages are; of who writes in both, one waits (`begun`).

    The drafts that moved, each with the moment at which it was last changed, for the way back.
    """
    moved = {}
    for draft in Draft.objects.filter(conversation=other):
        if not Draft.objects.filter(user_id=draft.user_id, conversation=survivor, kind=draft.kind).exists():
            Draft.objects.filter(pk=draft.pk).update(conversation=survivor)
            moved[str(draft.pk)] = draft.updated_at.isoformat()
    ReplyLock.objects.filter(conversation=other).delete()
    return moved


def move_drafts_back(moved: dict[str, str], survivor: Conversation, other: Conversation) -> bool:
    """Put drafts back that `merge_conversations` moved; what was changed or sent since stays. True if all are back."""
    back = 0
    for pk, at in moved.items():
        draft = Draft.objects.select_for_update().filter(pk=pk, conversation=survivor, updated_at=at).first()
        if draft and not Draft.objects.filter(user_id=draft.user_id, conversation=other, kind=draft.kind).exists():
            back += Draft.objects.filter(pk=draft.pk).update(conversation=other)
    return back == len(moved)


def bring_letters_back(survivor: Conversation, other: Conversation, *, since: datetime) -> None:
    """Give a conversation the drafts of its letters that were taken back or sent back in the survivor since then."""
    letters = other.messages.filter(kind=MessageKind.OUTBOUND, state__in=NEVER_LEFT)
    drafts = Draft.objects.select_for_update().filter(conversation=survivor, kind="reply", created_at__gte=since)
    for draft in drafts:
        begins = draft.text.strip().partition("\n")[0]
        if not begins or not any(each.to == draft.to and each.text.strip().startswith(begins) for each in letters):
            continue
        if not Draft.objects.filter(user_id=draft.user_id, conversation=other, kind=draft.kind).exists():
            Draft.objects.filter(pk=draft.pk).update(conversation=other)


def newest_in(place: Conversation) -> int:
    """The number of the newest message of a held conversation: what comes later has a higher one."""
    return int(place.messages.aggregate(newest=Max("pk"))["newest"] or 0)


def move_messages(message_ids: Sequence[int], target: Conversation) -> None:
    """Move messages and their search entries to another conversation."""
    Message.objects.filter(pk__in=message_ids).update(conversation=target)
    move_entries(kind_in(target), message_ids, group_id=target.pk, scope_id=target.inbox_id)
