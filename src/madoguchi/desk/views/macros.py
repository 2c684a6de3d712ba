"""Macros: what a template brings along, done at once to the open conversation or to those selected in the list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, wants_fragment
from madoguchi.desk.promise_lines import with_promises, with_promises_among
from madoguchi.desk.views.triage import changed, chosen_ones
from madoguchi.wording.actions.macros import Done, run_macro, status_with
from madoguchi.wording.models import Template
from madoguchi.wording.queries import get_template, macros_for

#: As many as one looks through; more are found by typing.
_SHOWN = 200


@require_POST
@allowed(Permission.ASSIGN)
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """Do what a template brings along to the named conversations, with one 元に戻す."""
    template, chosen = get_template(request.user, pk), chosen_ones(request)
    done = run_macro(template, chosen, user=request.user)
    text, link = _said(template, chosen, done), 0
    if status_with([template.pk], user=request.user) == Status.DONE:
        text, link = _with_promises(text, [each.pk for each in chosen])
    return changed(request, text, done.step, link=link)


def _with_promises(text: str, numbers: list[int]) -> tuple[str, int]:
    """What was done, with the promises that are still open where it is finished now."""
    return (with_promises(text, numbers[0]), 0) if len(numbers) == 1 else with_promises_among(text, numbers)


def _said(template: Template, chosen: list[Conversation], done: Done) -> str:
    amount = ngettext("%(n)d conversation", "%(n)d conversations", len(chosen)) % {"n": len(chosen)}
    text = f"{amount} – {template.name}"
    if done.left_out:
        text = f"{text}\n{_('Left out')}: {' '.join(done.left_out[:3])}"
    return text


@require_safe
@allowed(Permission.ASSIGN)
def choose(request: StaffRequest) -> HttpResponse:
    """The macros for the conversations selected in the list; one click does one of them."""
    lines = [(each, "、".join(one["name"] for one in each.actions)) for each in macros_for(request.user)[:_SHOWN]]
    context = {"lines": lines, "chosen": chosen_ones(request), "dialog_title": _("Run a macro")}
    if wants_fragment(request):
        return render(request, "desk/macros.html", context)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": "desk/macros.html"})
