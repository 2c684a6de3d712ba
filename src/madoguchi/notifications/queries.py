"""Reading notices."""

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.notifications.models import Notification


def notices_of(user: User, *, limit: int = 50) -> list[Notification]:
    """A person's newest notices."""
    return list(Notification.objects.filter(user=user).order_by("-pk")[:limit])


def all_notices_of(user: User, *, unread_only: bool = False) -> QuerySet[Notification]:
    """Every notice of a person, for whoever pages through them."""
    rows = Notification.objects.filter(user=user)
    return rows.filter(read_at=None) if unread_only else rows


def unread_count(user: User, *, cap: int = 99) -> int:
    """How many notices a person has not read, counted up to `cap`."""
    return len(Notification.objects.filter(user=user, read_at=None).values_list("pk")[:cap])
