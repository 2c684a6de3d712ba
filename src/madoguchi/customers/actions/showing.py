"""Showing one masked address to somebody who has a reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.customers.choices import IDENTITY_SHOWN
from madoguchi.customers.models import Identity
from madoguchi.events.record import record

MAX_REASON = 200


@transaction.atomic
def show_identity(identity: Identity, *, reason: str, user: User) -> str:
    """One address or number as it is, for a reason that is kept: records `identity_shown`, which the audit log shows.

    Whoever calls this shows it to nobody else and does not keep it.
    """
    require(user.actor, Permission.REPLY)
    words = " ".join(reason.split())[:MAX_REASON]
    if not words:
        raise Invalid(_("Write why you need to see it. The reason is kept in the audit log."), field="reason")
    data = {"identity": identity.pk, "reason": words}
    record(IDENTITY_SHOWN, f"customer:{identity.customer_id}", by=user.actor, data=data)
    return identity.text
