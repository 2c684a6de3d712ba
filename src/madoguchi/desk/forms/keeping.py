"""Keeping tags and categories in order."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.actions.filing import MAX_CATEGORY, MAX_TAG
from madoguchi.conversations.models import Category, Tag


class TagForm(forms.Form):
    """What a tag is called."""

    name = forms.CharField(label=_("Name of the tag"), max_length=MAX_TAG)


class MergeForm(forms.Form):
    """Which tag takes the place of another."""

    into = forms.TypedChoiceField(label=_("Merge into"), coerce=int)

    def __init__(self, *args: Any, others: Iterable[Tag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(tag.pk, tag.name) for tag in others]  # type: ignore[attr-defined]


class CategoryForm(forms.Form):
    """What a category is called and below which it stands."""

    name = forms.CharField(label=_("Name of the category"), max_length=MAX_CATEGORY)
    parent = forms.TypedChoiceField(label=_("Below"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, parents: Iterable[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Main category")), *((each.pk, each.name) for each in parents)]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
