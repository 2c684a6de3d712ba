"""Whose data leaked, and that they were told (本人への通知). The case is held, so that nobody is told for twice."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.cases.actions.holding import hold_case, tell, text_of
from madoguchi.cases.choices import CASE_CHANGED, CaseKind
from madoguchi.cases.models import AffectedPerson, Case
from madoguchi.core.errors import Invalid, NotFound

MAX_NAME, MAX_HOW = 200, 200
#: More are kept as a file of the evidence; the report names their number.
MOST_PERSONS = 5_000


@transaction.atomic
def add_persons(case: Case, names: Iterable[str], *, user: User) -> int:
    """Put people on the list, each name once; how many are new."""
    held = _incident(case, user)
    wanted = [text_of(" ".join(name.split()), MAX_NAME, "names") for name in names]
    known = set(AffectedPerson.objects.filter(incident=held.pk).values_list("name", flat=True))
    new = [name for name in dict.fromkeys(wanted) if name and name not in known]
    if len(known) + len(new) > MOST_PERSONS:
        raise Invalid(_("The list can hold %(most)d persons at most.") % {"most": MOST_PERSONS}, field="names")
    AffectedPerson.objects.bulk_create([AffectedPerson(incident_id=held.pk, name=name) for name in new])
    if new:
        tell(CASE_CHANGED, held, user, fields=["persons_told"], added=len(new))
    return len(new)


@transaction.atomic
def note_told(case: Case, ids: Iterable[int], *, how: str, user: User) -> int:
    """Say that people were told, and how; those who were told before keep what was said then."""
    held = _incident(case, user)
    words = text_of(how, MAX_HOW, "how", is_needed=_("Write how they were told: mail, letter, telephone."))
    rows = AffectedPerson.objects.filter(incident=held.pk, pk__in=list(ids), told_at=None)
    amount = rows.update(told_at=timezone.now(), told_by=user, how=words)
    if amount:
        tell(CASE_CHANGED, held, user, fields=["persons_told"], told=amount)
    return amount


@transaction.atomic
def take_back_told(case: Case, pk: int, *, user: User) -> None:
    """That somebody was told was not so."""
    held = _incident(case, user)
    rows = AffectedPerson.objects.filter(incident=held.pk, pk=pk, told_at__isnull=False)
    if rows.update(told_at=None, told_by=None, how=""):
        tell(CASE_CHANGED, held, user, fields=["persons_told"])


@transaction.atomic
def remove_person(case: Case, pk: int, *, user: User) -> None:
    """Take somebody off the list who was put there by mistake and has not been told."""
    held = _incident(case, user)
    if not AffectedPerson.objects.filter(incident=held.pk, pk=pk, told_at=None).delete()[0]:
        raise NotFound(_("There is no such person, or they have been told already."))
    tell(CASE_CHANGED, held, user, fields=["persons_told"])


def _incident(case: Case, user: User) -> Case:
    held = hold_case(case, user)
    if held.kind != CaseKind.INCIDENT:
        raise NotFound(_("Only a data incident has such a list."))
    return held
