"""Showing one masked address, or a file in which nothing can be masked, to somebody who has a reason."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.core.seen_text import seen
from madoguchi.customers.choices import FILE_SHOWN, IDENTITY_SHOWN
from madoguchi.customers.models import Identity
from madoguchi.events.models import Event
from madoguchi.events.record import record

MAX_REASON = 200
#: How long a file stays open for who has given a reason: a working day.
FILE_OPEN = timedelta(hours=12)


@transaction.atomic
def show_identity(identity: Identity, *, reason: str, user: User) -> str:
    """One address or number as it is, for a reason that is kept: records `identity_shown`, which the audit log shows.

    Whoever calls this shows it to nobody else and does not keep it.
    """
    require(user.actor, Permission.REPLY)
    data = {"identity": identity.pk, "reason": _words(reason)}
    record(IDENTITY_SHOWN, f"customer:{identity.customer_id}", by=user.actor, data=data)
    return identity.text


@transaction.atomic
def open_file(blob_id: int, *, about: str, reason: str, user: User) -> None:
    """Let one person open a file as it is for `FILE_OPEN`, for a reason that is kept: records `file_shown`.

    `about` is whose file it is, such as "conversation:7"; whether the person may see that at all, the caller has asked.
    """
    data = {"about": about, "reason": _words(reason)}
    record(FILE_SHOWN, f"file:{blob_id}", by=user.actor, data=data)


def is_file_open(blob_id: int, user: User) -> bool:
    """True where somebody may open this file as it is: whose role masks nothing, and who has given a reason."""
    if not user.masks_contacts:
        return True
    opened = Event.objects.filter(kind=FILE_SHOWN, subject=f"file:{blob_id}", actor_id=user.pk)
    return opened.filter(at__gt=timezone.now() - FILE_OPEN).exists()


def _words(reason: str) -> str:
    words = " ".join(reason.split())[:MAX_REASON] if seen(reason).split() else ""
    if not words:
        raise Invalid(_("Write why you need to see it. The reason is kept in the audit log."), field="reason")
    return words
