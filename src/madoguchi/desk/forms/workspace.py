"""The shop itself, and which part of the audit log to show."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Language


class WorkspaceForm(forms.Form):
    """What the shop is called and which language it speaks."""

    workspace = forms.CharField(label=_("Name of the workspace"), max_length=100)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("Of the login page and of people who are invited from now on."),
    )


class AuditForm(forms.Form):
    """The conditions above the audit log; everything may be left open."""

    group = forms.ChoiceField(label=_("What"), required=False)
    person = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


def start_of(day: date | None) -> datetime | None:
    """The first moment of a day in the desk's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day."""
    return start_of(day + timedelta(days=1)) if day else None
