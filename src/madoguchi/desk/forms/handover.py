"""The form of a hand-over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import Team, User


class HandoverForm(forms.Form):
    """Who takes over, evenly; a team stands for its members who are there."""

    to = forms.MultipleChoiceField(
        label=gettext_lazy("Who takes over"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Several people get equal shares, the most urgent conversations in turn."),
    )
    team = forms.ChoiceField(label=gettext_lazy("Or a team"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Added to each conversation as an internal note."),
    )

    def __init__(self, data: Any, *, people: Sequence[User], teams: Sequence[Team], there: frozenset[int]) -> None:
        """`there` are those who are ready; of the others it is said."""
        super().__init__(data)
        named = [
            (str(each.pk), each.name if each.pk in there else _("%(name)s (not there)") % {"name": each.name})
            for each in people
        ]
        self.fields["to"].choices = named  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "–"), *((str(each.pk), each.name) for each in teams)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Somebody has to take over."""
        values = super().clean() or {}
        if not self.errors and not values.get("to") and not values.get("team"):
            self.add_error("to", _("Choose at least one person who takes over."))
        return values
