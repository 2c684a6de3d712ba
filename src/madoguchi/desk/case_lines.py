"""Cases put into words: lists, the panel beside a conversation, the record with its parts, steps and decisions."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import CaseKind, DecisionState, Duty, Judgement, StepState
from madoguchi.cases.clocks import act_on
from madoguchi.cases.models import Case, CaseDecision, CaseStep, Evidence
from madoguchi.cases.parts import NINE_ITEMS, parts_of, word_of
from madoguchi.cases.queries import Suggestion
from madoguchi.cases.steps import CLOSING, FINAL, PRELIMINARY, steps_of
from madoguchi.cases.watching import plan_of
from madoguchi.events.models import Event
from madoguchi.flows.audit import words_of_kinds
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list or a panel."""

    pk: int
    kind: str
    kind_word: str
    title: str
    when: str
    customer: str
    customer_pk: int | None  #: of one whom the reader may see
    owner: str
    state_word: str
    mark: str  #: severity, or what it was judged to be
    due: str
    due_at: str
    is_open: bool
    is_late: bool
    is_hidden: bool  #: for those named in it only


def case_row(case: Case, words: Words, seen: Container[int | None] = ()) -> CaseRow:
    """One case; its people and customer are read already. `seen` are the customers whom the reader may see."""
    due: datetime | None = getattr(case, "next_due", None)
    due = due if case.is_open else None
    return CaseRow(
        pk=case.pk,
        kind=case.kind,
        kind_word=str(case.get_kind_display()),
        title=case.title,
        when=words.short(case.received_at),
        customer=case.customer.label if case.customer else "",
        customer_pk=case.customer_id if case.customer_id in seen else None,
        owner=_(", ").join(each.name for each in (case.owner, case.second) if each),
        state_word=str(case.get_state_display()),
        mark=mark_of(case),
        due=words.due(due) if due else "",
        due_at=iso(due) if due else "",
        is_open=case.is_open,
        is_late=due is not None and due <= timezone.now(),
        is_hidden=case.is_confidential,
    )


def mark_of(case: Case) -> str:
    """What tells cases of a kind apart at a glance."""
    if case.kind == CaseKind.COMPLAINT:
        return str(case.complaint.get_severity_display())
    return str(case.harassment.get_judgement_display()) if case.kind == CaseKind.HARASSMENT else ""


@dataclass(frozen=True, slots=True)
class SignLine:
    """What a conversation's words may be, and why."""

    kind: str
    word: str
    why: str


def sign_lines(found: Iterable[Suggestion]) -> list[SignLine]:
    """Suggestions in words; they only ever say that it may be so."""
    lines = []
    for each in found:
        phrases = [
            f"「{sign.phrase}」({sign.conduct.label})" if sign.conduct else f"「{sign.phrase}」" for sign in each.signs
        ]
        if each.many_messages:
            phrases.append(_("%(n)d messages within a day") % {"n": each.many_messages})
        lines.append(SignLine(each.kind, str(each.kind.label), _(", ").join(phrases)))
    return lines


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a case."""

    key: str
    word: str
    help: str
    state: str
    state_word: str
    due: str
    due_at: str
    left: str
    done: str
    note: str
    is_late: bool
    is_law: bool  #: its time is the law's
    can_undo: bool
    can_skip: bool


def step_lines(case: Case, steps: Iterable[CaseStep], words: Words) -> list[StepLine]:
    """The steps of a case; those of the law say on which day it has to be done at the latest."""
    known = {each.key: each for each in steps_of(case.kind)}
    return [_step_line(case, step, known, words) for step in steps if step.key in known]


def _step_line(case: Case, step: CaseStep, known: dict[str, Any], words: Words) -> StepLine:
    due = step.due_at if step.state == StepState.OPEN else None
    is_law = step.key in (PRELIMINARY, FINAL)
    done = ""
    if step.done_at is not None:
        done = f"{words.full(step.done_at)} {step.done_by.name if step.done_by else ''}".strip()
    return StepLine(
        key=step.key,
        word=str(known[step.key].word),
        help=str(known[step.key].help),
        state=step.state,
        state_word=str(StepState(step.state).label),
        due=words.due(due) if due else "",
        due_at=iso(due) if due else "",
        left=words.remaining(due) if due else "",
        done=done,
        note=step.note,
        is_late=due is not None and due <= timezone.now(),
        is_law=is_law,
        can_undo=step.state != StepState.OPEN
        and not known[step.key].is_done_at_once
        and (case.is_open or step.key == CLOSING),
        can_skip=step.key != CLOSING and not (is_law and case.incident.duty != Duty.NONE),
    )


@dataclass(frozen=True, slots=True)
class PartLines:
    """One part of the record with its fields: word, text, whether it is said not to be known yet."""

    key: str
    word: str
    fields: list[tuple[str, str, bool]]
    is_empty: bool


def part_lines(case: Case, words: Words) -> list[PartLines]:
    """The fields of a case by parts; empty ones are left out, but for the nine items of a leak."""
    detail = case.detail
    unknown = case.incident.unknown if case.kind == CaseKind.INCIDENT else []
    lines = []
    for part in parts_of(case.kind):
        fields = [
            (str(word_of(case.kind, name)), text, name in unknown)
            for name in part.fields
            if name != "unknown"
            and ((text := field_text(detail, name, words)) or (name in NINE_ITEMS and case.kind == CaseKind.INCIDENT))
        ]
        lines.append(PartLines(part.key, str(part.word), fields, is_empty=not fields))
    return lines


def field_text(detail: Any, name: str, words: Words) -> str:
    """The value of a field in words; nothing for what is empty or not so."""
    value = getattr(detail, name)
    if isinstance(value, bool):
        return _("Yes") if value else ""
    if isinstance(value, datetime):
        return words.full(value)
    if isinstance(value, date):
        return value.isoformat()
    chosen = getattr(detail, f"get_{name}_display", None)
    return str(chosen()) if chosen else str(value or "")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What was proposed and what became of it."""

    position: int
    word: str
    state: str
    state_word: str
    words: str
    asked: str
    decided: str
    reply: str
    review: str
    can_decide: bool
    can_withdraw: bool


def decision_lines(case: Case, decisions: Iterable[CaseDecision], user: User, words: Words) -> list[DecisionLine]:
    """The decisions of a case, the newest first."""
    lines = [_decision_line(case, each, user, words) for each in decisions]
    return lines[::-1]


def _decision_line(case: Case, each: CaseDecision, user: User, words: Words) -> DecisionLine:
    waits = each.state == DecisionState.ASKED and case.is_open
    word = str(each.get_kind_display())
    decided = ""
    if each.decided_by is not None and each.decided_at is not None:
        decided = f"{each.decided_by.name} {words.full(each.decided_at)}"
    return DecisionLine(
        position=each.position,
        word=f"{word}: {Judgement(each.value).label}" if each.value else word,
        state=each.state,
        state_word=str(each.get_state_display()),
        words=each.words,
        asked=f"{each.asked_by.name} {words.full(each.asked_at)}",
        decided=decided,
        reply=each.reply,
        review=each.review_on.isoformat() if each.review_on else "",
        can_decide=waits and each.asked_by_id != user.pk and may(user, Permission.DECIDE_CASES),
        can_withdraw=waits and each.asked_by_id == user.pk,
    )


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a case."""

    when: str
    who: str
    what: str


def history_lines(case: Case, events: Iterable[Event], words: Words) -> list[HistoryLine]:
    """The history of a case, the newest first."""
    said, steps = words_of_kinds(), {each.key: str(each.word) for each in steps_of(case.kind)}
    return [
        HistoryLine(
            words.full(event.at),
            event.actor_label or _("Automatic"),
            "・".join(filter(None, (str(said.get(event.kind, "")), steps.get(str(event.data.get("step")), "")))),
        )
        for event in events
    ]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence."""

    position: int
    word: str
    about: str
    text: str
    locked: str
    hash: str


def evidence_lines(rows: Iterable[Evidence], words: Words) -> list[EvidenceLine]:
    """The chain in words, as it was frozen."""
    return [
        EvidenceLine(
            position=row.position,
            word=str(row.get_kind_display()),
            about=" ".join(
                filter(None, (row.content.get("name", ""), row.content.get("subject", ""), _moment(row, words)))
            ),
            text=row.content.get("text", ""),
            locked=f"{row.locked_by.name} {words.full(row.locked_at)}",
            hash=row.hash,
        )
        for row in rows
    ]


def _moment(row: Evidence, words: Words) -> str:
    at = str(row.content.get("at", ""))
    return words.full(datetime.fromisoformat(at)) if at else ""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One of the two clocks of the law."""

    word: str
    until: str
    until_at: str
    left: str
    act_on: str
    is_late: bool
    is_done: bool
    is_off: bool


def clock_lines(case: Case, steps: Sequence[CaseStep], words: Words) -> list[ClockLine]:
    """Both clocks of a leak, and until when people have to act for it."""
    known, plan = {each.key: each for each in steps_of(case.kind)}, plan_of(case)
    lines = []
    for step in (each for each in steps if each.key in (PRELIMINARY, FINAL)):
        due, is_done = step.due_at, step.state == StepState.DONE
        lines.append(
            ClockLine(
                word=str(known[step.key].word),
                until=words.full(due) if due else "",
                until_at=iso(due) if due else "",
                left=words.remaining(due) if due and not is_done else "",
                act_on=act_on(due, plan).isoformat() if due else "",
                is_late=due is not None and not is_done and due <= timezone.now(),
                is_done=is_done,
                is_off=due is None and not is_done,
            )
        )
    return lines


def kind_words() -> list[tuple[str, str]]:
    """The kinds of cases in the reader's language."""
    return [(key, str(word)) for key, word in CaseKind.choices]


@dataclass(frozen=True, slots=True)
class CasePanel:
    """What of cases stands beside a conversation, for this person."""

    number: int
    rows: Sequence[CaseRow]
    signs: Sequence[SignLine]
    can_open: bool
    kinds: Sequence[tuple[str, str]] = field(default_factory=kind_words)


def case_panel(user: User, number: int, cases: Iterable[Case], signs: Iterable[Suggestion], words: Words) -> CasePanel:
    """The panel: what one may see, what the words may be, and the way to open one."""
    return CasePanel(number, [case_row(each, words) for each in cases], sign_lines(signs), may(user, Permission.REPLY))
