"""Bringing back what administrators have emptied or deleted: an own status, a folder, with what was in them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.own_statuses import held_status, move_status
from madoguchi.conversations.choices import UNDONE
from madoguchi.conversations.models import Conversation, Folder, OwnStatus, UndoStep
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.events.record import record

#: The kinds of steps that are led back here.
KINDS = ("status", "folder")


class ParentGone(DomainError):
    """The folder in which it lay is gone too."""

    code = "changed_since"


def undo_keeping(step: UndoStep, user: User) -> None:
    """Bring it back, with those conversations that are still where the step put them; the step is locked."""
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    subject = _restore_status(step.data, user) if step.kind == "status" else _restore_folder(step.data)
    record(UNDONE, subject, by=user.actor, data={"step": step.pk, "kind": step.kind})


def _restore_status(data: dict[str, Any], user: User) -> str:
    status = held_status(data["status"])
    to = OwnStatus.objects.filter(pk=data["went_to"]).first() if data["went_to"] else None
    rows = Conversation.objects.filter(pk__in=data["numbers"], status=status.state, own_status=to)
    numbers = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    OwnStatus.objects.filter(pk=status.pk).update(retired_at=None)
    move_status(numbers, to, status, user=user)
    return status.event_subject


def _restore_folder(data: dict[str, Any]) -> str:
    was = data["folder"]
    place = Folder.objects.filter(inbox=was["inbox"], parent=was["parent"])
    if was["parent"] and not Folder.objects.filter(pk=was["parent"]).exists():
        raise ParentGone(_("The folder in which it lay has been deleted meanwhile. Bring that one back first."))
    if place.filter(name=was["name"]).exclude(pk__in=data["children"]).exists():
        raise Invalid(_("This name is there already."), field="name")
    values = {"inbox_id": was["inbox"], "parent_id": was["parent"], "position": was["position"]}
    folder = Folder.objects.create(pk=was["pk"], name=f"\x01{was['pk']}", **values)
    place.filter(pk__in=data["children"]).update(parent=folder)
    Folder.objects.filter(pk=folder.pk).update(name=was["name"])
    rows = Conversation.objects.filter(pk__in=data["numbers"], inbox=was["inbox"], folder=was["parent"])
    numbers = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=numbers).update(folder=folder)
    return folder.event_subject
