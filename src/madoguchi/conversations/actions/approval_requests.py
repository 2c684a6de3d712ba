"""A request for approval as it begins, moves on and ends; who decides is in `approvals`.

Whoever calls these holds the conversation, so that of two people at once the second sees what the first did.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.hours import business_minutes, minutes_later
from madoguchi.conversations.approval import Applied, Deciders, Staff, Step, deciders_of, steps_of
from madoguchi.conversations.approval_again import barred_rules, sent_back_before
from madoguchi.conversations.approval_choices import DecisionKind, RequestState, VersionKind
from madoguchi.conversations.approval_facts import approval_of, letter_of, read_staff
from madoguchi.conversations.approval_letters import hash_of_kept, kept_letter
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.models import ApprovalRequest, ApprovalVersion, Conversation, Message


def ask(message: Message, conversation: Conversation, found: Sequence[Applied], former: ApprovalRequest | None) -> None:
    """Let a letter wait for the approval that these rules want; continues what was sent back or withdrawn."""
    now = timezone.now()
    request = former or ApprovalRequest(author=message.user, asked_at=now)
    request.message = message
    request.state, request.step, request.decided_at = RequestState.WAITING, 0, None
    request.reasons = [each.plain() for each in found]
    request.steps = [step.plain() for step in steps_of(found)] or [Step().plain()]
    request.approved_hash, request.asked_at = "", now
    if former is not None:
        forget_approvals(former)
    _begin_step(request, conversation, now)
    request.version = 1 if former is None else newest_version(former) + 1
    request.save()
    kind = VersionKind.RESUBMITTED if former else VersionKind.ASKED
    keep_version(request, message, kind, by=message.user)


def hand_on(conversation: Conversation, writer: User, taker: User) -> None:
    """Let the taker of a draft continue the request of its letter that was sent back or withdrawn, if there is one."""
    if former := sent_back_before(writer, conversation):
        ApprovalRequest.objects.filter(pk=former.pk).update(author=taker)


def forget_approvals(request: ApprovalRequest) -> None:
    """What was approved before was another letter, or by other steps: it counts no more."""
    request.decisions.filter(kind=DecisionKind.APPROVED).update(stands=False)


def take_in_rules(request: ApprovalRequest, message: Message, conversation: Conversation, *, editor: User) -> None:
    """Add the rules that a letter has come under by an edit: more people may have to look at it, never fewer.

    Those that a letter of the editor's own would come under count too, and the editor does not decide them. What was
    asked for before because of what stands in it, they still do: they are who was to look at exactly that.
    """
    author, letter = message.user, letter_of(message)
    found = approval_of(author, message.inbox, letter, conversation) if author else []
    own = approval_of(editor, message.inbox, letter, conversation)
    known = {each["rule"] for each in request.reasons}
    barred = barred_rules(known, own)
    request.steps = [Step.read(plain).barring(editor.pk, barred).plain() for plain in request.steps]
    new = {each.rule: each for each in (*found, *own) if each.rule not in known}
    if added := [each.without(editor.pk) if each.rule in barred else each for each in new.values()]:
        request.reasons += [each.plain() for each in added]
        request.steps += [step.plain() for step in steps_of(added) if step.plain() not in request.steps]


def request_of(message: Message) -> ApprovalRequest:
    """The request of a waiting message, held; one that waited before there were requests gets its own."""
    request = ApprovalRequest.objects.select_for_update().filter(message=message).first()
    if request is None:
        author = message.user
        request = ApprovalRequest(message=message, author=author, asked_at=message.at, steps=[Step().plain()])
        _begin_step(request, message.conversation, message.at)
        request.save()
        keep_version(request, message, VersionKind.ASKED, by=author)
    return request


def newest_version(request: ApprovalRequest) -> int:
    """The number of the last version, kept ones included."""
    number = request.versions.order_by("-number").values_list("number", flat=True).first()
    return number or 0


def keep_version(request: ApprovalRequest, message: Message, kind: str, *, by: User | None) -> None:
    """Keep the letter of a message as it stands now, under the request's version."""
    ApprovalVersion.objects.create(
        request=request, message=message, number=request.version, kind=kind, by=by, letter=kept_letter(message)
    )


def present_step(request: ApprovalRequest) -> Step:
    """What is decided now."""
    return Step.read(request.steps[min(request.step, len(request.steps) - 1)])


def go_to_step(request: ApprovalRequest, step: int, conversation: Conversation) -> None:
    """Begin a step: who decides it, by when; saves the request."""
    request.step = step
    _begin_step(request, conversation, timezone.now())
    request.save()


def _begin_step(request: ApprovalRequest, conversation: Conversation, now: datetime) -> None:
    step = present_step(request)
    request.step_at = now
    request.reminded_at = request.escalated_at = None
    request.due_at = minutes_later(conversation.inbox, now, step.minutes) if step.minutes else None
    look_up_deciders(request, conversation)


def look_up_deciders(request: ApprovalRequest, conversation: Conversation) -> bool:
    """Set who may decide now; True when that has changed. Does not save."""
    before = (request.approver_ids, request.is_fallback)
    found = deciders_now(request, read_staff(conversation))
    request.approver_ids, request.is_fallback = sorted(found.ids), found.is_fallback
    return before != (request.approver_ids, request.is_fallback)


def deciders_now(request: ApprovalRequest, staff: Staff) -> Deciders:
    """Who may decide the present step: not its author, nor who has approved another step of the same rule."""
    step = present_step(request)
    return deciders_of(
        step,
        staff,
        author=request.author_id,
        is_escalated=request.escalated_at is not None,
        done=_approved_other_steps(request, step.rule),
    )


def _approved_other_steps(request: ApprovalRequest, rule: int) -> frozenset[int]:
    if request.pk is None or not rule:
        return frozenset()
    given = request.decisions.filter(kind=DecisionKind.APPROVED, stands=True).exclude(step=request.step)
    rules = [Step.read(step).rule for step in request.steps]
    return frozenset(by for by, at in given.values_list("by", "step") if by is not None and rules[at] == rule)


def close_request(request: ApprovalRequest, conversation: Conversation, state: str) -> None:
    """End a request, or its present round: what it waited counts in business minutes."""
    now = timezone.now()
    if state != RequestState.WITHDRAWN:
        waited = business_minutes(conversation.inbox, request.asked_at, now)
        request.waited_minutes = (request.waited_minutes or 0) + waited
    request.state, request.decided_at, request.due_at, request.approver_ids = state, now, None, []
    request.save()


def withdraw(message: Message, conversation: Conversation) -> None:
    """Take the request of a message back with it, if there is one."""
    request = ApprovalRequest.objects.select_for_update().filter(message=message).first()
    is_open = request is not None and request.state in (RequestState.WAITING, RequestState.APPROVED)
    if request is not None and is_open and not _has_left(message):
        request.approved_hash = ""
        close_request(request, conversation, RequestState.WITHDRAWN)


def _has_left(message: Message) -> bool:
    states = (MessageState.SENT, MessageState.SENDING)
    return Message.objects.filter(pk=message.pk, state__in=states).exists()


def ask_again(message: Message, conversation: Conversation) -> bool:
    """Let a failed message that is not what was approved wait for approval anew; False for any other."""
    request = ApprovalRequest.objects.select_for_update().filter(message=message).exclude(approved_hash="").first()
    failed = Message.objects.filter(pk=message.pk, state=MessageState.FAILED)
    if request is None or hash_of_kept(kept_letter(message)) == request.approved_hash:
        return False
    if not failed.update(state=MessageState.AWAITING_APPROVAL, failure="", failure_detail=""):
        return False
    request.version = newest_version(request) + 1
    request.state, request.approved_hash, request.asked_at = RequestState.WAITING, "", timezone.now()
    request.decided_at = None
    forget_approvals(request)
    keep_version(request, message, VersionKind.RESUBMITTED, by=message.user)
    go_to_step(request, 0, conversation)
    conversation.set_status(Status.APPROVAL)
    return True


def ask_for_missing(message: Message, conversation: Conversation) -> bool:
    """Let a message that was held back wait for the approval that rules ask for now and that it does not have.

    False when it may leave. Changes `message` without saving it; whoever holds the conversation saves both.
    """
    author = message.user
    found = approval_of(author, message.inbox, letter_of(message), conversation) if author else []
    former = ApprovalRequest.objects.select_for_update().filter(message=message).first()
    given = {each["rule"] for each in former.reasons} if former and former.state == RequestState.APPROVED else set()
    missing = [each for each in found if each.rule not in given]
    if not missing or (former is None and message.approved_by_id is not None):
        return False
    message.state, message.send_after = MessageState.AWAITING_APPROVAL, None
    ask(message, conversation, missing, former)
    conversation.set_status(Status.APPROVAL)
    return True


def ask_for_new_time(message: Message, conversation: Conversation, *, by: User) -> bool:
    """Let a letter that is to leave at another time be looked at again; True where it waits for that now.

    When it leaves is part of what is approved: what waits begins its approval anew, and what was approved waits again
    where the rules ask for it, unless somebody who approved it gives it another time. Changes `message` without saving
    it; whoever holds the conversation saves both.
    """
    request = ApprovalRequest.objects.select_for_update().filter(message=message).first()
    if request is None:
        return False
    if message.state == MessageState.AWAITING_APPROVAL:
        request.version = newest_version(request) + 1
        forget_approvals(request)
        keep_version(request, message, VersionKind.RESUBMITTED, by=by)
        go_to_step(request, 0, conversation)
        return True
    approved = request.decisions.filter(kind=DecisionKind.APPROVED, stands=True, by=by).exists()
    author = message.user
    found = approval_of(author, message.inbox, letter_of(message), conversation) if author and not approved else []
    if found:
        message.state, message.send_after = MessageState.AWAITING_APPROVAL, None
        ask(message, conversation, found, request)
        conversation.set_status(Status.APPROVAL)
    return bool(found)
