"""What colleagues have begun to reply: shown at the conversation, read, taken over."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.sharing import take_draft
from madoguchi.conversations.queries import get_conversation
from madoguchi.conversations.shared_drafts import get_shared_draft, shared_drafts_in
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import words_now


@require_safe
@allowed(Permission.READ)
def of_conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The drafts of colleagues on a conversation, folded away, each with 引き取る."""
    words = words_now()
    drafts = shared_drafts_in(request.user, get_conversation(request.user, number))
    context = {
        "number": number,
        "drafts": [(each, words.short(each.updated_at)) for each in drafts],
        "can_take": may(request.user, Permission.REPLY),
    }
    return render(request, "desk/shared_drafts.html", context)


@require_POST
@allowed(Permission.REPLY)
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a colleague's draft over and go on writing it."""
    writer = request.POST.get("writer", "")
    found = get_shared_draft(request.user, pk, writer=int(writer) if writer.isdecimal() and len(writer) < 19 else 0)
    taken = take_draft(found, user=request.user)
    text = _("You have taken over the draft of %(name)s, who has been told.")
    messages.success(request, text % {"name": found.user.name})
    return redirect(f"{reverse('desk:reply', args=[taken.conversation_id])}?mode={taken.kind}")
