"""Reading notices."""

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.core.prepared import Prepared, Slot
from madoguchi.notifications.models import Notification

#: Nobody reads an exact number beyond this.
MOST_COUNTED = 99


def notices_of(user: User, *, limit: int = 50) -> list[Notification]:
    """A person's newest notices."""
    return list(Notification.objects.filter(user=user).order_by("-pk")[:limit])


def all_notices_of(user: User, *, unread_only: bool = False) -> QuerySet[Notification]:
    """Every notice of a person, for whoever pages through them."""
    rows = Notification.objects.filter(user=user)
    return rows.filter(read_at=None) if unread_only else rows


def unread_ids(user: User, *, but: str = "") -> QuerySet[Notification, int]:
    """The notices a person has not read, as many as are counted; `but` is a subject that does not count."""
    return _UNREAD(user=user.pk, subject=but)


def unread_about(user: User, subject: str) -> QuerySet[Notification, int]:
    """The first notice about a subject that a person has not read, if there is one."""
    return _UNREAD_ABOUT(user=user.pk, subject=subject)


def _unread() -> QuerySet[Notification, int]:
    return Notification.objects.filter(user=Slot("user"), read_at=None).values_list("pk", flat=True)


_UNREAD = Prepared(lambda: _unread().exclude(subject=Slot("subject"))[:MOST_COUNTED])
_UNREAD_ABOUT = Prepared(lambda: _unread().filter(subject=Slot("subject"))[:1])


def unread_count(user: User) -> int:
    """How many notices a person has not read, counted up to `MOST_COUNTED`."""
    return len(unread_ids(user))
