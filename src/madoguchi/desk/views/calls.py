"""電話メモ: the window in which a call is written down while one talks, and the list of calls."""

from dataclasses import replace
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.calls.actions.memos import AlreadyKept, Said, bring_back, discard_memo, resume_talk, save_memo
from madoguchi.calls.actions.rings import dismiss_ring
from madoguchi.calls.choices import CallState, Direction
from madoguchi.calls.due import get_callback
from madoguchi.calls.handing import get_ring
from madoguchi.calls.models import Call
from madoguchi.calls.queries import calls_of, memo_of
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.call_lines import call_lines
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.memo_sheet import (
    MemoSheet,
    caller_panel,
    clock_of,
    customer_asked,
    memo_sheet,
    new_key,
    phone_of,
    said_before,
    said_in,
    script_panel,
)
from madoguchi.flows.calling import finish_call, hang_up

#: Names the memo that is open in this browser, so that every page shows it again.
COOKIE = "memo"
_COOKIE_SECONDS = 12 * 60 * 60
ON_A_PAGE = 50


@require_safe
@allowed(Permission.REPLY)
def memo(request: StaffRequest) -> HttpResponse:
    """The window: a new memo, or the one of `key`; others of `_begun` fill it in."""
    asked = request.GET
    is_new = any(asked.get(name) for name in ("number", "c", "customer", "callback", "new"))
    key = asked.get("key", "") or ("" if is_new else request.COOKIES.get(COOKIE, ""))
    call = memo_of(request.user, key)
    if call is not None and call.state == CallState.KEPT and asked.get("key"):
        return _gone(request, call)
    if asked.get("kept") and (call is None or call.state != CallState.WRITING):
        return _forgotten()
    if call is None or call.state != CallState.WRITING:
        call, key = None, new_key()
    said = said_before(call) if call else _begun(request)
    sheet = memo_sheet(request.user, key, said, words_now(), call)
    return _window(request, sheet)


@require_POST
@allowed(Permission.REPLY)
def answer_ring(request: StaffRequest, pk: int) -> HttpResponse:
    """Open the memo of a call that rings; its card goes from all windows."""
    ring = get_ring(request.user, pk)
    dismiss_ring(request.user, pk)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:memo')}?number={quote(ring.number)}&direction={ring.direction}&new=1")
    said = Said(direction=ring.direction, number=ring.number, started_at=ring.answered_at)
    return _window(request, memo_sheet(request.user, new_key(), said, words_now()))


def _begun(request: StaffRequest) -> Said:
    """What is known when a window opens: from a conversation, customer or callback, or from the telephone."""
    asked = request.GET
    if asked.get("callback", "").isdecimal():
        callback = get_callback(request.user, int(asked["callback"]))
        return Said(direction=Direction.OUT, number=callback.number, name=callback.name, joins=callback.conversation)
    joins = get_conversation(request.user, int(asked["c"])) if asked.get("c", "").isdecimal() else None
    customer = customer_asked(request.user, asked.get("customer", ""))
    known = joins.customer if joins else customer
    number = asked.get("number", "")[:100] or (phone_of(known) if known else "")
    return Said(direction=asked.get("direction", Direction.IN), number=number, customer=customer, joins=joins)


def _forgotten() -> HttpResponse:
    """Nothing had been written in the window of the page before: it does not follow."""
    response = HttpResponse()
    response.delete_cookie(COOKIE)
    return response


def _window(request: StaffRequest, sheet: MemoSheet, *, status: int = 200) -> HttpResponse:
    if wants_fragment(request):
        response = render(request, "desk/memo.html", {"sheet": sheet}, status=status)
    else:
        response = render_page(request, "desk/memo_page.html", {"sheet": sheet}, status=status)
    return _remembered(request, response, sheet.key)


def _remembered(request: StaffRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Let the browser name the memo that is open, so that every page shows it."""
    secure = request.is_secure()
    response.set_cookie(COOKIE, key, max_age=_COOKIE_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


def _gone(request: StaffRequest, call: Call) -> HttpResponse:
    """Kept from another window meanwhile."""
    assert call.message is not None
    number = call.message.conversation_id
    if not who_may_see(number, [request.user]):  # of a caller they are spared
        return _closed(request, _("The phone memo is kept. Others see to it: you are spared this customer."))
    if not wants_fragment(request):
        return redirect("desk:conversation", number)
    return _closed(request, _("The phone memo is in #%(number)d.") % {"number": number}, number=number)


def _closed(request: StaffRequest, text: str, *, number: int = 0, undo_url: str = "") -> HttpResponse:
    """The window is empty again, and a line says what became of it."""
    if wants_fragment(request):
        context = {"text": text, "undo_url": undo_url, "href_word": _("Open")}
        context["href"] = reverse("desk:conversation", args=[number]) if number else ""
        response = render(request, "desk/memo_closed.html", context)
    else:
        response = redirect("desk:conversation", number) if number else redirect("desk:calls")
    response.delete_cookie(COOKIE)
    return trigger(response, "memo-closed")


@require_POST
@allowed(Permission.REPLY)
def save(request: StaffRequest, key: str) -> HttpResponse:
    """Keep what was typed so far; answered by nothing, or 409 with words when it was kept elsewhere."""
    try:
        save_memo(key, said_in(request.user, request.POST), user=request.user)
    except AlreadyKept as kept:
        return HttpResponse(str(kept), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@allowed(Permission.REPLY)
def clock(request: StaffRequest, key: str) -> HttpResponse:
    """Start after-call work, or go on talking."""
    said = said_in(request.user, request.POST)
    turn = resume_talk if request.POST.get("talk") == "resume" else hang_up
    call = turn(key, said, user=request.user)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:memo')}?key={key}")
    return render(request, "desk/memo.html#clock", {"clock": clock_of(key, call.started_at, call.ended_at)})


@require_POST
@allowed(Permission.REPLY)
def keep(request: StaffRequest, key: str) -> HttpResponse:
    """Put the memo into its conversation; what cannot be kept stays in the window with the reason."""
    said = said_in(request.user, request.POST)
    try:
        call = finish_call(key, said, user=request.user)
    except Invalid as error:
        save_memo(key, said, user=request.user)
        sheet = memo_sheet(request.user, key, said, words_now(), memo_of(request.user, key))
        return _window(request, replace(sheet, problem=str(error), problem_field=error.field or ""), status=422)
    return _gone(request, call)


@require_POST
@allowed(Permission.REPLY)
def discard(request: StaffRequest, key: str) -> HttpResponse:
    """Throw the memo away; one click brings it back."""
    call = discard_memo(key, user=request.user)
    undo = reverse("desk:memo-back", args=[key]) if call else ""
    return _closed(
        request, _("The phone memo was thrown away.") if call else _("Nothing had been written."), undo_url=undo
    )


@require_POST
@allowed(Permission.REPLY)
def back(request: StaffRequest, key: str) -> HttpResponse:
    """Take up again what was thrown away."""
    bring_back(key, user=request.user)
    response = HttpResponse() if wants_fragment(request) else redirect(f"{reverse('desk:memo')}?key={key}")
    return trigger(_remembered(request, response, key), "memo-back")


@require_POST
@allowed(Permission.REPLY)
def who(request: StaffRequest) -> HttpResponse:
    """Who may be on the line, for what stands in the window now. By POST: numbers do not belong into addresses."""
    said, posted = said_in(request.user, request.POST), request.POST
    if posted.get("for_number") != said.number:  # what was chosen belongs to another number
        pinned = posted.get("pinned", "")
        said = replace(
            said, customer=None, joins=get_conversation(request.user, int(pinned)) if pinned.isdecimal() else None
        )
    return render(request, "desk/memo.html#who", {"who": caller_panel(request.user, said, words_now())})


@require_POST
@allowed(Permission.REPLY)
def script(request: StaffRequest) -> HttpResponse:
    """The talk script at the step to which the choices so far lead."""
    way = request.POST.getlist("way")
    way = way[:-1] if request.POST.get("turn") == "back" else [*way, *request.POST.getlist("next")]
    number = "" if request.POST.get("turn") == "leave" else request.POST.get("script", "")
    return render(request, "desk/memo.html#script", {"script": script_panel(number, way)})


@require_safe
@allowed(Permission.READ)
def calls(request: StaffRequest) -> HttpResponse:
    """Every call that was kept, the newest first."""
    rows = calls_of(request.user)
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: ON_A_PAGE + 1])
    more = f"?before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else ""
    context = {"lines": call_lines(found[:ON_A_PAGE], words_now()), "more_url": more}
    return render_page(request, "desk/calls.html", context)
