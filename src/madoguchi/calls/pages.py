"""The public forms in which anybody asks to be called: their addresses, and which of them is open."""

import re

from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import MAX_SLUG, MIN_SLUG
from madoguchi.calls.models import CallbackPage
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.core.errors import NotFound

#: Below the address of the desk. It stands on the pages of shops: it must not change.
PLACE = "call-me/"
_SLUG = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{{MIN_SLUG - 2},{MAX_SLUG - 2}}})[a-z0-9]")


def is_slug(text: str) -> bool:
    """Small letters, digits and hyphens within."""
    return _SLUG.fullmatch(text) is not None


def address_of(page: CallbackPage) -> str:
    """Where everybody finds the form."""
    return f"{settings.BASE_URL}/{PLACE}{page.slug}"


def open_page(slug: str) -> CallbackPage:
    """The form of this address while it is open; NotFound otherwise, whatever the reason."""
    rows = CallbackPage.objects.select_related("inbox__calendar", "owner")
    found = rows.filter(slug=slug, is_open=True, inbox__is_active=True).first() if is_slug(slug) else None
    if found is None:
        raise NotFound(_("There is no such page."))
    return found


def pages_of(user: User) -> list[tuple[Inbox, CallbackPage]]:
    """Each 窓口 that a person may see with its form; one that has none yet comes with what is offered for it."""
    rows = inboxes_of(user).select_related("callback_page__owner")
    return [(inbox, page_of(inbox)) for inbox in rows]


def page_of(inbox: Inbox) -> CallbackPage:
    """The form of a 窓口, unsaved when it has none yet."""
    try:
        return inbox.callback_page
    except CallbackPage.DoesNotExist:
        return CallbackPage(inbox=inbox, slug=f"desk-{inbox.pk}")
