"""Forms of messages to colleagues (伝言メモ)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import MAX_EXTENSION, MAX_SLIP, MAX_SLIP_ANSWER, Wish
from madoguchi.desk.forms.filing import offer


class SlipForm(forms.Form):
    """Whom to tell what."""

    recipient = forms.TypedChoiceField(label=_("Colleague"), coerce=int)
    wish = forms.ChoiceField(label=_("What is to be done"), choices=Wish.choices)
    text = forms.CharField(
        label=_("Message"), max_length=MAX_SLIP, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    by_mail = forms.BooleanField(label=_("Send it by mail too"), required=False)

    def __init__(self, data: Any, *, people: Sequence[User]) -> None:
        """`people` are those who may be told."""
        super().__init__(data)
        self.people = {person.pk: person for person in people}
        offer(self, "recipient", [(person.pk, person.name) for person in people])

    @property
    def recipient_chosen(self) -> User:
        """The person; only of a valid form."""
        return self.people[self.cleaned_data["recipient"]]


class AnswerForm(forms.Form):
    """What became of it."""

    answer = forms.CharField(label=_("What was done"), max_length=MAX_SLIP_ANSWER, required=False)


class ExtensionForm(forms.Form):
    """Under which number the telephone system knows somebody."""

    number = forms.CharField(
        label=_("Extension"),
        max_length=MAX_EXTENSION,
        required=False,
        help_text=_("When the telephone system tells of a call at this number, the customer appears in your browser."),
    )
