"""The shift: saying what one does, the board of who is on duty, handing conversations over."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users, all_teams, get_team, get_user
from madoguchi.core.errors import DomainError, NotAllowed
from madoguchi.desk.access import StaffRequest, allowed, signed_in
from madoguchi.desk.forms.handover import HandoverForm
from madoguchi.desk.frame import render_page, wants_fragment, words_now
from madoguchi.desk.shift_lines import board_lines, presence_chip
from madoguchi.workforce.actions.handover import HandedOver, hand_over
from madoguchi.workforce.actions.presence import note_seen, set_presence
from madoguchi.workforce.models import PresenceSpan
from madoguchi.workforce.queries import available_ids, in_hand
from madoguchi.workforce.queries import board as who_is_there


@require_POST
@signed_in
def seen(request: StaffRequest) -> HttpResponse:
    """A window is open; answers what its person is doing."""
    return _chip(request, note_seen(request.user))


@require_POST
@signed_in
def presence(request: StaffRequest) -> HttpResponse:
    """Say what one is doing from now on."""
    span = set_presence(request.user, request.POST.get("state", ""))
    if not wants_fragment(request):
        return redirect("desk:board")
    return _chip(request, span)


def _chip(request: StaffRequest, span: PresenceSpan) -> HttpResponse:
    return render(request, "desk/presence.html", {"chip": presence_chip(span, words_now())})


@require_safe
@allowed(Permission.READ)
def board(request: StaffRequest) -> HttpResponse:
    """Who is what since when, today's times, and how much each has in hand."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = board_lines(who_is_there(request.user, timezone.now(), midnight), words_now())
    context = {"lines": lines, "sees_times": may(request.user, Permission.APPROVE), "me": request.user}
    if wants_fragment(request):
        return render(request, "desk/board.html#lines", context)
    return render_page(request, "desk/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def handover(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Show what a person has in hand, then give all open conversations to others in one move."""
    person = get_user(pk) if pk else request.user
    if person.pk != request.user.pk and not may(request.user, Permission.APPROVE):
        raise NotAllowed(_("Only supervisors hand over what others have. Ask one of them."))
    able = [each for each in active_users() if may(each, Permission.ASSIGN) and each.pk != person.pk]
    there = available_ids([each.pk for each in able])
    values = request.POST if request.method == "POST" else None
    form = HandoverForm(values, people=able, teams=list(all_teams()), there=there)
    if request.method == "POST" and form.is_valid():
        try:
            done = hand_over(person, _receivers(form, able, there), user=request.user, note=form.cleaned_data["note"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _done(request, person, able, done)
    hand = in_hand(person, timezone.now(), reader=request.user)
    context = {"person": person, "hand": hand, "form": form, "url": _address(pk)}
    return render_page(request, "desk/handover.html", context, status=422 if request.method == "POST" else 200)


def _done(request: StaffRequest, person: User, able: list[User], done: HandedOver) -> HttpResponse:
    """Who got how many, and the way back."""
    shares = [(each.name, done.amounts[each.pk]) for each in able if done.amounts.get(each.pk)]
    context = {"person": person, "shares": shares, "left": done.left, "unseen": done.unseen, "step": done.step}
    return render_page(request, "desk/handover_done.html", context)


def _address(pk: int | None) -> str:
    return reverse("desk:handover", args=[pk]) if pk else reverse("desk:handover-own")


def _receivers(form: HandoverForm, able: list[User], there: frozenset[int]) -> list[User]:
    """The people chosen, and of the team chosen those who are there, or all of it when nobody is."""
    wanted = {int(each) for each in form.cleaned_data["to"]}
    if team := form.cleaned_data["team"]:
        members = set(get_team(int(team)).members.values_list("pk", flat=True))
        wanted |= (members & there) or members
    return [each for each in able if each.pk in wanted]
