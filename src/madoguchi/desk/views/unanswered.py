"""返信漏れ: everything that must be empty at the end of the day, and the check that says so."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import remember_inboxes
from madoguchi.conversations.choices import Status
from madoguchi.conversations.due_lists import left_open_ids, put_off_ids
from madoguchi.conversations.listed import Listed, listed_by_ids
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.promise_lines import promise_line
from madoguchi.desk.row_extras import RowExtras
from madoguchi.desk.rows import RowWords, end_of_today
from madoguchi.promises.queries import OVERDUE, promises_of

#: More than anybody clears before going home; the rest is counted.
SHOWN = 200


@require_safe
@allowed(Permission.READ)
def unanswered(request: StaffRequest) -> HttpResponse:
    """What customers wait for until tonight, what could not be sent, and promises whose time has passed."""
    remember_inboxes(request.user)
    words, midnight = words_now(), end_of_today()
    ids = left_open_ids(request.user, until=midnight, limit=SHOWN + 1)
    later_ids = [each for each in put_off_ids(request.user, limit=SHOWN) if each not in ids]
    every = listed_by_ids(request.user, [*ids[:SHOWN], *later_ids], extras=RowExtras)
    put_off = [each for each in every if each.pk in later_ids]
    planned = [each for each in every if each.pk not in later_ids and _leaves_in_time(each, words.now)]
    rows = [each for each in every if each not in put_off and each not in planned]
    red = list(promises_of(request.user, when=OVERDUE, is_mine=False, until=midnight)[: SHOWN + 1])
    row_words = RowWords(words, request.user, "")
    late = [each for each in rows if each.is_open and each.queue_at < words.now]
    failed = [each for each in rows if each.has_failed and each not in late]
    today = [each for each in rows if each not in late and each not in failed]
    groups = [(_("Overdue"), late), (_("Could not be sent"), failed), (_("Due today"), today)]
    beside = [(_("A reply is planned in time"), planned), (_("Put off (customer is waiting)"), put_off)]
    context = {
        "groups": [(word, [row_words.row(each) for each in part]) for word, part in groups if part],
        "beside": [(word, [row_words.row(each) for each in part]) for word, part in beside if part],
        "promises": [promise_line(each, words, about=each.conversation.customer.label) for each in red[:SHOWN]],
        "is_more": len(ids) > SHOWN or len(red) > SHOWN,
        "unassigned": _unassigned(rows),
        "amount": words.count(len(rows) + len(red[:SHOWN])),
        "can_change": True,
    }
    return render_page(request, "desk/unanswered.html", context)


def _leaves_in_time(row: Listed, now: datetime) -> bool:
    """As `due_lists.leaves_in_time`; what failed has to be seen to all the same."""
    if row.planned_at is None or row.status == Status.APPROVAL or row.has_failed:
        return False
    return now < row.planned_at <= row.queue_at


def _unassigned(rows: list[Listed]) -> int:
    return sum(each.assignee_id is None for each in rows)
