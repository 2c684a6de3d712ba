"""Filing: status, people, priority, category, tags, followers; one conversation or many, each with a way back."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.actions.summary import has_failed
from madoguchi.conversations.choices import (
    ASSIGNED,
    CATEGORY_CHANGED,
    CHOOSABLE,
    FOLLOWERS_CHANGED,
    PRIORITY_CHANGED,
    RESUMED,
    STATUS_CHANGED,
    SUBJECT_CHANGED,
    TAGS_CHANGED,
    TEAM_ASSIGNED,
    MessageState,
    Priority,
    Status,
)
from madoguchi.conversations.deadlines import waiting_since
from madoguchi.conversations.field_store import put_values_back
from madoguchi.conversations.fields import as_facts, missing_fields
from madoguchi.conversations.hidden import hidden_pairs, hidden_people
from madoguchi.conversations.holding import check_not_merged, hold
from madoguchi.conversations.models import Category, Conversation, Folder, OwnStatus, Tag, UndoStep
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.sharing import share
from madoguchi.customers.masking import cut_whole
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: As many conversations as one bulk change takes.
MAX_BULK = 1000
#: Whoever puts off for longer has forgotten it by then.
FURTHEST_RESUMPTION = timedelta(days=366)
#: The plain columns that an undo step keeps.
_KEPT = ("status", "is_open", "priority", "assignee_id", "hold_reason", "subject")
#: Rows that may have gone since.
_KEPT_OWN = {"category_id": Category, "team_id": Team, "own_status_id": OwnStatus, "folder_id": Folder}
_KEPT_TIMES = ("due_at", "queue_at", "resume_at", "done_at")

type Change = Callable[[Conversation], list[str]]


class FieldsMissing(DomainError):
    """Fields that must be filled in before a conversation is done are empty; `facts["missing"]` says where which."""

    code = "fields_missing"


@transaction.atomic
def change_status(
    conversations: Sequence[Conversation],
    status: str,
    *,
    user: User,
    hold_reason: str = "",
    resume_at: datetime | None = None,
    own: OwnStatus | None = None,
) -> UndoStep:
    """Set the status, or one of our own (`own`) that stands for it; 保留 may name a reason and the time it comes back.

    Awaiting approval cannot be set by hand.
    """
    if status not in CHOOSABLE:
        raise Invalid(_("This status cannot be chosen."), field="status")
    if resume_at is not None:
        check_resumption(resume_at, timezone.now())
    if status == Status.DONE:
        check_complete([each for each in conversations if each.status != Status.DONE])

    if own is not None:
        own = _offered(own, status)

    def change(conversation: Conversation) -> list[str]:
        before, own_before = conversation.status, conversation.own_status_id
        if (before, own_before) == (status, own.pk if own else None) and (status != Status.HOLD or own):
            return []
        _check_nothing_waits(conversation)
        _check_offered(own, conversation)
        if before != status or own is None:
            conversation.set_status(status)
        conversation.own_status = own
        if status == Status.HOLD:
            conversation.hold_reason, conversation.resume_at = cut_whole(hold_reason, 200), resume_at
        named = {"own_before": own_before, "own_after": own.pk if own else None} if own or own_before else {}
        _record(STATUS_CHANGED, conversation, user.actor, before=before, after=status, **named)
        if conversation.has_failed:  # what came back has been seen to, when it is our turn no more
            conversation.has_failed = has_failed(conversation)
        return [*STATUS_FIELDS, "has_failed"]

    return change_all(conversations, change, user=user, label=_("Status"))


def check_resumption(at: datetime, now: datetime) -> None:
    """後で対応 ends in the future, and not so late that whoever put it off has forgotten it."""
    if at <= now:
        raise Invalid(_("The resume date is in the past. Choose a later one."), field="resume_at")
    if at > now + FURTHEST_RESUMPTION:
        raise Invalid(_("This is more than a year ahead. Choose an earlier time."), field="resume_at")


def _offered(own: OwnStatus, status: str) -> OwnStatus:
    """The own status as it is now, which nobody retires or deletes meanwhile."""
    now = share(OwnStatus, [own.pk]).get(own.pk)
    if now is None or now.retired_at is not None:
        raise Invalid(_("The status “%(name)s” is not offered any more. Choose another one.") % {"name": own.name})
    if now.state != status:
        raise Invalid(_("This status cannot be chosen."), field="status")
    return now


def _check_offered(own: OwnStatus | None, conversation: Conversation) -> None:
    if own is not None and not own.is_for(conversation.inbox_id):
        message = _("The status “%(name)s” is not offered at the desk of #%(number)d.")
        raise Invalid(message % {"name": own.name, "number": conversation.pk}, field="status")


def check_complete(conversations: Sequence[Conversation]) -> None:
    """Raise FieldsMissing unless everything that must be known before these conversations are done is filled in."""
    missing = missing_fields(conversations)
    if not missing:
        return
    number, fields = next(iter(missing.items()))
    names = "、".join(field.name for field in fields)
    message = _("#%(number)d cannot be done yet: fill in %(names)s first.")
    raise FieldsMissing(message % {"number": number, "names": names}, missing=as_facts(missing))


def _check_nothing_waits(conversation: Conversation) -> None:
    """A reply that waits for approval must not be lost from sight by another status."""
    waiting = conversation.messages.filter(state=MessageState.AWAITING_APPROVAL)
    if conversation.status == Status.APPROVAL and waiting.exists():
        message = _("A reply waits for approval in #%(number)d. Approve it or send it back first.")
        raise Invalid(message % {"number": conversation.pk}, field="status")


def assign(conversations: Sequence[Conversation], assignee: User | None, *, user: User) -> UndoStep:
    """Give conversations to a person, or to nobody. New ones that get a person are 対応中 from then on.

    Raises Invalid, and changes none, where the person does not see the 窓口 of one of them.
    """
    if assignee is not None and not may(assignee, Permission.ASSIGN):
        raise Invalid(_("This person cannot be responsible for conversations."), field="assignee")
    seen = frozenset(visible_inbox_ids(assignee)) if assignee is not None else frozenset()
    hidden = hidden_pairs(each.pk for each in conversations) if assignee is not None else set()

    def change(conversation: Conversation) -> list[str]:
        if conversation.assignee_id == (assignee.pk if assignee else None):
            return []
        if assignee is not None and conversation.inbox_id not in seen:
            text = _("%(name)s does not see the desk “%(desk)s”. Choose somebody else, or let them see it first.")
            values = {"name": assignee.name, "desk": conversation.inbox.name}
            raise Invalid(text % values, field="assignee")
        if assignee is not None and (conversation.pk, assignee.pk) in hidden:
            raise Invalid(_("This person cannot be responsible for this conversation."), field="assignee")
        before = conversation.assignee_id
        conversation.assignee = assignee
        fields = ["assignee"]
        if assignee is not None and conversation.status == Status.NEW:
            conversation.set_status(Status.OPEN)
            fields += STATUS_FIELDS
        _record(ASSIGNED, conversation, user.actor, before=before, assignee=assignee.pk if assignee else None)
        return fields

    return change_all(conversations, change, user=user, label=_("Assignee"))


def assign_team(conversations: Sequence[Conversation], team: Team | None, *, user: User) -> UndoStep:
    """Give conversations to a team, or to none."""

    def change(conversation: Conversation) -> list[str]:
        conversation.team = team
        _record(TEAM_ASSIGNED, conversation, user.actor, team=team.pk if team else None)
        return ["team"]

    return change_all(conversations, change, user=user, label=_("Team"))


def set_priority(conversations: Sequence[Conversation], priority: int, *, user: User) -> UndoStep:
    """Set the priority; 返信期限 is counted anew from the customer's oldest message that waits for an answer."""
    if priority not in Priority.values:
        raise Invalid(_("There is no such priority."), field="priority")

    def change(conversation: Conversation) -> list[str]:
        before = conversation.priority
        conversation.priority = priority
        _record(PRIORITY_CHANGED, conversation, user.actor, before=before, after=priority)
        since = waiting_since(conversation) if conversation.due_at is not None and before != priority else None
        if since is None:
            return ["priority"]
        conversation.set_due(reply_due_at(conversation.inbox, since, priority))
        return ["priority", "due_at", "queue_at"]

    return change_all(conversations, change, user=user, label=_("Priority"))


def set_category(conversations: Sequence[Conversation], category: Category | None, *, user: User) -> UndoStep:
    """File under a category, or under none."""

    def change(conversation: Conversation) -> list[str]:
        conversation.category = category
        _record(CATEGORY_CHANGED, conversation, user.actor, category=category.pk if category else None)
        return ["category"]

    return change_all(conversations, change, user=user, label=_("Category"))


@transaction.atomic
def change_tags(
    conversations: Sequence[Conversation], *, add: Sequence[str] = (), remove: Sequence[str] = (), user: User
) -> UndoStep:
    """Put tags on and take tags off; unknown tags are made."""
    hold(conversation.pk for conversation in conversations)  # before the tags: new ones make others wait as well
    added = [get_or_make_tag(name) for name in sorted(add)]
    removed = list(Tag.objects.filter(name__in=remove))

    def change(conversation: Conversation) -> list[str]:
        conversation.tags.add(*added)
        conversation.tags.remove(*removed)
        names = {"added": [tag.pk for tag in added], "removed": [tag.pk for tag in removed]}
        _record(TAGS_CHANGED, conversation, user.actor, **names)
        return ["version"]

    return change_all(conversations, change, user=user, label=_("Tags"))


def get_or_make_tag(name: str) -> Tag:
    """The tag of this name; Invalid for an empty or overlong one."""
    name = " ".join(name.split())
    if not name or len(name) > 50:
        raise Invalid(_("A tag has 1 to 50 characters."), field="tags")
    return Tag.objects.get_or_create(name=name)[0]


@transaction.atomic
def follow(conversation: Conversation, *, user: User, is_on: bool) -> None:
    """Follow a conversation, or stop."""
    check_not_merged(conversation)
    if is_on:
        conversation.followers.add(user)
    else:
        conversation.followers.remove(user)
    _record(FOLLOWERS_CHANGED, conversation, user.actor, is_on=is_on)


def change_subject(conversation: Conversation, subject: str, *, user: User) -> UndoStep:
    """Call a conversation something else inside; mails keep their own subjects."""
    wanted = cut_whole(" ".join(subject.split()), 1000)
    if not wanted:
        raise Invalid(_("The subject is empty. Write what it is about."), field="subject")

    def change(each: Conversation) -> list[str]:
        each.subject = wanted
        _record(SUBJECT_CHANGED, each, user.actor)
        return ["subject"]

    return change_all([conversation], change, user=user, label=_("Subject"))


@transaction.atomic
def change_all(conversations: Sequence[Conversation], change: Change, *, user: User, label: Any) -> UndoStep:
    """Hold these conversations, let `change` work on each and save the columns it names; none for no change."""
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    if len(conversations) > MAX_BULK:
        raise Invalid(_("Choose 1,000 conversations at most at once."))
    rows = hold(each.pk for each in conversations)
    prefetch_related_objects(rows, "tags")
    before: dict[str, dict[str, Any]] = {}
    for conversation in rows:
        check_not_merged(conversation)
        if conversation.status == Status.CLOSED and not user.sees_every_inbox:
            raise Invalid(_("Closed conversations cannot be changed."))
        kept = snapshot(conversation)
        fields = change(conversation)
        if not fields:
            continue
        conversation.version += 1
        conversation.save(update_fields=[*dict.fromkeys([*fields, "version"])])
        before[str(conversation.pk)] = kept | {"version": conversation.version}
    _refresh(conversations)
    return UndoStep.objects.create(user=user, kind="bulk", label=str(label), data={"before": before})


def snapshot(conversation: Conversation) -> dict[str, Any]:
    """The plain values of a conversation that an undo puts back."""
    values: dict[str, Any] = {name: getattr(conversation, name) for name in _KEPT}
    for name in _KEPT_TIMES:
        moment = getattr(conversation, name)
        values[name] = moment.isoformat() if moment else None
    values |= {name: getattr(conversation, name) for name in _KEPT_OWN}
    values["tags"] = [tag.pk for tag in conversation.tags.all()]
    return values


def put_back(conversation: Conversation, values: dict[str, Any]) -> None:
    """Set a conversation to the values of a snapshot; the row is locked."""
    for name in _KEPT:
        setattr(conversation, name, values[name])
    for name in _KEPT_TIMES:
        setattr(conversation, name, datetime.fromisoformat(values[name]) if values[name] else None)
    for name, kind in _KEPT_OWN.items():
        kept = values.get(name)
        setattr(conversation, name, kept if kept and kept in share(kind, [kept]) else None)
    person = conversation.assignee_id
    is_here = person is not None and User.objects.filter(pk=person, is_active=True).exists()
    if person is not None and (not is_here or person in hidden_people(conversation)):
        conversation.assignee_id = None  # who has left since then, or is spared it, takes nothing back
    conversation.has_failed = has_failed(conversation)
    conversation.version += 1
    conversation.save(update_fields=[*_KEPT, *_KEPT_TIMES, *_KEPT_OWN, "has_failed", "version"])
    conversation.tags.set(share(Tag, values["tags"]))
    if values.get("fields"):
        put_values_back(conversation, values["fields"])


def _refresh(conversations: Sequence[Conversation]) -> None:
    """Let the caller's objects show what is now stored."""
    fresh = Conversation.objects.select_related("inbox").in_bulk([each.pk for each in conversations])
    for conversation in conversations:
        if conversation.pk in fresh:
            conversation.__dict__.update(fresh[conversation.pk].__dict__)


def _record(kind: str, conversation: Conversation, by: Actor, **data: Any) -> None:
    record(kind, conversation.event_subject, by=by, scope_id=conversation.inbox_id, data=data)


@transaction.atomic
def resume_due_conversations(now: datetime) -> int:
    """Bring back what was on hold until now; returns how many. Runs every minute, may run twice."""
    due = Conversation.objects.select_for_update(skip_locked=True).filter(resume_at__lte=now, status=Status.HOLD)
    resumed = 0
    for conversation in due.order_by("pk")[:200]:
        conversation.set_status(Status.OPEN if conversation.assignee_id else Status.NEW)
        conversation.set_due(now)
        conversation.version += 1
        conversation.save(update_fields=STATUS_FIELDS)
        _record(RESUMED, conversation, Actor.system("calendar"))
        resumed += 1
    return resumed
