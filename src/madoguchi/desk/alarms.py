"""What stands across the top of every page while it is so: a 窓口 that cannot be fetched or sent from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import Inbox
from madoguchi.core.telling import told


@dataclass(frozen=True, slots=True)
class Alarm:
    """One line, and where to go, for whoever can do something there."""

    text: str
    action: str = ""
    href: str = ""


def alarms(user: User, inboxes: Iterable[Inbox]) -> list[Alarm]:
    """Of the 窓口 that a person sees: what is wrong for those who can help, and for the others that mail is missing."""
    failing = [inbox for inbox in inboxes if inbox.is_active and inbox.failing_since]
    if not may(user, Permission.MANAGE_INBOXES):
        text = _("%(desk)s does not work at the moment: mail may be missing here. The administrators have been told.")
        return [Alarm(text % {"desk": inbox.name}) for inbox in failing]
    return [
        Alarm(
            _("%(desk)s does not work: %(reason)s") % {"desk": inbox.name, "reason": told(inbox.failure)},
            _("Look at it"),
            reverse("desk:mailbox", args=[inbox.pk]),
        )
        for inbox in failing
    ]
