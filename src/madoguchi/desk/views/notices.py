"""通知: what one should know, the bell in the rail, and marking as read."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import inboxes_of
from madoguchi.desk.access import StaffRequest, allowed, signed_in
from madoguchi.desk.alarms import alarms
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.noticing import notice_lines, unread_word
from madoguchi.notifications.actions import mark_read
from madoguchi.notifications.queries import all_notices_of, unread_ids

ON_A_PAGE = 50


@require_safe
@signed_in
def notices(request: StaffRequest) -> HttpResponse:
    """One's notices, newest first; for htmx those after a cursor."""
    after = request.GET.get("after", "")
    rows = all_notices_of(request.user).order_by("-pk")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ON_A_PAGE + 1])
    context = {
        "lines": notice_lines(request.user, found[:ON_A_PAGE], words_now()),
        "more_url": f"{request.path}?after={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
    }
    if wants_fragment(request):
        return render(request, "desk/notices_list.html#lines" if after else "desk/notices_list.html#body", context)
    return render_page(request, "desk/notices_list.html", context)


@require_safe
@signed_in
def bell(request: StaffRequest) -> HttpResponse:
    """The bell with the number of what is unread."""
    return render(
        request, "desk/notice_bell.html", {"unread": unread_word(unread_ids(request.user)), "me": request.user}
    )


@require_safe
@allowed(Permission.READ)
def alarms_now(request: StaffRequest) -> HttpResponse:
    """What stands across the top of the page, when that has changed."""
    return render(request, "desk/notices.html", {"notices": alarms(request.user, inboxes_of(request.user))})


@require_POST
@signed_in
def read_all(request: StaffRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(request.user)
    return redirect("desk:notices")
