"""Opening and closing the public forms in which anybody asks to be called."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import CALLBACK_PAGE_CHANGED
from madoguchi.calls.models import CallbackPage
from madoguchi.calls.pages import is_slug
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import who_sees_inboxes
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import record


@transaction.atomic
def set_callback_page(inbox: Inbox, *, slug: str, is_open: bool, owner: User | None, user: User) -> CallbackPage:
    """Open, close or move the form of a 窓口; an address that was left leads nowhere. Records it."""
    if not may(user, Permission.MANAGE_INBOXES):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    Inbox.objects.select_for_update(no_key=True).get(pk=inbox.pk)
    slug = slug.strip()
    if not is_slug(slug):
        text = _("Write 3 to 40 small letters, digits or hyphens, such as support-call.")
        raise Invalid(text, field="slug")
    if CallbackPage.objects.filter(slug=slug).exclude(inbox=inbox).exists():
        raise Invalid(_("Another desk has this address. Choose another one."), field="slug")
    if owner is not None:
        _check_owner(inbox, owner)
    values = {"slug": slug, "is_open": is_open, "owner": owner, "changed_at": timezone.now(), "changed_by": user}
    page, _is_new = CallbackPage.objects.update_or_create(inbox=inbox, defaults=values)
    data = {"slug": slug, "is_open": is_open, "owner": owner.pk if owner else None}
    record(CALLBACK_PAGE_CHANGED, f"inbox:{inbox.pk}", by=user.actor, scope_id=inbox.pk, data=data)
    return page


def _check_owner(inbox: Inbox, owner: User) -> None:
    if not may(owner, Permission.REPLY) or owner.pk not in who_sees_inboxes([inbox.pk], [owner.pk])[inbox.pk]:
        raise Invalid(_("This person cannot call back: they do not see the desk."), field="owner")
