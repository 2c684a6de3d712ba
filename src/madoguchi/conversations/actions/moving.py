"""Moving one message to another conversation, with a way back.

Answers to it land where it is now, since mails are threaded by the row of what they answer.
"""

from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import AutoKind
from madoguchi.channels.deadlines import reply_due_at
from madoguchi.conversations.actions.following import standing
from madoguchi.conversations.actions.receiving import RETURNING
from madoguchi.conversations.actions.restructure import ChangedSince, move_messages, newest_in
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.actions.triage import put_back, snapshot
from madoguchi.conversations.belonging import Strand, came_since, joined_since, sort_out
from madoguchi.conversations.choices import NEVER_LEFT, OUR_TURN, MessageKind, MessageState, Status
from madoguchi.conversations.holding import check_not_merged, hold
from madoguchi.conversations.indexing import files_text, index_message, kind_in
from madoguchi.conversations.linking import MOVED
from madoguchi.conversations.mixing import refuse_to_move
from madoguchi.conversations.models import Conversation, Message, UndoStep
from madoguchi.conversations.ways_back import is_built_on, later_steps, places_of
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import record
from madoguchi.search.actions import remove_entry

_ON_ITS_WAY = (MessageState.SENDING,)


@transaction.atomic
def move_message(message: Message, target: Conversation, *, user: User, may_mix: bool = True) -> UndoStep:
    """Put one message into another conversation; both then agree with what they hold, status and deadline too.

    The last message of a conversation does not move (merge instead), nor anything into one that is merged or 終了, nor
    between a customer's conversation and a request (依頼): the next reply would go to the wrong side.
    DifferentCustomers where the target is another customer's and these may not be mixed.
    """
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    source, target = _held_with(message, target)
    _check_can_move(message, source, target)
    if not may_mix:
        refuse_to_move(source, target)
    before = {str(each.pk): snapshot(each) for each in (source, target)}
    stood = standing([source, target])
    _move(message, source, target)
    _follow(source, target, message)
    for each in (source, target):
        agree(each)
        before[str(each.pk)]["version"] = each.version
    data = {"message": message.pk, "from": source.pk, "to": target.pk}
    kept = data | {"before": before, "stood": stood, "newest": newest_in(target)}
    step = UndoStep.objects.create(user=user, kind="move", label=str(_("Move")), data=kept)
    for each in (source, target):
        record(MOVED, each.event_subject, by=user.actor, scope_id=each.inbox_id, data=data | {"step": step.pk})
    return step


def _held_with(message: Message, target: Conversation) -> tuple[Conversation, Conversation]:
    """Where the message stands now, and the target, both held."""
    place = Message.objects.filter(pk=message.pk).values_list("conversation_id", flat=True)
    number = place.get()
    while True:
        rows = {row.pk: row for row in hold({number, target.pk})}
        if (now := place.get()) == number:
            return rows[number], rows[target.pk]
        number = now


def _check_can_move(message: Message, source: Conversation, target: Conversation) -> None:
    check_not_merged(target)
    if source.pk == target.pk:
        raise Invalid(_("The message is in this conversation already. Choose another one."), field="other")
    if target.status == Status.CLOSED:
        raise Invalid(_("Closed conversations cannot be changed."), field="other")
    is_theirs = message.kind == MessageKind.INBOUND and message.customer_id == target.customer_id
    if source.side_of_id != target.side_of_id and not is_theirs:  # their own mail that strayed comes home
        raise Invalid(
            _("Mail of a request and of a customer stay apart. Copy what the other one has to know."), field="other"
        )
    if source.messages.count() == 1:
        raise Invalid(_("This is the only message here. Merge the two conversations instead."), field="other")
    message.refresh_from_db(fields=["state", "conversation"])
    if message.state in _ON_ITS_WAY:
        raise Invalid(_("This mail is being sent at this moment. Try again in a minute."))
    if message.state == MessageState.AWAITING_APPROVAL:
        raise Invalid(
            _("This mail waits for approval. Decide about it or take it back, then write it in the other one.")
        )


def _move(message: Message, source: Conversation, target: Conversation) -> None:
    """The row and its search entry, in which the number of its conversation stands."""
    move_messages([message.pk], target)
    message.conversation = target
    _index(message, target, source)
    if not source.messages.filter(kind=MessageKind.INBOUND).exists():
        source.set_due(None)


def _index(message: Message, here: Conversation, before: Conversation) -> None:
    """Say in the index where it is now; what left a request to others (依頼) is found elsewhere."""
    if kind_in(before) != kind_in(here):
        remove_entry(kind_in(before), message.pk)
    index_message(message, here, attachment_text=files_text(message))


def _follow(source: Conversation, target: Conversation, message: Message) -> None:
    """A customer's message takes its claim to an answer along: who waits is not forgotten, who does not is not late."""
    if message.kind != MessageKind.INBOUND or message.auto_kind != AutoKind.NONE.value:
        return
    if _waits_since(target, message):
        if target.status in RETURNING:
            target.set_status(Status.OPEN if target.assignee_id else Status.NEW)
        due_at = reply_due_at(target.inbox, message.at)
        if target.status in OUR_TURN and (target.due_at is None or due_at < target.due_at):
            target.set_due(due_at)
    waiting = _first_unanswered(source)
    if source.status not in OUR_TURN:
        return
    if waiting is not None:
        source.set_due(max(source.due_at, reply_due_at(source.inbox, waiting.at)) if source.due_at else None)
    elif source.status in (Status.NEW, Status.OPEN) and _answers(source).exists():
        source.set_status(Status.WAIT)


def _answers(conversation: Conversation) -> Any:
    sent = Message.objects.filter(conversation=conversation, kind=MessageKind.OUTBOUND, is_automatic=False)
    return sent.exclude(state__in=[*NEVER_LEFT, MessageState.AWAITING_APPROVAL])


def _waits_since(conversation: Conversation, message: Message) -> bool:
    return not _answers(conversation).filter(at__gt=message.at).exists()


def _first_unanswered(conversation: Conversation) -> Message | None:
    last = _answers(conversation).order_by("-at").values_list("at", flat=True).first()
    asked = Message.objects.filter(conversation=conversation, kind=MessageKind.INBOUND, auto_kind=AutoKind.NONE.value)
    return (asked.filter(at__gt=last) if last else asked).order_by("at").first()


def agree(conversation: Conversation) -> None:
    """Summary columns and the time of the first answer, after a message came or went."""
    first_in = conversation.messages.filter(kind=MessageKind.INBOUND).aggregate(at=Min("at"))["at"]
    answers = _answers(conversation).filter(at__gte=first_in) if first_in else _answers(conversation).none()
    conversation.first_reply_at = answers.aggregate(at=Min("at"))["at"]
    recount(conversation)


def undo_move(data: dict[str, Any]) -> list[Conversation]:
    """Put the message back where it was, with what was said since by those it came from, and to them (`sort_out`).

    What others moved there by hand stays until their own step is taken back; what nobody has changed since is as
    it was before.
    """
    rows = {row.pk: row for row in hold([data["from"], data["to"]])}
    source, target = rows[data["from"]], rows[data["to"]]
    later = later_steps([target.pk], after=data["step"])
    is_here = target.messages.filter(pk=data["message"]).exists()
    if not is_here or is_built_on(
        "move", data, {row.pk: row.merged_into_id for row in rows.values()}, later, places_of(later)
    ):
        raise ChangedSince
    own = [Strand(target.pk, {target.pk}), Strand(source.pk, {source.pk}, [data["message"]])]
    going = sort_out(target, own + joined_since(target, later), came_since(data))[source.pk]
    move_messages(going, source)
    for message in Message.objects.filter(pk__in=going):
        _index(message, source, target)
    for row in rows.values():
        kept = data["before"][str(row.pk)]
        if row.version == kept["version"]:
            put_back(row, kept)
        agree(row)
    return [source, target]
