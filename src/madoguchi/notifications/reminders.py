"""リマインダー: a person asks to be told of a conversation at a time; only they see it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all
from madoguchi.notifications.models import REMINDED, Reminder

MOST = 200  #: of one person
FURTHEST = timedelta(days=2 * 366)


@transaction.atomic
def set_reminder(conversation: Conversation, *, at: datetime, note: str, user: User) -> Reminder:
    """Ask to be told of a conversation; a time that has passed is Invalid."""
    now = timezone.now()
    if at <= now:
        raise Invalid(_("This time has passed already. Choose a later one."), field="at")
    if at > now + FURTHEST:
        raise Invalid(_("This is more than two years ahead. Check the date."), field="at")
    if reminders_of(user).count() >= MOST:
        raise Invalid(_("You have too many reminders. Delete some of them first."))
    held = hold_surviving(conversation.pk)
    return Reminder.objects.create(user=user, conversation=held, at=at, note=" ".join(note.split())[:200])


def reminders_of(user: User) -> QuerySet[Reminder]:
    """A person's reminders that are still to come, the next first."""
    rows = Reminder.objects.filter(user=user, told_at=None).select_related("conversation__customer")
    return rows.order_by("at", "pk")


def delete_reminder(user: User, pk: int) -> int:
    """Forget one of one's own reminders; the number of its conversation. NotFound for another's."""
    reminder = reminders_of(user).filter(pk=pk).first()
    if reminder is None:
        raise NotFound(_("There is no such reminder."))
    reminder.delete()
    return reminder.conversation_id


@transaction.atomic
def ring_reminders(now: datetime) -> int:
    """Tell of the reminders whose time has come, once each; returns how many. Safe to run twice and at once."""
    due = Reminder.objects.filter(at__lte=now, told_at=None).select_for_update(skip_locked=True, of=("self",))
    rows = list(due.select_related("conversation").order_by("at")[:500])
    Reminder.objects.filter(pk__in=[each.pk for each in rows]).update(told_at=now)
    record_all(
        [
            new_event(
                REMINDED,
                each.conversation.event_subject,
                by=Actor.system("calendar"),
                scope_id=each.conversation.inbox_id,
                data={"people": [each.user_id], "reminder": each.pk},
            )
            for each in rows
        ]
    )
    return len(rows)
