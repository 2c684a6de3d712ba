"""Approval: rules, requests with their versions and decisions, absence, statistics."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from madoguchi.accounts.models import User
from madoguchi.api.schemas.approval_rules import AppliedOut, show_applied
from madoguchi.api.schemas.base import Id, In, Moment, Out, Party, PartyIn, Ref
from madoguchi.api.schemas.writing import Comment, FileIds, Parties, ReasonCodes, Seen, Text
from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.conversations.approval import Applied, Step
from madoguchi.conversations.approval_choices import (
    DecisionKind,
    RequestState,
    VersionKind,
)
from madoguchi.conversations.approval_letters import file_changes
from madoguchi.conversations.approval_statistics import Line
from madoguchi.conversations.approval_words import Names, step_words
from madoguchi.conversations.letters import MAX_RECIPIENTS
from madoguchi.conversations.models import Absence, ApprovalDecision, ApprovalRequest, ApprovalVersion
from madoguchi.search.word_diff import word_diff


class DecisionOut(Out):
    """What somebody decided."""

    kind: DecisionKind
    """What."""
    by: Ref | None
    """Who."""
    version: int
    """About which version."""
    step: int
    """In which step, from 0."""
    reasons: list[str]
    """Reason codes."""
    reason_words: list[str]
    """The same in words."""
    comment: str
    """For the author."""
    stands: bool
    """False when the text was changed afterwards."""
    at: datetime
    """When."""


class DiffPieceOut(Out):
    """A stretch of a text: in both versions, only in the one before, or only in this one."""

    kind: str
    """`same`, `removed` or `added`."""
    text: str
    """The stretch."""


class FileChangeOut(Out):
    """A file of a version."""

    kind: str
    """`same`, `removed` since the version before, or `added` since then."""
    name: str
    """Its name."""
    size_bytes: int
    """How large it is."""
    sha256: str
    """The hash of its bytes."""


class VersionOut(Out):
    """A letter as it stood."""

    number: int
    """From 1."""
    kind: VersionKind
    """How it came about."""
    by: Ref | None
    """Whose it is."""
    at: datetime
    """Since when."""
    to: list[Party]
    """To."""
    cc: list[Party]
    """Cc."""
    bcc: list[Party]
    """Bcc."""
    subject: str
    """Its subject."""
    text: str
    """Its text."""
    changes: list[DiffPieceOut]
    """What changed in the text from the version before, by word; empty for the first."""
    files: list[FileChangeOut]
    """Its files, and those that the version before had."""


class RequestOut(Out):
    """A reply on its way through the approval."""

    id: int
    """Its id."""
    message: int
    """The reply; after sending back and trying again the newer one."""
    conversation: int
    """The number of its conversation."""
    author: Ref | None
    """Who asked."""
    subject: str
    """The subject of the reply."""
    state: RequestState
    """Where it stands."""
    seen: str
    """What stands there now: send it with a decision, so that nothing unseen is approved."""
    why: list[AppliedOut]
    """Which rules applied."""
    step: int
    """The present step, from 0."""
    step_words: list[str]
    """Every step in words."""
    approvers: list[int]
    """Ids of those who may decide the present step."""
    asked_at: datetime
    """When it was asked for, the last time."""
    due_at: datetime | None
    """By when the present step should be decided."""
    decided_at: datetime | None
    """When it was decided."""


class FullRequestOut(RequestOut):
    """A request with its history."""

    versions: list[VersionOut]
    """Its letter, from the first to the present."""
    decisions: list[DecisionOut]
    """What was decided."""


class EditIn(In):
    """A waiting reply as it is to be."""

    to: Annotated[list[PartyIn], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    """To."""
    cc: Parties = []
    """Cc."""
    bcc: Parties = []
    """Bcc."""
    subject: Annotated[str, Field(max_length=1000)]
    """The subject."""
    text: Text
    """The text."""
    html: Annotated[str, Field(max_length=1_000_000)] = ""
    """The same words as HTML, sanitised as that of a reply; with an empty text, the text is made of it."""
    attachments: FileIds | None = None
    """Ids of all files it has from then on: of the message (`get_message`) or uploaded ones; left out, they stay."""
    seen: Seen = ""
    """`seen` of the request as it was read."""
    comment: Comment = ""
    """Something for the author."""
    reasons: ReasonCodes = []
    """Reason codes."""


class NeededIn(In):
    """A letter that is being written."""

    conversation: Id | None = None
    """The conversation it answers; null for a new mail."""
    inbox: Id | None = None
    """The desk a new mail leaves from."""
    to: Parties = []
    """To."""
    cc: Parties = []
    """Cc."""
    bcc: Parties = []
    """Bcc."""
    subject: Annotated[str, Field(max_length=1000)] = ""
    """The subject."""
    text: Text = ""
    """The text."""


class AbsenceIn(In):
    """Being away from deciding."""

    until: Moment
    """Until when."""
    starts_at: Moment | None = None
    """From when on; now when left out."""
    substitute: Id | None = None
    """Who decides instead; null: everybody who may approve."""


class AbsenceOut(Out):
    """That somebody is or will be away."""

    user: Ref
    """Who."""
    starts_at: datetime
    """From when on."""
    until: datetime
    """Until when."""
    substitute: Ref | None
    """Who decides instead."""


class PolicyIn(In):
    """What holds for all approval."""

    reasons: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=30)]
    """Reason codes: those built in, or words of one's own."""
    unchanged_needed: Annotated[int, Field(ge=0, le=1000)]
    """How many unchanged approvals in a row until 新人 may end; 0 is never."""
    ends_by_itself: bool = False
    """Else it is proposed to those who approve."""


class ReasonOut(Out):
    """A reason code."""

    code: str
    """What is sent."""
    word: str
    """What people read."""


class PolicyOut(Out):
    """What holds for all approval."""

    reasons: list[ReasonOut]
    """Reason codes."""
    unchanged_needed: int
    """How many unchanged approvals in a row until 新人 may end; 0 is never."""
    ends_by_itself: bool
    """Else it is proposed to those who approve."""


class ApprovalFiguresOut(Out):
    """The figures of one author, or of all together."""

    author: Ref | None
    """Whose; null for all together."""
    requests: int
    """Decided in the period."""
    unchanged: int
    """Approved as they were first written."""
    edited: int
    """Changed by an approver."""
    sent_back: int
    """Sent back once or more."""
    median_minutes: int | None
    """Business minutes from asking to decision, median."""
    reasons: dict[str, int]
    """How often each reason code was given."""


class StatisticsOut(Out):
    """The figures of a period, by name and without ranks."""

    total: ApprovalFiguresOut
    """All together."""
    authors: list[ApprovalFiguresOut]
    """One line each."""


def _ref(user: User | None) -> Ref | None:
    return Ref(id=user.pk, name=user.name) if user else None


def show_request(request: ApprovalRequest, names: Names) -> RequestOut:
    """A request without its history."""
    return RequestOut(**_facts(request, names))


def _facts(request: ApprovalRequest, names: Names) -> dict[str, Any]:
    return {
        "id": request.pk,
        "message": request.message_id,
        "conversation": request.message.conversation_id,
        "author": _ref(request.author),
        "subject": request.message.subject,
        "state": request.state,
        "seen": request.seen,
        "why": [show_applied(Applied.read(each), names) for each in request.reasons],
        "step": request.step,
        "step_words": [step_words(Step.read(each), names) for each in request.steps],
        "approvers": request.approver_ids,
        "asked_at": request.asked_at,
        "due_at": request.due_at,
        "decided_at": request.decided_at,
    }


def show_full_request(request: ApprovalRequest, names: Names) -> FullRequestOut:
    """A request with its versions, what changed between them, and its decisions."""
    versions: list[VersionOut] = []
    before: ApprovalVersion | None = None
    for version in request.versions.all():
        versions.append(_show_version(version, before))
        before = version
    decisions = [_show_decision(each) for each in request.decisions.all()]
    return FullRequestOut(**_facts(request, names), versions=versions, decisions=decisions)


def _show_version(version: ApprovalVersion, before: ApprovalVersion | None) -> VersionOut:
    letter = version.letter
    to, cc, bcc = ([Party(**each) for each in letter[name]] for name in ("to", "cc", "bcc"))
    pieces = word_diff(before.letter["text"], letter["text"]) if before else []
    return VersionOut(
        number=version.number,
        kind=VersionKind(version.kind),
        by=_ref(version.by),
        at=version.at,
        to=to,
        cc=cc,
        bcc=bcc,
        subject=letter["subject"],
        text=letter["text"],
        changes=[DiffPieceOut(kind=piece.kind, text=piece.text) for piece in pieces],
        files=[
            FileChangeOut(kind=kind, name=each["name"], size_bytes=each["size"], sha256=each["sha256"])
            for kind, each in file_changes(before.letter if before else letter, letter)
        ],
    )


def _show_decision(decision: ApprovalDecision) -> DecisionOut:
    return DecisionOut(
        kind=DecisionKind(decision.kind),
        by=_ref(decision.by),
        version=decision.version,
        step=decision.step,
        reasons=decision.reasons,
        reason_words=[reason_word(code) for code in decision.reasons],
        comment=decision.comment,
        stands=decision.stands,
        at=decision.at,
    )


def show_absence(absence: Absence) -> AbsenceOut:
    """Who is away until when."""
    user = Ref(id=absence.user.pk, name=absence.user.name)
    return AbsenceOut(user=user, starts_at=absence.starts_at, until=absence.until, substitute=_ref(absence.substitute))


def show_figures(line: Line) -> ApprovalFiguresOut:
    """A line of the statistics."""
    return ApprovalFiguresOut(
        author=Ref(id=line.author, name=line.name or _("(unknown)")) if line.author else None,
        requests=line.requests,
        unchanged=line.unchanged,
        edited=line.edited,
        sent_back=line.sent_back,
        median_minutes=line.median_minutes,
        reasons=line.reasons,
    )
