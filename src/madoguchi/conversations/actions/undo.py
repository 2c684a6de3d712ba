"""Taking a change back: 元に戻す."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.field_merging import take_fields_back
from madoguchi.conversations.actions.links import bring_links_back, carry_links, lock_tree, undo_link, undo_unlink
from madoguchi.conversations.actions.moving import undo_move
from madoguchi.conversations.actions.restructure import (
    ChangedSince,
    carry_sides,
    move_drafts_back,
    move_messages,
    move_writing,
    with_answers,
)
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.actions.triage import put_back
from madoguchi.conversations.actions.undo_keeping import KINDS as KEEPING
from madoguchi.conversations.actions.undo_keeping import undo_keeping
from madoguchi.conversations.choices import UNDONE, Status
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation, UndoStep
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
    """Take one's own step back.

    Of a bulk change, conversations that somebody has changed since keep the later change. A split or merge on which
    a later one builds is `ChangedSince`.
    """
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    step = UndoStep.objects.select_for_update().filter(pk=step_id, user=user).first()
    if step is None or not _sees_all(user, step.data):
        raise NotFound(_("There is nothing to undo."))
    if step.undone_at is not None:
        raise AlreadyUndone(_("This has already been undone."))
    if step.kind in KEEPING:
        undo_keeping(step, user)
        UndoStep.objects.filter(pk=step.pk).update(undone_at=timezone.now())
        return Undone([])
    touched = _WAYS_BACK[step.kind](step.data)
    UndoStep.objects.filter(pk=step.pk).update(undone_at=timezone.now())
    for conversation in touched:
        record(
            UNDONE,
            conversation.event_subject,
            by=user.actor,
            scope_id=conversation.inbox_id,
            data={"step": step.pk, "kind": step.kind},
        )
    drafts_stay_in = _put_drafts_back(step.data, touched) if step.data.get("drafts") else None
    return Undone([conversation.pk for conversation in touched], drafts_stay_in)


def _sees_all(user: User, data: dict[str, Any]) -> bool:
    """True while the person still may see what the step touched."""
    numbers = {int(number) for number in (*data.get("before", {}), *data.get("moved", {}))}
    numbers |= {data[key] for key in ("to", "into") if key in data}
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
    if old.merged_into_id or new.merged_into_id:
        raise ChangedSince
    # What was written in the new one since then goes back with it, drafts too: nothing may be left behind in a shell.
    move_messages(list(new.messages.values_list("pk", flat=True)), old)
    move_writing(new, old)
    carry_links([new], old)
    carry_sides(new, old)
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
    if survivor.merged_into_id or any(other.merged_into_id != survivor.pk for other in others):
        raise ChangedSince
    for other in others:
        move_messages(with_answers(data["moved"][str(other.pk)], survivor), other)
        other.merged_into = None
        other.save(update_fields=["merged_into"])
        put_back(other, data["before"][str(other.pk)])
        recount(other)
    bring_links_back(data.get("links", ()))
    for number, sides in data.get("sides", {}).items():
        Conversation.objects.filter(pk__in=sides, side_of=survivor).update(side_of=int(number))
    survivor.followers.remove(*data.get("followers", ()))
    take_fields_back(data.get("filled", {}), survivor)
    kept = data["before"][str(survivor.pk)]
    if survivor.version == kept["version"]:  # nobody has changed it since
        put_back(survivor, kept)
    recount(survivor)
    return [survivor, *others]


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
