"""Forms for narrowing a list down and keeping its conditions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.queries import active_users, all_teams, get_team
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.own import folders_of, live_statuses, tree_of
from madoguchi.conversations.queries import all_tags, category_tree
from madoguchi.desk.forms.filing import offer

_ANY = ("", _("any"))


class NarrowForm(forms.Form):
    """Every condition a list may have; the names are those of `filters.Filter`."""

    inbox = forms.ChoiceField(label=_("Desk"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    own_status = forms.ChoiceField(label=_("Own status"), required=False)
    folder = forms.ChoiceField(label=_("Folder"), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    vip = forms.BooleanField(label=_("Important customers only"), required=False)
    late = forms.BooleanField(label=_("Overdue only"), required=False)
    following = forms.BooleanField(label=_("Only what I follow"), required=False)

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any]) -> None:
        """Offer what there is for this person."""
        super().__init__(data, initial=initial)
        folders = list(folders_of(user))
        people = [(str(person.pk), person.name) for person in active_users() if person.pk != user.pk]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "inbox": [(str(inbox.pk), inbox.name) for inbox in inboxes_of(user)],
            "status": [("all", _("all, also done ones")), *Status.choices],
            "own_status": [(str(own.pk), own.word) for own in live_statuses()],
            "folder": [
                (str(each.folder.pk), f"{inbox.name} › {each.path}")
                for inbox in inboxes_of(user)
                for each in tree_of(folder for folder in folders if folder.inbox_id == inbox.pk)
            ],
            "assignee": [("me", _("me")), ("none", _("nobody")), *people],
            "team": [(str(team.pk), team.name) for team in all_teams()],
            "tag": [(tag.name, tag.name) for tag in all_tags()[:500]],
            "category": [
                (str(each.pk), each.name if each is parent else f"\u3000{each.name}")
                for parent in category_tree()
                for each in (parent, *parent.children.all())
            ],
            "priority": [(str(value), label) for value, label in Priority.choices],
        }
        for name, offered in choices.items():
            first = ("", _("all open ones")) if name == "status" else _ANY
            chosen = str(initial.get(name, ""))
            # What is not to be had any more stays chosen until somebody chooses something else.
            kept = [(chosen, chosen)] if chosen and chosen not in {str(value) for value, _word in offered} else []
            offer(self, name, [first, *offered, *kept])

    def conditions(self, present: dict[str, Any]) -> Filter:
        """The conditions as chosen, with those of `present` for which there is no field."""
        beyond = {name: value for name, value in present.items() if name not in self.fields}
        return Filter.from_values({**beyond, **self.cleaned_data})


class ViewForm(forms.Form):
    """The name of a saved view, for whom it is, and its place in the rail."""

    name = forms.CharField(label=_("Name"), max_length=60)
    shared = forms.BooleanField(label=_("Show it to everybody"), required=False)
    team = forms.TypedChoiceField(
        label=_("Only to this team"), coerce=int, required=False, empty_value=None, help_text=_("Instead of everybody.")
    )
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, required=False)

    def __init__(
        self, data: Any, *, may_share: bool, teams: Iterable[Team], initial: dict[str, Any] | None = None
    ) -> None:
        """Only those who may share are asked."""
        super().__init__(data, initial=initial)
        offer(self, "team", [("", _("(no team)")), *((team.pk, team.name) for team in teams)])
        if not may_share:
            del self.fields["shared"], self.fields["team"]

    @property
    def is_shared(self) -> bool:
        """True for a view for everybody, or for a team."""
        return bool(self.cleaned_data.get("shared") or self.cleaned_data.get("team"))

    def chosen_team(self) -> Team | None:
        """The team it is for, if it is for one."""
        chosen = self.cleaned_data.get("team")
        return get_team(chosen) if chosen else None
