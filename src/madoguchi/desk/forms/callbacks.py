"""Forms of callbacks: asking for one, moving it, noting an attempt, saying why not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import MAX_NAME, MAX_NOTE, MAX_NUMBER, MAX_TOPIC, CallbackState, Outcome
from madoguchi.desk.forms.filing import offer

type Groups = Sequence[tuple[str, list[tuple[str, str]]]]

_OTHER = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class _Timed(forms.Form):
    """A half hour of the list, or any other time."""

    slot = forms.ChoiceField(label=_("When"), required=False)
    other_at = forms.DateTimeField(label=_("Another time"), required=False, widget=_OTHER)

    def __init__(self, data: Any, *, slots: Groups, initial: dict[str, Any] | None = None) -> None:
        """`slots` are grouped by day."""
        super().__init__(data, initial=initial)
        offer(self, "slot", [("", _("Choose a time")), *slots])

    @property
    def time_chosen(self) -> datetime | None:
        """The other time where one was given, else the slot; only of a valid form."""
        other: datetime | None = self.cleaned_data["other_at"]
        return other or parse_datetime(self.cleaned_data["slot"])


class CallbackForm(_Timed):
    """Whom to call, when, about what, and who does."""

    number = forms.CharField(label=_("Phone number"), max_length=MAX_NUMBER)
    name = forms.CharField(label=_("Name given"), max_length=MAX_NAME, required=False)
    topic = forms.CharField(label=_("Matter"), max_length=MAX_TOPIC, required=False)
    owner = forms.TypedChoiceField(label=_("Responsible"), coerce=int)

    field_order: Sequence[str] = ("number", "name", "slot", "other_at", "topic", "owner")

    def __init__(
        self, data: Any, *, slots: Groups, owners: Sequence[User], initial: dict[str, Any] | None = None
    ) -> None:
        """`owners` are those who may be chosen."""
        super().__init__(data, slots=slots, initial=initial)
        self.owners = {person.pk: person for person in owners}
        offer(self, "owner", [(person.pk, person.name) for person in owners])

    @property
    def owner_chosen(self) -> User:
        """The person; only of a valid form."""
        return self.owners[self.cleaned_data["owner"]]


class MoveForm(CallbackForm):
    """Another time or owner of an open callback."""

    field_order = ("slot", "other_at", "owner")

    def __init__(self, data: Any, *, slots: Groups, owners: Sequence[User], initial: dict[str, Any]) -> None:
        """Whom and about what stays."""
        super().__init__(data, slots=slots, owners=owners, initial=initial)
        for name in ("number", "name", "topic"):
            del self.fields[name]


class AttemptForm(_Timed):
    """What an attempt came to, and when to try again."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=MAX_NOTE, required=False)

    field_order = ("outcome", "note", "slot", "other_at")

    def __init__(self, data: Any, *, slots: Groups) -> None:
        """Nobody is reached at first: then one tries again."""
        super().__init__(data, slots=slots)
        self.fields["slot"].label = _("Call again at")


class CloseForm(forms.Form):
    """Why nobody is called any more."""

    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[(each.value, each.label) for each in (CallbackState.CANCELLED, CallbackState.GIVEN_UP)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=MAX_NOTE)
