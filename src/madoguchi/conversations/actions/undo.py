"""Taking a change back: 元に戻す."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.field_merging import take_fields_back
from madoguchi.conversations.actions.following import follow_what_was_said
from madoguchi.conversations.actions.joining import join_turn, take_joined_back
from madoguchi.conversations.actions.links import bring_links_back, carry_links, lock_tree, undo_link, undo_unlink
from madoguchi.conversations.actions.moving import agree, undo_move
from madoguchi.conversations.actions.restructure import (
    ChangedSince,
    bring_letters_back,
    carry_sides,
    move_drafts_back,
    move_messages,
    move_writing,
)
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.actions.triage import put_back, snapshot
from madoguchi.conversations.actions.undo_keeping import KINDS as KEEPING
from madoguchi.conversations.actions.undo_keeping import undo_keeping
from madoguchi.conversations.belonging import Strand, came_since, joined_since, sort_out
from madoguchi.conversations.choices import UNDONE, Status
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.ways_back import SHARED, is_built_on, later_steps, places_of, touched_by
from madoguchi.core.errors import DomainError, NotAllowed, NotFound
from madoguchi.events.record import record


class AlreadyUndone(DomainError):
    """The step was taken back before."""

    code = "already_undone"


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did."""

    conversations: list[int]  #: what it touched
    drafts_stay_in: int | None = None  #: where drafts were left that have changed or gone since the merge


@transaction.atomic
def undo(step_id: int, *, user: User) -> Undone:
    """Take a step back: one's own, or one of `SHARED` by whoever sees all it touched.

    Of a bulk change, conversations that somebody has changed since keep the later change. A split or merge on which
    a later one builds is `ChangedSince`.
    """
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    step = UndoStep.objects.select_for_update().filter(pk=step_id).first()
    if step is None or not _is_theirs(step, user):
        raise NotFound(_("There is nothing to undo."))
    if step.undone_at is not None:
        raise AlreadyUndone(_("This has already been undone."))
    if step.kind in KEEPING:
        undo_keeping(step, user)
        UndoStep.objects.filter(pk=step.pk).update(undone_at=timezone.now())
        return Undone([])
    touched = _WAYS_BACK[step.kind](step.data | {"since": step.created_at, "step": step.pk})
    if step.kind in ("merge", "move"):
        follow_what_was_said(touched, step.data, since=step.created_at)
    UndoStep.objects.filter(pk=step.pk).update(undone_at=timezone.now())
    for conversation in touched:
        record(
            UNDONE,
            conversation.event_subject,
            by=user.actor,
            scope_id=conversation.inbox_id,
            data={"step": step.pk, "kind": step.kind},
        )
    if step.kind == "merge":
        _bring_letters_back(step, touched)
    drafts_stay_in = _put_drafts_back(step.data, touched) if step.data.get("drafts") else None
    return Undone([conversation.pk for conversation in touched], drafts_stay_in)


def _is_theirs(step: UndoStep, user: User) -> bool:
    """True for one's own and for what everybody may take back, while the person sees what the step touched."""
    if step.user_id != user.pk and step.kind not in SHARED:
        return False
    numbers = touched_by(step.data)
    return Conversation.objects.visible_to(user).filter(pk__in=numbers).distinct().count() == len(numbers)


def _undo_bulk(data: dict[str, Any]) -> list[Conversation]:
    touched = []
    for conversation in hold(map(int, data["before"])):
        values = data["before"][str(conversation.pk)]
        if conversation.version == values["version"]:
            put_back(conversation, values)
            touched.append(conversation)
    return touched


def _undo_split(data: dict[str, Any]) -> list[Conversation]:
    lock_tree()
    rows = {row.pk: row for row in hold([data["from"], data["to"]])}
    old, new = rows[data["from"]], rows[data["to"]]
    later = later_steps([new.pk], after=data["step"])
    if is_built_on("split", data, {row.pk: row.merged_into_id for row in rows.values()}, later, places_of(later)):
        raise ChangedSince
    # What was written in the new one since then goes back with it, drafts too: nothing may be left behind in a shell.
    move_messages(list(new.messages.values_list("pk", flat=True)), old)
    move_writing(new, old)
    carry_links([new], old)
    carry_sides(new, old)
    join_turn(old, [snapshot(new)])
    old.save(update_fields=STATUS_FIELDS)
    new.merged_into = old
    new.set_status(Status.DONE)
    recount(new)
    recount(old)
    return [old, new]


def _undo_merge(data: dict[str, Any]) -> list[Conversation]:
    lock_tree()
    others = hold([data["into"], *map(int, data["moved"])])
    survivor = next(row for row in others if row.pk == data["into"])
    others.remove(survivor)
    later = later_steps([survivor.pk], after=data["step"])
    if is_built_on("merge", data, {row.pk: row.merged_into_id for row in (survivor, *others)}, later, places_of(later)):
        raise ChangedSince
    homes = sort_out(survivor, _strands(data, survivor, others, later), came_since(data))
    for other in others:
        move_messages(homes[other.pk], other)
        other.merged_into = None
        other.save(update_fields=["merged_into"])
        put_back(other, data["before"][str(other.pk)])
        agree(other)
    bring_links_back(data.get("links", ()))
    for number, shells in data.get("shells", {}).items():
        Conversation.objects.filter(pk__in=shells, merged_into=survivor).update(merged_into=int(number))
    for number, sides in data.get("sides", {}).items():
        Conversation.objects.filter(pk__in=sides, side_of=survivor).update(side_of=int(number))
    take_fields_back(data.get("filled", {}), survivor)
    take_joined_back(data, survivor, put_back)
    agree(survivor)
    return [survivor, *others]


def _strands(
    data: dict[str, Any], survivor: Conversation, others: Sequence[Conversation], later: Sequence[UndoStep]
) -> list[Strand]:
    """The survivor's own, each other's with what was merged into it before, and what joined the survivor since."""
    strands = [Strand(survivor.pk, {survivor.pk})]
    for other in others:
        shells = data.get("shells", {}).get(str(other.pk), ())
        strands.append(Strand(other.pk, {other.pk, *shells}, data["moved"][str(other.pk)]))
    return strands + joined_since(survivor, later)


def _bring_letters_back(step: UndoStep, touched: list[Conversation]) -> None:
    survivor, *others = touched
    for other in others:
        bring_letters_back(survivor, other, since=step.created_at)


def _put_drafts_back(data: dict[str, Any], touched: list[Conversation]) -> int | None:
    """Give each conversation of a merge its drafts again; the number of the one in which some stay."""
    rows = {row.pk: row for row in touched}
    survivor = rows[data["into"]]
    back = [move_drafts_back(moved, survivor, rows[int(pk)]) for pk, moved in data["drafts"].items()]
    return None if all(back) else survivor.pk


_WAYS_BACK: dict[str, Callable[[dict[str, Any]], list[Conversation]]] = {
    "bulk": _undo_bulk,
    "split": _undo_split,
    "merge": _undo_merge,
    "move": undo_move,
    "link": undo_link,
    "unlink": undo_unlink,
}
