"""Doing a step, leaving it out, taking it back, moving its time. The last step closes the case."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.cases.actions.holding import hold_case, tell, text_of
from madoguchi.cases.choices import (
    CASE_STEP_DONE,
    CASE_STEP_MOVED,
    CASE_STEP_UNDONE,
    MAX_REASON,
    CaseKind,
    CaseState,
    DecisionState,
    Judgement,
    StepState,
)
from madoguchi.cases.models import Case, CaseStep
from madoguchi.cases.steps import CLOSING, FINAL, PRELIMINARY, steps_of
from madoguchi.core.errors import DomainError, Invalid, NotFound


class StepTaken(DomainError):
    """Somebody else has done this step, or taken it back, meanwhile."""

    code = "step_taken"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this step meanwhile. Look at how it stands now."))


@transaction.atomic
def do_step(case: Case, key: str, *, note: str = "", at: datetime | None = None, user: User) -> CaseStep:
    """Say that a step was done, at a moment of the past when it was not now. The last one closes the case."""
    held = hold_case(case, user)
    step = _step(held, key, StepState.OPEN)
    moment = at or timezone.now()
    if moment > timezone.now():
        raise Invalid(_("This lies in the future. Check the date."), field="at")
    _check_ready(held, key)
    _settle(step, StepState.DONE, moment, user, text_of(note, MAX_REASON, "note"))
    if key == CLOSING:
        held.state, held.closed_at, held.closed_by = CaseState.CLOSED, moment, user
        held.save(update_fields=["state", "closed_at", "closed_by"])
    tell(CASE_STEP_DONE, held, user, step=key)
    return step


@transaction.atomic
def skip_step(case: Case, key: str, *, reason: str, user: User) -> CaseStep:
    """Say that a step is not needed, and why; closing cannot be left out."""
    held = hold_case(case, user)
    step = _step(held, key, StepState.OPEN)
    if key == CLOSING:
        raise Invalid(_("A case ends by being closed."))
    if key in (PRELIMINARY, FINAL) and held.incident.duty != "none":
        raise Invalid(
            _("As long as the leak has to be reported, this report is needed. Two people can decide otherwise.")
        )
    why = text_of(reason, MAX_REASON, "note", is_needed=_("Write why this step is not needed."))
    _settle(step, StepState.SKIPPED, timezone.now(), user, why)
    tell(CASE_STEP_DONE, held, user, step=key, skipped=True)
    return step


@transaction.atomic
def undo_step(case: Case, key: str, *, user: User) -> CaseStep:
    """Take a step back; taking the closing back opens the case again."""
    held = hold_case(case, user, is_closed_fine=key == CLOSING)
    step = _step(held, key, StepState.DONE, StepState.SKIPPED)
    if any(each.key == key and each.is_done_at_once for each in steps_of(held.kind)):
        raise Invalid(_("This step is done by opening the record."))
    step.state, step.done_at, step.done_by, step.note = StepState.OPEN, None, None, ""
    step.warned_at = step.passed_at = None
    step.save()
    if key == CLOSING:
        held.state, held.closed_at, held.closed_by = CaseState.OPEN, None, None
        held.save(update_fields=["state", "closed_at", "closed_by"])
    tell(CASE_STEP_UNDONE, held, user, step=key)
    return step


@transaction.atomic
def move_step(case: Case, key: str, *, due_at: datetime | None, user: User) -> CaseStep:
    """Set by when a step is meant to be done. The two clocks of the law cannot be moved."""
    held = hold_case(case, user)
    step = _step(held, key, StepState.OPEN)
    if key in (PRELIMINARY, FINAL):
        raise Invalid(_("This time is the law's: it follows from when the leak was discovered."), field="due_at")
    if due_at is not None and due_at <= timezone.now():
        raise Invalid(_("This time has passed already. Choose a later one."), field="due_at")
    step.due_at, step.warned_at, step.passed_at = due_at, None, None
    step.save(update_fields=["due_at", "warned_at", "passed_at"])
    tell(CASE_STEP_MOVED, held, user, step=key, due_at=due_at)
    return step


def _step(held: Case, key: str, *states: StepState) -> CaseStep:
    step = CaseStep.objects.filter(case=held, key=key).first()
    if step is None:
        raise NotFound(_("There is no such step."))
    if step.state not in states:
        raise StepTaken
    return step


def _settle(step: CaseStep, state: StepState, at: datetime, user: User, note: str) -> None:
    step.state, step.done_at, step.done_by, step.note = state, at, user, note
    step.save(update_fields=["state", "done_at", "done_by", "note"])


def _check_ready(held: Case, key: str) -> None:
    """What has to be there before a step can be done."""
    if key == "judgement" and held.kind == CaseKind.HARASSMENT and held.harassment.judgement == Judgement.UNDECIDED:
        raise Invalid(_("Two people have to agree on what it is first. Propose it under “Decisions by two”."))
    if key != CLOSING:
        return
    words = {each.key: each.word for each in steps_of(held.kind)}
    left = [str(words[each.key]) for each in held.steps.filter(state=StepState.OPEN).exclude(key=CLOSING)]
    if left:
        steps = _(", ").join(left)
        raise Invalid(_("These steps are still to do, or to be left out with a reason: %(steps)s") % {"steps": steps})
    if held.decisions.filter(state=DecisionState.ASKED).exists():
        raise Invalid(_("A decision still waits for a second person."))
