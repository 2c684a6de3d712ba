"""The tab 手順 of a conversation: ticking checklists, following talk scripts."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import toast, trigger, wants_fragment, words_now
from madoguchi.desk.guiding import guides_of
from madoguchi.guides.actions import checklists
from madoguchi.guides.actions.runs import SteppedMeanwhile, choose, end_script, start_script, step_back
from madoguchi.guides.queries import get_checklist, get_item, get_run, get_script, get_template


def _answer(request: StaffRequest, found: Conversation, *, said: str = "") -> HttpResponse:
    """The tab as it stands now."""
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:conversation', args=[found.pk])}?side=guides")
    guides = guides_of(request.user, found, words_now())
    response = trigger(render(request, "desk/guides.html", {"guides": guides}), "news")
    return toast(response, said) if said else response


@require_safe
@allowed(Permission.READ)
def guides(request: StaffRequest, number: int) -> HttpResponse:
    """Checklists and scripts as they stand now."""
    found = get_conversation(request.user, number)
    if not wants_fragment(request):
        return redirect(f"{reverse('desk:conversation', args=[number])}?side=guides")
    return render(request, "desk/guides.html", {"guides": guides_of(request.user, found, words_now())})


@require_POST
@allowed(Permission.WRITE_NOTE)
def put_on(request: StaffRequest, number: int) -> HttpResponse:
    """Put a checklist on."""
    found = get_conversation(request.user, number)
    checklists.put_on(found, get_template(_number(request, "template")), user=request.user)
    return _answer(request, found)


def _number(request: StaffRequest, name: str) -> int:
    value = request.POST.get(name, "")
    if not value.isdecimal() or len(value) > 18:
        raise Invalid(_("Choose one of the list."), field=name)
    return int(value)


@require_POST
@allowed(Permission.WRITE_NOTE)
def take_off(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Take a checklist off, or put it on again."""
    found = get_conversation(request.user, number)
    checklist = get_checklist(found, pk)
    if request.POST.get("again"):
        checklists.put_back(checklist, user=request.user)
        return _answer(request, found)
    checklists.take_off(checklist, user=request.user)
    return _answer(request, found, said=_("The checklist was taken off. Put it on again to have its ticks back."))


@require_POST
@allowed(Permission.WRITE_NOTE)
def add_item(request: StaffRequest, number: int) -> HttpResponse:
    """Add an item of one's own."""
    found = get_conversation(request.user, number)
    into = get_checklist(found, _number(request, "checklist")) if request.POST.get("checklist") else None
    checklists.add_item(found, into, request.POST.get("text", ""), user=request.user)
    return _answer(request, found)


@require_POST
@allowed(Permission.WRITE_NOTE)
def item(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Tick an item, take the tick off, move it, or remove it."""
    found = get_conversation(request.user, number)
    one, deed = get_item(found, pk), request.POST.get("deed", "")
    if deed in ("up", "down"):
        checklists.move_item(one, by=-1 if deed == "up" else 1, user=request.user)
    elif deed == "remove":
        checklists.remove_item(one, user=request.user)
    else:
        checklists.tick(one, is_done=deed == "tick", user=request.user)
    return _answer(request, found)


@require_POST
@allowed(Permission.WRITE_NOTE)
def start(request: StaffRequest, number: int) -> HttpResponse:
    """Begin a talk script."""
    found = get_conversation(request.user, number)
    start_script(found, get_script(_number(request, "script")), user=request.user)
    return _answer(request, found)


@require_POST
@allowed(Permission.WRITE_NOTE)
def step(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Take a choice, go back, or end; somebody faster is told of, and the step shown that it stands at."""
    found = get_conversation(request.user, number)
    run, at, said = get_run(found, pk), request.POST.get("step", ""), ""
    try:
        if request.POST.get("back"):
            step_back(run, at, user=request.user)
        elif request.POST.get("end"):
            end_script(run, at, user=request.user)
        else:
            choose(run, at, _number(request, "choice"), user=request.user)
    except SteppedMeanwhile as error:
        said = str(error)
    return _answer(request, found, said=said)
