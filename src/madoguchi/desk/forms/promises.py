"""Forms of promises: entering one, changing one, saying why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.desk.forms.filing import offer
from madoguchi.promises.choices import MAX_REASON, MAX_WORDS


class PromiseForm(forms.Form):
    """What was promised, by when, and who sees to it."""

    words = forms.CharField(label=_("What was promised"), max_length=MAX_WORDS)
    due_at = forms.DateTimeField(
        label=_("Promise date"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    owner = forms.TypedChoiceField(label=_("Responsible"), coerce=int)

    def __init__(self, data: Any, *, owners: list[User], initial: dict[str, Any] | None = None) -> None:
        """`owners` are those who may be chosen."""
        super().__init__(data, initial=initial)
        self.owners = {person.pk: person for person in owners}
        offer(self, "owner", [(person.pk, person.name) for person in owners])

    @property
    def owner_chosen(self) -> User:
        """The person; only of a valid form."""
        return self.owners[self.cleaned_data["owner"]]


class WhyForm(forms.Form):
    """A reason that is kept with a decision."""

    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON)
