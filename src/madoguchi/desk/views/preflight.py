"""The check before sending, while somebody writes: the letter as it stands goes up, the panel comes back.

With it comes why the letter needs approval. Both are judged at the time the letter is planned to leave.
"""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.hours import zone_of
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.disturbances import disturbances_since
from madoguchi.conversations.letters import MAX_RECIPIENTS, MAX_TEXT_CHARS, Letter
from madoguchi.conversations.preflighting import Looked, look_at_new_mail, look_at_reply
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.approval_needed import why_needed
from madoguchi.desk.composing import NOTE
from madoguchi.desk.planning import planned_time
from madoguchi.desk.preflight_panel import Panel, panel_of
from madoguchi.desk.views.composer import letter_of_reply, mode_of
from madoguchi.desk.views.drafts import chosen_inbox_id, letter_of_new_mail
from madoguchi.desk.written import Written


@require_POST
@allowed(Permission.REPLY)
def check_reply(request: StaffRequest, number: int) -> HttpResponse:
    """What is to be looked at in this reply or forward as it stands."""
    found = get_conversation(request.user, number)
    mode, written = mode_of(request), Written.read(request.POST)
    if mode == NOTE:
        return _show(request, Panel(()))
    letter = letter_of_reply(request, found, mode, written)
    if _is_nothing(letter):
        return _show(
            request, Panel((), is_review=_is_review(request)), why_needed(request.user, found.inbox, found, written)
        )
    since = disturbances_since(written.known_event_id, found, reader=request.user)
    looked = look_at_reply(
        found,
        letter,
        user=request.user,
        ticked=written.ticked,
        leaves_at=_leaves_at(written, found.inbox),
        meanwhile=0 if written.shown_event_id else len(since),
    )
    return _show(request, _panel(request, looked, letter, written), looked.approval)


@require_POST
@allowed(Permission.REPLY)
def check_new_mail(request: StaffRequest, key: str) -> HttpResponse:
    """The same for a mail that answers nothing."""
    written = Written.read(request.POST)
    letter = letter_of_new_mail(request, key, written)
    inbox = get_inbox(request.user, chosen_inbox_id(request))
    if _is_nothing(letter):
        return _show(request, Panel((), is_review=_is_review(request)), why_needed(request.user, inbox, None, written))
    at = _leaves_at(written, inbox)
    looked = look_at_new_mail(inbox, letter, user=request.user, ticked=written.ticked, leaves_at=at)
    return _show(request, _panel(request, looked, letter, written), looked.approval)


def _leaves_at(written: Written, inbox: Inbox) -> datetime | None:
    """The time planned; what is no time, or has passed, is refused when it is sent, and until then it is now."""
    try:
        at = planned_time(written.planning, zone_of(inbox).key)
    except Invalid:
        return None
    return at if at and at > timezone.now() else None


def _is_nothing(letter: Letter) -> bool:
    """Nothing was written yet, or more than is ever sent: sending says so, the panel need not."""
    recipients = len(letter.to) + len(letter.cc) + len(letter.bcc)
    return not letter.text.strip() or len(letter.text) > MAX_TEXT_CHARS or recipients > MAX_RECIPIENTS


def _panel(request: StaffRequest, looked: Looked, letter: Letter, written: Written) -> Panel:
    return panel_of(looked.found, letter, ticked=written.ticked, is_review=_is_review(request))


def _is_review(request: StaffRequest) -> bool:
    return bool(request.POST.get("review"))


def _show(request: StaffRequest, panel: Panel, why: Sequence[str] = ()) -> HttpResponse:
    number = request.POST.get("close_number", "")
    context = {"panel": panel, "number": int(number) if number.isdecimal() else None, "why": why}
    return render(request, "desk/preflight_answer.html", context)
