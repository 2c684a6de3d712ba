"""Forms of what comes back: 後で対応 and リマインダー."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.actions.snoozing import SnoozeTimes
from madoguchi.desk.forms.filing import offer
from madoguchi.ui.dates import Words

ANSWER, OWN = "answer", "own"


def _moment(label: Any, *, required: bool) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget)


def _offered(times: SnoozeTimes) -> dict[str, datetime | None]:
    return {"later": times.later, "next_day": times.next_day, "next_week": times.next_week}


def _choices(times: SnoozeTimes, words: Words) -> list[tuple[str, Any]]:
    named = {"later": _("In two hours"), "next_day": _("Next business day"), "next_week": _("Next week")}
    return [(key, f"{named[key]} ({words.due(moment)})") for key, moment in _offered(times).items() if moment]


class SnoozeForm(forms.Form):
    """When it comes back, and why it is put off."""

    when = forms.ChoiceField(label=_("Comes back"), widget=forms.RadioSelect, required=False)
    resume_at = _moment(_("At another time"), required=False)
    resume_at.widget.attrs["data-chooses"] = OWN
    why = forms.CharField(label=_("Why"), max_length=150, required=False)

    def __init__(self, data: Any, *, times: SnoozeTimes, words: Words) -> None:
        """`times` are the moments offered."""
        super().__init__(data, initial={"when": "next_day"})
        self.times: dict[str, datetime | None] = {**_offered(times), ANSWER: None}
        own = (OWN, _("At another time"))
        offer(self, "when", [*_choices(times, words), (ANSWER, _("When the customer answers")), own])

    def clean(self) -> dict[str, Any]:
        """A time that was typed is meant, whatever else is chosen; a time of one's own must be given."""
        values = super().clean() or {}
        if values.get("resume_at"):
            values["when"] = OWN
        elif values.get("when") not in self.times and "resume_at" not in self.errors:
            raise ValidationError({"resume_at": _("Choose when it comes back.")})
        return values

    @property
    def until(self) -> datetime | None:
        """The moment chosen; None for the customer's answer."""
        when = self.cleaned_data["when"]
        return self.cleaned_data["resume_at"] if when == OWN else self.times[when]

    def until_of(self, times: SnoozeTimes) -> datetime | None:
        """The moment chosen, as it is for a 窓口 with these times."""
        when = self.cleaned_data["when"]
        return self.until if when in (OWN, ANSWER) else getattr(times, when)


class ReminderForm(forms.Form):
    """When one wants to be reminded, and of what; the same moments are offered."""

    when = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect, required=False)
    at = _moment(_("At another time"), required=False)
    at.widget.attrs["data-chooses"] = OWN
    note = forms.CharField(label=_("What about"), max_length=200, required=False)

    def __init__(self, data: Any, *, times: SnoozeTimes, words: Words) -> None:
        """`times` are the moments offered."""
        super().__init__(data, initial={"when": "next_day"})
        self.times = _offered(times)
        offer(self, "when", [*_choices(times, words), (OWN, _("At another time"))])

    def clean(self) -> dict[str, Any]:
        """`at` is the moment meant: a time that was typed, else the one that was chosen."""
        values = super().clean() or {}
        if not values.get("at") and "at" not in self.errors:
            values["at"] = self.times.get(values.get("when", ""))
            if values["at"] is None:
                raise ValidationError({"at": _("Choose when you want to be reminded.")})
        return values
