"""Merging conversations: one with another that is looked for, or several that were selected; it is shown what joins."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.mixing import merging_told
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.picking import as_candidates
from madoguchi.desk.views.things import pick_context, pick_dialog, picked
from madoguchi.desk.views.triage import changed, chosen_ones


class _OtherCustomers(DomainError):
    """What belongs to several customers would be one: asked once, then done."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def merge(request: StaffRequest, number: int) -> HttpResponse:
    """Join another conversation with this one; it is looked for by number, by words, or among the customer's own."""
    here = get_conversation(request.user, number)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _merged(request, here)
        except _OtherCustomers as warning:
            context |= {"warning": warning.user_message, "sure": warning.facts["other"]}
        except DomainError as error:
            context["error"] = error.user_message
    context = pick_context(request, here, reverse("desk:merge", args=[number])) | context
    context["dialog_title"] = _("Merge with another")
    return pick_dialog(request, "desk/merge.html", context, status=422 if request.method == "POST" else 200)


def _merged(request: StaffRequest, here: Conversation) -> HttpResponse:
    other = picked(request)
    told = merging_told(here, [other])
    if told and request.POST.get("sure") != str(other.pk):
        raise _OtherCustomers(told, other=other.pk)
    step = merge_conversations(here, [other], user=request.user)
    to = reverse("desk:conversation", args=[here.pk])
    return changed(request, _("Merged #%(other)s into this one.") % {"other": other.pk}, step, to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def merge_many(request: StaffRequest) -> HttpResponse:
    """Join those that were selected; which one goes on is chosen, the oldest unless said otherwise."""
    chosen = sorted(chosen_ones(request), key=lambda each: each.pk)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _merged_many(request, chosen)
        except DomainError as error:
            context["error"] = error.user_message
    context |= _many_context(request, chosen)
    code = 422 if request.method == "POST" else 200
    if wants_fragment(request):
        return render(request, "desk/merge_many.html", context, status=code)
    context |= {"dialog": "desk/merge_many.html", "dialog_title": _("Merge the selected conversations into one?")}
    return render_page(request, "desk/dialog_page.html", context, status=code)


def _merged_many(request: StaffRequest, chosen: Sequence[Conversation]) -> HttpResponse:
    survivor, others = _survivor(request, chosen)
    if survivor is None:
        raise Invalid(_("Choose at least two conversations."), field="into")
    step = merge_conversations(survivor, others, user=request.user)
    text = ngettext(
        "Merged %(n)d conversation into #%(into)d.", "Merged %(n)d conversations into #%(into)d.", len(others)
    )
    to = reverse("desk:conversation", args=[survivor.pk])
    return changed(request, text % {"n": len(others), "into": survivor.pk}, step, to=to)


def _survivor(
    request: StaffRequest, chosen: Sequence[Conversation]
) -> tuple[Conversation | None, Sequence[Conversation]]:
    wanted = request.POST.get("into", "")
    survivor = next((each for each in chosen if str(each.pk) == wanted), chosen[0] if chosen else None)
    return survivor, [each for each in chosen if each is not survivor]


def _many_context(request: StaffRequest, chosen: Sequence[Conversation]) -> dict[str, Any]:
    survivor, others = _survivor(request, chosen)
    warning = merging_told(survivor, others) if survivor is not None else ""
    into = str(survivor.pk) if survivor is not None else ""
    return {"candidates": as_candidates(chosen, words_now()), "warning": warning, "into": into}
