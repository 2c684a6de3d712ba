"""Reading notices."""

from madoguchi.accounts.models import User
from madoguchi.notifications.models import Notification


def notices_of(user: User, *, limit: int = 50) -> list[Notification]:
    """A person's newest notices."""
    return list(Notification.objects.filter(user=user).order_by("-pk")[:limit])


def unread_count(user: User, *, cap: int = 99) -> int:
    """How many notices a person has not read, counted up to `cap`."""
    return len(Notification.objects.filter(user=user, read_at=None).values_list("pk")[:cap])
