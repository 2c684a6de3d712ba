"""The check before sending on the page of a request: what was found in the letter that waits, or in it as edited."""

from collections.abc import Sequence
from dataclasses import replace

from madoguchi.conversations.approval_choices import RequestState
from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.models import ApprovalRequest
from madoguchi.conversations.preflighting import findings_for_stored
from madoguchi.desk.forms.approval import DecideForm
from madoguchi.desk.preflight_panel import Panel, panel_of
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.parts import Part


def findings_of(request: ApprovalRequest, form: DecideForm | None, refused: Sequence[Finding] | None) -> Panel | None:
    """What an approver is told before they decide; `refused` is what stood in the way of their edit."""
    if request.state != RequestState.WAITING:
        return None
    return _without_plan(_found_in(request, form, refused))


def _without_plan(panel: Panel) -> Panel:
    """The time a letter leaves is its author's to choose: no button leads to what is not on this page."""
    lines = [replace(line, repair="") if line.goes_to == Part.PLAN else line for line in panel.lines]
    return replace(panel, lines=lines)


def _found_in(request: ApprovalRequest, form: DecideForm | None, refused: Sequence[Finding] | None) -> Panel:
    message = request.message
    if refused is not None and form is not None:
        return panel_of(refused, form.letter())
    if form is not None and form.is_bound and form.has_letter:
        return panel_of(findings_for_stored(message, message.conversation, edited=form.letter()), form.letter())
    return panel_of(findings_for_stored(message, message.conversation), letter_of(message))
