"""Attachments, and messages as they really are: as HTML in a frame of its own, as source, with their headers.

Whatever a stranger sent is answered with headers under which a browser runs nothing of it.
"""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.models import Attachment, Message
from madoguchi.conversations.queries import archive_of_files, get_attachment, get_message
from madoguchi.core.errors import NotFound
from madoguchi.customers.actions.showing import is_file_open, open_file
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.entries import PREVIEWABLE
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.framed_mail import framed_mail, policy
from madoguchi.desk.masked import refuse_masked
from madoguchi.desk.remarks import remark_word
from madoguchi.desk.shut_files import ReasonForm, is_readable, on_purpose
from madoguchi.desk.views.triage import dialog
from madoguchi.files.queries import read_blob
from madoguchi.search.decoding import NotText, decode_text

#: Bytes of text beyond this are for downloading, not for looking at.
_SHOWN_TEXT = 400_000


#: For bytes of strangers: no origin, no scripts, nothing loaded. (`sandbox` alone is a directive without values.)
NOTHING_RUNS: dict[str, Any] = {"default-src": ["'none'"], "sandbox": True}


def safely(content: bytes, attachment: Attachment, *, inline: bool) -> HttpResponse:
    """The bytes of a file with headers under which a browser runs nothing of them."""
    shown = inline and attachment.content_type in PREVIEWABLE
    kind = attachment.content_type if shown else "application/octet-stream"
    if shown and kind.startswith("text/"):
        content, kind = _words_of(content).encode(), "text/plain; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    disposition = "inline" if shown else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(attachment.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _words_of(content: bytes) -> str:
    """The beginning of a text in its own encoding, up to the end of a line."""
    if len(content) > _SHOWN_TEXT:
        content = content[: content.rfind(b"\n", 0, _SHOWN_TEXT) + 1 or _SHOWN_TEXT]
    try:
        return decode_text(content)
    except NotText:
        return content.decode("utf-8", errors="replace")


@require_safe
@allowed(Permission.READ)
@csp_override(NOTHING_RUNS)
def attachment(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes of a file: to be saved, or with `inline` to be looked at where browsers do that safely."""
    found = get_attachment(request.user, pk)
    inline = request.GET.get("inline") == "1"
    if not is_readable(request.user, found.blob_id, found.content_type if inline else ""):
        return redirect("desk:file-show", pk)
    return on_purpose(request.user, found.blob_id, safely(read_blob(found.blob), found, inline=inline))


@require_safe
@allowed(Permission.READ)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """All the files of a message as one ZIP archive."""
    name, content = archive_of_files(get_message(request.user, pk))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@allowed(Permission.READ)
@csp_override({"default-src": ["'none'"], "frame-ancestors": ["'self'"]})
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """A PDF for the browser's own viewer, which a sandbox would switch off."""
    found = get_attachment(request.user, pk)
    if found.content_type != "application/pdf":
        raise NotFound(_("There is no preview of this file."))
    if not is_readable(request.user, found.blob_id):
        return redirect("desk:file-show", pk)
    return on_purpose(request.user, found.blob_id, safely(read_blob(found.blob), found, inline=True))


@require_safe
@allowed(Permission.READ)
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """A file in a dialog; where nothing in it can be masked, first the question why it is needed."""
    found = get_attachment(request.user, pk)
    if not is_readable(request.user, found.blob_id, found.content_type):
        return ask_for_reason(request, reverse("desk:file-show", args=[pk]))
    return show_preview(request, found)


def show_preview(request: StaffRequest, found: Attachment) -> HttpResponse:
    """The file in its dialog, as much of it as the person may read."""
    is_open = is_file_open(found.blob_id, request.user)
    text = _words_of(read_blob(found.blob)) if found.content_type.startswith("text/") else ""
    context = {
        "file": found,
        "size": words_now().size(found.size_bytes),
        "text": text,
        "is_image": found.content_type.startswith("image/"),
        "is_pdf": found.content_type == "application/pdf",
        "can_download": is_open and not request.user.keeps_files,
        "show_url": "" if is_open else reverse("desk:file-show", args=[found.pk]),
        "dialog": "desk/preview.html",
        "dialog_title": found.name,
    }
    if wants_fragment(request):
        return on_purpose(request.user, found.blob_id, render(request, "desk/preview.html", context))
    return render_page(request, "desk/dialog_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask why a file is needed as it is, then open it."""
    found = get_attachment(request.user, pk)
    if request.method == "POST" and (form := ReasonForm(request.POST)).is_valid():
        about = f"conversation:{found.message.conversation_id}"
        open_file(found.blob_id, about=about, reason=form.cleaned_data["reason"], user=request.user)
        return show_preview(request, found) if wants_fragment(request) else redirect("desk:preview", pk)
    return ask_for_reason(request, reverse("desk:file-show", args=[pk]))


def ask_for_reason(request: StaffRequest, url: str) -> HttpResponse:
    """The question why a file is needed as it is, as a dialog or as a page of its own."""
    return dialog(request, ReasonForm(request.POST or None), _("Open the file unmasked"), url, _("Open"))


@require_safe
@allowed(Permission.READ)
def html(request: StaffRequest, pk: int) -> HttpResponse:
    """The HTML of a message for its sandboxed frame; remote images only when `images` asks for them."""
    message = get_message(request.user, pk)
    with_images = request.GET.get("images") == "1"
    files = (
        {}
        if request.user.masks_contacts
        else {
            each.content_id: f"{reverse('desk:attachment', args=[each.pk])}?inline=1"
            for each in message.attachments.all()
            if each.content_id
        }
    )
    page = framed_mail(message.html, files=files, with_images=with_images, url=request.path)
    response = HttpResponse(page)
    response["Content-Security-Policy"] = policy(with_images=with_images)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@allowed(Permission.READ)
def as_html(request: StaffRequest, pk: int) -> HttpResponse:
    """A dialog with the message as HTML."""
    message = get_message(request.user, pk)
    return render(request, "desk/as_html.html", {"message": message})


@require_safe
@allowed(Permission.READ)
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """The message exactly as it arrived, as text."""
    refuse_masked(request.user)
    message = get_message(request.user, pk)
    if message.raw is None:
        raise NotFound(_("The original of this message is not kept any more."))
    response = HttpResponse(read_blob(message.raw.blob), content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if request.GET.get("download"):
        response["Content-Disposition"] = f'attachment; filename="message-{pk}.eml"'
        response["Content-Type"] = "application/octet-stream"
    return response


@require_safe
@allowed(Permission.READ)
def details(request: StaffRequest, pk: int) -> HttpResponse:
    """Sender, recipients, times and headers of a message."""
    message = get_message(request.user, pk)
    words = words_now()
    context = {
        "message": message,
        "sent": words.full(message.sent_at) if message.sent_at else "",
        "arrived": words.full(message.at),
        "sender": _with_name(message),
        "remarks": [remark_word(each) for each in message.warnings],
        "dialog": "desk/details.html",
        "dialog_title": _("Sender, recipients and headers"),
        "number": message.conversation_id,
    }
    if wants_fragment(request):
        return render(request, "desk/details.html", context)
    return render_page(request, "desk/dialog_page.html", context)


def _with_name(message: Message) -> str:
    if not message.sender_address:
        return message.sender_name or _("(unknown sender)")
    return f"{message.sender_name} <{message.sender_address}>".strip()
