"""折り返し: the panel of a conversation, the due list, attempts, and the page on which customers choose a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.calls.actions import callbacks as actions
from madoguchi.calls.actions.callbacks import Wanted
from madoguchi.calls.actions.links import make_callback_link, revoke_callback_links
from madoguchi.calls.choices import CallbackState
from madoguchi.calls.due import (
    DONE,
    NOW,
    OPEN,
    TODAY,
    WHEN,
    callback_figures,
    callbacks_in,
    callbacks_of,
    get_callback,
)
from madoguchi.calls.links import url_of
from madoguchi.calls.models import Callback
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.callback_lines import callback_line, callback_panel, callers_for, kept_word, slot_groups
from madoguchi.desk.forms.callbacks import AttemptForm, CallbackForm, CloseForm, MoveForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.memo_sheet import phone_of
from madoguchi.desk.rows import end_of_today
from madoguchi.desk.views.triage import dialog

ON_A_PAGE = 50
#: The figures at the head of the due list are those of so many days.
FIGURE_DAYS = 30


@require_safe
@allowed(Permission.READ)
def of_conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The callbacks of a conversation."""
    found = get_conversation(request.user, number)
    panel = callback_panel(request.user, found.pk, callbacks_in(found.pk), words_now())
    if not wants_fragment(request):
        return render_page(request, "desk/callbacks_of.html", {"panel": panel, "conversation": found})
    return render(request, "desk/callbacks_panel.html", {"panel": panel})


def _told(request: StaffRequest, text: str, number: int, undo_url: str = "") -> HttpResponse:
    if not wants_fragment(request):
        return redirect("desk:callbacks-of", number)
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url})
    for event in ("callbacks", "dialog-close"):
        trigger(response, event)
    return response


def _answered[F: forms.Form](
    request: StaffRequest, form: F, deed: Callable[[F], HttpResponse], shown: tuple[str, str]
) -> HttpResponse:
    """What a dialog does with its form; what is refused is said at its field. `shown` are title and address."""
    if request.method == "POST" and form.is_valid():
        try:
            return deed(form)
        except DomainError as error:
            field = getattr(error, "field", None)
            field = {"starts_at": "slot", "owner_id": "owner"}.get(field or "", field)
            form.add_error(field if field in form.fields else None, str(error))
    return dialog(request, form, shown[0], shown[1], _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest, number: int) -> HttpResponse:
    """Enter a callback by hand."""
    found = get_conversation(request.user, number)
    owners = callers_for(number)
    initial = {"number": phone_of(found.customer), "name": found.customer.label, "topic": found.subject[:200]}
    initial["owner"] = str(found.assignee_id or request.user.pk)
    form = CallbackForm(
        request.POST or None, slots=slot_groups(found.inbox, words_now()), owners=owners, initial=initial
    )

    def enter(valid: CallbackForm) -> HttpResponse:
        values = valid.cleaned_data
        wanted = Wanted(
            values["number"], _time(valid), name=values["name"], topic=values["topic"], owner=valid.owner_chosen
        )
        callback = actions.request_callback(found, wanted, user=request.user)
        return _told(request, _("The callback is in the list."), callback.conversation_id)

    return _answered(request, form, enter, (_("Call back"), reverse("desk:callback-new", args=[number])))


def _time(form: CallbackForm) -> datetime:
    found = form.time_chosen
    if found is None:
        raise Invalid(_("Choose when to call back."), field="slot")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def attempt(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a try."""
    callback = get_callback(request.user, pk)
    form = AttemptForm(request.POST or None, slots=slot_groups(callback.conversation.inbox, words_now()))

    def note(valid: AttemptForm) -> HttpResponse:
        values, again_at = valid.cleaned_data, valid.time_chosen
        tried = actions.note_attempt(
            callback, values["outcome"], note=values["note"], again_at=again_at, user=request.user
        )
        undo = "" if tried.is_open else reverse("desk:callback-reopen", args=[pk])
        text = _("The attempt is noted.") if tried.is_open else _("Reached: the callback is done.")
        return _told(request, text, callback.conversation_id, undo)

    title = _("Attempt: %(name)s %(number)s") % {"name": callback.name, "number": callback.number}
    return _answered(request, form, note, (title, reverse("desk:callback-attempt", args=[pk])))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Another time or owner."""
    callback = get_callback(request.user, pk)
    initial = {"owner": callback.owner_id or request.user.pk}
    slots, owners = slot_groups(callback.conversation.inbox, words_now()), callers_for(callback.conversation_id)
    form = MoveForm(request.POST or None, slots=slots, owners=owners, initial=initial)

    def change(valid: MoveForm) -> HttpResponse:
        starts_at = valid.time_chosen or callback.starts_at
        actions.move_callback(callback, starts_at=starts_at, owner=valid.owner_chosen, user=request.user)
        return _told(request, _("The callback was changed."), callback.conversation_id)

    return _answered(request, form, change, (_("Change the callback"), reverse("desk:callback-move", args=[pk])))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody is called any more; asks why."""
    callback = get_callback(request.user, pk)
    state = CallbackState.GIVEN_UP if callback.tried_at else CallbackState.CANCELLED
    form = CloseForm(request.POST or None, initial={"state": state.value})

    def decide(valid: CloseForm) -> HttpResponse:
        values = valid.cleaned_data
        actions.close_callback(callback, values["state"], reason=values["reason"], user=request.user)
        undo = reverse("desk:callback-reopen", args=[pk])
        return _told(request, _("Nobody is called back any more."), callback.conversation_id, undo)

    return _answered(request, form, decide, (_("Do not call back"), reverse("desk:callback-close", args=[pk])))


@require_POST
@allowed(Permission.REPLY)
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take such a decision back."""
    callback = actions.reopen_callback(get_callback(request.user, pk), user=request.user)
    return _told(request, _("The callback is open again."), callback.conversation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def link(request: StaffRequest, number: int) -> HttpResponse:
    """The address of the page on which the customer chooses a time; posting with `end` closes it."""
    found = get_conversation(request.user, number)
    if request.POST.get("end"):
        revoke_callback_links(found, user=request.user)
        return _told(request, _("The page for choosing a time is closed."), number)
    made = make_callback_link(found, user=request.user) if request.method == "POST" else None
    context = {
        "number": number,
        "url": url_of(made) if made else "",
        "until": words_now().date(made.expires_at) if made else "",
        "dialog_title": _("Let the customer choose a time"),
        "dialog": "desk/callback_link.html",
    }
    if wants_fragment(request):
        return render(request, "desk/callback_link.html", context)
    return render_page(request, "desk/dialog_page.html", context)


@require_safe
@allowed(Permission.READ)
def ledger(request: StaffRequest) -> HttpResponse:
    """Whom to call back: everybody's or one's own, by when."""
    when = request.GET.get("when", TODAY)
    when = when if when in WHEN else TODAY
    is_mine = request.GET.get("who", "mine") != "all"
    page = request.GET.get("page", "1")
    page_number = max(1, min(int(page) if page.isdecimal() else 1, 200))
    rows = callbacks_of(request.user, when=when, is_mine=is_mine, until=end_of_today())
    found = list(rows[(page_number - 1) * ON_A_PAGE : page_number * ON_A_PAGE + 1])
    context = _ledger(request, found, when, is_mine=is_mine)
    here = f"{request.path}?who={'mine' if is_mine else 'all'}&when={when}"
    context["more_url"] = f"{here}&page={page_number + 1}" if len(found) > ON_A_PAGE else ""
    return render_page(request, "desk/callbacks.html", context)


def _ledger(request: StaffRequest, found: list[Callback], when: str, *, is_mine: bool) -> dict[str, object]:
    words, now = words_now(), timezone.now()
    figures = callback_figures(request.user, since=now - timedelta(days=FIGURE_DAYS), until=now)
    here = f"{request.path}?who={'mine' if is_mine else 'all'}"
    names = {
        NOW: _("Now"),
        TODAY: _("Until tonight"),
        OPEN: _("To be called back"),
        DONE: _("Reached"),
        "closed": _("Given up or not needed"),
    }
    return {
        "lines": [callback_line(each, words) for each in found[:ON_A_PAGE]],
        "groups": [(f"{here}&when={key}", word, key == when) for key, word in names.items()],
        "owners": [
            (f"{request.path}?who=mine&when={when}", _("Mine"), is_mine),
            (f"{request.path}?who=all&when={when}", _("Everybody's"), not is_mine),
        ],
        "figures": figures,
        "kept_percent": kept_word(figures),
        "days": FIGURE_DAYS,
    }
