"""Setting what roles may not see or take along."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.choices import ROLE_LIMIT_CHANGED, Role
from madoguchi.accounts.limits import LIMITABLE
from madoguchi.accounts.models import RoleLimit, User
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.events.record import record


@transaction.atomic
def limit_role(role: str, *, masks_contacts: bool, keeps_files: bool, user: User) -> RoleLimit:
    """Say whether people of a role read customers' addresses masked, and whether they may download.

    Holds from their next request on. Administrators cannot be limited. Records `role_limit_changed` for a change.
    """
    require(user.actor, Permission.MANAGE_WORKSPACE)
    if role not in LIMITABLE:
        raise Invalid(_("This role cannot be limited: whoever sets the limits has none."), field="role")
    row, _made = RoleLimit.objects.select_for_update().get_or_create(role=Role(role))
    if (row.masks_contacts, row.keeps_files) != (masks_contacts, keeps_files):
        row.masks_contacts, row.keeps_files = masks_contacts, keeps_files
        row.save(update_fields=["masks_contacts", "keeps_files"])
        data = {"role": role, "masks_contacts": masks_contacts, "keeps_files": keeps_files}
        record(ROLE_LIMIT_CHANGED, "workspace:1", by=user.actor, data=data)
    return row
