"""The form of お知らせ and 申し送り."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.accounts.models import Team, User
from madoguchi.channels.models import Inbox
from madoguchi.workforce.actions.bulletins import MAX_TEXT_CHARS, Posting
from madoguchi.workforce.choices import BulletinKind

#: No number of a conversation is longer.
_DIGITS = 12


class BulletinForm(forms.Form):
    """What is told to whom."""

    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("What they have to know"),
        max_length=MAX_TEXT_CHARS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("@name tells a colleague"),
    )
    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)
    inboxes = forms.MultipleChoiceField(label=_("Desks"), required=False, widget=forms.CheckboxSelectMultiple)
    people = forms.MultipleChoiceField(
        label=pgettext_lazy("staff", "People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without teams, desks and people it goes to everybody."),
    )
    must_confirm = forms.BooleanField(label=_("Everybody has to confirm that they have read it"), required=False)
    expires_at = forms.DateTimeField(
        label=_("Shown until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    conversations = forms.CharField(
        label=_("About the conversations"),
        required=False,
        max_length=500,
        help_text=_("Their numbers, such as 123, 145."),
    )

    def __init__(
        self, data: Any, *, may_announce: bool, teams: Iterable[Team], inboxes: Iterable[Inbox], people: Iterable[User]
    ) -> None:
        """Whoever may not announce writes handover notes."""
        super().__init__(data, initial={"kind": BulletinKind.HANDOVER_NOTE})
        kinds = BulletinKind.choices if may_announce else [c for c in BulletinKind.choices if c[0] == "handover_note"]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        for name, rows in (("teams", teams), ("inboxes", inboxes), ("people", people)):
            self.fields[name].choices = [(str(each.pk), each.name) for each in rows]  # type: ignore[attr-defined]

    def clean_conversations(self) -> list[int]:
        """The numbers; what is none is said."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["conversations"])
        parts = [part.removeprefix("#") for part in re.split(r"[\s,、]+", typed) if part]
        wrong = [part for part in parts if not (part.isascii() and part.isdecimal() and len(part) <= _DIGITS)]
        if wrong:
            text = _("This is no number of a conversation: %(words)s")
            raise forms.ValidationError(text % {"words": ", ".join(wrong)[:100]})
        return [int(part) for part in parts]

    @property
    def posting(self) -> Posting:
        """As it is posted."""
        values = self.cleaned_data
        return Posting(
            title=values["title"],
            text=values["text"].replace("\r\n", "\n"),
            kind=values["kind"],
            must_confirm=values["must_confirm"],
            expires_at=values["expires_at"],
            teams=[int(each) for each in values["teams"]],
            inboxes=[int(each) for each in values["inboxes"]],
            people=[int(each) for each in values["people"]],
            conversations=values["conversations"],
        )
