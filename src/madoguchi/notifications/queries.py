"""Reading notices."""

from django.db.models import QuerySet

from madoguchi.accounts.models import User
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
    rows = Notification.objects.filter(user=user, read_at=None).values_list("pk", flat=True)
    return (rows.exclude(subject=but) if but else rows)[:MOST_COUNTED]


def unread_about(user: User, subject: str) -> QuerySet[Notification, int]:
    """The first notice about a subject that a person has not read, if there is one."""
    return Notification.objects.filter(user=user, read_at=None, subject=subject).values_list("pk", flat=True)[:1]


def unread_count(user: User) -> int:
    """How many notices a person has not read, counted up to `MOST_COUNTED`."""
    return len(unread_ids(user))
