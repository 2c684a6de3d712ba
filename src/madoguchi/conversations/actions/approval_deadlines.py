"""What time does to requests for approval: reminders, then others who are asked, and who decides after a change."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from madoguchi.channels.hours import minutes_later
from madoguchi.conversations.actions.approval_requests import look_up_deciders, present_step
from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.choices import APPROVAL_ESCALATED, APPROVAL_REDIRECTED, APPROVAL_REMINDED
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.models import ApprovalRequest, Conversation
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_CLOCK = Actor.system("approval")


def see_to_deadlines(now: datetime) -> int:
    """Remind those who decide of what is past its time, and ask others too once as much has passed again.

    Also keeps up who decides, as absences begin and end and people come and go. Returns how many requests changed.
    """
    waiting = ApprovalRequest.objects.filter(state=RequestState.WAITING).order_by("pk")
    return sum(_see_to(pk, now) for pk in waiting.values_list("pk", flat=True))


def look_up_all_deciders() -> int:
    """Set anew who decides what waits; returns for how many that has changed."""
    return see_to_deadlines(timezone.now())


@transaction.atomic
def _see_to(pk: int, now: datetime) -> bool:
    request = ApprovalRequest.objects.select_related("message").get(pk=pk)
    if not _has_news(request, now):
        return False
    conversation = hold_with(request.message)
    request = ApprovalRequest.objects.select_for_update().get(pk=pk)
    if request.state != RequestState.WAITING:
        return False
    kind = _due_event(request, conversation, now)
    if kind == APPROVAL_REMINDED:
        request.reminded_at = now
    elif kind == APPROVAL_ESCALATED:
        request.escalated_at = now
    changed = look_up_deciders(request, conversation)
    request.save()
    if kind or changed:
        data = {"message": request.message_id, "author": request.author_id, "is_fallback": request.is_fallback}
        subject, inbox_id = conversation.event_subject, conversation.inbox_id
        record(kind or APPROVAL_REDIRECTED, subject, by=_CLOCK, scope_id=inbox_id, data=data)
    return bool(kind) or changed


def _has_news(request: ApprovalRequest, now: datetime) -> bool:
    """Whether anything is to be done; looked at without holding anybody up."""
    conversation = Conversation.objects.select_related("inbox__calendar").get(pk=request.message.conversation_id)
    return bool(_due_event(request, conversation, now)) or look_up_deciders(request, conversation)


def _due_event(request: ApprovalRequest, conversation: Conversation, now: datetime) -> str:
    if request.due_at is None or request.due_at > now or request.escalated_at:
        return ""
    if request.reminded_at is None:
        return APPROVAL_REMINDED
    minutes = present_step(request).minutes
    return APPROVAL_ESCALATED if minutes_later(conversation.inbox, request.due_at, minutes) <= now else ""
