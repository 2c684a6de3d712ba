"""What stands across the top of every page while it is so: a 窓口 that cannot be fetched or sent from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox


@dataclass(frozen=True, slots=True)
class Alarm:
    """One line, and where to go."""

    text: str
    action: str
    href: str


def alarms(user: User, inboxes: Iterable[Inbox]) -> list[Alarm]:
    """For those who can do something about it; the 窓口 were read for the rail already."""
    if not may(user, Permission.MANAGE_INBOXES):
        return []
    failing = (inbox for inbox in inboxes if inbox.is_active and inbox.failing_since)
    return [
        Alarm(
            _("%(desk)s does not work: %(reason)s") % {"desk": inbox.name, "reason": inbox.failure},
            _("Look at it"),
            reverse("desk:mailbox", args=[inbox.pk]),
        )
        for inbox in failing
    ]
