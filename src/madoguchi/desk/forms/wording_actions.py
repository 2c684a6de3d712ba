"""What is done along with a template, as fields of its form: none of them filled in does nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.fields import live_fields
from madoguchi.conversations.own import folders_of, live_statuses, tree_of
from madoguchi.conversations.queries import all_tags, category_tree
from madoguchi.desk.forms.fields import OwnFieldsForm, input_name
from madoguchi.desk.forms.filing import offer
from madoguchi.desk.status_choices import status_choices
from madoguchi.wording.deeds import ME, NOBODY, Deed, DeedKind, Told

_KEEP = ("", _("(do not change)"))
_TAGS = (("do_tags", DeedKind.TAG), ("do_untags", DeedKind.UNTAG))
_CHOSEN = (
    ("do_category", DeedKind.CATEGORY),
    ("do_priority", DeedKind.PRIORITY),
    ("do_folder", DeedKind.FOLDER),
    ("do_assignee", DeedKind.ASSIGNEE),
    ("do_status", DeedKind.STATUS),
)


class ActionsForm(forms.Form):
    """一緒に行う操作: category, tags, people, status after sending, folder; custom fields stand in `own`."""

    do_category = forms.ChoiceField(label=_("Category"), required=False)
    do_tags = forms.CharField(
        label=_("Add tags"), required=False, max_length=500, help_text=_("Separate several with a comma or 、.")
    )
    do_untags = forms.CharField(label=_("Remove tags"), required=False, max_length=500)
    do_priority = forms.ChoiceField(label=_("Priority"), required=False)
    do_assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    do_status = forms.ChoiceField(
        label=_("Status"), required=False, help_text=_("With a letter: the status chosen for after sending.")
    )
    do_folder = forms.ChoiceField(label=_("Folder"), required=False)

    def __init__(self, data: Any, *, user: User, told: Iterable[Told] = ()) -> None:
        """Begin with what the template does now; `told` without what has gone."""
        present = [each for each in told if not each.problem]
        super().__init__(data, initial=_initial(present))
        self.known_tags = [tag.name for tag in all_tags()]
        for name, _kind in _TAGS:
            self.fields[name].widget.attrs["list"] = "known-tags"
        self._offer(user)
        values = {each.deed.field: _control_value(each) for each in present if each.deed.kind == DeedKind.FIELD}
        fields = list(live_fields())
        self.own = OwnFieldsForm(data, fields=fields, values={}, conversation=None)
        for field in fields:
            if field.pk in values:
                self.own.initial[input_name(field)] = values[field.pk]

    def _offer(self, user: User) -> None:
        categories = [
            (each.pk, each.name if each is parent else f"\u3000{each.name}")
            for parent in category_tree()
            for each in (parent, *parent.children.all())
        ]
        people = [(each.pk, each.name) for each in active_users() if may(each, Permission.ASSIGN)]
        inboxes = {inbox.pk: inbox.name for inbox in inboxes_of(user)}
        folders = [
            (each.folder.pk, f"{inboxes.get(each.folder.inbox_id, '')} › {each.path}")
            for each in tree_of(folders_of(user))
        ]
        statuses = [(each.key, each.word) for each in status_choices(live_statuses(), inbox_id=None)]
        offer(self, "do_category", [_KEEP, *categories])
        offer(self, "do_priority", [_KEEP, *Priority.choices])
        offer(self, "do_assignee", [_KEEP, (ME, _("Whoever does it")), (NOBODY, _("Unassigned")), *people])
        offer(self, "do_status", [_KEEP, *statuses])
        offer(self, "do_folder", [_KEEP, *folders])

    def is_valid(self) -> bool:
        """Both halves of it."""
        return super().is_valid() and self.own.is_valid()

    @property
    def is_filled(self) -> bool:
        """Something is done, or wrong: the section stands open."""
        return bool(self.is_bound or self.initial or any(self.own.initial.get(name) for name in self.own.fields))

    def deeds(self) -> tuple[Deed, ...]:
        """What was chosen, once it is valid."""
        values = self.cleaned_data
        found = [Deed(kind, name) for field, kind in _TAGS for name in _names(values[field])]
        for field, kind in _CHOSEN:
            if value := values[field]:
                found.append(Deed(kind, int(value) if value.isdecimal() else value))
        found += [Deed(DeedKind.FIELD, raw, field=pk) for pk, raw in self.own.typed_to_change().items()]
        return tuple(found)


def _names(typed: str) -> list[str]:
    parts = typed.replace("、", ",").replace("，", ",").split(",")
    return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def _initial(present: list[Told]) -> dict[str, Any]:
    by_kind: dict[str, list[Told]] = {}
    for each in present:
        by_kind.setdefault(each.deed.kind, []).append(each)
    initial: dict[str, Any] = {field: by_kind[kind][0].deed.value for field, kind in _CHOSEN if kind in by_kind}
    for field, kind in _TAGS:
        if kind in by_kind:
            initial[field] = "、".join(each.target.name for each in by_kind[kind])
    return initial


def _control_value(told: Told) -> Any:
    """The value of a field as its control shows it; nothing is the choice that empties it."""
    value = told.target[1]
    if isinstance(value, list):
        return [str(each) for each in value]
    return "__empty" if value is None else value
