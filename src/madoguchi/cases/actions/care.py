"""Care of the staff: offering a colleague relief, asking for it oneself, answering, saying that it was done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.actions.holding import check_person, text_of
from madoguchi.cases.choices import CARE_ANSWERED, CARE_OFFERED, MAX_REASON, CareKind, CareState
from madoguchi.cases.models import Care, Case
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.record import new_event, record, record_all


class CareAnswered(DomainError):
    """It has been answered, or done, meanwhile."""

    code = "care_answered"

    def __init__(self) -> None:
        super().__init__(_("This has been answered meanwhile. Look at how it stands now."))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a colleague is offered; of oneself it is a wish."""

    person: User
    kind: str
    text: str = ""
    follow_up_on: date | None = None
    case: Case | None = None


@transaction.atomic
def offer_care(wanted: Offer, *, user: User) -> Care:
    """Offer a colleague relief, or ask for it oneself; those who oversee cases are told of a wish. Records it."""
    is_wish = wanted.person == user
    if not may(user, Permission.REPLY if is_wish else Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    check_person(wanted.person, "person")
    if wanted.kind not in CareKind.values:
        raise Invalid(_("Choose what is offered."), field="kind")
    if wanted.case is not None and not Case.objects.visible_to(user).filter(pk=wanted.case.pk).exists():
        raise NotFound(_("There is no such case, or you may not see it."))
    if wanted.follow_up_on is not None and wanted.follow_up_on < timezone.localdate():
        raise Invalid(_("Set a day to come."), field="follow_up_on")
    row = Care.objects.create(
        person=wanted.person,
        case=wanted.case,
        kind=wanted.kind,
        state=CareState.DONE if wanted.kind == CareKind.NOTE else CareState.OFFERED,
        text=text_of(wanted.text, MAX_REASON, "text"),
        follow_up_on=wanted.follow_up_on,
        by=user,
    )
    people = _overseers() if is_wish else [] if wanted.kind == CareKind.NOTE else [wanted.person.pk]
    _tell(CARE_OFFERED, row, user, people)
    return row


@transaction.atomic
def answer_care(row: Care, state: str, *, user: User) -> Care:
    """The colleague accepts or declines an offer; whoever wrote it, or oversees cases, says that it was done."""
    held = Care.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=row.pk).first()
    if held is None:
        raise NotFound(_("There is no such note, or you may not see it."))
    before = [CareState.OFFERED, CareState.ACCEPTED] if state == CareState.DONE else [CareState.OFFERED]
    is_theirs = held.person_id == user.pk and held.by_id != user.pk
    if state not in (CareState.ACCEPTED, CareState.DECLINED, CareState.DONE):
        raise Invalid(_("There is no such answer."), field="state")
    if state != CareState.DONE and not is_theirs:
        raise NotAllowed(_("Only the colleague it is about can answer."))
    if held.state not in before:
        raise CareAnswered
    held.state, held.answered_at = state, timezone.now()
    held.save(update_fields=["state", "answered_at"])
    _tell(CARE_ANSWERED, held, user, [pk for pk in (held.by_id, held.person_id) if pk != user.pk])
    return held


@transaction.atomic
def tell_of_follow_ups(now: datetime) -> int:
    """Tell those who wrote a note that it is the day to ask again, once each; returns how many. May run twice."""
    rows = Care.objects.filter(follow_up_on__lte=timezone.localtime(now).date(), told_at=None)
    due = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:500])
    Care.objects.filter(pk__in=[each.pk for each in due]).update(told_at=now)
    clock = Actor.system("calendar")
    record_all([new_event(CARE_OFFERED, f"care:{each.pk}", by=clock, data={"people": [each.by_id]}) for each in due])
    return len(due)


def _overseers() -> list[int]:
    people = User.objects.filter(is_active=True)
    return [person.pk for person in people if may(person, Permission.OVERSEE_CASES)]


def _tell(kind: str, row: Care, user: User, people: list[int]) -> None:
    data: dict[str, Any] = {"people": sorted(set(people))}
    record(kind, f"care:{row.pk}", by=user.actor, data=data)
