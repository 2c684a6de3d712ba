"""The steps after 返信期限 in the form of a 窓口: when each comes, and who is told. Empty ones are left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.warning import LATEST_MINUTES, MOST_STEPS, Escalation
from madoguchi.desk.forms.people import offer

_ASSIGNEE, _LEADERS = "assignee", "leaders"


class EscalationForm(forms.Form):
    """One step."""

    after = forms.IntegerField(
        label=_("So many business minutes after the due time"),
        min_value=1,
        max_value=LATEST_MINUTES,
        required=False,
        help_text=_("Empty: no such step."),
    )
    told = forms.MultipleChoiceField(
        label=_("Who is told"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (_ASSIGNEE, _("The assignee, or else the team")),
            (_LEADERS, _("The supervisors of the team (of a team without any, all)")),
        ],
    )
    people = forms.TypedMultipleChoiceField(
        label=_("These people too"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "people", people)

    def clean(self) -> dict[str, Any]:
        """A step tells somebody."""
        values = self.cleaned_data
        if values.get("after") and not values.get("told") and not values.get("people"):
            self.add_error("told", _("Say for each step who is told."))
        return values

    def wanted(self) -> Escalation | None:
        """The step; None when it is empty."""
        values = self.cleaned_data
        if not values["after"]:
            return None
        return Escalation(
            values["after"], _ASSIGNEE in values["told"], _LEADERS in values["told"], tuple(values["people"])
        )


class EscalationForms:
    """All steps of a 窓口: those it has, and one more to fill in."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, people: Sequence[User], stored: Sequence[Escalation] | None
    ) -> None:
        steps = [Escalation(60)] if stored is None else list(stored)
        shown = MOST_STEPS if data is not None else min(MOST_STEPS, len(steps) + 1)
        self.forms = [
            EscalationForm(data, prefix=f"step{n}", people=people, initial=_initial(steps[n : n + 1]))
            for n in range(shown)
        ]

    def __iter__(self) -> Iterator[EscalationForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        """True when every step can be taken as it is."""
        return not any(form.errors for form in self.forms)

    def wanted(self) -> list[Escalation]:
        """The steps that are filled in."""
        return [step for form in self.forms if (step := form.wanted())]


def _initial(steps: Sequence[Escalation]) -> dict[str, Any]:
    if not steps:
        return {}
    step = steps[0]
    told = [name for name in (_ASSIGNEE, _LEADERS) if getattr(step, name)]
    return {"after": step.after, "told": told, "people": list(step.people)}
