"""Writing: the composer of a conversation, its lock, and sending."""

from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.anew import begin_anew
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.drafts import discard_draft
from madoguchi.conversations.actions.locks import (
    LockedByOther,
    keep_lock,
    release_lock,
    take_lock,
    take_over_lock,
)
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import SomethingHappened, write_reply
from madoguchi.conversations.actions.triage import FieldsMissing
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.preflighting import LookFirst
from madoguchi.conversations.queries import find_draft, get_attachment, get_conversation, get_message
from madoguchi.conversations.requests import KeyUsed
from madoguchi.core.errors import Invalid
from madoguchi.core.markup import render_markup
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.colleagues import colleagues_like
from madoguchi.desk.composing import (
    MODES,
    NOTE,
    REPLY,
    REPLY_ALL,
    Sheet,
    draft_kind,
    open_sheet,
    sent_sheet,
)
from madoguchi.desk.deliveries import taken_back_word
from madoguchi.desk.frame import render_page, toast, trigger, wants_fragment, words_now
from madoguchi.desk.planning import not_done_word, sending_word
from madoguchi.desk.preflight_panel import panel_of
from madoguchi.desk.talk import LockLine, lock_line
from madoguchi.desk.unwritten import check_asks, worded_reply
from madoguchi.desk.used_keys import check_leaves, own_files, used_word
from madoguchi.desk.work import WorkReads
from madoguchi.desk.written import Written, sending_of


def mode_of(request: StaffRequest) -> str:
    """What is being written; anything unknown is a reply."""
    mode = request.POST.get("mode") or request.GET.get("mode", REPLY)
    return mode if mode in MODES else REPLY


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.WRITE_NOTE)
def reply(request: StaffRequest, number: int) -> HttpResponse:
    """The composer of a conversation; posting it sends the reply, the forward or the note."""
    found = get_conversation(request.user, number)
    mode = mode_of(request)
    if request.method == "POST":
        return _send(request, found, mode)
    if found.merged_into_id:  # it is written on there, what waits here too
        return redirect(f"{reverse('desk:reply', args=[found.merged_into_id])}?mode={mode}")
    lock = living_lock(found) if mode != NOTE else None
    if lock is not None and lock.user_id != request.user.pk:
        return _locked(request, found, lock_line(request.user, lock))
    return _show(request, found, open_sheet(request.user, found, mode, words_now()))


def _locked(request: StaffRequest, found: Conversation, line: LockLine | None) -> HttpResponse:
    """Somebody else is replying: whoever may take over is asked at once, the others are told."""
    context = {"lock": line, "number": found.pk, "can_reply": True, "can_note": True}
    response = _answer(request, found, "desk/composer.html#locked", context)
    may_ask = line is not None and line.can_take_over
    return response if line is None or may_ask else toast(response, line.text)


def _show(request: StaffRequest, found: Conversation, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    return _answer(request, found, "desk/composer.html", {"sheet": sheet, "composer": True}, status=status)


def _answer(
    request: StaffRequest, found: Conversation, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """The composer alone for htmx, or the whole page around it."""
    if wants_fragment(request):
        return render(request, template, context, status=status)
    reads = WorkReads(request, found.pk)
    beside = reads.beside_list()
    return beside.render("desk/conversation.html", {**reads.context(reads.conversation()), **context}, status=status)


def _send(request: StaffRequest, found: Conversation, mode: str) -> HttpResponse:
    written = Written.read(request.POST)
    try:
        message = check_leaves(_write(request, found, mode, written))
    except KeyUsed as error:
        return _anew(request, found, mode, written, error)
    except SomethingHappened as error:
        sheet = sent_sheet(request.user, found, mode, written, words_now(), is_disturbed=True)
        return _show(request, found, sheet, status=error.status)
    except LookFirst as error:
        return _review(request, found, mode, written, error)
    except (Invalid, LockedByOther, FieldsMissing) as error:
        sheet = sent_sheet(request.user, found, mode, written, words_now())
        field = error.field if isinstance(error, Invalid) else ""
        return _show(request, found, replace(sheet, error=str(error), error_field=field), status=error.status)
    return _sent(request, found, message, written.status_after)


def _anew(request: StaffRequest, found: Conversation, mode: str, written: Written, error: KeyUsed) -> HttpResponse:
    """The sheet again as a new draft: its letter has gone already, and what was written since stays."""
    files = len(written.file_ids)
    begin_anew(request.user, found, draft_kind(mode), values=written.draft_values(), files=files)
    sheet = open_sheet(request.user, found, REPLY if mode == REPLY_ALL else mode, words_now())
    sheet = replace(sheet, seen_event_id=written.seen_event_id, status_after=written.status_after, since_draft=())
    sheet = replace(sheet, error=used_word(error.message))
    return _show(request, found, sheet, status=error.status)


def _review(request: StaffRequest, found: Conversation, mode: str, written: Written, error: LookFirst) -> HttpResponse:
    """送信内容の確認: the sheet again, with what the check before sending found."""
    letter = letter_of_reply(request, found, mode, written)
    panel = panel_of(error.found, letter, ticked=written.ticked, is_review=True)
    sheet = replace(sent_sheet(request.user, found, mode, written, words_now()), happened=(), review=panel)
    return _show(request, found, sheet, status=error.status)


def _write(request: StaffRequest, found: Conversation, mode: str, written: Written) -> Message:
    if written.is_override and not written.reason:
        raise Invalid(_("Write why you send this all the same."), field="reason")
    if mode == NOTE:
        draft = find_draft(request.user, found, draft_kind(mode))
        enclosures = own_files(request.user, draft, written.file_ids, written.request_key)
        return add_note(found, written.text, user=request.user, enclosures=enclosures, request_key=written.request_key)
    letter = letter_of_reply(request, found, mode, written, is_leaving=True)
    check_asks(letter, written.text, found)
    return write_reply(found, letter, user=request.user, sending=sending_of(written, found.inbox, request.user))


def letter_of_reply(
    request: StaffRequest, found: Conversation, mode: str, written: Written, *, is_leaving: bool = False
) -> Letter:
    """The reply or forward as it would leave, or leaves; its text is empty while nobody has written a word."""
    draft = find_draft(request.user, found, draft_kind(mode))
    enclosures = own_files(request.user, draft, written.file_ids, written.request_key, is_leaving=is_leaving)
    enclosures += _forwarded(request, written, enclosures)
    return worded_reply(written.letter(enclosures), request.user, found, mode, words_now())


def _forwarded(request: StaffRequest, written: Written, present: list[Enclosure]) -> list[Enclosure]:
    """The files of the forwarded message that were not taken off, once each."""
    known = {(each.blob_id, each.name) for each in present}
    found = [get_attachment(request.user, pk) for pk in sorted(written.forwarded_ids)]
    return [
        Enclosure(blob_id=each.blob_id, name=each.name, content_type=each.content_type, size_bytes=each.size_bytes)
        for each in found
        if (each.blob_id, each.name) not in known
    ]


def _sent(request: StaffRequest, found: Conversation, message: Message, wanted: str) -> HttpResponse:
    """Close the composer and say what becomes of the message, and of 対応完了 where that was `wanted`."""
    texts = {
        MessageState.NOTED: _("The note was added."),
        MessageState.AWAITING_APPROVAL: _("Approval was requested."),
    }
    text = texts.get(MessageState(message.state)) or sending_word(message)
    text += not_done_word(message, wanted)
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("desk:conversation", found.pk)
    is_queued = message.state == MessageState.QUEUED
    seconds = found.inbox.undo_seconds if is_queued and message.planned_at is None else 0
    context = {
        "number": found.pk,
        "can_reply": True,
        "can_note": True,
        "text": text,
        "countdown": seconds,
        "subject": found.event_subject,
        "undo_url": reverse("desk:cancel", args=[message.pk]) if is_queued else "",
    }
    return trigger(render(request, "desk/composer.html#sent", context), "news")


@require_POST
@allowed(Permission.REPLY)
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a reply back while it has not left; it is in the composer again."""
    message = get_message(request.user, pk)
    text = taken_back_word(was_asking=message.state == MessageState.AWAITING_APPROVAL)
    cancel_reply(message, user=request.user)
    found = get_conversation(request.user, message.conversation_id)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:reply', args=[found.pk])}?mode={REPLY}")
    sheet = open_sheet(request.user, found, REPLY, words_now())
    response = render(request, "desk/composer.html#taken_back", {"sheet": sheet})
    trigger(response, "taken-back", {"subject": found.event_subject})
    return trigger(toast(response, text), "news")


@require_POST
@allowed(Permission.REPLY)
def lock(request: StaffRequest, number: int) -> HttpResponse:
    """Take or keep the lock while writing; the line that says who has it if somebody else does."""
    found = get_conversation(request.user, number)
    try:
        take_lock(found, user=request.user) if request.POST.get("open") else keep_lock(found, user=request.user)
    except LockedByOther as error:
        context = {"lock": lock_line(request.user, living_lock(found)), "number": number}
        return render(request, "desk/conversation.html#lock_strip", context, status=error.status)
    return HttpResponse()


@require_POST
@allowed(Permission.WRITE_NOTE)
def close(request: StaffRequest, number: int) -> HttpResponse:
    """Close the composer: the lock is given back, the draft stays unless it is thrown away."""
    found = get_conversation(request.user, number)
    release_lock(found, user=request.user)
    draft = find_draft(request.user, found, draft_kind(mode_of(request)))
    if request.POST.get("discard") and draft is not None:
        discard_draft(draft, user=request.user)
    if not wants_fragment(request):
        return redirect("desk:conversation", number)
    kinds = frozenset() if draft is None or request.POST.get("discard") else frozenset({draft.kind})
    context = {"number": number, "can_reply": True, "can_note": True, "draft_kinds": kinds}
    return render(request, "desk/composer.html#closed", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.TAKE_OVER_LOCK)
def take_over(request: StaffRequest, number: int) -> HttpResponse:
    """Ask why, then continue the reply that somebody else has begun."""
    found = get_conversation(request.user, number)
    context = {
        "number": number,
        "lock": lock_line(request.user, living_lock(found)),
        "error": "",
        "dialog_title": _("Take over the reply"),
    }
    if request.method == "POST":
        try:
            take_over_lock(found, user=request.user, reason=request.POST.get("reason", ""))
        except Invalid as error:
            return render(request, "desk/take_over.html", {**context, "error": str(error)}, status=error.status)
        if not wants_fragment(request):
            return redirect(f"{reverse('desk:reply', args=[number])}?mode={REPLY}")
        sheet = open_sheet(request.user, found, REPLY, words_now())
        return trigger(render(request, "desk/composer.html#taken_over", {"sheet": sheet}), "dialog-close")
    if wants_fragment(request):
        return render(request, "desk/take_over.html", context)
    return render_page(request, "desk/dialog_page.html", {**context, "dialog": "desk/take_over.html"})


@require_safe
@allowed(Permission.WRITE_NOTE)
def colleagues(request: StaffRequest) -> HttpResponse:
    """The staff whom the @ of a note may mean."""
    found = colleagues_like(request.GET.get("q", "")[:60])
    return render(request, "desk/colleagues.html", {"colleagues": found})


@require_POST
@allowed(Permission.WRITE_NOTE)
def preview(request: StaffRequest) -> HttpResponse:
    """What a rich letter will look like."""
    html = render_markup(request.POST.get("text", "").replace("\r\n", "\n")[:200_000])
    return render(request, "desk/composer.html#preview", {"html": html})
