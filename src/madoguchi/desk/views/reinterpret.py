"""「文字化け? 再解釈」: the ways in which a message can be read, and choosing one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.registry import channel_class
from madoguchi.conversations.actions.reinterpreting import reinterpret_message
from madoguchi.conversations.models import Message
from madoguchi.conversations.queries import get_message
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, wants_fragment
from madoguchi.desk.views.triage import changed
from madoguchi.files.queries import read_blob

#: Enough of a text to see whether it makes sense.
_SHOWN = 400


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.WRITE_NOTE)
def reinterpret(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the readings, or take the one that was chosen."""
    message = get_message(request.user, pk)
    if message.raw is None:
        raise NotFound(_("The original of this message is not kept any more."))
    raw, channel = read_blob(message.raw.blob), channel_class(message.inbox.kind)
    if request.method == "POST":
        return _take(request, message, raw)
    context = {
        "message": message,
        "readings": [(each.charset, each.text[:_SHOWN]) for each in channel.reinterpretations(raw)],
        "dialog": "desk/reinterpret.html",
        "dialog_title": _("Garbled? Decode anew"),
        "number": message.conversation_id,
    }
    if wants_fragment(request):
        return render(request, "desk/reinterpret.html", context)
    return render_page(request, "desk/dialog_page.html", context)


def _take(request: StaffRequest, message: Message, raw: bytes) -> HttpResponse:
    charset = request.POST.get("charset", "")[:40]
    inbound = channel_class(message.inbox.kind).reinterpret(raw, charset)
    if inbound is None:
        raise Invalid(_("The message cannot be read in this way. Choose another one."), field="charset")
    reinterpret_message(message, inbound, charset=charset, user=request.user)
    place = reverse("desk:conversation", args=[message.conversation_id])
    return changed(request, _("The message is shown as you chose."), to=place)
