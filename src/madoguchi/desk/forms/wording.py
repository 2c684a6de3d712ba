"""A template as one form, and the folder that is renamed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import all_teams
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.desk.forms.wording_actions import ActionsForm
from madoguchi.wording.choices import (
    MAX_ABBREVIATION,
    MAX_BODY,
    MAX_FOLDER,
    MAX_KEYWORDS,
    MAX_NAME,
    MAX_NOTE,
    MAX_SUBJECT,
    Kind,
)
from madoguchi.wording.content import Content
from madoguchi.wording.deeds import read_deeds, tell_deeds
from madoguchi.wording.models import Template
from madoguchi.wording.queries import scopes_for


class TemplateForm(forms.Form):
    """What a template says, for whom, and where it is kept."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    subject = forms.CharField(
        label=_("Subject"),
        max_length=MAX_SUBJECT,
        required=False,
        help_text=_("Taken where the letter has none yet. An answer keeps the customer's."),
    )
    body = forms.CharField(
        label=_("Body"),
        max_length=MAX_BODY,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    folder = forms.CharField(
        label=_("Folder"),
        max_length=MAX_FOLDER,
        required=False,
        help_text=_("Folders within folders with a slash: Delivery/Delays."),
        widget=forms.TextInput(attrs={"list": "known-folders", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(label=_("For whom"))
    team = forms.ChoiceField(label=_("Team"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LetterLanguage.choices)
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None is all of them.")
    )
    abbreviation = forms.CharField(
        label=_("Abbreviation"),
        max_length=MAX_ABBREVIATION,
        required=False,
        help_text=_("Typed behind the slash in a letter, it comes first."),
    )
    keywords = forms.CharField(
        label=_("Further words"), max_length=MAX_KEYWORDS, required=False, help_text=_("What else it is found by.")
    )
    note = forms.CharField(
        label=_("When to use it"), max_length=MAX_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_on = forms.DateField(
        label=_("Read it again by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_suggested = forms.BooleanField(
        label=_("Suggest it for similar inquiries"),
        required=False,
        help_text=_("Not for automatic replies, and for what is only sent on somebody's decision."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any, *, user: User, template: Template | None = None, initial: Any = None) -> None:
        """Begin with what the template says and does; who keeps shared ones may choose for whom it is."""
        told = tell_deeds(read_deeds(template.actions), user) if template else []
        self.left_out = [each for each in told if each.problem]
        self.actions = ActionsForm(data, user=user, told=told)
        super().__init__(
            data,
            initial=initial_of(template)
            if template
            else {"kind": Kind.TEMPLATE.value, "is_suggested": True, **(initial or {})},
        )
        self.teams = list(all_teams())
        scopes = [(scope.value, scope.label) for scope in scopes_for(user)]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.initial.setdefault("scope", scopes[0][0])
        self.fields["team"].choices = [("", "–"), *((str(team.pk), team.name) for team in self.teams)]  # type: ignore[attr-defined]
        channels = [(kind, cls.label) for kind, cls in channel_classes().items()]
        self.fields["channels"].choices = channels  # type: ignore[attr-defined]
        self.has_channels = len(channels) > 1
        self.may_share = len(scopes) > 1

    def is_valid(self) -> bool:
        """What it says, and what it does."""
        return self.actions.is_valid() and super().is_valid()

    def content(self) -> Content:
        """What the form says, once it is valid."""
        values = self.cleaned_data
        chosen = next((team for team in self.teams if str(team.pk) == values["team"]), None)
        names = (name for name in Content.__slots__ if name not in ("team", "channels", "actions"))
        return Content(
            **{name: values[name] for name in names},
            team=chosen,
            channels=tuple(values["channels"]),
            actions=self.actions.deeds(),
        )


def initial_of(template: Template) -> dict[str, object]:
    """The form's values as stored."""
    values = {name: getattr(template, name) for name in Content.__slots__ if name not in ("team", "actions")}
    return values | {"team": str(template.team_id or ""), "version": template.version}


class FolderForm(forms.Form):
    """The new name of a folder, with those it lies in."""

    folder = forms.CharField(label=_("Folder"), max_length=MAX_FOLDER)
