"""Approval: a waiting reply is let go, edited in place or sent back by somebody else than its author.

What was approved is what leaves: any change begins the approval anew, and `actions.delivery` compares the hash of the
last approval with what is handed to the channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.approval_files import files_with_contents, put_files
from madoguchi.conversations.actions.approval_requests import (
    close_request,
    deciders_now,
    forget_approvals,
    go_to_step,
    keep_version,
    look_up_deciders,
    newest_version,
    present_step,
    request_of,
    take_in_rules,
)
from madoguchi.conversations.actions.drafts import restore_draft
from madoguchi.conversations.actions.guests import give_page
from madoguchi.conversations.actions.messages import fold_spans, parties
from madoguchi.conversations.actions.own_after import put_after
from madoguchi.conversations.actions.replies import SomethingHappened, check_not_closed, note_first_reply, queue
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.approval import Step
from madoguchi.conversations.approval_choices import DecisionKind, Reason, RequestState, VersionKind
from madoguchi.conversations.approval_facts import letter_of, read_staff
from madoguchi.conversations.approval_letters import hash_of_kept, kept_letter
from madoguchi.conversations.approval_queue import approval_policy
from madoguchi.conversations.charsets import check_charset
from madoguchi.conversations.choices import (
    APPROVAL_EDIT_KEPT,
    APPROVAL_EDITED,
    APPROVAL_GIVEN,
    APPROVAL_STEPPED,
    REPLY_SENT_BACK,
    MessageState,
    Status,
)
from madoguchi.conversations.disturbances import check_seen, disturbances_since, latest_event_id
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.indexing import files_text, index_message
from madoguchi.conversations.letters import Enclosure, Letter, check_letter
from madoguchi.conversations.models import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalVersion,
    Conversation,
    Message,
)
from madoguchi.conversations.models.conversation import STATUS_FIELDS
from madoguchi.conversations.outsiders import check_goes_outside
from madoguchi.conversations.plans import leaving_at
from madoguchi.conversations.preflighting import check_stored
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record

MAX_COMMENT = 1000


class OwnReply(DomainError):
    """Nobody approves their own reply."""

    code = "own_reply"
    status = 403


class AlreadyDecided(DomainError):
    """Somebody else was first."""

    code = "already_decided"


class TextChanged(DomainError):
    """What was looked at is not what would leave: it has been edited since."""

    code = "text_changed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an approver decides with, and what they had before their eyes."""

    seen: str = ""  #: `ApprovalRequest.seen`; empty: whatever stands there now
    seen_event_id: int = 0  #: the newest event shown to them after a `SomethingHappened`
    override_reason: str = ""  #: why it leaves all the same
    comment: str = ""  #: for the author
    reasons: tuple[str, ...] = ()  #: codes of the settings' list
    acknowledged: frozenset[str] | None = None  #: keys of findings they have seen; None is asked about nothing


@transaction.atomic
def approve_reply(message: Message, *, user: User, verdict: Verdict | None = None) -> Message:
    """Approve the present step of a waiting reply; after the last it leaves with the usual undo time.

    Then it moves from AWAITING_APPROVAL to QUEUED and records `reply_queued`; before, `approval_stepped`. The author
    may not approve their own (`OwnReply`). Two approvers at once: the second gets `AlreadyDecided`; after an edit
    `TextChanged`. What happened since its author looked is `SomethingHappened`; approving again with `seen_event_id`
    of the newest and a reason goes through. What the pre-flight finds in it now is `LookFirst`, as for its author;
    a conversation that is 終了 is `ConversationClosed`.
    """
    verdict = verdict or Verdict()
    conversation, request = _hold_for(message, user, verdict)
    check_not_closed(conversation)
    _check_disturbances(conversation, message, user, verdict.seen_event_id)
    check_stored(message, conversation, verdict.acknowledged)
    _decide(request, DecisionKind.APPROVED, user, verdict)
    if _is_through(request, conversation, user, verdict):
        return _let_go(message, conversation, request, user, verdict)
    go_to_step(request, request.step, conversation)
    at = {"step": request.step, "steps": len(request.steps), "is_fallback": request.is_fallback}
    _tell(APPROVAL_STEPPED, message, conversation, user, **at)
    message.refresh_from_db()
    return message


def _is_through(request: ApprovalRequest, conversation: Conversation, user: User, verdict: Verdict) -> bool:
    """Go on to the first step that lacks an approval; True when none does. One look is enough for several rules."""
    staff, able = read_staff(conversation), frozenset(request.approver_ids)
    while _is_satisfied(request, able):
        if request.step + 1 >= len(request.steps):
            return True
        request.step += 1
        able = deciders_now(request, staff).ids
        if user.pk in able and not _has_approved_for(request, present_step(request).rule, user):
            _decide(request, DecisionKind.APPROVED, user, verdict)
    return False


def _is_satisfied(request: ApprovalRequest, able: frozenset[int]) -> bool:
    given = request.decisions.filter(step=request.step, kind=DecisionKind.APPROVED, stands=True).count()
    # Where fewer are left than a rule wants, those have to do: nothing waits for ever.
    return given >= min(present_step(request).needed, max(1, len(able)))


def _let_go(
    message: Message, conversation: Conversation, request: ApprovalRequest, user: User, verdict: Verdict
) -> Message:
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED,
        approved_by=user,
        approved_at=now,
        send_after=leaving_at(message.planned_at, message.inbox, now),
        before={**message.before, "seen_event_id": latest_event_id(conversation)},
    )
    message.refresh_from_db()
    request.approved_hash = hash_of_kept(kept_letter(message))
    close_request(request, conversation, RequestState.APPROVED)
    first = [] if message.planned_at else note_first_reply(conversation, now)
    status_after = Status.OPEN if message.planned_at else message.before.get("status_after", Status.WAIT)
    _move(conversation, status_after, first, {} if message.planned_at else message.before)
    queue(message, conversation, user, override_reason=verdict.override_reason)
    _tell(APPROVAL_GIVEN, message, conversation, user, version=request.version)
    return message


def _hold_for(message: Message, user: User, verdict: Verdict) -> tuple[Conversation, ApprovalRequest]:
    """Hold a reply that still waits, for somebody who may decide about it and knows how it stands."""
    _check_not_own(message, user)
    conversation = hold_with(message)
    if not Message.objects.filter(pk=message.pk, state=MessageState.AWAITING_APPROVAL).exists():
        if not may(user, Permission.APPROVE) and not ApprovalRequest.objects.filter(message=message).exists():
            raise NotAllowed(_("You do not have the right to approve. Ask a supervisor."))
        raise AlreadyDecided(_("Somebody has already decided about this reply."))
    message.refresh_from_db()
    request = request_of(message)
    _check_seen(request, verdict.seen)
    look_up_deciders(request, conversation)
    if user.pk not in request.approver_ids:
        raise _why_not(request, user)
    done = request.decisions.filter(by=user, kind=DecisionKind.APPROVED, stands=True, step=request.step)
    if done.exists():
        raise AlreadyDecided(_("You have already approved this reply; now others decide."))
    return conversation, request


def _check_seen(request: ApprovalRequest, seen: str) -> None:
    version, _dot, step = seen.partition(".")
    if seen and version != str(request.version):
        raise TextChanged(_("The reply has been edited since you looked. Look at the changes, then decide again."))
    if seen and step != str(request.step):
        raise AlreadyDecided(_("Somebody has already decided about this reply."))


def _why_not(request: ApprovalRequest, user: User) -> DomainError:
    decided = request.decisions.filter(by=user, kind=DecisionKind.APPROVED, stands=True)
    if decided.exists() or (request.step and may(user, Permission.APPROVE)):
        return AlreadyDecided(_("Somebody has already decided about this step; now others decide."))
    if may(user, Permission.APPROVE):
        return NotAllowed(_("This reply is for others to approve; the rule names them."))
    return NotAllowed(_("You do not have the right to approve. Ask a supervisor."))


def _has_approved_for(request: ApprovalRequest, rule: int, user: User) -> bool:
    """True for somebody who has approved a step of this rule already; of no rule is nobody."""
    decided = request.decisions.filter(by=user, kind=DecisionKind.APPROVED, stands=True)
    return any(Step.read(request.steps[at]).rule == rule for at in decided.values_list("step", flat=True) if rule)


def _check_disturbances(conversation: Conversation, message: Message, user: User, seen_event_id: int) -> None:
    check_seen(seen_event_id)
    seen = max(message.before.get("seen_event_id", 0), seen_event_id)
    writers = [message.user_id] if message.user_id else []
    happened = disturbances_since(seen, conversation, reader=user, except_users=writers, except_message=message.pk)
    if happened:
        raise SomethingHappened(happened)


@transaction.atomic
def edit_reply(
    message: Message, letter: Letter, *, user: User, verdict: Verdict, files: Sequence[Enclosure] | None = None
) -> ApprovalVersion | None:
    """Change a waiting reply in place: recipients, subject, text, files. None when nothing differs.

    `files` are all that it has from then on; without them, those it has stay.
    A new version; former approvals of it do not stand any more and the first step begins again. When it was withdrawn
    or decided meanwhile the edit is kept as a version of kind KEPT for its author, and nothing else happens.
    """
    _check_not_own(message, user)
    conversation = hold_with(message)
    message.refresh_from_db()
    letter = replace(letter, enclosures=letter_of(message).enclosures if files is None else tuple(files))
    check_letter(letter)
    check_goes_outside(conversation, letter)
    request = request_of(message)
    if message.state != MessageState.AWAITING_APPROVAL:
        return _keep_edit(message, conversation, request, letter, user)
    look_up_deciders(request, conversation)
    if user.pk not in request.approver_ids:
        raise _why_not(request, user)
    _check_seen(request, verdict.seen)
    check_charset(message.inbox, letter)
    give_page(conversation, letter, user=user, message=message)
    before = kept_letter(message)
    _write_over(message, letter)
    put_files(message, conversation, letter.enclosures)
    if kept_letter(message) == before:
        return None
    message.save(update_fields=["to", "cc", "bcc", "subject", "text", "html", "spans"])
    index_message(message, conversation, attachment_text=files_text(message))
    request.version, request.was_edited = newest_version(request) + 1, True
    forget_approvals(request)
    take_in_rules(request, message, conversation, editor=user)
    keep_version(request, message, VersionKind.EDITED, by=user)
    go_to_step(request, 0, conversation)
    _decide(request, DecisionKind.EDITED, user, verdict)
    recount(conversation)
    _tell(APPROVAL_EDITED, message, conversation, user, version=request.version)
    return request.versions.get(number=request.version)


def _keep_edit(
    message: Message, conversation: Conversation, request: ApprovalRequest, letter: Letter, user: User
) -> ApprovalVersion:
    _write_over(message, letter)  # not saved: only the version is
    kept = ApprovalVersion.objects.create(
        request=request,
        message=message,
        number=newest_version(request) + 1,
        kind=VersionKind.KEPT,
        by=user,
        letter=kept_letter(message, files_with_contents(message, letter.enclosures)),
    )
    _tell(APPROVAL_EDIT_KEPT, message, conversation, user, version=kept.number)
    message.refresh_from_db()
    return kept


def _write_over(message: Message, letter: Letter) -> None:
    message.to, message.cc, message.bcc = parties(letter.to), parties(letter.cc), parties(letter.bcc)
    message.subject = cut_whole(" ".join(letter.subject.split()), 1000) or message.subject
    message.text, message.html = letter.text, letter.html
    message.spans = fold_spans(letter.text)


@transaction.atomic
def send_back_reply(message: Message, *, user: User, reason: str = "", verdict: Verdict | None = None) -> Message:
    """Give a waiting reply back to its author with a reason; it becomes their draft again."""
    verdict = verdict or Verdict()
    codes = checked_reasons(verdict.reasons)
    if not reason.strip() and not codes:
        raise Invalid(_("Write the reason, so that the author knows what to change."), field="reason")
    conversation, request = _hold_for(message, user, verdict)
    words = reason.strip() or "、".join(reason_word(code) for code in codes)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT_BACK, failure=words)
    request.was_sent_back = True
    _decide(request, DecisionKind.SENT_BACK, user, Verdict(comment=reason.strip(), reasons=codes))
    close_request(request, conversation, RequestState.SENT_BACK)
    recount(conversation)
    if message.user:
        restore_draft(message, message.user)
    _tell(REPLY_SENT_BACK, message, conversation, user)
    message.refresh_from_db()
    return message


def _decide(request: ApprovalRequest, kind: str, user: User, verdict: Verdict) -> None:
    ApprovalDecision.objects.create(
        request=request,
        kind=kind,
        by=user,
        version=request.version,
        step=request.step,
        reasons=list(checked_reasons(verdict.reasons)),
        comment=cut_whole(verdict.comment.strip(), MAX_COMMENT),
    )


def checked_reasons(codes: Sequence[str]) -> tuple[str, ...]:
    """The codes, once each; Invalid for one that is not in the settings' list."""
    known = set(approval_policy().reasons) if codes else set()
    if unknown := [code for code in codes if code not in known]:
        raise Invalid(_("There is no such reason: %(code)s") % {"code": unknown[0][:40]}, field="reasons")
    return tuple(dict.fromkeys(codes))


def reason_word(code: str) -> str:
    """A reason code in words: its own, or those of a built-in one in the reader's language."""
    return str(Reason(code).label) if code in Reason.values else code


def _tell(kind: str, message: Message, conversation: Conversation, user: User, **data: int) -> None:
    record(
        kind,
        conversation.event_subject,
        by=user.actor,
        scope_id=conversation.inbox_id,
        data={"message": message.pk, "author": message.user_id, **data},
    )


def _check_not_own(message: Message, user: User) -> None:
    if not may(user, Permission.SEND_UNCHECKED):
        raise NotAllowed(_("You do not have the right to approve. Ask a supervisor."))
    if message.user_id == user.pk:
        raise OwnReply(_("Nobody approves their own reply. Ask somebody else."))


def _move(conversation: Conversation, status: str, changed: Sequence[str], before: dict[str, Any]) -> None:
    """On to the status the author chose; where another reply waits it stays 承認待ち."""
    waiting = conversation.messages.filter(state=MessageState.AWAITING_APPROVAL)
    if conversation.status == Status.APPROVAL and not waiting.exists():
        conversation.set_status(status)
        put_after(conversation, before)
    conversation.version += 1
    conversation.save(update_fields=[*STATUS_FIELDS, *changed])
