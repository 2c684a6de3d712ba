"""The check before sending, while somebody writes: the letter as it stands goes up, the panel comes back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.disturbances import disturbances_since
from madoguchi.conversations.letters import MAX_RECIPIENTS, MAX_TEXT_CHARS, Letter
from madoguchi.conversations.preflighting import findings_for_new_mail, findings_for_reply
from madoguchi.conversations.queries import get_conversation
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.composing import NOTE
from madoguchi.desk.preflight_panel import Panel, panel_of
from madoguchi.desk.views.composer import letter_of_reply, mode_of
from madoguchi.desk.views.drafts import chosen_inbox_id, letter_of_new_mail
from madoguchi.desk.written import Written
from madoguchi.preflight.finding import Finding


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
        return _show(request, Panel((), is_review=_is_review(request)))
    since = disturbances_since(written.known_event_id, found, reader=request.user)
    findings = findings_for_reply(
        found, letter, user=request.user, ticked=written.ticked, meanwhile=0 if written.shown_event_id else len(since)
    )
    return _show(request, _panel(request, findings, letter, written))


@require_POST
@allowed(Permission.REPLY)
def check_new_mail(request: StaffRequest, key: str) -> HttpResponse:
    """The same for a mail that answers nothing."""
    written = Written.read(request.POST)
    letter = letter_of_new_mail(request, key, written)
    if _is_nothing(letter):
        return _show(request, Panel((), is_review=_is_review(request)))
    inbox = get_inbox(request.user, chosen_inbox_id(request))
    findings = findings_for_new_mail(inbox, letter, user=request.user, ticked=written.ticked)
    return _show(request, _panel(request, findings, letter, written))


def _is_nothing(letter: Letter) -> bool:
    """Nothing was written yet, or more than is ever sent: sending says so, the panel need not."""
    recipients = len(letter.to) + len(letter.cc) + len(letter.bcc)
    return not letter.text.strip() or len(letter.text) > MAX_TEXT_CHARS or recipients > MAX_RECIPIENTS


def _panel(request: StaffRequest, findings: list[Finding], letter: Letter, written: Written) -> Panel:
    return panel_of(findings, letter, ticked=written.ticked, is_review=_is_review(request))


def _is_review(request: StaffRequest) -> bool:
    return bool(request.POST.get("review"))


def _show(request: StaffRequest, panel: Panel) -> HttpResponse:
    number = request.POST.get("close_number", "")
    context = {"panel": panel, "number": int(number) if number.isdecimal() else None}
    return render(request, "desk/preflight.html", context)
