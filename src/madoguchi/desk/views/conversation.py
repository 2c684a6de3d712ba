"""One conversation: the pane, its refreshes, its side panel, its printed form, and the way to one message."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import remember_inboxes
from madoguchi.commerce.queries import recogniser
from madoguchi.conversations.actions.asking import note_seen
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.queries import ConversationReads, get_conversation, get_message
from madoguchi.core.together import fetch_together
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.bodies import blocks_of, note_blocks
from madoguchi.desk.frame import chosen_filter, render_page, wants_fragment, words_now
from madoguchi.desk.listing import query_of
from madoguchi.desk.presence import has_left, is_viewing
from madoguchi.desk.side import build_side
from madoguchi.desk.talk import TalkReads, lock_line, printed_talk, viewers_line
from madoguchi.desk.work import WorkReads, number_in, order_in, tab_of
from madoguchi.flows.timeline.entry import place_of


@require_safe
@allowed(Permission.READ)
def conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The frame with list and conversation; the conversation alone for htmx."""
    reads, beside = WorkReads(request, number), None
    if wants_fragment(request):
        fetch_together(*reads.asked)
    else:
        beside = reads.beside_list(seen=reads.subject)
    found = reads.conversation()
    if found.merged_into_id:
        return redirect("desk:conversation", found.merged_into_id)
    reads.note_read()
    if found.side_of_id is not None:
        note_seen(found.pk)
    context = reads.context(found)
    if beside is None:
        return render(request, "desk/conversation.html#work_pane", context)
    return beside.render("desk/conversation.html", context)


@require_safe
@allowed(Permission.READ)
def news(request: StaffRequest, number: int) -> HttpResponse:
    """Head and timeline as they stand now, to be melted into what is shown; `from` keeps as much as was loaded."""
    remember_inboxes(request.user)
    one = ConversationReads(request.user, number)
    talk = TalkReads(request.user, number, since_id=number_in(request, "from"))
    fetch_together(*one.asked, *talk.asked)
    found = one.conversation()
    if found.merged_into_id:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("desk:conversation", args=[found.merged_into_id])
        return response
    context = {"conversation": found, "talk": talk.talk(found, words_now()), "query": query_of(chosen_filter(request))}
    return render(request, "desk/conversation.html#news", context)


@require_safe
@allowed(Permission.READ)
def side(request: StaffRequest, number: int) -> HttpResponse:
    """One tab of the side panel, or the page of history that follows."""
    found = get_conversation(request.user, number)
    tab = tab_of(request, "tab")
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:conversation', args=[number])}?{urlencode({'side': tab, **_order(request)})}")
    before = place_of(request.GET.get("after", ""))
    panel = build_side(request.user, found, words_now(), tab, before=before, order=order_in(request))
    return render(request, "desk/side.html#lines" if before else "desk/side.html", {"side": panel})


def _order(request: StaffRequest) -> dict[str, str]:
    return {"order": order} if (order := order_in(request)) else {}


@require_safe
@allowed(Permission.READ)
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """Lead to one message in its place, wherever it has been moved."""
    found = get_message(request.user, pk)
    return redirect(f"{reverse('desk:conversation', args=[found.conversation_id])}?from={pk}#message-{pk}")


@require_safe
@allowed(Permission.READ)
def whole(request: StaffRequest, pk: int) -> HttpResponse:
    """All that a message says, of which the timeline shows only the beginning."""
    found = get_message(request.user, pk)
    read = note_blocks if found.kind == MessageKind.NOTE else blocks_of
    context = {
        "message": found,
        "blocks": read(found, None, recogniser()),
        "language": found.language or found.conversation.language or "ja",
        "dialog": "desk/whole.html",
        "dialog_title": found.subject or _("Internal note"),
        "number": found.conversation_id,
    }
    if wants_fragment(request):
        return render(request, "desk/whole.html", context)
    return render_page(request, "desk/dialog_page.html", context)


@require_safe
@allowed(Permission.READ)
def printed(request: StaffRequest, number: int) -> HttpResponse:
    """The whole conversation on paper, without notes unless asked for."""
    found = get_conversation(request.user, number)
    talk = printed_talk(request.user, found, words_now())
    context = {"conversation": found, "talk": talk, "with_notes": request.GET.get("notes") == "1"}
    return render(request, "desk/print.html", context)


@require_safe
@allowed(Permission.READ)
def watchers(request: StaffRequest, number: int) -> HttpResponse:
    """Who else is looking, and who is replying."""
    found = get_conversation(request.user, number)
    context = {
        "viewers": viewers_line(request.user, found),
        "lock": lock_line(request.user, living_lock(found)),
        "number": number,
    }
    return render(request, "desk/conversation.html#watchers", context)


@require_POST
@allowed(Permission.READ)
def viewing(request: StaffRequest, number: int) -> HttpResponse:
    """Say that one is looking at a conversation, or, with `left`, not any more."""
    found = get_conversation(request.user, number)
    if request.POST.get("left"):
        has_left(found, request.user)
    else:
        is_viewing(found, request.user)
    return HttpResponse(status=204)
