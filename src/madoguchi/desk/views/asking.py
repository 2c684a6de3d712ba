"""Requests to others (依頼): beginning one, the tab beside the conversation, taking an answer into the reply."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.asking import Question, begin_side, note_seen
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.guests import Shared, revoke_guest_links
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.asking import chosen_files, chosen_messages, get_side, sides_of, words_of
from madoguchi.conversations.choices import Status
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import find_draft, get_conversation
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.asides import Ask, asides_of, default_subject, known_addresses, letter_text, offered
from madoguchi.desk.composing import REPLY, open_sheet
from madoguchi.desk.forms.asking import AskForm
from madoguchi.desk.frame import render_page, toast, wants_fragment, words_now
from madoguchi.desk.talk import lock_line
from madoguchi.desk.views.triage import changed
from madoguchi.desk.written import Written


@require_safe
@allowed(Permission.READ)
def asides(request: StaffRequest, number: int) -> HttpResponse:
    """The requests of a conversation as they stand now."""
    found = get_conversation(request.user, number)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:conversation', args=[number])}?side=asides")
    return render(request, "desk/asides.html", {"asides": asides_of(request.user, found, words_now())})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def ask(request: StaffRequest, number: int) -> HttpResponse:
    """Say whom to ask and what goes along; the letter is then finished in the composer."""
    found = get_conversation(request.user, number)
    form = AskForm(request.POST or None, initial={"subject": default_subject(found)})
    if request.method == "POST" and form.is_valid():
        try:
            return _begun(request, found, form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        "form": form,
        "dialog_title": _("Ask others"),
        "number": number,
        "offered": offered(found, words_now()),
        "known": known_addresses(request.user),
        "chosen": request.POST.getlist("message"),
        "files": request.POST.getlist("file"),
    }
    status = 422 if request.method == "POST" else 200
    if wants_fragment(request):
        return render(request, "desk/ask.html", context, status=status)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": "desk/ask.html"}, status=status)


def _begun(request: StaffRequest, found: Conversation, values: dict[str, Any]) -> HttpResponse:
    messages = chosen_messages(found, _ids(request, "message"))
    files, has_page = chosen_files(found, _ids(request, "file")), values["way"] == "page"
    ask = Ask(values["name"].strip(), messages, values["wanted_on"], has_page)
    question = Question(
        to=Address(values["to"].strip(), values["name"].strip()),
        subject=values["subject"],
        text=letter_text(request.user, found, ask, words_now()),
        files=[] if has_page else files,
        wanted_on=values["wanted_on"],
        page=Shared(messages, files) if has_page else None,
    )
    draft = begin_side(found, question, user=request.user)
    url = f"{reverse('desk:reply', args=[draft.conversation_id])}?mode={REPLY}"
    if not wants_fragment(request):
        return redirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


def _ids(request: StaffRequest, name: str) -> list[int]:
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 19]


@require_POST
@allowed(Permission.REPLY)
def take(request: StaffRequest, number: int) -> HttpResponse:
    """Put the answer to a request into the reply to the customer, above its signature."""
    side, parent = get_side(request.user, number)
    answer = next((each.answer for each in sides_of(request.user, parent.pk) if each.conversation.pk == side.pk), None)
    if answer is None:
        raise NotFound(_("There is no answer to this request yet."))
    lock = living_lock(parent)
    if lock is not None and lock.user_id != request.user.pk:
        line = lock_line(request.user, lock)
        return toast(HttpResponse(status=204), line.text if line else "")
    _take(request, parent, words_of(answer))
    note_seen(side.pk)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:reply', args=[parent.pk])}?mode={REPLY}")
    sheet = open_sheet(request.user, parent, REPLY, words_now())
    return render(request, "desk/composer.html", {"sheet": sheet, "composer": True})


def _take(request: StaffRequest, parent: Conversation, text: str) -> None:
    """What stands in the open composer comes along with the request; else the draft, else a blank letter."""
    parent = get_conversation(request.user, parent.pk)
    sheet = open_sheet(request.user, parent, REPLY, words_now())
    if request.POST.get("mode") == REPLY:
        values = Written.read(request.POST).draft_values()
    elif draft := find_draft(request.user, parent, REPLY):
        values = {"text": draft.text}
    else:
        to = [{"email": each.address, "name": each.name} for each in sheet.to]
        values = {"to": to, "subject": sheet.subject, "text": sheet.text, "seen_event_id": sheet.seen_event_id}
    values["text"] = _above_signature(values["text"], text, sheet.closing)
    save_draft(request.user, parent, REPLY, values=values)


def _above_signature(letter: str, text: str, closing: str) -> str:
    above, is_there, below = letter.rpartition(closing.strip()) if closing.strip() else (letter, "", "")
    if not is_there:
        above, below = letter, ""
    return f"{above.rstrip()}\n\n{text}\n\n{is_there}{below}".lstrip("\n")


@require_POST
@allowed(Permission.REPLY)
def finish(request: StaffRequest, number: int) -> HttpResponse:
    """Take a request for finished, or open it again."""
    side, parent = get_side(request.user, number)
    wanted = Status.WAIT if request.POST.get("again") else Status.DONE
    step = change_status([side], wanted, user=request.user)
    note_seen(side.pk)
    text = _("The request is open again.") if wanted == Status.WAIT else _("The request is finished.")
    return changed(request, text, step, to=f"{reverse('desk:conversation', args=[parent.pk])}?side=asides")


@require_POST
@allowed(Permission.REPLY)
def revoke(request: StaffRequest, number: int) -> HttpResponse:
    """End the page on which a guest could answer."""
    side, parent = get_side(request.user, number)
    revoke_guest_links(side, user=request.user)
    return changed(
        request, _("The page is closed."), to=f"{reverse('desk:conversation', args=[parent.pk])}?side=asides"
    )
