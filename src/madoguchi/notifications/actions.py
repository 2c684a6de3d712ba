"""Telling people of the staff: written once per event and person, however often the reaction runs."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, roles_that_may
from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.choices import REPLY_WRITTEN, STATUS_CHANGED, TRAINING_DONE, Status
from madoguchi.conversations.models import ApprovalRequest, Conversation, Message
from madoguchi.events.actor import ActorKind
from madoguchi.events.models import Event
from madoguchi.events.record import announce
from madoguchi.notifications.models import Notification

MENTION = "mention"
ASSIGNED = "assigned"
ANSWERED = "answered"
APPROVAL_ASKED = "approval_asked"
APPROVED = "approved"
APPROVED_EDITED = "approved_edited"
AUTOMATIC_FAILED = "automatic_failed"


def notify_mentioned(event: Event) -> None:
    """Tell people whom a note names."""
    _notify(event, event.data.get("mentions", []), MENTION)


def notify_assignee(event: Event) -> None:
    """Tell a person that a conversation is theirs now, unless they took it themselves."""
    assignee = event.data.get("assignee")
    if assignee:
        _notify(event, [assignee], ASSIGNED)


def notify_of_answer(event: Event) -> None:
    """Tell the assignee and the followers that the customer has written again; machines' messages tell nobody."""
    if event.data.get("first") or event.data.get("auto"):
        return
    number = int(event.subject.partition(":")[2])
    rows = Conversation.objects.filter(pk=number).values_list("assignee_id", "followers")
    people = {person for row in rows for person in row if person is not None}
    if people:
        _notify(event, people, ANSWERED)


def notify_keepers(event: Event) -> None:
    """Tell the assignee and the followers that something which belongs to their conversation is done or answered."""
    number = int(event.subject.partition(":")[2])
    rows = Conversation.objects.filter(pk=number).values_list("assignee_id", "followers")
    people = {person for row in rows for person in row if person is not None}
    _notify(event, people - {event.data.get("told")}, event.kind)


def notify_author(event: Event) -> None:
    """Tell the author that their reply was sent back, could not be sent, or came back.

    What left by itself has no author: the assignee hears of it, else those who set up what leaves.
    """
    message = Message.objects.select_related("conversation").filter(pk=event.data.get("message")).first()
    if message is not None and message.user_id:
        _notify(event, [message.user_id], event.kind)
    elif message is not None and message.is_automatic:
        _notify_of_automatic(event, message.conversation.assignee_id)


def _notify_of_automatic(event: Event, assignee: int | None) -> None:
    """One notice at a time: a mail server that takes nothing would else fill everybody's list."""
    keepers = [assignee] if assignee else list(_keepers().values_list("pk", flat=True))
    told = Notification.objects.filter(user__in=keepers, kind=AUTOMATIC_FAILED, read_at=None)
    known = set(told.exclude(event_id=event.pk).values_list("user", flat=True))
    _notify(event, [person for person in keepers if person not in known], AUTOMATIC_FAILED)


def notify_of_held_back(event: Event) -> None:
    """Tell author and assignee that a planned mail is held back: either may have left the matter to the other."""
    message = Message.objects.select_related("conversation").filter(pk=event.data.get("message")).first()
    if message is not None:
        people = {message.user_id, message.conversation.assignee_id} - {None}
        _notify(event, [pk for pk in people if pk is not None], event.kind)


def notify_approvers(event: Event) -> None:
    """Tell those who decide the present step that a reply waits for them, still waits, or waits for them now."""
    waiting = ApprovalRequest.objects.filter(message=event.data.get("message"), state=RequestState.WAITING)
    if (deciding := waiting.values_list("approver_ids", flat=True).first()) is not None:
        _notify(event, deciding, APPROVAL_ASKED if event.kind == REPLY_WRITTEN else event.kind)


def notify_approved(event: Event) -> None:
    """Tell the author that their reply was approved, and whether it was edited before."""
    request = ApprovalRequest.objects.filter(message=event.data.get("message"), state=RequestState.APPROVED).first()
    if request is not None and request.author_id:
        _notify(event, [request.author_id], APPROVED_EDITED if request.was_edited else APPROVED)


def notify_of_training(event: Event) -> None:
    """Tell those who approve, and the trainee, that 新人 may end or has ended."""
    deciding = User.objects.filter(is_active=True, role__in=roles_that_may(Permission.APPROVE))
    people = list(deciding.values_list("pk", flat=True))
    _notify(event, people if event.kind == TRAINING_DONE else [*people, event.data["user"]], event.kind)


def notify_mailbox_keepers(event: Event) -> None:
    """Tell administrators that a mailbox cannot be fetched."""
    _notify(event, _keepers().values_list("pk", flat=True), event.kind)


def _keepers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=[Role.OWNER, Role.ADMIN])


def notify_who_put_off(event: Event) -> None:
    """Tell whoever put a conversation off that it is back."""
    held = Event.objects.filter(subject=event.subject, kind=STATUS_CHANGED, data__after=Status.HOLD)
    last = held.order_by("-pk").first()
    if last is not None and last.actor_kind == ActorKind.USER and last.actor_id is not None:
        _notify(event, [last.actor_id], event.kind)


def notify_people(event: Event) -> None:
    """Tell those whom the event itself names."""
    _notify(event, event.data.get("people", []), event.kind)


def take_back_from_removed(event: Event) -> None:
    """Take every notice about it back from those whom the event says were taken out."""
    gone = Notification.objects.filter(subject=event.subject, user__in=event.data.get("removed", []))
    told = list(gone.values_list("user_id", flat=True).distinct())
    gone.delete()
    for pk in told:
        announce("notified", f"user:{pk}")


def _notify(event: Event, user_ids: Iterable[int], kind: str) -> None:
    own = event.actor_id if event.actor_kind == ActorKind.USER else None
    wanted = {pk for pk in user_ids if pk != own}
    people = list(User.objects.filter(pk__in=wanted, is_active=True))
    what, _, number = event.subject.partition(":")
    if what == "conversation":  # what one may not see is not found, so one is not told of it either
        people = who_may_see(int(number), people)
    notices = [
        Notification(user=user, event_id=event.pk, kind=kind, subject=event.subject, data={"by": event.actor_label})
        for user in people
    ]
    Notification.objects.bulk_create(notices, ignore_conflicts=True)
    for notice in notices:
        announce("notified", f"user:{notice.user_id}")


@transaction.atomic
def mark_read(user: User, *, subject: str | None = None) -> int:
    """Mark a person's notices as read: those about one subject, or all; returns how many."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if subject is not None:
        unread = unread.filter(subject=subject)
    amount = unread.update(read_at=timezone.now())
    if amount:
        announce("notified", f"user:{user.pk}")  # the bells in their other windows
    return amount
