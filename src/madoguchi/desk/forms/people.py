"""Inviting people, changing what they are, teams."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Language, Role
from madoguchi.accounts.models import Team, User
from madoguchi.channels.models import Inbox

#: What each role may do, in one sentence at the choice.
ABOUT_ROLES = {
    Role.OWNER: _("Everything, and makes others owners."),
    Role.ADMIN: _("Everything except what concerns owners: desks, people, settings."),
    Role.SUPERVISOR: _("Answers, approves replies, shares views, reads the audit log."),
    Role.AGENT: _("Answers customers in the desks they may see."),
    Role.TRAINEE: _("Writes replies; somebody else approves them before they leave."),
    Role.VIEWER: _("Reads everything in the desks they may see, changes nothing."),
    Role.GUEST: _("Sees only conversations they were asked about, and writes internal notes there."),
}


def role_choices(acting: User) -> list[tuple[str, str]]:
    """The roles this person may give; only owners make owners."""
    return [
        (role.value, f"{role.label}: {ABOUT_ROLES[role]}")
        for role in Role
        if role != Role.OWNER or acting.role == Role.OWNER
    ]


class TeamsField(forms.TypedMultipleChoiceField):
    """Any number of teams, by id."""

    def __init__(self, **more: Any) -> None:
        super().__init__(label=_("Teams"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple, **more)


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("They can correct it when they accept.")
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, initial=Role.AGENT)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    teams = TeamsField()

    def __init__(self, *args: Any, acting: User, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(acting)  # type: ignore[attr-defined]
        offer(self, "teams", teams)


class PersonForm(forms.Form):
    """What a person is and what they belong to."""

    name = forms.CharField(label=_("Name"), max_length=100)
    public_name = forms.CharField(
        label=_("Public name"), max_length=100, required=False, help_text=_("What customers read as the sender.")
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    teams = TeamsField()
    inboxes = forms.TypedMultipleChoiceField(
        label=_("Desks"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Desks that are open to everybody are not listed; teams may open further ones."),
    )

    def __init__(
        self, *args: Any, acting: User, person: User, teams: Iterable[Team], inboxes: Iterable[Inbox], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = role_choices(acting)
        if person.role not in dict(choices):
            choices = [(person.role, str(person.get_role_display()))]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        offer(self, "teams", teams)
        offer(self, "inboxes", inboxes)


class TeamForm(forms.Form):
    """A team and who belongs to it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    members = forms.TypedMultipleChoiceField(
        label=_("Members"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "members", people)


def offer(form: forms.Form, name: str, rows: Iterable[Team | Inbox | User]) -> None:
    """Let these rows be chosen; a field with nothing to choose disappears."""
    choices = [(row.pk, row.name) for row in rows]
    form.fields[name].choices = choices  # type: ignore[attr-defined]
    if not choices:
        del form.fields[name]
