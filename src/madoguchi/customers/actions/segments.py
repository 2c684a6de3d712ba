"""Keeping conditions on customers under a name."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.choices import SEGMENT_CHANGED, SEGMENT_CREATED, SEGMENT_DELETED
from madoguchi.customers.fields import all_customer_fields, may_read
from madoguchi.customers.models import Segment
from madoguchi.customers.segments import Conditions, kept_rows
from madoguchi.events.record import record

_MOST = 500


class SegmentChanged(DomainError):
    """Somebody else has changed the segment since it was shown; nothing was saved."""

    code = "changed_meanwhile"


@transaction.atomic
def save_segment(name: str, asked: Conditions, *, user: User, is_shared: bool = False) -> Segment:
    """Keep conditions for oneself, or for everybody."""
    require(user.actor, Permission.READ)
    _check(asked, user)
    if Segment.objects.filter(owner=None if is_shared else user).count() >= _MOST:
        raise Invalid(_("There are %d segments already. Delete one that nobody needs.") % _MOST, field="name")
    segment = Segment.objects.create(
        owner=_owner(user, is_shared=is_shared), name=_named(name),
        all_of=kept_rows(asked.all_of), any_of=kept_rows(asked.any_of),
    )  # fmt: skip
    _tell(SEGMENT_CREATED, segment, user)
    return segment


@transaction.atomic
def change_segment(
    segment: Segment, *, name: str, asked: Conditions, is_shared: bool, version: int | None, user: User
) -> Segment:
    """Call it something else, ask for something else, share it or keep it for oneself."""
    held = Segment.objects.select_for_update().get(pk=segment.pk)
    _check_own(held, user)
    if version is not None and version != held.version:
        raise SegmentChanged(
            _("Somebody else has changed this segment since you opened it. Look at it, then save again.")
        )
    _check(asked, user)
    held.owner, held.name = _owner(user, is_shared=is_shared), _named(name)
    held.all_of, held.any_of, held.version = kept_rows(asked.all_of), kept_rows(asked.any_of), held.version + 1
    held.save()
    _tell(SEGMENT_CHANGED, held, user)
    return held


@transaction.atomic
def delete_segment(segment: Segment, *, user: User) -> None:
    """Forget conditions; the customers stay as they are."""
    _check_own(segment, user)
    _tell(SEGMENT_DELETED, segment, user)
    segment.delete()


def may_change(segment: Segment, user: User) -> bool:
    """Whether a segment is one's own, or everybody's and one may share."""
    return segment.owner_id == user.pk or (segment.owner_id is None and may(user, Permission.SHARE_VIEWS))


def _check_own(segment: Segment, user: User) -> None:
    if not may_change(segment, user):
        raise NotAllowed(_("You do not have the right to change this segment. Ask a supervisor."))


def _check(asked: Conditions, user: User) -> None:
    """What somebody may not read they may not find out by counting either."""
    if not (asked.all_of or asked.any_of):
        raise Invalid(_("Enter at least one condition."), field="conditions")
    wanted = {each.field_id for each in asked.all_of + asked.any_of} - {None}
    for field in all_customer_fields() if wanted else ():
        if field.pk in wanted and not may_read(user, field):
            raise NotAllowed(
                _("“%(name)s” is hidden from your role, so it cannot be a condition.") % {"name": field.name}
            )


def _owner(user: User, *, is_shared: bool) -> User | None:
    if is_shared and not may(user, Permission.SHARE_VIEWS):
        raise NotAllowed(_("You do not have the right to share segments. Ask a supervisor."))
    return None if is_shared else user


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    return name[:60]


def _tell(kind: str, segment: Segment, user: User) -> None:
    """What concerns everybody is kept in the audit log; one's own segments are one's own."""
    if segment.owner_id is None:
        record(kind, segment.event_subject, by=user.actor, data={"name": segment.name})
