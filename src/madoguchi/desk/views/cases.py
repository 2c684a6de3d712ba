"""苦情・カスハラ・漏えい等事案: the lists, the panel beside a conversation, the record, opening and filling it in."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.actions.opening import (
    Opening,
    change_case,
    change_people,
    note_seen,
    open_case,
    set_affected,
)
from madoguchi.cases.choices import CaseKind, CaseState, Level
from madoguchi.cases.models import Case
from madoguchi.cases.parts import parts_of
from madoguchi.cases.queries import (
    CaseFilter,
    cases_about,
    cases_after,
    cases_of,
    complaint_figures,
    conversations_in,
    decisions_in,
    get_case,
    history_of,
    members_in,
    shielded_in,
    steps_in,
    suggestions_in,
    waiting_decisions,
    who_may_take_part,
)
from madoguchi.cases.texts import TEXTS
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.customers import names_of_customers
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, NotFound
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.case_lines import (
    case_panel,
    case_row,
    clock_lines,
    decision_lines,
    history_lines,
    part_lines,
    step_lines,
)
from madoguchi.desk.forms.cases import OpenForm, PartForm, PeopleForm
from madoguchi.desk.frame import render_page, trigger, wants_fragment, words_now
from madoguchi.desk.views.triage import dialog
from madoguchi.workforce.queries import available_ids

ON_A_PAGE = 50
#: The figures at the head of the complaints are those of so many days.
FIGURE_DAYS = 30


@require_safe
@allowed(Permission.REPLY)
def cases(request: StaffRequest) -> HttpResponse:
    """The cases of one kind that this person may see."""
    asked, now = request.GET, timezone.now()
    kind = asked.get("kind", CaseKind.COMPLAINT)
    kind = kind if kind in CaseKind.values else str(CaseKind.COMPLAINT)
    state = asked.get("state", CaseState.OPEN)
    chosen = CaseFilter(
        kind=kind,
        state=state if state in CaseState.values else "",
        is_mine=asked.get("who") == "mine",
        is_late=asked.get("late") == "1",
        severity=asked["severity"] if asked.get("severity") in Level.values else "",
    )
    rows = cases_of(request.user, chosen, now=now)
    if (place := Cursor.parse(asked.get("after", ""))) is not None:
        rows = cases_after(rows, place.moment, place.pk)
    found = list(rows[: ON_A_PAGE + 1])
    return render_page(request, "desk/cases.html", _list(request, chosen, found, now))


def _list(request: StaffRequest, chosen: CaseFilter, found: list[Case], now: datetime) -> dict[str, Any]:
    words = words_now()
    figures = complaint_figures(request.user, since=now - timedelta(days=FIGURE_DAYS), until=now, now=now)
    last = found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None
    waiting = waiting_decisions(request.user)
    seen = names_of_customers((each.customer_id for each in found if each.customer_id), request.user)
    return {
        "lines": [case_row(each, words, seen) for each in found[:ON_A_PAGE]],
        "kind": chosen.kind,
        "kinds": [(_here(chosen, kind=key), word, key == chosen.kind) for key, word in CaseKind.choices],
        "states": [
            (_here(chosen, state=key), word, chosen.state == key and not chosen.is_late)
            for key, word in CaseState.choices
        ]
        + [(_here(chosen, state="all"), _("All"), not chosen.state and not chosen.is_late)]
        + [(_here(chosen, late="1"), _("Overdue"), chosen.is_late)],
        "whose": [
            (_here(chosen, who=""), _("Everybody's"), not chosen.is_mine),
            (_here(chosen, who="mine"), _("Mine"), chosen.is_mine),
        ],
        "figures": figures if chosen.kind == CaseKind.COMPLAINT else None,
        "acknowledged": _hours(figures.hours_to_acknowledge),
        "closed": _hours(figures.hours_to_close),
        "days": FIGURE_DAYS,
        "can_report": may(request.user, Permission.OVERSEE_CASES),
        "waiting": [(each, each.case.title) for each in waiting],
        "more_url": f"{_here(chosen)}&after={Cursor(last.received_at, last.pk)}" if last else "",
    }


def _here(chosen: CaseFilter, **changed: str) -> str:
    """The address of the list with one condition changed."""
    values = {
        "kind": chosen.kind,
        "state": chosen.state or "all",
        "who": "mine" if chosen.is_mine else "",
        "late": "",
        **changed,
    }
    return f"{reverse('desk:cases')}?" + "&".join(f"{key}={value}" for key, value in values.items() if value)


def _hours(hours: float | None) -> str:
    return "–" if hours is None else words_now().span(hours * 3600)


@require_safe
@allowed(Permission.REPLY)
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """The record; looking at a confidential one is written down."""
    found = get_case(request.user, pk)
    if not wants_fragment(request):
        note_seen(found, user=request.user)
    return render_page(request, "desk/case.html", record_context(request, found))


def record_context(request: StaffRequest, found: Case) -> dict[str, Any]:
    """All that the record shows."""
    words, user = words_now(), request.user
    steps = steps_in(found)
    is_harassment = found.kind == CaseKind.HARASSMENT
    seen = names_of_customers([found.customer_id], user) if found.customer_id else {}
    return {
        "case": found,
        "row": case_row(found, words, seen),
        "steps": step_lines(found, steps, words),
        "parts": part_lines(found, words),
        "decisions": decision_lines(found, decisions_in(found), user, words),
        "history": history_lines(found, history_of(found), words),
        "talks": conversations_in(user, found),
        "members": members_in(found),
        "clocks": clock_lines(found, steps, words) if found.kind == CaseKind.INCIDENT else [],
        "affected": list(found.harassment.affected.order_by("name", "pk")) if is_harassment else [],
        "hidden": shielded_in(found) if is_harassment else [],
        "can_hide": may(user, Permission.DECIDE_CASES),
        "texts": [(str(word), text) for word, text in TEXTS] if is_harassment else [],
        "kinds_url": f"{reverse('desk:cases')}?kind={found.kind}",
        "received": words.full(found.received_at),
        "closed": words.full(found.closed_at) if found.closed_at else "",
    }


@require_safe
@allowed(Permission.READ)
def of_conversation(request: StaffRequest, number: int) -> HttpResponse:
    """The cases of a conversation and what its words may be; for others it is an empty panel."""
    found = get_conversation(request.user, number)
    signs = suggestions_in(request.user, found)
    panel = case_panel(request.user, found.pk, cases_about(request.user, found.pk), signs, words_now())
    if not wants_fragment(request):
        return render_page(request, "desk/cases_of.html", {"panel": panel, "conversation": found})
    part = "desk/cases_panel.html#strip" if request.GET.get("part") == "strip" else "desk/cases_panel.html"
    return render(request, part, {"panel": panel})


def told(request: StaffRequest, text: str, to: str, undo_url: str = "") -> HttpResponse:
    """A toast for htmx, which lets panels and records fetch themselves again; the page otherwise."""
    if not wants_fragment(request):
        return redirect(to)
    response = render(request, "desk/toast.html", {"text": text, "undo_url": undo_url})
    for event in ("cases", "dialog-close"):
        trigger(response, event)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def new(request: StaffRequest, kind: str, number: int = 0) -> HttpResponse:
    """Open a case, from a conversation with what is known of it, or from nothing."""
    if kind not in CaseKind.values:
        raise NotFound(_("There is no such case, or you may not see it."))
    about = get_conversation(request.user, number) if number else None
    people = who_may_take_part() if kind != CaseKind.HARASSMENT else _deciding_first(request.user)
    form = OpenForm(request.POST or None, kind=kind, people=people, initial=_begun(request, kind, about, people))
    if request.method == "POST" and form.is_valid():
        try:
            made = open_case(_opening(kind, form, about), user=request.user)
        except DomainError as error:
            wrong = {"content": "words", "overview": "words"}.get(
                getattr(error, "field", ""), getattr(error, "field", "")
            )
            form.add_error(wrong if wrong in form.fields else None, str(error))
        else:
            return _opened(request, made)
    name, arguments = ("case-new-of", [number, kind]) if number else ("case-new", [kind])
    titles = {
        CaseKind.COMPLAINT: _("Record a complaint"),
        CaseKind.HARASSMENT: _("Report harassment"),
        CaseKind.INCIDENT: _("Report a data incident"),
    }
    return dialog(request, form, titles[CaseKind(kind)], reverse(f"desk:{name}", args=arguments), _("Open the record"))


def _opened(request: StaffRequest, made: Case) -> HttpResponse:
    to = reverse("desk:case", args=[made.pk])
    if not wants_fragment(request):
        return redirect(to)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = to
    return response


def _deciding_first(user: User) -> list[User]:
    """Those who can be named in a report of harassment: supervisors first, of them those who are there."""
    people = who_may_take_part()
    here = available_ids([each.pk for each in people])
    return sorted(
        people, key=lambda each: (not may(each, Permission.DECIDE_CASES), each.pk == user.pk, each.pk not in here)
    )


def _begun(request: StaffRequest, kind: str, about: Conversation | None, people: list[User]) -> dict[str, Any]:
    """What is known of a case when it is opened: the customer's last message, and now.

    Harassment goes to the first of `people`, and whoever reports it is the second.
    """
    user = request.user
    initial: dict[str, Any] = {"owner": user.pk, "received_at": timezone.localtime()}
    if kind == CaseKind.HARASSMENT:
        initial["owner"] = people[0].pk
        initial["second"] = user.pk if user != people[0] else next((each.pk for each in people if each != user), "")
    if about is None:
        return initial
    last = _last_of(about)
    initial["title"] = about.subject[:200]
    if last is not None:
        initial["received_at"] = timezone.localtime(last.at)
        initial["words"] = last.text[:10_000] if kind != CaseKind.INCIDENT else ""
    if kind == CaseKind.HARASSMENT:
        initial["affected"] = [pk for pk in [_last_writer(about) or about.assignee_id] if pk]
    return initial


def _last_writer(about: Conversation) -> int | None:
    """Who of us wrote to the customer last: whoever has the conversation now may only have taken it over."""
    sent = about.messages.filter(kind=MessageKind.OUTBOUND, user__isnull=False).order_by("-at", "-pk")
    return sent.values_list("user_id", flat=True).first()


def _last_of(about: Conversation) -> Message | None:
    return about.messages.filter(kind=MessageKind.INBOUND).order_by("-at", "-pk").first()


def _opening(kind: str, form: OpenForm, about: Conversation | None) -> Opening:
    said = form.cleaned_data
    names = {CaseKind.COMPLAINT: "content", CaseKind.HARASSMENT: "words", CaseKind.INCIDENT: "overview"}
    values = {names[CaseKind(kind)]: said["words"]}
    if kind != CaseKind.INCIDENT:
        values["demand"] = said["demand"]
    if kind == CaseKind.COMPLAINT and about is not None:
        values["complainant"] = about.customer.label[:200]
    if kind == CaseKind.HARASSMENT:
        values["happened_at"] = said["received_at"]
    if kind == CaseKind.INCIDENT:
        values["discovered_at"] = said["received_at"]
    return Opening(
        kind=kind,
        title=said["title"],
        owner=form.person("owner"),
        second=form.person("second"),
        conversations=[about] if about else [],
        received_at=said["received_at"],
        is_confidential=said.get("is_confidential", False),
        affected=[form.people[pk] for pk in said.get("affected", [])],
        values=values,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def edit(request: StaffRequest, pk: int, part: str) -> HttpResponse:
    """The fields of one part."""
    found = get_case(request.user, pk)
    chosen = next((each for each in parts_of(found.kind) if each.key == part), None)
    if chosen is None:
        raise NotFound(_("There is no such part."))
    initial: dict[str, Any] = {name: _initial(getattr(found.detail, name)) for name in chosen.fields}
    form = PartForm(request.POST or None, kind=found.kind, part=chosen, initial=initial | {"version": found.version})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in chosen.fields}
        try:
            change_case(found, seen=form.cleaned_data["version"], values=values, user=request.user)
        except DomainError as error:
            wrong = getattr(error, "field", "")
            form.add_error(wrong if wrong in form.fields else None, str(error))
        else:
            return told(request, _("The case was saved."), found_url(found))
    return dialog(request, form, str(chosen.word), reverse("desk:case-edit", args=[pk, part]), _("Save"))


def _initial(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def found_url(found: Case) -> str:
    """The address of a record."""
    return reverse("desk:case", args=[found.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def people(request: StaffRequest, pk: int) -> HttpResponse:
    """Who is responsible, who is the second, who else may see it."""
    found = get_case(request.user, pk)
    initial = {
        "owner": found.owner_id,
        "second": found.second_id or "",
        "members": [each.pk for each in members_in(found) if each.pk not in (found.owner_id, found.second_id)],
    }
    form = PeopleForm(request.POST or None, people=who_may_take_part(), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            change_people(
                found,
                owner=form.people[said["owner"]],
                second=form.people.get(said["second"] or 0),
                members=[form.people[each] for each in said["members"]],
                user=request.user,
            )
        except DomainError as error:
            wrong = getattr(error, "field", "")
            form.add_error(wrong if wrong in form.fields else None, str(error))
        else:
            return told(request, _("The people of the case were changed."), found_url(found))
    return dialog(request, form, _("People of the case"), reverse("desk:case-people", args=[pk]), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REPLY)
def affected(request: StaffRequest, pk: int) -> HttpResponse:
    """Which colleagues were exposed."""
    found = get_case(request.user, pk)
    if found.kind != CaseKind.HARASSMENT:
        raise NotFound(_("Only harassment has colleagues who were exposed."))
    initial = {"members": [each.pk for each in found.harassment.affected.all()], "owner": found.owner_id}
    form = PeopleForm(request.POST or None, people=who_may_take_part(), initial=initial)
    form.fields["members"].label = _("Colleagues who were exposed")
    del form.fields["owner"], form.fields["second"]
    if request.method == "POST" and form.is_valid():
        chosen = [form.people[each] for each in form.cleaned_data["members"]]
        set_affected(found, chosen, user=request.user)
        return told(request, _("The case was saved."), found_url(found))
    title = _("Colleagues who were exposed")
    return dialog(request, form, title, reverse("desk:case-affected", args=[pk]), _("Save"))
