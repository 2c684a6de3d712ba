"""Keeping checklists and talk scripts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Category


def _categories(tree: Iterable[Category]) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = [("", str(_("(none)")))]
    for parent in tree:
        rows.append((parent.pk, parent.name))
        rows += [(child.pk, f"\u3000{child.name}") for child in parent.children.all()]
    return rows


class ChecklistForm(forms.Form):
    """A checklist, one item a line, and where it is put on by itself."""

    name = forms.CharField(label=_("Name"), max_length=100)
    items = forms.CharField(
        label=_("Items"), widget=forms.Textarea(attrs={"rows": 10}), help_text=_("One a line, 50 at most.")
    )
    category = forms.TypedChoiceField(
        label=_("Put on by itself for the category"), required=False, coerce=int, empty_value=None
    )
    inbox = forms.TypedChoiceField(
        label=_("Only at the desk"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("A desk without a category: put on every new conversation there."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: Any, *, tree: Iterable[Category], inboxes: Iterable[Inbox], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["category"].choices = _categories(tree)  # type: ignore[attr-defined]
        desks = [("", _("(all)")), *((each.pk, each.name) for each in inboxes)]
        self.fields["inbox"].choices = desks  # type: ignore[attr-defined]


class ScriptForm(forms.Form):
    """A talk script in plain text."""

    name = forms.CharField(label=_("Name"), max_length=100)
    category = forms.TypedChoiceField(
        label=_("Offered first for the category"), required=False, coerce=int, empty_value=None
    )
    source = forms.CharField(label=_("Steps"), widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false"}))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, tree: Iterable[Category], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["category"].choices = _categories(tree)  # type: ignore[attr-defined]


class ScriptFileForm(forms.Form):
    """An exported talk script."""

    file = forms.FileField(label=_("Exported file (JSON)"))
