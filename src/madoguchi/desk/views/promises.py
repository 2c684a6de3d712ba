"""お約束: the panel of a conversation, its offers, the hint while writing, and the ledger of all."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import get_user
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.promises import PromiseForm, WhyForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.promise_lines import figures_word, hint_lines, owners_for, promise_line, promise_panel
from madoguchi.desk.rows import end_of_today
from madoguchi.desk.views.triage import dialog
from madoguchi.promises import actions
from madoguchi.promises.actions import Said
from madoguchi.promises.models import Promise
from madoguchi.promises.offering import offers_in, offers_while_writing
from madoguchi.promises.queries import OPEN, OVERDUE, WHEN, get_promise, promise_figures, promises_in, promises_of

type Deed = Callable[[str], None]

ON_A_PAGE = 50
#: The figures at the head of the ledger are those of so many days.
FIGURE_DAYS = 30


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def of_conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The promises of a conversation and what its texts offer; posting enters one."""
    found = get_conversation(request.user, number)
    if request.method == "POST":
        return _make(request, number)
    panel = promise_panel(request.user, found.pk, promises_in(found.pk), offers_in(found), words_now())
    if not wants_fragment(request):
        return render_page(request, "desk/promises_of.html", {"panel": panel, "conversation": found, "is_alone": True})
    part = "desk/promises_panel.html#strip" if request.GET.get("part") == "strip" else "desk/promises_panel.html"
    return render(request, part, {"panel": panel})


def _make(request: StaffRequest, number: int) -> HttpResponse:
    """Keep an offer, or what was entered by hand."""
    found, posted = get_conversation(request.user, number), request.POST
    form = PromiseForm(posted, owners=owners_for(number))
    if not form.is_valid():
        raise Invalid(_("Choose a date and who sees to it."), field="due_at")
    message = get_message(request.user, int(posted["message"])) if posted.get("message", "").isdecimal() else None
    place = int(posted["place"]) if posted.get("place", "").isdecimal() else 0
    said = Said(form.cleaned_data["words"], form.cleaned_data["due_at"], form.owner_chosen, message, place)
    actions.make_promise(found, said, user=request.user)
    return _told(request, _("The promise is in the ledger."), number)


def _told(request: StaffRequest, text: str, number: int, undo_url: str = "") -> HttpResponse:
    if not wants_fragment(request):
        return redirect("desk:promises-of", number)
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url})
    for event in ("promises", "dialog-close"):
        trigger(response, event)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def new(request: StaffRequest, number: int) -> HttpResponse:
    """Enter a promise by hand: one that was made on the phone."""
    found = get_conversation(request.user, number)
    tomorrow = timezone.localtime() + timedelta(days=1)
    initial = {"owner": request.user.pk, "due_at": tomorrow.replace(hour=17, minute=0)}
    form = PromiseForm(request.POST or None, owners=owners_for(number), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = Said(form.cleaned_data["words"], form.cleaned_data["due_at"], form.owner_chosen)
        try:
            actions.make_promise(found, said, user=request.user)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _told(request, _("The promise is in the ledger."), number)
    return dialog(request, form, _("Enter a promise"), reverse("desk:promise-new", args=[number]), _("Enter"))


@require_POST
@allowed(Permission.ASSIGN)
def decline(request: StaffRequest, number: int) -> HttpResponse:
    """Say that a sentence is no promise."""
    posted = request.POST
    if not posted.get("message", "").isdecimal() or not posted.get("place", "").isdecimal():
        raise Invalid(_("There is no such sentence."))
    message = get_message(request.user, int(posted["message"]))
    actions.decline_offer(message, place=int(posted["place"]), words=posted.get("words", ""), user=request.user)
    return _told(request, _("Noted: no promise."), number)


@require_POST
@allowed(Permission.WRITE_NOTE)
def hint(request: StaffRequest, number: int) -> HttpResponse:
    """What the text that is being written promises."""
    found = get_conversation(request.user, number)
    is_note = request.POST.get("mode") == "note"
    offers = offers_while_writing(request.POST.get("text", ""), found.inbox, is_note=is_note, user=request.user)
    context = {"hints": hint_lines(offers, words_now()), "is_note": is_note}
    return render(request, "desk/promises_panel.html#hint", context)


@require_POST
@allowed(Permission.ASSIGN)
def keep(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a promise was kept."""
    promise = actions.keep_promise(get_promise(request.user, pk), user=request.user)
    undo = reverse("desk:promise-reopen", args=[pk])
    return _told(request, _("Promise kept."), promise.conversation_id, undo)


@require_POST
@allowed(Permission.ASSIGN)
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take such a decision back."""
    promise = actions.reopen_promise(get_promise(request.user, pk), user=request.user)
    return _told(request, _("The promise is open again."), promise.conversation_id)


@require_POST
@allowed(Permission.ASSIGN)
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that what a broken promise was about has been done since."""
    promise = actions.settle_promise(get_promise(request.user, pk), user=request.user)
    return _told(request, _("Noted: done later."), promise.conversation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def kept_late(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct the clock: a promise was kept and nobody said so; says how."""
    promise = get_promise(request.user, pk)

    def do(reason: str) -> None:
        actions.keep_promise(promise, user=request.user, reason=reason)

    return _why(request, promise, do, _("How was it kept?"), _("Promise kept."), "desk:promise-kept")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a promise out of the reckoning, with a reason."""
    promise = get_promise(request.user, pk)

    def do(reason: str) -> None:
        actions.cancel_promise(promise, user=request.user, reason=reason)

    return _why(request, promise, do, _("Not needed any more?"), _("The promise was cancelled."), "desk:promise-cancel")


def _why(request: StaffRequest, promise: Promise, do: Deed, title: str, told: str, name: str) -> HttpResponse:
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data["reason"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _told(request, told, promise.conversation_id)
    return dialog(request, form, title, reverse(name, args=[promise.pk]), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another time, owner or wording."""
    promise = get_promise(request.user, pk)
    initial = {"words": promise.words, "owner": promise.owner_id, "due_at": timezone.localtime(promise.due_at)}
    form = PromiseForm(request.POST or None, owners=owners_for(promise.conversation_id), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {"due_at": form.cleaned_data["due_at"], "words": form.cleaned_data["words"]}
        try:
            actions.change_promise(promise, owner=form.owner_chosen, user=request.user, **values)
        except DomainError as error:
            field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
            form.add_error(field, str(error))
        else:
            return _told(request, _("The promise was changed."), promise.conversation_id)
    return dialog(request, form, _("Change the promise"), reverse("desk:promise-change", args=[pk]), _("Save"))


@require_safe
@allowed(Permission.READ)
def ledger(request: StaffRequest) -> HttpResponse:
    """お約束: everybody's or one's own, by what has become of them."""
    when = request.GET.get("when", OPEN)
    when = when if when in WHEN else OPEN
    is_mine = request.GET.get("who", "mine") != "all"
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 1
    page = max(1, min(page, 200))
    rows = promises_of(request.user, when=when, is_mine=is_mine, until=end_of_today())
    found = list(rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1])
    return render_page(request, "desk/promises.html", _ledger(request, found, when, page, is_mine=is_mine))


def _ledger(request: StaffRequest, found: list[Promise], when: str, page: int, *, is_mine: bool) -> dict[str, object]:
    words, now = words_now(), timezone.now()
    own = get_user(request.user.pk) if is_mine else None
    figures = promise_figures(request.user, since=now - timedelta(days=FIGURE_DAYS), until=now, owner=own)
    here = f"{request.path}?who={'mine' if is_mine else 'all'}"
    names = {
        OVERDUE: _("Overdue"),
        "today": _("Due today"),
        OPEN: _("Open promise"),
        "kept": _("Kept"),
        "broken": _("Broken"),
        "cancelled": _("Not needed any more"),
    }
    return {
        "lines": [
            promise_line(each, words, about=f"{each.conversation.customer.label}・{each.conversation.subject}")
            for each in found[:ON_A_PAGE]
        ],
        "more_url": f"{here}&when={when}&page={page + 1}" if len(found) > ON_A_PAGE else "",
        "groups": [(f"{here}&when={key}", word, key == when) for key, word in names.items()],
        "owners": [
            (f"{request.path}?who=mine&when={when}", _("Mine"), is_mine),
            (f"{request.path}?who=all&when={when}", _("Everybody's"), not is_mine),
        ],
        "figures": figures,
        "kept_percent": figures_word(figures),
        "days": FIGURE_DAYS,
        "when": when,
        "can_change": True,
    }
