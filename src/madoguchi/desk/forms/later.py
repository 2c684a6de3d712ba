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


class SnoozeForm(forms.Form):
    """When it comes back, and why it is put off."""

    when = forms.ChoiceField(label=_("Comes back"), widget=forms.RadioSelect)
    resume_at = _moment(_("At another time"), required=False)
    why = forms.CharField(label=_("Why"), max_length=150, required=False)

    def __init__(self, data: Any, *, times: SnoozeTimes, words: Words) -> None:
        """`times` are the moments offered."""
        super().__init__(data, initial={"when": "next_day"})
        self.times: dict[str, datetime | None] = {
            "later": times.later,
            "next_day": times.next_day,
            "next_week": times.next_week,
            ANSWER: None,
        }
        named = {"later": _("In two hours"), "next_day": _("Next business day"), "next_week": _("Next week")}
        choices = [(key, f"{word} ({words.due(moment)})") for key, word in named.items() if (moment := self.times[key])]
        offer(self, "when", [*choices, (ANSWER, _("When the customer answers")), (OWN, _("At another time"))])

    def clean(self) -> dict[str, Any]:
        """A time of one's own must be given."""
        values = super().clean() or {}
        if values.get("when") == OWN and not values.get("resume_at"):
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
    """When one wants to be reminded, and of what."""

    at = _moment(_("When"), required=True)
    note = forms.CharField(label=_("What about"), max_length=200, required=False)
