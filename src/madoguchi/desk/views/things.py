"""Conversations as things: moving a message, linking, closing children, reopening with a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.links import close_children, link_conversations, unlink_conversations
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.reopening import reopen_conversation
from madoguchi.conversations.actions.restructure import split_conversation
from madoguchi.conversations.actions.triage import FieldsMissing
from madoguchi.conversations.fields import missing_fields
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.links import get_link, links_of, open_children
from madoguchi.conversations.mixing import moving_told
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.things import ReopenForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.linked import linked_lines
from madoguchi.desk.missing import tell_left
from madoguchi.desk.picking import candidates, number_in_words
from madoguchi.desk.promise_lines import with_promises_among
from madoguchi.desk.views.triage import changed, dialog

NEW = "new"


def _at(number: int) -> str:
    return reverse("desk:conversation", args=[number])


def pick_dialog(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The dialog in which another conversation is chosen; while one searches only what was found."""
    if "q" in request.GET and wants_fragment(request):
        return render(request, "desk/pick.html", context)
    if wants_fragment(request):
        return render(request, template, context, status=status)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": template}, status=status)


def pick_context(request: StaffRequest, here: Conversation, url: str) -> dict[str, Any]:
    """What that dialog shows: what was typed, what it may mean, and what is chosen."""
    typed = request.POST.get("q", "") or request.GET.get("q", "")
    found = candidates(request.user, here, typed, words_now())
    chosen = request.POST.get("other", "") or (str(found[0].number) if typed and len(found) == 1 else "")
    is_here = number_in_words(typed) == here.pk
    return {"number": here.pk, "url": url, "typed": typed, "candidates": found, "other": chosen, "is_here": is_here}


def picked(request: StaffRequest) -> Conversation:
    """The one that was chosen; a number typed after the last search is meant rather than what stood there before."""
    typed, searched = request.POST.get("q", "").strip(), request.POST.get("searched", "").strip()
    chosen = "" if typed and typed != searched else request.POST.get("other", "")
    number = number_in_words(chosen or typed)
    if number is None:
        raise Invalid(_("Enter the number of a conversation, or choose one."), field="other")
    return get_conversation(request.user, number)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one message into another conversation, or into a new one."""
    message = get_message(request.user, pk)
    here = get_conversation(request.user, message.conversation_id)
    context: dict[str, Any] = {"message": message, "is_only": here.messages.count() == 1}
    if request.method == "POST":
        try:
            return _moved(request, here, message)
        except _OtherCustomer as warning:
            context |= {"warning": warning.user_message, "sure": True}
        except DomainError as error:
            context["error"] = error.user_message
    context = pick_context(request, here, reverse("desk:move", args=[pk])) | context
    context["dialog_title"] = _("Move this message")
    return pick_dialog(request, "desk/move.html", context, status=422 if request.method == "POST" else 200)


class _OtherCustomer(DomainError):
    """The message would stand in a conversation of somebody else: asked once, then done."""


def _moved(request: StaffRequest, here: Conversation, message: Message) -> HttpResponse:
    if request.POST.get("other") == NEW:
        new, step = split_conversation(here, message, user=request.user, only_this=True)
        text = _("Moved into the new #%(number)s.") % {"number": new.pk}
        return changed(request, text, step, to=_at(new.pk), link=new.pk)
    target = picked(request)
    told = moving_told(here, target)
    if told and not request.POST.get("sure"):
        raise _OtherCustomer(told)
    step = move_message(message, target, user=request.user)
    text = _("Moved to #%(number)s.") % {"number": target.pk}
    return changed(request, text, step, to=_at(target.pk), link=target.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def link(request: StaffRequest, number: int) -> HttpResponse:
    """Link a conversation with another one."""
    here = get_conversation(request.user, number)
    relation = request.POST.get("relation", Relation.RELATED.value)
    context: dict[str, Any] = {"relations": Relation.choices, "relation": relation}
    if request.method == "POST":
        try:
            other = picked(request)
            step = link_conversations(here, other, relation, user=request.user)
            return changed(request, _("Linked with #%(number)s.") % {"number": other.pk}, step, to=_at(number))
        except DomainError as error:
            context["error"] = error.user_message
    context = pick_context(request, here, reverse("desk:link", args=[number])) | context
    context["dialog_title"] = _("Link with another conversation")
    return pick_dialog(request, "desk/link.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@allowed(Permission.READ)
def links(request: StaffRequest, number: int) -> HttpResponse:
    """What a conversation is linked with, as it stands now."""
    here = get_conversation(request.user, number)
    if not wants_fragment(request):
        return redirect("desk:conversation", number)
    lines = linked_lines(number, links_of(request.user, here.pk), can_change=may(request.user, Permission.ASSIGN))
    return render(request, "desk/links.html", {"links": lines})


@require_POST
@allowed(Permission.ASSIGN)
def unlink(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Take a link away."""
    here = get_conversation(request.user, number)
    step = unlink_conversations(get_link(here, pk), user=request.user)
    return changed(request, _("The link was removed."), step, to=_at(number))


@require_POST
@allowed(Permission.ASSIGN)
def close_all(request: StaffRequest, number: int) -> HttpResponse:
    """対応完了 for every open child."""
    here = get_conversation(request.user, number)
    children = open_children(request.user, here)
    try:
        step, missing = close_children(here, user=request.user)
    except FieldsMissing:
        return tell_left(request, None, children, missing_fields(children))
    closed = [child.pk for child in children if child.pk not in missing]
    text = ngettext("%(n)d child is done", "%(n)d children are done", len(closed)) % {"n": len(closed)}
    text, link = with_promises_among(text, closed)
    done = changed(request, text, step, to=_at(number), link=link)
    return tell_left(request, done, children, missing) if missing else done


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def reopen(request: StaffRequest, number: int) -> HttpResponse:
    """Open a conversation again and say why."""
    here = get_conversation(request.user, number)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = reopen_conversation(here, form.cleaned_data["reason"], user=request.user)
        return changed(request, _("Opened again."), step, to=_at(number))
    return dialog(request, form, _("Open again with a reason"), reverse("desk:reopen", args=[number]), _("Reopen"))
