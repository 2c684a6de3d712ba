"""Drafts: saving what is typed, their files, one's own list of them, and mails that answer nothing."""

import secrets
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox, inboxes_of
from madoguchi.conversations.actions.anew import begin_anew, begin_mail_anew
from madoguchi.conversations.actions.drafts import (
    AlreadyWritten,
    DraftTaken,
    attach_to_draft,
    change_draft,
    detach_from_draft,
    discard_draft,
    enclose_in_draft,
    save_draft,
    start_new_mail,
)
from madoguchi.conversations.actions.replies import write_new_mail
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Draft, DraftAttachment, Message
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.conversations.queries import (
    drafts_of,
    find_draft,
    find_new_mail,
    get_attachment,
    get_conversation,
    get_draft,
)
from madoguchi.conversations.requests import KeyUsed, is_written
from madoguchi.conversations.shared_drafts import shared_drafts_of
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.beside_list import render_beside_list
from madoguchi.desk.composing import Sheet, draft_kind, new_sheet, refill, with_along
from madoguchi.desk.frame import chosen_filter, render_page, wants_fragment, words_now
from madoguchi.desk.planning import not_done_word, sending_word
from madoguchi.desk.preflight_panel import panel_of
from madoguchi.desk.unwritten import worded_mail
from madoguchi.desk.used_keys import anew_answer, begun_answer, check_leaves, late_answer, own_files, used_word
from madoguchi.desk.views.composer import mode_of
from madoguchi.desk.written import Written, sending_of


@require_POST
@allowed(Permission.WRITE_NOTE)
def save(request: StaffRequest, number: int) -> HttpResponse:
    """Save what is being written on a conversation."""
    found, kind = get_conversation(request.user, number), draft_kind(mode_of(request))
    written = Written.read(request.POST)
    try:
        draft = save_draft(request.user, found, kind, values=written.draft_values())
    except DraftTaken as error:
        return HttpResponse(str(error), status=error.status)
    except AlreadyWritten as error:
        begun = find_draft(request.user, found, kind)
        if begun is not None and begun.text.strip():
            return begun_answer()
        if not request.POST.get("anew"):
            return late_answer(error)
        values, files = written.draft_values(), len(written.file_ids)
        return anew_answer(begin_anew(request.user, found, kind, values=values, files=files))
    enclose_in_draft(draft, [get_attachment(request.user, pk) for pk in written.forwarded_ids], user=request.user)
    if written.removed_ids:
        detach_from_draft(draft, list(written.removed_ids), user=request.user)
    return HttpResponse(status=204)


@require_POST
@allowed(Permission.WRITE_NOTE)
def attach(request: StaffRequest, number: int) -> HttpResponse:
    """Keep an uploaded file with the draft; answers its id."""
    found = get_conversation(request.user, number)
    kind = draft_kind(mode_of(request))
    draft = find_draft(request.user, found, kind) or save_draft(request.user, found, kind, values={})
    return _attach(request, draft)


def _attach(request: StaffRequest, draft: Draft) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"error": _("No file arrived. Please choose it again.")}, status=422)
    try:
        kept = attach_to_draft(
            draft,
            name=upload.name or "file",
            content_type=upload.content_type or "application/octet-stream",
            content=upload.read(),
            user=request.user,
        )
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    return JsonResponse({"id": kept.pk})


@require_safe
@allowed(Permission.WRITE_NOTE)
def drafts(request: StaffRequest) -> HttpResponse:
    """Everything one has begun and not sent."""
    words = words_now()
    rows = [(draft, words.short(draft.updated_at)) for draft in drafts_of(request.user)[:200]]
    shared = [(draft, words.short(draft.updated_at)) for draft in shared_drafts_of(request.user)[:200]]
    return render_page(request, "desk/drafts.html", {"drafts": rows, "shared": shared})


@require_POST
@allowed(Permission.WRITE_NOTE)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw one draft away."""
    discard_draft(get_draft(request.user, pk), user=request.user)
    messages.success(request, _("The draft was thrown away."))
    return redirect("desk:drafts")


@require_safe
@allowed(Permission.REPLY)
def compose(request: StaffRequest) -> HttpResponse:
    """An empty mail under a fresh key."""
    return _compose(request, secrets.token_hex(8), None)


def _compose(request: StaffRequest, key: str, sheet: Sheet | None, *, status: int = 200) -> HttpResponse:
    draft = find_new_mail(request.user, key)
    chosen = chosen_filter(request)
    sheet = sheet or new_sheet(request.user, key, draft, words_now(), inbox_id=chosen.inbox)
    context = {"sheet": sheet, "composer": True}
    if wants_fragment(request):
        return render(request, "desk/compose.html#work_pane", context, status=status)
    return render_beside_list(request, "desk/compose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new_mail(request: StaffRequest, key: str) -> HttpResponse:
    """A mail that answers nothing: continue its draft, or send it."""
    if request.method != "POST":
        return redirect("desk:compose") if is_written(request.user, key) else _compose(request, key, None)
    written = replace(Written.read(request.POST), request_key=key)
    draft = find_new_mail(request.user, key)
    inbox = get_inbox(request.user, chosen_inbox_id(request))
    letter = letter_of_new_mail(request, key, written)
    try:
        letter = letter_of_new_mail(request, key, written, is_leaving=True)
        sending = replace(sending_of(written, inbox, request.user), seen_event_id=0, override_reason="")
        message = check_leaves(write_new_mail(inbox, letter, user=request.user, sending=sending))
    except KeyUsed as error:
        return _mail_anew(request, inbox, written, error)
    except (Invalid, LookFirst) as error:
        blank = new_sheet(request.user, key, None, words_now(), inbox_id=inbox.pk)
        sheet = refill(blank, written, _files_of(draft, written), words_now())
        sheet = with_along(sheet, request.user, written.along, inbox.pk)
        if isinstance(error, Invalid):
            return _refused(request, replace(sheet, error=str(error), error_field=error.field), error.status)
        panel = panel_of(error.found, letter, ticked=written.ticked, is_review=True)
        return _refused(request, replace(sheet, review=panel), error.status)
    if draft is not None:
        discard_draft(draft, user=request.user)
    return _go(request, message, written.status_after)


def _mail_anew(request: StaffRequest, inbox: Inbox, written: Written, error: KeyUsed) -> HttpResponse:
    """The sheet again as a new draft: its mail has gone already, and what was written since stays."""
    files = len(written.file_ids)
    kept = begin_mail_anew(request.user, inbox, values=written.draft_values(), files=files)
    draft = get_draft(request.user, kept.pk)
    sheet = new_sheet(request.user, draft.request_key, draft, words_now(), inbox_id=inbox.pk)
    sheet = replace(sheet, error=used_word(error.message), status_after=written.status_after)
    return _refused(request, sheet, error.status)


def _files_of(draft: Draft | None, written: Written) -> list[DraftAttachment]:
    return [each for each in draft.attachments.all() if each.pk in written.file_ids] if draft else []


def letter_of_new_mail(request: StaffRequest, key: str, written: Written, *, is_leaving: bool = False) -> Letter:
    """The mail as it would leave, or leaves; its text is empty while nobody has written a word."""
    draft = find_new_mail(request.user, key)
    files = own_files(request.user, draft, written.file_ids, key, is_leaving=is_leaving)
    return worded_mail(written.letter(files), request.user)


def _refused(request: StaffRequest, sheet: Sheet, status: int) -> HttpResponse:
    """The sheet again with what is wrong: alone where htmx puts it in place of the sheet, else on the whole page."""
    if wants_fragment(request):
        return render(request, "desk/composer.html", {"sheet": sheet}, status=status)
    return _compose(request, sheet.request_key, sheet, status=status)


def _go(request: StaffRequest, message: Message, wanted: str) -> HttpResponse:
    """To the conversation that was begun."""
    number = message.conversation_id
    text = sending_word(message) if message.planned_at else _("The mail will be sent.")
    messages.success(request, text + not_done_word(message, wanted))
    if not wants_fragment(request):
        return redirect("desk:conversation", number)
    response = HttpResponse()
    response["HX-Redirect"] = reverse("desk:conversation", args=[number])
    return response


def chosen_inbox_id(request: StaffRequest) -> int:
    """The desk chosen in the form, else the first one of this person."""
    value = request.POST.get("inbox", "")
    if value.isdecimal():
        return int(value)
    first = inboxes_of(request.user).first()
    return first.pk if first else 0


@require_POST
@allowed(Permission.REPLY)
def save_new(request: StaffRequest, key: str) -> HttpResponse:
    """Save a mail that answers nothing."""
    written = Written.read(request.POST)
    try:
        draft = _new_draft(request, key)
    except AlreadyWritten as error:
        if not request.POST.get("anew"):
            return late_answer(error)
        inbox, values = get_inbox(request.user, chosen_inbox_id(request)), written.draft_values()
        files = len(written.file_ids)
        return anew_answer(begin_mail_anew(request.user, inbox, values={**values, "request_key": key}, files=files))
    change_draft(draft, user=request.user, values={**written.draft_values(), "request_key": key})
    if written.removed_ids:
        detach_from_draft(draft, list(written.removed_ids), user=request.user)
    return HttpResponse(status=204)


def _new_draft(request: StaffRequest, key: str) -> Draft:
    draft = find_new_mail(request.user, key)
    if draft is not None:
        return draft
    return start_new_mail(request.user, get_inbox(request.user, chosen_inbox_id(request)), values={"request_key": key})


@require_POST
@allowed(Permission.REPLY)
def attach_new(request: StaffRequest, key: str) -> HttpResponse:
    """Keep an uploaded file with a mail that answers nothing."""
    return _attach(request, _new_draft(request, key))
