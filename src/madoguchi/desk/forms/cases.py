"""Forms of cases: opening one, its parts, people, steps, decisions."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import DECISIONS, MAX_REASON, MAX_TITLE, CaseKind, DecisionKind, Judgement
from madoguchi.cases.parts import NINE_ITEMS, Part, column, word_of
from madoguchi.desk.forms.filing import offer

_MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A date with a time, in the browser's own control."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _named(people: list[User]) -> list[tuple[int, str]]:
    """The people to choose from; those who may decide are marked with their role."""
    sv = _("SV")
    marks = {each.pk: sv if each.role == Role.SUPERVISOR else each.get_role_display() for each in people}
    return [
        (each.pk, f"{each.name} ({marks[each.pk]})" if may(each, Permission.DECIDE_CASES) else each.name)
        for each in people
    ]


def _long(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenForm(forms.Form):
    """A case as it is opened; harassment names who was exposed, and always a second person."""

    title = forms.CharField(label=_("What it is about"), max_length=MAX_TITLE)
    words = forms.CharField(
        label=_("What happened, in their words"), required=False, widget=_long(6), max_length=10_000
    )
    demand = forms.CharField(label=_("What is asked for"), required=False, widget=_long(2), max_length=10_000)
    owner = forms.TypedChoiceField(label=_("Responsible"), coerce=int)
    second = forms.TypedChoiceField(label=_("Second person"), coerce=int, required=False, empty_value=None)
    affected = forms.TypedMultipleChoiceField(
        label=_("Colleagues who were exposed"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    received_at = moment_field(_("Received, or known, at"))
    is_confidential = forms.BooleanField(
        label=_("Only for those named in it"),
        required=False,
        help_text=_("Otherwise whoever answers this customer sees it too."),
    )

    def __init__(self, data: Any, *, kind: str, people: list[User], initial: dict[str, Any]) -> None:
        """`people` are those who can be named."""
        super().__init__(data, initial=initial)
        self.people = {person.pk: person for person in people}
        nobody = _("Choose a colleague") if kind == CaseKind.HARASSMENT else _("Nobody")
        offer(self, "owner", _named(people))
        offer(self, "second", [("", nobody), *_named(people)])
        offer(self, "affected", [(person.pk, person.name) for person in people])
        if kind == CaseKind.HARASSMENT:
            self.fields["second"].required = True
            self.fields["second"].help_text = _("Nobody deals with harassment alone.")
        else:
            del self.fields["affected"]
        if kind != CaseKind.COMPLAINT:
            del self.fields["is_confidential"]
        if kind == CaseKind.INCIDENT:
            del self.fields["demand"]
            self.fields["words"].label = word_of(kind, "overview")
            self.fields["received_at"].label = word_of(kind, "discovered_at")

    def person(self, name: str) -> User | None:
        """The person chosen in a field; only of a valid form."""
        return self.people.get(self.cleaned_data.get(name) or 0)


class PartForm(forms.Form):
    """The fields of one part of a case."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kind: str, part: Part, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        for name in part.fields:
            self.fields[name] = _field(kind, name)


def _field(kind: str, name: str) -> forms.Field:
    """The control for a column."""
    if name == "unknown":
        return forms.MultipleChoiceField(
            label=word_of(kind, name),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(item, word_of(kind, item)) for item in NINE_ITEMS],
            help_text=_("Say so where it is so: the first report goes out with what is known."),
        )
    found = column(kind, name)
    if isinstance(found, models.DateTimeField):
        return moment_field(found.verbose_name)
    if isinstance(found, models.DateField):
        return day_field(found.verbose_name, required=False)
    made = found.formfield()
    assert made is not None
    if isinstance(found, models.TextField):
        made.widget = _long(3)
    return made


class PeopleForm(forms.Form):
    """Who is responsible, who is the second, who else may see it."""

    owner = forms.TypedChoiceField(label=_("Responsible"), coerce=int)
    second = forms.TypedChoiceField(label=_("Second person"), coerce=int, required=False, empty_value=None)
    members = forms.TypedMultipleChoiceField(
        label=_("Others who may see it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, people: list[User], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.people = {person.pk: person for person in people}
        named = _named(people)
        offer(self, "owner", named)
        offer(self, "second", [("", _("Nobody")), *named])
        offer(self, "members", [(person.pk, person.name) for person in people])


class DoneForm(forms.Form):
    """When a step was done, and how."""

    at = moment_field(_("Done at"))
    note = forms.CharField(label=pgettext_lazy("case", "How"), required=False, widget=_long(2), max_length=MAX_REASON)


class SkipForm(forms.Form):
    """Why a step is not needed."""

    reason = forms.CharField(label=_("Reason"), widget=_long(2), max_length=MAX_REASON)


class StepTimeForm(forms.Form):
    """By when a step is meant to be done."""

    due_at = moment_field(_("By when"), required=False, help_text=_("Empty: no time is set."))


class DecisionForm(forms.Form):
    """What one proposes for a second person to decide."""

    kind = forms.ChoiceField(label=_("What is to be decided"))
    value = forms.ChoiceField(label=_("What it is"), required=False)
    words = forms.CharField(label=_("What exactly, and why"), widget=_long(), max_length=MAX_REASON)
    review_on = day_field(_("Looked at again on"), required=False)

    def __init__(self, data: Any, *, kind: str) -> None:
        super().__init__(data)
        offer(self, "kind", [(each.value, each.label) for each in DECISIONS[kind]])
        offer(self, "value", [("", "–"), *(each for each in Judgement.choices if each[0] != Judgement.UNDECIDED)])
        if kind != CaseKind.HARASSMENT:
            del self.fields["value"], self.fields["review_on"]
        else:
            self.fields["value"].help_text = _("Only for: %(what)s") % {"what": DecisionKind.JUDGEMENT.label}


class ReplyForm(forms.Form):
    """What the second person says to it."""

    reply = forms.CharField(label=_("Remark"), required=False, widget=_long(2), max_length=MAX_REASON)


class NumberForm(forms.Form):
    """The number of a conversation."""

    number = forms.IntegerField(label=_("Number of the conversation"), min_value=1, max_value=2**63 - 1)
