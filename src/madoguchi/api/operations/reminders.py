"""One's own reminders."""

from datetime import datetime
from typing import Annotated

from ninja import Router, Status
from pydantic import Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Moment, Out
from madoguchi.conversations.queries import get_conversation
from madoguchi.notifications.models import Reminder
from madoguchi.notifications.reminders import delete_reminder, reminders_of, set_reminder

router = Router(tags=["Me"])


class ReminderOut(Out):
    """A wish to be told of a conversation."""

    id: int
    """Its id."""
    conversation: int
    """The number of the conversation."""
    at: datetime
    """When."""
    note: str
    """What about."""


class ReminderIn(In):
    """When to be told of a conversation."""

    at: Moment
    """When; in the future, at most two years ahead."""
    note: Annotated[str, Field(max_length=200)] = ""
    """What about."""


def _shown(reminder: Reminder) -> ReminderOut:
    return ReminderOut(id=reminder.pk, conversation=reminder.conversation_id, at=reminder.at, note=reminder.note)


@router.get(
    "/me/reminders",
    response={200: Page[ReminderOut], **READ},
    operation_id="list_reminders",
    summary="List one's reminders",
)
def list_reminders(request: ApiRequest) -> Page[ReminderOut]:
    """The caller's reminders that are still to come, the next first."""
    return whole([_shown(each) for each in reminders_of(request.auth)])


@router.post(
    "/conversations/{int:number}/reminders",
    response={201: ReminderOut, **WRITE},
    operation_id="set_reminder",
    summary="Set a reminder",
)
def make(request: ApiRequest, number: Id, wanted: ReminderIn) -> Status[ReminderOut]:
    """The caller, and nobody else, is told at that time."""
    found = get_conversation(request.auth, number)
    return Status(201, _shown(set_reminder(found, at=wanted.at, note=wanted.note, user=request.auth)))


@router.delete(
    "/me/reminders/{int:reminder_id}",
    response={204: None, **WRITE},
    operation_id="delete_reminder",
    summary="Delete a reminder",
)
def forget(request: ApiRequest, reminder_id: Id) -> Status[None]:
    """Forget one of the caller's reminders."""
    delete_reminder(request.auth, reminder_id)
    return Status(204, None)
