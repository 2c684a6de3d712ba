"""Which statuses of one's own there are: adding, changing, retiring, bringing back, deleting. For administrators.

What conversations have is never lost: a status in use is retired, and then they keep it, or go over to another one that
stands for the same status of the system.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import (
    OWN_STATES,
    OWN_STATUS_CREATED,
    OWN_STATUS_DELETED,
    OWN_STATUS_RESTORED,
    OWN_STATUS_RETIRED,
    OWN_STATUS_UPDATED,
    STATUS_CHANGED,
    Tone,
)
from madoguchi.conversations.models import Conversation, OwnStatus, UndoStep
from madoguchi.conversations.own import is_system_status, statuses_called
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.fields.keeping import StillInUse
from madoguchi.events.record import new_event, record, record_all

MAX_STATUSES, MAX_NAME = 50, 30
#: As many conversations as can be brought back by one undo.
MAX_UNDONE = 20_000
#: Whoever names a status holds this advisory lock: a name that was free stays free.
_NAMES_LOCK = 0x5354  # "ST"


@dataclass(frozen=True, slots=True)
class StatusDefinition:
    """All that can be said of a status."""

    name: str
    state: str
    name_en: str = ""
    tone: str = Tone.WAIT
    icon: str = ""
    inboxes: Sequence[int] = ()
    position: int = 0


@transaction.atomic
def create_status(wanted: StatusDefinition, *, user: User) -> OwnStatus:
    """Add a status; it can be chosen at once."""
    _check_right(user)
    if OwnStatus.objects.count() >= MAX_STATUSES:
        raise Invalid(_("There are %d statuses already. Delete one that nobody needs.") % MAX_STATUSES, field="name")
    status = OwnStatus()
    _fill(status, wanted)
    record(OWN_STATUS_CREATED, status.event_subject, by=user.actor, data={"name": status.name})
    return status


@transaction.atomic
def change_own_status(status: OwnStatus, wanted: StatusDefinition, *, user: User) -> OwnStatus:
    """Call it something else, colour and place it anew. What it stands for stays while a conversation has it."""
    _check_right(user)
    status = held_status(status.pk)
    if wanted.state != status.state and (amount := status.conversations.count()):
        raise _in_use(status, amount)
    _fill(status, wanted)
    record(OWN_STATUS_UPDATED, status.event_subject, by=user.actor, data={"name": status.name})
    return status


@transaction.atomic
def retire_status(status: OwnStatus, *, user: User) -> OwnStatus:
    """Offer a status no more; conversations that have it keep it."""
    _check_right(user)
    status = held_status(status.pk)
    status.retired_at = status.retired_at or timezone.now()
    status.save(update_fields=["retired_at"])
    record(OWN_STATUS_RETIRED, status.event_subject, by=user.actor, data={"name": status.name})
    return status


@transaction.atomic
def restore_status(status: OwnStatus, *, user: User) -> OwnStatus:
    """Offer a retired status again."""
    _check_right(user)
    status = held_status(status.pk)
    status.retired_at = None
    status.save(update_fields=["retired_at"])
    record(OWN_STATUS_RESTORED, status.event_subject, by=user.actor, data={"name": status.name})
    return status


@transaction.atomic
def empty_status(status: OwnStatus, to: OwnStatus | None, *, user: User) -> tuple[int, UndoStep | None]:
    """Retire a status and give all its conversations another that stands for the same, or none but that.

    Returns how many there were, and the way back; more than 20,000 at once have none.
    """
    _check_right(user)
    status = held_status(status.pk)
    if to is not None and (to.pk == status.pk or held_status(to.pk).state != status.state):
        raise Invalid(_("Choose a status that stands for the same as this one."), field="to")
    numbers = list(status.conversations.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    move_status(numbers, status, to, user=user)
    OwnStatus.objects.filter(pk=status.pk).update(retired_at=timezone.now())
    record(OWN_STATUS_RETIRED, status.event_subject, by=user.actor, data={"name": status.name, "amount": len(numbers)})
    if not numbers or len(numbers) > MAX_UNDONE:
        return len(numbers), None
    data = {"status": status.pk, "went_to": to.pk if to else None, "numbers": numbers}
    return len(numbers), UndoStep.objects.create(user=user, kind="status", label=str(_("Status")), data=data)


def move_status(numbers: Sequence[int], status: OwnStatus | None, to: OwnStatus | None, *, user: User) -> None:
    """Let conversations go over to a status that stands for the same; the rows are locked, one of the two is given."""
    state = status.state if status else to.state if to else ""
    rows = Conversation.objects.filter(pk__in=numbers)
    events = [
        new_event(
            STATUS_CHANGED,
            f"conversation:{number}",
            by=user.actor,
            scope_id=inbox_id,
            data={
                "before": state,
                "after": state,
                "own_before": status.pk if status else None,
                "own_after": to.pk if to else None,
            },
        )
        for number, inbox_id in rows.order_by("pk").values_list("pk", "inbox_id")
    ]
    rows.update(own_status=to)
    for begin in range(0, len(events), 1000):
        record_all(events[begin : begin + 1000])


@transaction.atomic
def delete_status(status: OwnStatus, *, user: User) -> None:
    """Forget a status that no conversation has; StillInUse otherwise."""
    _check_right(user)
    status = held_status(status.pk)
    if amount := status.conversations.count():
        raise _in_use(status, amount)
    subject, name = status.event_subject, status.name
    status.delete()
    record(OWN_STATUS_DELETED, subject, by=user.actor, data={"name": name})


def held_status(pk: int) -> OwnStatus:
    """A status that nobody else changes or gives to a conversation until the transaction ends."""
    status = OwnStatus.objects.select_for_update().filter(pk=pk).first()
    if status is None:
        raise NotFound(_("There is no such status. It may have been deleted meanwhile."))
    return status


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _in_use(status: OwnStatus, amount: int) -> StillInUse:
    message = ngettext_lazy(
        "%(amount)d conversation has the status “%(name)s”. Let it go over to another status first.",
        "%(amount)d conversations have the status “%(name)s”. Let them go over to another status first.",
        "amount",
    )
    return StillInUse(message % {"name": status.name, "amount": amount}, amount=amount)


def _fill(status: OwnStatus, wanted: StatusDefinition) -> None:
    status.name, status.name_en = " ".join(wanted.name.split()), " ".join(wanted.name_en.split())
    if not status.name:
        raise Invalid(_("Enter a name."), field="name")
    if max(len(status.name), len(status.name_en)) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field="name")
    if wanted.state not in OWN_STATES:
        raise Invalid(_("A status of one's own cannot stand for this one."), field="state")
    if wanted.tone not in Tone.values:
        raise Invalid(_("There is no such colour."), field="tone")
    status.state, status.tone, status.icon = wanted.state, wanted.tone, wanted.icon[:30]
    status.inboxes, status.position = sorted(set(wanted.inboxes)), wanted.position
    _check_names(status)
    status.save()


def _check_names(status: OwnStatus) -> None:
    """Each of its names means this status alone, however it is spelled: lists, S and `status:` go by the name.

    Names are given one after the other; the lock ends with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NAMES_LOCK])
    for field, name in (("name", status.name), ("name_en", status.name_en)):
        if any(pk != status.pk for pk in statuses_called(name)):
            raise Invalid(_("Another status is called “%(name)s” already.") % {"name": name}, field=field)
        if name and is_system_status(name):
            message = _("“%(name)s” is the name of a status of the system. Choose another one.")
            raise Invalid(message % {"name": name}, field=field)
