"""What the clock does to cases: warns before a step's time, tells after it, and of days of review. May run twice."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from madoguchi.calendars.plan import Plan
from madoguchi.cases.choices import (
    CASE_DUE_PASSED,
    CASE_DUE_SOON,
    CASE_REVIEW_DUE,
    WARNED_BEFORE,
    DecisionState,
)
from madoguchi.cases.clocks import act_on
from madoguchi.cases.models import Case, CaseConversation, CaseDecision, CaseStep
from madoguchi.cases.queries import steps_due
from madoguchi.cases.steps import FINAL, PRELIMINARY
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record_all

#: As many at once; the next run takes the rest.
_MOST = 500
_CLOCK = Actor.system("calendar")


@transaction.atomic
def warn_of_steps(now: datetime) -> int:
    """Tell of steps whose time comes near, once each; legal clocks on the last day before it that somebody works."""
    rows = steps_due(CaseStep.objects.filter(warned_at=None, due_at__gt=now, due_at__lte=now + 16 * WARNED_BEFORE))
    held = rows.select_for_update(skip_locked=True, of=("self",)).select_related("case")[:_MOST]
    soon = [step for step in held if _is_soon(step, now)]
    CaseStep.objects.filter(pk__in=[step.pk for step in soon]).update(warned_at=now)
    _tell(CASE_DUE_SOON, [(step.case, {"step": step.key}) for step in soon])
    return len(soon)


def _is_soon(step: CaseStep, now: datetime) -> bool:
    assert step.due_at is not None
    if step.due_at <= now + WARNED_BEFORE:
        return True
    if step.key not in (PRELIMINARY, FINAL):
        return False
    return act_on(step.due_at, plan_of(step.case)) <= timezone.localtime(now).date()


def plan_of(case: Case) -> Plan | None:
    """The business hours by which the people of a case work: those of its first conversation's 窓口."""
    links = CaseConversation.objects.filter(case=case).select_related("conversation__inbox__calendar").order_by("pk")
    first = links.first()
    calendar = first.conversation.inbox.calendar if first else None
    return calendar.plan if calendar else None


@transaction.atomic
def tell_of_passed_steps(now: datetime) -> int:
    """Tell of steps whose time is over, once each."""
    rows = steps_due(CaseStep.objects.filter(passed_at=None, due_at__lte=now))
    late = list(rows.select_for_update(skip_locked=True, of=("self",)).select_related("case")[:_MOST])
    CaseStep.objects.filter(pk__in=[step.pk for step in late]).update(passed_at=now)
    _tell(CASE_DUE_PASSED, [(step.case, {"step": step.key}) for step in late])
    return len(late)


@transaction.atomic
def tell_of_reviews(now: datetime) -> int:
    """Tell of decisions that are to be looked at again today, once each."""
    today = timezone.localtime(now).date()
    rows = CaseDecision.objects.filter(state=DecisionState.APPROVED, review_on__lte=today, reviewed_at=None)
    due = list(rows.select_for_update(skip_locked=True, of=("self",)).select_related("case").order_by("pk")[:_MOST])
    CaseDecision.objects.filter(pk__in=[each.pk for each in due]).update(reviewed_at=now)
    _tell(CASE_REVIEW_DUE, [(each.case, {"decision": each.position}) for each in due])
    return len(due)


def _tell(kind: str, told: list[tuple[Case, dict[str, object]]]) -> None:
    record_all(
        [new_event(kind, case.event_subject, by=_CLOCK, data={**data, "people": _people(case)}) for case, data in told]
    )


def _people(case: Case) -> list[int]:
    """Who is responsible, and who is the second."""
    return sorted({pk for pk in (case.owner_id, case.second_id) if pk is not None})
