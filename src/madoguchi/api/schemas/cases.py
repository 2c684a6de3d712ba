"""Complaints, harassment and data incidents: records with steps, decisions by two, evidence."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Moment, Out, Ref
from madoguchi.cases.choices import MAX_REASON, MAX_TEXT, MAX_TITLE
from madoguchi.cases.models import Case, CaseDecision, CaseStep
from madoguchi.cases.parts import fields_of
from madoguchi.cases.queries import ComplaintFigures, Suggestion

type Kind = Literal["complaint", "harassment", "incident"]
type Words = Annotated[str, Field(max_length=MAX_REASON)]


class CaseOut(Out):
    """One case in a list."""

    id: int
    """Its number; numbers are drawn by lot and tell of nothing."""
    kind: Kind
    """What it is about."""
    title: str
    """In a few words."""
    state: Literal["open", "closed"]
    """Whether somebody is at it."""
    is_confidential: bool
    """Only for those named in it."""
    customer: Ref | None
    """Whom it concerns."""
    owner: Ref
    """Who is responsible."""
    second: Ref | None
    """The second person; harassment always has one."""
    received_at: datetime
    """When it reached us, or became known."""
    closed_at: datetime | None
    """When it was closed."""
    version: int
    """Send it back with changes."""


class StepOut(Out):
    """One step of a case."""

    key: str
    """Which one."""
    state: Literal["open", "done", "skipped"]
    """What has become of it."""
    due_at: datetime | None
    """By when; of the two reports of a leak it is the law's."""
    done_at: datetime | None
    """When it was done or left out."""
    done_by: Ref | None
    """Who said so."""
    note: str
    """How, or why not."""


class CaseDecisionOut(Out):
    """What one person proposed and another decided."""

    number: int
    """Its number within the case."""
    kind: str
    """What is decided."""
    value: str
    """Of a judgement, what it says."""
    state: Literal["asked", "approved", "rejected", "withdrawn"]
    """How it stands."""
    words: str
    """What exactly, and why."""
    review_on: date | None
    """When it is looked at again."""
    asked_by: Ref
    """Who proposed it."""
    decided_by: Ref | None
    """Who decided; never the same person."""
    decided_at: datetime | None
    """When it was decided."""
    reply: str
    """What the second person said to it."""


class CaseRecordOut(CaseOut):
    """One case with all it has."""

    fields: dict[str, Any]
    """The fields of its kind by name; of a leak, `unknown` lists the items that are not known yet."""
    steps: list[StepOut]
    """The steps in their order."""
    decisions: list[CaseDecisionOut]
    """What was proposed, in its order."""
    members: list[Ref]
    """Who is named in it."""
    conversations: list[int]
    """The conversations of it that the caller may see."""
    affected: list[Ref]
    """Harassment: the colleagues who were exposed."""
    hidden_from: list[Ref]
    """Harassment: the colleagues who are spared its conversations, as they wished."""
    evidence_count: int
    """How many pieces of evidence are locked."""
    evidence_head: str
    """The last hash of the chain; empty without any."""


class CaseIn(In):
    """A case to open."""

    kind: Kind
    """What it is about."""
    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    """In a few words."""
    conversations: Annotated[list[Id], Field(max_length=50)] = []
    """Conversations that belong to it."""
    owner_id: Id | None = None
    """Who is responsible; the caller when left out."""
    second_id: Id | None = None
    """The second person; needed for harassment."""
    affected_ids: Annotated[list[Id], Field(max_length=30)] = []
    """Harassment: the colleagues who were exposed."""
    received_at: Moment | None = None
    """When it reached us or became known; now when left out."""
    is_confidential: bool = False
    """A complaint only for those named in it; the other kinds always are."""
    fields: dict[str, Any] = {}
    """Fields of its kind by name, as `fields` of the record."""


class CaseChangesIn(In):
    """What to change of a case; what is left out stays."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    """The version on which this was decided; 409 `conflict` when there is a newer one."""
    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)] | None = None
    """In a few words."""
    fields: dict[str, Any] = {}
    """Fields by name."""


class PeopleIn(In):
    """Who is named in a case."""

    owner_id: Id
    """Who is responsible."""
    second_id: Id | None = None
    """The second person."""
    member_ids: Annotated[list[Id], Field(max_length=30)] = []
    """Who else may see it."""


class ShieldIn(In):
    """A colleague to be spared the conversations of a harassment case."""

    is_wished: bool
    """They wish it; nothing is hidden against their wish."""


class CaseStepIn(In):
    """What becomes of a step."""

    state: Literal["done", "skipped", "open"] | None = None
    """`done`; `skipped` with a note; `open` takes it back; left out, only the time changes."""
    note: Words = ""
    """How it was done, or why it is not needed."""
    at: Moment | None = None
    """When it was done; now when left out."""
    due_at: Moment | None = None
    """With no `state`: by when it is meant to be done; null for no time."""


class DecisionIn(In):
    """What to propose."""

    kind: Annotated[str, Field(max_length=14)]
    """What is to be decided: `proposal`, `judgement`, `warning`, `written_only`, `end_service`, `no_duty` and so on."""
    words: Annotated[str, Field(min_length=1, max_length=MAX_REASON)]
    """What exactly, and why."""
    value: Literal["", "complaint", "unjust", "harassment"] = ""
    """Of a judgement, what it is."""
    review_on: date | None = None
    """When it is looked at again."""


class AnswerIn(In):
    """What the second person says, or the first one who takes it back."""

    answer: Literal["approved", "rejected", "withdrawn"]
    """`rejected` needs a reply; only who proposed it withdraws."""
    reply: Words = ""
    """Why."""


class StatementIn(In):
    """What is to be locked."""

    conversation: Id | None = None
    """All of this conversation of the case that is not locked yet."""
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    """Or a statement."""


class CaseTextOut(Out):
    """The record as text."""

    text: str
    """Of a leak, the draft of the report."""


class CaseSignOut(Out):
    """What a conversation's words may be; only ever to be considered by a person."""

    kind: Literal["complaint", "harassment"]
    """What it may be."""
    phrases: list[str]
    """The words that say so."""
    messages_within_a_day: int
    """How many, where that is many; else 0."""


class SignIn(In):
    """What a conversation's words are not."""

    kind: Literal["complaint", "harassment"]
    """What was offered."""
    is_dismissed: bool = True
    """False takes it back."""


class ComplaintFiguresOut(Out):
    """Of the complaints received in some time that the caller may see."""

    received: int
    """How many."""
    open: int
    """How many are under way."""
    closed: int
    """How many were closed."""
    hours_to_acknowledge: float | None
    """Median hours of the clock from receipt to acknowledgement."""
    hours_to_close: float | None
    """Median hours of the clock from receipt to closing."""
    late_steps: int
    """How many steps are overdue."""


def ref_of(person: Any) -> Ref:
    """A person or customer by id and name."""
    return Ref(id=person.pk, name=getattr(person, "name", None) or person.label)


def show_case(case: Case) -> CaseOut:
    """A row of a list."""
    return CaseOut(**_plain(case))


def _plain(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "kind": case.kind,
        "title": case.title,
        "state": case.state,
        "is_confidential": case.is_confidential,
        "customer": ref_of(case.customer) if case.customer else None,
        "owner": ref_of(case.owner),
        "second": ref_of(case.second) if case.second else None,
        "received_at": case.received_at,
        "closed_at": case.closed_at,
        "version": case.version,
    }


def show_record(case: Case, **parts: Any) -> CaseRecordOut:
    """A whole record; `parts` are steps, decisions, members, conversations, affected and hidden_from."""
    detail = case.detail
    return CaseRecordOut(
        **_plain(case),
        fields={name: getattr(detail, name) for name in fields_of(case.kind)},
        evidence_count=case.evidence_count,
        evidence_head=case.evidence_head,
        **parts,
    )


def show_step(step: CaseStep) -> StepOut:
    """A step with its doer."""
    return StepOut(
        key=step.key,
        state=step.state,  # type: ignore[arg-type]
        due_at=step.due_at,
        done_at=step.done_at,
        done_by=ref_of(step.done_by) if step.done_by else None,
        note=step.note,
    )


def show_decision(each: CaseDecision) -> CaseDecisionOut:
    """A decision with its two people."""
    return CaseDecisionOut(
        number=each.position,
        kind=each.kind,
        value=each.value,
        state=each.state,  # type: ignore[arg-type]
        words=each.words,
        review_on=each.review_on,
        asked_by=ref_of(each.asked_by),
        decided_by=ref_of(each.decided_by) if each.decided_by else None,
        decided_at=each.decided_at,
        reply=each.reply,
    )


def show_suggestion(each: Suggestion) -> CaseSignOut:
    """What words may be."""
    return CaseSignOut(
        kind=each.kind.value,  # type: ignore[arg-type]
        phrases=[sign.phrase for sign in each.signs],
        messages_within_a_day=each.many_messages,
    )


def show_figures(figures: ComplaintFigures) -> ComplaintFiguresOut:
    """The figures of complaints."""
    return ComplaintFiguresOut(
        received=figures.received,
        open=figures.open,
        closed=figures.closed,
        hours_to_acknowledge=figures.hours_to_acknowledge,
        hours_to_close=figures.hours_to_close,
        late_steps=figures.late_steps,
    )
