"""承認待ち in words: the queue, one request with its rules, steps, versions and what changed between them."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.conversations.approval import Applied, Step
from madoguchi.conversations.approval_choices import DecisionKind, RequestState, VersionKind
from madoguchi.conversations.approval_letters import Kept, file_changes
from madoguchi.conversations.approval_queue import Queue
from madoguchi.conversations.approval_words import Names, applied_words, hours_words, step_words
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import ApprovalRequest, ApprovalVersion, Message
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.forms.approval import party_text
from madoguchi.search.word_diff import SAME, Piece, has_changes, word_diff
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One request of the list."""

    pk: int
    href: str
    customer: str
    subject: str
    author: str
    age: str
    at: str
    due: str = ""
    is_late: bool = False
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Some lines below a heading."""

    word: str
    lines: list[QueueLine]


def queue_groups(queue: Queue, words: Words, *, current: int | None) -> list[QueueGroup]:
    """What waits: for this person, what they asked for, what others decide."""
    groups = (
        (_("Waiting for me"), queue.mine),
        (_("Requested by me"), queue.own),
        (_("Waiting for others"), queue.others),
    )
    return [
        QueueGroup(word, [queue_line(each, words, current=current) for each in rows]) for word, rows in groups if rows
    ]


def queue_line(request: ApprovalRequest, words: Words, *, current: int | None = None) -> QueueLine:
    """One request in words; its age is that of what waits now."""
    conversation = request.message.conversation
    is_late = request.due_at is not None and request.due_at <= words.now
    return QueueLine(
        pk=request.pk,
        href=reverse("desk:approval", args=[request.pk]),
        customer=conversation.customer.label,
        subject=request.message.subject or conversation.subject or _("(No subject)"),
        author=request.author.name if request.author else "",
        age=age_words(request.asked_at, words.now),
        at=iso(request.asked_at),
        due=words.due(request.due_at) if request.due_at else "",
        is_late=is_late,
        is_current=request.pk == current,
    )


def age_words(since: datetime, now: datetime) -> str:
    """How long something has waited: 「25分」「3時間」「2日」."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 24 * 60:
        return hours_words(minutes)
    return _("%(d)d days") % {"d": minutes // (24 * 60)} if minutes >= 48 * 60 else _("1 day")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step with who decides it and how far it is."""

    number: int
    words: str
    state: str  #: done, now, next
    given: list[str] = field(default_factory=list)  #: who has approved


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version, with what changed from the one before."""

    number: int
    word: str
    who: str
    when: str
    at: str
    is_kept: bool
    changes: list[tuple[str, list[Piece]]]  #: of recipients and subject: a label and what changed
    text: list[Piece]
    is_changed: bool
    reasons: list[str]
    comment: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What somebody decided."""

    word: str
    who: str
    when: str
    at: str
    kind: str
    reasons: list[str]
    comment: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything about one request."""

    pk: int
    number: int
    subject_key: str  #: for live updates: "conversation:12"
    customer: str
    subject: str
    author: str
    inbox: str
    state: str
    state_word: str
    asked: str
    age: str
    due: str
    is_late: bool
    can_decide: bool
    is_own: bool
    is_fallback: bool
    why: list[str]
    steps: list[StepLine]
    waiting_for: list[str]
    versions: list[VersionLine]
    decisions: list[DecisionLine]
    letter: Kept
    files: list[dict[str, object]]
    question: str  #: what the customer wrote last
    message: int
    parties: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What a page about a request needs besides it."""

    user: User
    words: Words
    names: Names
    question: Message | None


def request_page(request: ApprovalRequest, letter: Kept, around: Around) -> RequestPage:
    """One request in words; `letter` is what stands in the message now."""
    words, conversation = around.words, request.message.conversation
    is_waiting = request.state == RequestState.WAITING
    line = queue_line(request, words)
    return RequestPage(
        pk=request.pk,
        number=conversation.pk,
        subject_key=conversation.event_subject,
        customer=line.customer,
        subject=line.subject,
        author=line.author,
        inbox=request.message.inbox.name,
        state=request.state,
        state_word=str(RequestState(request.state).label),
        asked=words.full(request.asked_at),
        age=line.age,
        due=line.due,
        is_late=line.is_late,
        can_decide=is_waiting and around.user.pk in request.approver_ids and not _has_given(request, around.user),
        is_own=request.author_id == around.user.pk,
        is_fallback=is_waiting and request.is_fallback,
        why=[applied_words(Applied.read(each), around.names) for each in request.reasons],
        steps=step_lines(request, around.names),
        waiting_for=[around.names.user(pk) for pk in request.approver_ids] if is_waiting else [],
        versions=version_lines(request, words),
        decisions=decision_lines(request, words),
        letter=letter,
        files=_files(request.message, words),
        question=cut_whole(around.question.text, 20_000) if around.question else "",
        message=request.message_id,
        parties=[(word, party_text(letter[key])) for key, word in _parties() if letter[key]],
    )


def _files(message: Message, words: Words) -> list[dict[str, object]]:
    return [
        {"pk": each.pk, "name": each.name, "size": words.size(each.size_bytes)} for each in message.attachments.all()
    ]


def files_of(message: Message) -> list[tuple[Enclosure, str]]:
    """The files of a letter that waits, each with the address where it is looked at."""
    return [
        (
            Enclosure(each.blob_id, each.name, each.content_type, each.size_bytes),
            reverse("desk:attachment", args=[each.pk]) + "?inline=1",
        )
        for each in message.attachments.all()
    ]


def _has_given(request: ApprovalRequest, user: User) -> bool:
    return any(
        each.by_id == user.pk and each.stands and each.kind == DecisionKind.APPROVED and each.step == request.step
        for each in request.decisions.all()
    )


def step_lines(request: ApprovalRequest, names: Names) -> list[StepLine]:
    """The steps and how far they are."""
    given: dict[int, list[str]] = {}
    for each in request.decisions.all():
        if each.kind == DecisionKind.APPROVED and each.stands:
            given.setdefault(each.step, []).append(each.by.name if each.by else "")
    is_over = request.state == RequestState.APPROVED
    return [
        StepLine(
            number=at + 1,
            words=step_words(Step.read(plain), names),
            state="done" if is_over or at < request.step else "now" if at == request.step else "next",
            given=given.get(at, []),
        )
        for at, plain in enumerate(request.steps)
    ]


def version_lines(request: ApprovalRequest, words: Words) -> list[VersionLine]:
    """Every version but the first with what changed, newest first."""
    versions = list(request.versions.all())
    return [_version_line(request, before, version, words) for before, version in pairwise(versions)][::-1]


def _version_line(
    request: ApprovalRequest, before: ApprovalVersion, version: ApprovalVersion, words: Words
) -> VersionLine:
    old, new = before.letter, version.letter
    text = word_diff(old["text"], new["text"])
    changes = [
        (label, word_diff(one, other))
        for label, one, other in (
            *((word, party_text(old[key]), party_text(new[key])) for key, word in _parties()),
            (_("Subject"), old["subject"], new["subject"]),
        )
        if one != other
    ]
    if old["files"] != new["files"]:
        changes.append((_("Attachments"), _file_pieces(old, new, words)))
    said = next((each for each in request.decisions.all() if _is_about(each.kind, each.version, version)), None)
    return VersionLine(
        number=version.number,
        word=str(VersionKind(version.kind).label),
        who=version.by.name if version.by else "",
        when=words.short(version.at),
        at=iso(version.at),
        is_kept=version.kind == VersionKind.KEPT,
        changes=changes,
        text=text,
        is_changed=has_changes(text) or bool(changes),
        reasons=[reason_word(code) for code in said.reasons] if said else [],
        comment=said.comment if said else "",
    )


def _is_about(kind: str, number: int, version: ApprovalVersion) -> bool:
    return kind == DecisionKind.EDITED and number == version.number


def _parties() -> tuple[tuple[str, str], ...]:
    return (("to", _("To")), ("cc", _("Cc")), ("bcc", _("Bcc")))


def _file_pieces(old: Kept, new: Kept, words: Words) -> list[Piece]:
    """The files one by one: of two with one name the size, or the mark alone, tells them apart."""
    found: list[Piece] = []
    for kind, each in file_changes(old, new):
        found += [Piece(SAME, _(", "))] if found else []
        found.append(Piece(kind, f"{each['name']} ({words.size(each['size'])})"))
    return found


def decision_lines(request: ApprovalRequest, words: Words) -> list[DecisionLine]:
    """What was decided, in the order of time."""
    return [
        DecisionLine(
            word=str(DecisionKind(each.kind).label),
            who=each.by.name if each.by else "",
            when=words.short(each.at),
            at=iso(each.at),
            kind=each.kind,
            reasons=[reason_word(code) for code in each.reasons],
            comment=each.comment,
            is_void=not each.stands,
        )
        for each in request.decisions.all()
    ]
