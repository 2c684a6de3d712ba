"""設定 › 営業時間: the calendars by which 窓口 count, one of them with its month, and deleting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.calendars import actions
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.queries import all_calendars, get_calendar
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.calendar_page import calendar_line, month_of, month_page, now_line
from madoguchi.desk.forms.calendar import CalendarForm
from madoguchi.desk.frame import words_now
from madoguchi.desk.settings_frame import render_settings

CURRENT = "desk:calendars"


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def calendars(request: StaffRequest) -> HttpResponse:
    """Every calendar with its hours and the desks that count by it."""
    lines = [calendar_line(each) for each in all_calendars().prefetch_related("inboxes")]
    return render_settings(request, "desk/calendars.html", {"lines": lines}, current=CURRENT)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def calendar(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One calendar, new or existing: its form, and what it says of a month."""
    found = get_calendar(pk) if pk else None
    form = CalendarForm(request.POST or None, calendar=found)
    if form.is_bound and form.is_valid() and (saved := _save(request, found, form)):
        messages.success(request, _("Saved."))
        return redirect("desk:calendar", saved.pk)
    context = {"form": form, "calendar": found, **(_preview(request, found) if found else {})}
    return render_settings(request, "desk/calendar.html", context, current=CURRENT, status=422 if form.errors else 200)


def _save(request: StaffRequest, found: BusinessCalendar | None, form: CalendarForm) -> BusinessCalendar | None:
    """Add or change it; None when it was refused, with the reason in the form."""
    name, plan, by = form.cleaned_data["name"], form.plan(), request.user.actor
    try:
        if found is None:
            return actions.create_calendar(name=name, plan=plan, by=by)
        version = form.cleaned_data["version"] or found.version
        return actions.change_calendar(found, name=name, plan=plan, version=version, by=by)
    except Invalid as error:
        form.refuse(error)
    except actions.ChangedMeanwhile as error:
        form.add_error(None, str(error.user_message))
    return None


def _preview(request: StaffRequest, found: BusinessCalendar) -> dict[str, object]:
    plan = found.plan
    shown = month_page(plan, month_of(request.GET.get("month", ""), plan))
    return {"month": shown, "now": now_line(plan, words_now(), timezone.now())}


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def month(request: StaffRequest, pk: int) -> HttpResponse:
    """Another month of a calendar, while its form stays as it is."""
    found = get_calendar(pk)
    context = {"calendar": found, **_preview(request, found)}
    return render(request, "desk/calendar.html#month", context)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a calendar that no desk counts by."""
    actions.delete_calendar(get_calendar(pk), by=request.user.actor)
    messages.success(request, _("Deleted."))
    return redirect(CURRENT)
