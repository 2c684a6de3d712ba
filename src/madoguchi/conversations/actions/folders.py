"""Folders of a 窓口: making, naming, moving and deleting them, and putting conversations in."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.triage import change_all
from madoguchi.conversations.choices import FOLDER_CHANGED, FOLDER_CREATED, FOLDER_DELETED, FOLDER_UPDATED
from madoguchi.conversations.models import Conversation, Folder, UndoStep
from madoguchi.conversations.own import MAX_DEPTH, folder_contents
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.sharing import share
from madoguchi.events.record import record

MAX_FOLDERS, MAX_NAME = 300, 60
#: As many conversations as can be brought back by one undo.
MAX_UNDONE = 20_000


@transaction.atomic
def create_folder(inbox: Inbox, name: str, *, user: User, parent: Folder | None = None) -> Folder:
    """Add a folder to a 窓口, or into another folder of it."""
    _check_right(user)
    _hold_tree(inbox.pk)
    if Folder.objects.filter(inbox=inbox).count() >= MAX_FOLDERS:
        raise Invalid(_("There are %d folders already. Delete one that nobody needs.") % MAX_FOLDERS, field="name")
    _check_parent(None, parent, inbox.pk)
    folder = Folder(inbox=inbox, parent=parent)
    _name(folder, name)
    record(FOLDER_CREATED, folder.event_subject, by=user.actor, scope_id=inbox.pk, data={"name": folder.name})
    return folder


@transaction.atomic
def change_folder(
    folder: Folder, *, user: User, name: str, parent: Folder | None, position: int | None = None
) -> Folder:
    """Call a folder something else, or move it with all that lies in it; never into itself, at most five deep."""
    _check_right(user)
    _hold_tree(folder.inbox_id)
    folder = _known(folder.pk)
    _check_parent(folder, parent, folder.inbox_id)
    folder.parent = parent
    if position is not None:
        folder.position = position
    _name(folder, name)
    data = {"name": folder.name, "parent": folder.parent_id}
    record(FOLDER_UPDATED, folder.event_subject, by=user.actor, scope_id=folder.inbox_id, data=data)
    return folder


@transaction.atomic
def delete_folder(folder: Folder, *, user: User) -> tuple[int, UndoStep | None]:
    """Delete a folder; what lies in it, folders too, goes to where it lay. How many conversations, and the way back."""
    _check_right(user)
    _hold_tree(folder.inbox_id)
    folder = _known(folder.pk)
    numbers = list(folder_contents(folder).select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    children = list(folder.children.values_list("pk", "name"))
    taken = set(Folder.objects.filter(inbox=folder.inbox_id, parent=folder.parent_id).values_list("name", flat=True))
    if clashing := next((name for _pk, name in children if name in taken - {folder.name}), None):
        message = _("There is a folder “%(name)s” above already. Rename one of the two first.")
        raise Invalid(message % {"name": clashing})
    Conversation.objects.filter(pk__in=numbers).update(folder=folder.parent_id)
    data: dict[str, Any] = {
        "folder": {
            "pk": folder.pk,
            "inbox": folder.inbox_id,
            "parent": folder.parent_id,
            "name": folder.name,
            "position": folder.position,
        },
        "numbers": numbers,
        "children": [pk for pk, _name in children],
    }
    _lift_children(folder)
    subject = folder.event_subject
    folder.delete()
    told = {"name": folder.name, "amount": len(numbers)}
    record(FOLDER_DELETED, subject, by=user.actor, scope_id=folder.inbox_id, data=told)
    if len(numbers) > MAX_UNDONE:
        return len(numbers), None
    return len(numbers), UndoStep.objects.create(user=user, kind="folder", label=str(_("Folder")), data=data)


def _lift_children(folder: Folder) -> None:
    """Move the folders in a folder to where it lies; one of them may have its name, so it gives the name up first."""
    Folder.objects.filter(pk=folder.pk).update(name=f"\x01{folder.pk}")
    Folder.objects.filter(parent=folder.pk).update(parent=folder.parent_id)


def move_to_folder(conversations: Sequence[Conversation], folder: Folder | None, *, user: User) -> UndoStep:
    """Put conversations into a folder of their 窓口, or out of any."""
    with transaction.atomic():
        return _move(conversations, folder, user)


def _move(conversations: Sequence[Conversation], folder: Folder | None, user: User) -> UndoStep:
    if folder is not None and folder.pk not in share(Folder, [folder.pk]):
        raise NotFound(_("There is no such folder. It may have been deleted meanwhile."))

    def change(conversation: Conversation) -> list[str]:
        if folder is not None and folder.inbox_id != conversation.inbox_id:
            message = _("The folder belongs to another desk than #%(number)d.")
            raise Invalid(message % {"number": conversation.pk}, field="folder")
        if conversation.folder_id == (folder.pk if folder else None):
            return []
        data = {"was": conversation.folder_id, "folder": folder.pk if folder else None}
        conversation.folder = folder
        by, scope = user.actor, conversation.inbox_id
        record(FOLDER_CHANGED, conversation.event_subject, by=by, scope_id=scope, data=data)
        return ["folder"]

    return change_all(conversations, change, user=user, label=_("Folder"))


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _hold_tree(inbox_id: int) -> None:
    """One change of a tree at a time, so that two moves make no ring."""
    list(Folder.objects.select_for_update().filter(inbox=inbox_id).order_by("pk"))


def _known(pk: int) -> Folder:
    folder = Folder.objects.filter(pk=pk).first()
    if folder is None:
        raise NotFound(_("There is no such folder. It may have been deleted meanwhile."))
    return folder


def _check_parent(folder: Folder | None, parent: Folder | None, inbox_id: int) -> None:
    """Invalid for a ring, another 窓口 or too deep a tree; the tree is held."""
    if parent is None:
        return
    every = {each.pk: each for each in Folder.objects.filter(inbox=inbox_id)}
    if parent.pk not in every:
        raise Invalid(_("Choose a folder of the same desk."), field="parent")
    above, at = 0, every.get(parent.pk)
    while at is not None:
        if folder is not None and at.pk == folder.pk:
            raise Invalid(_("A folder cannot lie in itself. Choose another one."), field="parent")
        above, at = above + 1, every.get(at.parent_id or 0)
    if above + _height(folder, every) > MAX_DEPTH:
        raise Invalid(_("Folders lie at most %d deep. Choose one further up.") % MAX_DEPTH, field="parent")


def _height(folder: Folder | None, every: dict[int, Folder]) -> int:
    """How many levels a folder has with those in it."""
    if folder is None:
        return 1
    return 1 + max((_height(each, every) for each in every.values() if each.parent_id == folder.pk), default=0)


def _name(folder: Folder, name: str) -> None:
    folder.name = " ".join(name.split())
    if not folder.name:
        raise Invalid(_("Enter a name."), field="name")
    if len(folder.name) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field="name")
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error
