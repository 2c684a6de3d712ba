"""Where a conversation stands after messages came back to it: as what was said last says.

Taking a merge or a move back puts each conversation where it stood before. What was said since then belongs
to one of them, and so does what was taken back, sent back or approved since then.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from madoguchi.channels.deadlines import reply_due_at
from madoguchi.conversations.actions.receiving import RETURNING
from madoguchi.conversations.choices import NEVER_LEFT, OUR_TURN, STATUS_CHANGED, MessageKind, MessageState, Status
from madoguchi.conversations.models import Conversation, Message, OwnStatus
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.core.sharing import share
from madoguchi.events.models import Event

#: What was not said, or not heard: it leaves a conversation as it was before it.
_UNSAID = (*NEVER_LEFT, MessageState.FAILED, MessageState.UNCERTAIN)


def standing(conversations: Iterable[Conversation]) -> dict[str, dict[str, int | None]]:
    """What was said last in each, and the letter that waits for approval: kept with a step for its way back."""
    return {
        str(each.pk): {"said": _pk(_last_word(each)), "asked": _pk(_waiting(each).order_by("-pk").first())}
        for each in conversations
    }


def stand_as_before(conversation: Conversation, before: Mapping[str, Any]) -> None:
    """Give a conversation its status, our own status and its deadline of a kept moment; the caller saves."""
    conversation.set_status(before["status"])
    own = before.get("own_status", before.get("own_status_id"))
    conversation.own_status = share(OwnStatus, [own]).get(own) if own else None
    conversation.set_due(_moment(before["due_at"]))
    conversation.hold_reason = before.get("hold_reason", "")
    conversation.resume_at = _moment(before.get("resume_at"))
    conversation.done_at = _moment(before.get("done_at")) or conversation.done_at


def follow_what_was_said(conversations: Iterable[Conversation], data: Mapping[str, Any], *, since: datetime) -> None:
    """Bring held conversations to where the last word leaves them; saves those that change.

    A customer who wrote since then is waited for no longer, and has a deadline; one who was answered is owed nothing;
    a letter that came back since then leaves it as it was before that letter. Where nothing was said, and nobody
    chose another status, it stands where `data` says that it stood.
    """
    for conversation in conversations:
        if conversation.merged_into_id is not None:
            continue
        number = str(conversation.pk)
        stood = data.get("stood", {}).get(number) or {"said": _pk(_last_word(conversation, until=since)), "asked": None}
        was = [getattr(conversation, name) for name in STATUS_FIELDS]
        kept = data["before"].get(number)
        if kept is not None and not _was_chosen(conversation, since):
            _lead_back(conversation, kept, since)
        _follow(conversation, stood, kept, since)
        if [getattr(conversation, name) for name in STATUS_FIELDS] != was:
            conversation.version += 1
            conversation.save(update_fields=STATUS_FIELDS)


def _follow(
    conversation: Conversation, stood: Mapping[str, int | None], kept: Mapping[str, Any] | None, since: datetime
) -> None:
    last = _last_word(conversation)
    if (letter := _come_back(conversation, stood)) is not None:
        stand_as_before(conversation, letter.before)
    elif _pk(last) == stood["said"] or last is None:
        if kept is not None and not _was_chosen(conversation, since):
            stand_as_before(conversation, kept)
    elif last.kind == MessageKind.INBOUND:
        _wait_for_us(conversation, last)
    elif last.kind == MessageKind.OUTBOUND and conversation.status in OUR_TURN:
        conversation.set_status(last.before.get("status_after", Status.WAIT))
    _agree_on_approval(conversation)


def _wait_for_us(conversation: Conversation, asked: Message) -> None:
    """As the intake would have left it, had the message come here."""
    if conversation.status in RETURNING:
        conversation.set_status(Status.OPEN if conversation.assignee_id else Status.NEW)
    if conversation.status in OUR_TURN and conversation.due_at is None:
        conversation.set_due(reply_due_at(conversation.inbox, asked.at, conversation.priority))


def _lead_back(conversation: Conversation, kept: Mapping[str, Any], since: datetime) -> None:
    """Let letters written since lead back, when they are taken back, to where this one stood, not to both joined."""
    was = {name: kept.get(name) for name in ("status", "due_at", "hold_reason", "resume_at", "done_at")}
    was |= {"own_status": kept.get("own_status_id"), "hold_reason": was["hold_reason"] or ""}
    for said in conversation.messages.filter(at__gte=since, auto_kind="").order_by("pk"):
        if said.kind == MessageKind.INBOUND and (was["status"] in RETURNING or was["due_at"] is None):
            due_at = reply_due_at(conversation.inbox, said.at, conversation.priority)
            status = Status.OPEN if conversation.assignee_id else Status.NEW
            returned = status if was["status"] in RETURNING else was["status"]
            was = {"status": returned, "due_at": due_at.isoformat(), "own_status": None}
        elif said.kind == MessageKind.OUTBOUND and said.before:
            said.before = said.before | was
            said.save(update_fields=["before"])
            if _is_said(said):
                was = {"status": said.before.get("status_after", Status.WAIT), "due_at": None, "own_status": None}


def _is_said(letter: Message) -> bool:
    is_planned = letter.planned_at is not None and letter.claimed_at is None
    return letter.state not in (*_UNSAID, MessageState.AWAITING_APPROVAL) and not is_planned


def _agree_on_approval(conversation: Conversation) -> None:
    """承認待ち where a letter waits for approval, and only there; a deadline stays as it is."""
    due_at, waits = conversation.due_at, _waiting(conversation).exists()
    if waits == (conversation.status == Status.APPROVAL):
        return
    taken_up = Status.OPEN if conversation.assignee_id else Status.NEW
    conversation.set_status(Status.APPROVAL if waits else taken_up)
    conversation.set_due(due_at)


def _come_back(conversation: Conversation, stood: Mapping[str, int | None]) -> Message | None:
    """The letter by which it stood there, if it came back or failed and nobody has written to us since."""
    letter = conversation.messages.filter(
        pk=stood["asked"] or stood["said"] or 0, kind=MessageKind.OUTBOUND, state__in=_UNSAID
    ).first()
    if letter is None or not letter.before:
        return None
    newer = conversation.messages.filter(kind=MessageKind.INBOUND, pk__gt=letter.pk)
    return None if newer.exists() else letter


def _was_chosen(conversation: Conversation, since: datetime) -> bool:
    return Event.objects.filter(subject=conversation.event_subject, kind=STATUS_CHANGED, at__gt=since).exists()


def _waiting(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.filter(state=MessageState.AWAITING_APPROVAL)


def _last_word(conversation: Conversation, *, until: datetime | None = None) -> Message | None:
    """What a person said last; a planned mail that has not left says nothing yet."""
    said = conversation.messages.public().filter(auto_kind="").exclude(state__in=_UNSAID)
    if until is not None:
        said = said.filter(at__lte=until)
    unsaid = Q(state=MessageState.AWAITING_APPROVAL) | Q(planned_at__isnull=False, claimed_at=None)
    return said.exclude(unsaid).order_by("-at", "-pk").first()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _pk(message: Message | None) -> int | None:
    return message.pk if message is not None else None
