"""営業時間 as one form: a line for each weekday, and a box each for closed days and special openings."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.checking import check_spans, time_zones
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import USUAL_BREAKS, Opening, Plan, Spans
from madoguchi.core.errors import Invalid
from madoguchi.desk.calendar_text import (
    read_closures,
    read_openings,
    read_spans,
    write_closures,
    write_openings,
    write_spans,
)

#: What a new calendar begins with: the hours of most shops, and the days on which nearly everybody rests.
STARTING: Mapping[str, object] = {
    "time_zone": "Asia/Tokyo",
    "has_japanese_holidays": True,
    "closures": write_closures((), USUAL_BREAKS[:1]),
    **{f"day{number}": "10:00-17:00" for number in range(5)},
}
#: At which field a refusal of the action is shown.
FIELDS = {"week": "day0", "yearly_closures": "closures"}


class CalendarForm(forms.Form):
    """A calendar as people type it."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as “Weekdays 10 to 17”."))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    has_japanese_holidays = forms.BooleanField(
        label=_("Closed on the public holidays of Japan"),
        required=False,
        help_text=_("With substitute holidays and equinoxes, for every year by itself."),
    )
    closures = forms.CharField(
        label=_("Closed days"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line. Every year: 12/29 - 1/3 New Year. Once: 2026-08-13 - 2026-08-15 Summer break."),
    )
    usual = forms.MultipleChoiceField(
        label=_("Add what most shops have"), required=False, widget=forms.CheckboxSelectMultiple
    )
    openings = forms.CharField(
        label=_("Special openings"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, whatever else is said of the day: 2026-11-23 10:00-15:00 Open on a holiday."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any, *, calendar: BusinessCalendar | None) -> None:
        """Begin with what the calendar says, or with what most say."""
        super().__init__(data, initial=initial_of(calendar) if calendar else dict(STARTING))
        self.calendar = calendar
        self._offer_usual(calendar)
        zones = time_zones()
        self.fields["time_zone"].choices = [(name, name) for name in zones]  # type: ignore[attr-defined]
        for number, word in WEEKDAYS.items():
            self.fields[f"day{number}"] = forms.CharField(label=word, required=False, max_length=300)

    def _offer_usual(self, calendar: BusinessCalendar | None) -> None:
        """The breaks most shops have, as far as they are not among the closed days yet."""
        had = calendar.plan.yearly_closures if calendar else USUAL_BREAKS[:1]
        days = {(each.first, each.last) for each in had}
        missing = [(n, each) for n, each in enumerate(USUAL_BREAKS) if (each.first, each.last) not in days]
        self.fields["usual"].choices = [(str(n), write_closures((), [each])) for n, each in missing]  # type: ignore[attr-defined]
        if not missing:
            del self.fields["usual"]

    @property
    def week_fields(self) -> list[forms.BoundField]:
        """A line for each weekday, from Monday."""
        return [self[f"day{number}"] for number in range(7)]

    def clean(self) -> dict[str, Any]:
        """Read what was typed; each thing that cannot be read is said at its field."""
        read: dict[str, Any] = {}
        for number in range(7):
            self._read(f"day{number}", _hours_of_a_day, read)
        self._read("closures", read_closures, read)
        self._read("openings", _checked_openings, read)
        self.cleaned_data |= read
        return self.cleaned_data

    def _read(self, name: str, reader: Any, read: dict[str, Any]) -> None:
        try:
            read[name] = reader(self.cleaned_data.get(name, ""))
        except forms.ValidationError as error:
            self.add_error(name, error)
        except Invalid as error:
            self.add_error(name, str(error.user_message))

    def plan(self) -> Plan:
        """What the form says, once it is valid."""
        values = self.cleaned_data
        closures, yearly = values["closures"]
        days = {(each.first, each.last) for each in yearly}
        chosen = (USUAL_BREAKS[int(number)] for number in values.get("usual", ()))
        yearly = (*yearly, *(each for each in chosen if (each.first, each.last) not in days))
        return Plan(
            time_zone=values["time_zone"],
            week=tuple(values[f"day{number}"] for number in range(7)),
            has_japanese_holidays=values["has_japanese_holidays"],
            closures=closures,
            yearly_closures=yearly,
            openings=values["openings"],
        )

    def refuse(self, error: Invalid) -> None:
        """Write what the action refused at the field it is about."""
        field = FIELDS.get(error.field, error.field)
        self.add_error(field if field in self.fields else None, str(error.user_message))


def _hours_of_a_day(text: str) -> Spans:
    spans = read_spans(text)
    check_spans(spans, field="week")
    return spans


def _checked_openings(text: str) -> tuple[Opening, ...]:
    openings = read_openings(text)
    for each in openings:
        check_spans(each.spans, field="openings")
    return openings


def initial_of(calendar: BusinessCalendar) -> dict[str, object]:
    """The form's values as stored."""
    plan = calendar.plan
    values: dict[str, object] = {
        "name": calendar.name,
        "time_zone": plan.time_zone,
        "has_japanese_holidays": plan.has_japanese_holidays,
        "closures": write_closures(plan.closures, plan.yearly_closures),
        "openings": write_openings(plan.openings),
        "version": calendar.version,
    }
    return values | {f"day{number}": write_spans(spans) for number, spans in enumerate(plan.week)}
