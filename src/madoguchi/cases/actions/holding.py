"""How every change of a case begins and ends: its row held, the right looked at, those who may see it told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import CASE_NEWS
from madoguchi.cases.models import Case
from madoguchi.cases.queries import those_who_see
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.core.storable import storable
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import announce, record


class CaseClosed(DomainError):
    """A closed case does not change; its closing can be taken back."""

    code = "case_closed"

    def __init__(self) -> None:
        super().__init__(_("This case is closed. Take the closing back to change it."))


def hold_case(case: Case, user: User, *, is_closed_fine: bool = False) -> Case:
    """Lock a case until the transaction ends, as it is now; NotFound for whom it is not, CaseClosed when it is."""
    rows = Case.objects.visible_to(user).select_for_update(of=("self",)).select_related("owner", "second")
    held = rows.filter(pk=case.pk).first()
    if held is None:
        raise NotFound(_("There is no such case, or you may not see it."))
    if not is_closed_fine and not held.is_open:
        raise CaseClosed
    return held


def check_person(person: User, field: str) -> None:
    """Raise Invalid for whom no case can be given to."""
    if not may(person, Permission.REPLY):
        raise Invalid(_("This person cannot take part in a case."), field=field)


def text_of(words: str, most: int, field: str, *, is_needed: str | None = None) -> str:
    """Words as they are kept; Invalid with `is_needed` when there are none."""
    found = cut_whole(storable(words[: most * 2].strip()), most)
    if not found and is_needed is not None:
        raise Invalid(is_needed, field=field)
    return found


def tell(kind: str, case: Case, user: User, **data: Any) -> None:
    """Record an event of a case, and tell the open browsers of those who may see it."""
    record(kind, case.event_subject, by=user.actor, data=data)
    for person in those_who_see(case):
        announce(CASE_NEWS, f"user:{person.pk}", actor_id=user.pk)
