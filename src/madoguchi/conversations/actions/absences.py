"""Being away from deciding: until when, and who decides instead."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.approval_deadlines import look_up_all_deciders
from madoguchi.conversations.choices import ABSENCE_CHANGED
from madoguchi.conversations.models import Absence
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import record


@transaction.atomic
def set_absence(
    person: User, *, until: datetime, substitute: User | None = None, starts_at: datetime | None = None, user: User
) -> Absence:
    """Say that somebody does not decide until then; what waits for them is their substitute's at once.

    Oneself, or who may manage people. Substitutes that would go in a circle are refused, with the names.
    """
    _check_right(person, user)
    now = timezone.now()
    start = starts_at or now
    if until <= max(now, start):
        raise Invalid(_("The end lies in the past, or before the beginning. Choose a later time."), field="until")
    _check_substitute(person, substitute)
    values = {"starts_at": start, "until": until, "substitute": substitute}
    absence, _is_new = Absence.objects.update_or_create(user=person, defaults=values)
    record(ABSENCE_CHANGED, f"user:{person.pk}", by=user.actor, data={"until": until.isoformat()})
    look_up_all_deciders()
    return absence


@transaction.atomic
def end_absence(person: User, *, user: User) -> None:
    """Say that somebody is back, or will not be away after all."""
    _check_right(person, user)
    if Absence.objects.filter(user=person).delete()[0]:
        record(ABSENCE_CHANGED, f"user:{person.pk}", by=user.actor, data={"until": None})
        look_up_all_deciders()


def _check_substitute(person: User, substitute: User | None) -> None:
    if substitute is None:
        return
    if substitute.pk == person.pk:
        raise Invalid(_("Nobody stands in for themselves. Choose somebody else."), field="substitute")
    if not may(substitute, Permission.SEND_UNCHECKED):
        text = _("%(name)s may not decide about others' replies. Choose somebody else.")
        raise Invalid(text % {"name": substitute.name}, field="substitute")
    # Held in one order, so that of two who name each other at once the second sees the first.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk, substitute.pk]).order_by("pk"))
    rows = Absence.objects.filter(until__gt=timezone.now()).values_list("user_id", "substitute_id")
    following = dict(rows)
    at: int | None = substitute.pk
    seen = {person.pk}
    while at is not None and at not in seen:
        seen.add(at)
        at = following.get(at)
    if at == person.pk:
        text = _("%(name)s is away too and would be stood in for by you, directly or by others. Choose somebody else.")
        raise Invalid(text % {"name": substitute.name}, field="substitute")


def _check_right(person: User, user: User) -> None:
    if person.pk != user.pk and not may(user, Permission.MANAGE_PEOPLE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
