"""設定 › 折り返しの受付フォーム: the public form of each 窓口, its address, whether it is open, and who calls."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users, get_user
from madoguchi.calls.actions.pages import set_callback_page
from madoguchi.calls.pages import address_of, pages_of
from madoguchi.channels.queries import get_inbox
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.settings_frame import render_settings

CURRENT = "desk:callback-pages"


@require_safe
@allowed(Permission.MANAGE_INBOXES)
def pages(request: StaffRequest) -> HttpResponse:
    """A form for each desk."""
    return _page(request)


@require_POST
@allowed(Permission.MANAGE_INBOXES)
def change(request: StaffRequest, inbox_pk: int) -> HttpResponse:
    """Open, close or move one; what is refused is said above, and stays as it was."""
    inbox, posted = get_inbox(request.user, inbox_pk), request.POST
    owner = posted.get("owner", "")
    try:
        set_callback_page(
            inbox,
            slug=posted.get("slug", ""),
            is_open="is_open" in posted,
            owner=get_user(int(owner)) if owner.isdecimal() else None,
            user=request.user,
        )
    except Invalid as error:
        return _page(request, error=str(error), status=error.status)
    messages.success(request, _("Saved."))
    return redirect(CURRENT)


def _page(request: StaffRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    lines = [(inbox, page, address_of(page)) for inbox, page in pages_of(request.user)]
    people = [person for person in active_users() if may(person, Permission.REPLY)]
    context = {"lines": lines, "people": people, "error": error}
    return render_settings(request, "desk/callback_pages.html", context, current=CURRENT, status=status)
