"""Forms for statuses of one's own and folders."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.folders import MAX_NAME as MAX_FOLDER
from madoguchi.conversations.actions.own_statuses import MAX_NAME, StatusDefinition
from madoguchi.conversations.choices import OWN_STATES, Tone
from madoguchi.conversations.models import Folder, OwnStatus
from madoguchi.conversations.own import Placed
from madoguchi.desk.forms.filing import offer

#: Shapes that say something about where a conversation stands.
_ICONS = (
    ("", _("that of the colour")),
    ("box", _("box")),
    ("truck", _("truck")),
    ("phone", _("telephone")),
    ("team", _("people")),
    ("clock", _("clock")),
    ("file", _("document")),
    ("star", _("star")),
    ("refresh", _("circle of arrows")),
    ("alert", _("triangle")),
)


class OwnStatusForm(forms.Form):
    """What a status is called, what it stands for, and how it looks."""

    name = forms.CharField(label=_("Name of the status"), max_length=MAX_NAME)
    name_en = forms.CharField(label=_("Name in English"), max_length=MAX_NAME, required=False)
    state = forms.ChoiceField(
        label=_("Stands for"),
        choices=[(status.value, status.label) for status in OWN_STATES],
        help_text=_("Deadlines, lists and figures treat it as this one."),
    )
    tone = forms.ChoiceField(label=_("Colour"), choices=Tone.choices)
    icon = forms.ChoiceField(label=_("Icon"), choices=_ICONS, required=False)
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, required=False)
    inboxes = forms.TypedMultipleChoiceField(
        label=_("Offered at these desks"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: at all of them."),
    )

    def __init__(self, data: Any, *, status: OwnStatus | None, inboxes: Iterable[Inbox]) -> None:
        """Begin with what the status is."""
        names = ("name", "name_en", "state", "tone", "icon", "position", "inboxes")
        super().__init__(data, initial={name: getattr(status, name) for name in names} if status else None)
        offer(self, "inboxes", [(each.pk, each.name) for each in inboxes])

    def definition(self) -> StatusDefinition:
        """What was said, as the use-cases take it."""
        return StatusDefinition(**self.cleaned_data | {"position": self.cleaned_data["position"] or 0})


class EmptyStatusForm(forms.Form):
    """Where the conversations of a status go."""

    to = forms.ChoiceField(label=_("Conversations go over to"), required=False)

    def __init__(self, data: Any, *, status: OwnStatus, others: Iterable[OwnStatus]) -> None:
        """Offer those that stand for the same."""
        super().__init__(data)
        same = [(str(each.pk), each.word) for each in others if each.state == status.state and each.pk != status.pk]
        offer(self, "to", [("", status.get_state_display()), *same])


class FolderForm(forms.Form):
    """What a folder is called and in which it lies."""

    name = forms.CharField(label=_("Name of the folder"), max_length=MAX_FOLDER)
    parent = forms.TypedChoiceField(label=_("Lies in"), coerce=int, required=False, empty_value=None)
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, required=False)

    def __init__(self, data: Any, *, tree: Iterable[Placed], folder: Folder | None = None, prefix: str = "") -> None:
        """Begin with what the folder is."""
        names = {"name": "name", "parent": "parent_id", "position": "position"}
        initial = {name: getattr(folder, column) for name, column in names.items()} if folder else None
        super().__init__(data, initial=initial, auto_id=f"id_{prefix}%s")
        offer(self, "parent", [("", _("the desk itself")), *((each.folder.pk, each.path) for each in tree)])


class MoveForm(forms.Form):
    """Into which folder conversations go."""

    folder = forms.TypedChoiceField(label=_("Folder"), coerce=int, required=False, empty_value=None)

    def __init__(self, data: Any, *, tree: Iterable[Placed], present: int | None) -> None:
        """Offer the folders of one 窓口."""
        super().__init__(data, initial={"folder": present})
        offer(self, "folder", [("", _("no folder")), *((each.folder.pk, each.path) for each in tree)])
