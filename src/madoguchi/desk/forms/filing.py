"""Forms for filing conversations."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.choices import Priority
from madoguchi.conversations.models import Category, Conversation, Tag


def offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Set what a field of choices offers."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class HoldForm(forms.Form):
    """保留理由 and 再開日時."""

    hold_reason = forms.CharField(label=_("Reason for holding"), max_length=200, required=False)
    resume_at = forms.DateTimeField(
        label=_("Comes back at"),
        required=False,
        help_text=_("At this time it is in the list again."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class SubjectForm(forms.Form):
    """What a conversation is called inside."""

    subject = forms.CharField(
        label=_("Subject"), max_length=1000, help_text=_("Only shown here. Mails keep their own subjects.")
    )


class FilingForm(forms.Form):
    """Tags, category and priority; for several conversations at once an empty field changes nothing."""

    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=1000, help_text=_("Separate several with a comma or 、.")
    )
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    priority = forms.TypedChoiceField(label=_("Priority"), required=False, coerce=int, empty_value=None)

    def __init__(
        self, data: Any, *, conversation: Conversation | None, tree: Iterable[Category], tags: Iterable[Tag]
    ) -> None:
        """Begin with what the conversation has; None stands for several."""
        super().__init__(data)
        self.conversation = conversation
        self.present = [tag.name for tag in conversation.tags.all()] if conversation else []
        self.known_tags = [tag.name for tag in tags]
        keep = [("", _("(no category)") if conversation else _("(do not change)"))]
        categories = [
            (each.pk, each.name if each is parent else f"\u3000{each.name}")
            for parent in tree
            for each in (parent, *parent.children.all())
        ]
        offer(self, "category", [*keep, *categories])
        offer(self, "priority", [*([] if conversation else keep), *Priority.choices])
        self.fields["tags"].widget.attrs["list"] = "known-tags"
        if conversation:
            self.initial = {
                "tags": "、".join(self.present),
                "category": conversation.category_id,
                "priority": conversation.priority,
            }

    @property
    def wanted(self) -> list[str]:
        """The tags as typed, once each."""
        parts = self.cleaned_data["tags"].replace("、", ",").replace("，", ",").split(",")
        return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))

    @property
    def added(self) -> list[str]:
        """Tags to put on."""
        return [name for name in self.wanted if name not in self.present]

    @property
    def removed(self) -> list[str]:
        """Tags to take off."""
        return [name for name in self.present if name not in self.wanted]

    @property
    def has_new_category(self) -> bool:
        """True if the category is to change."""
        wanted = self.cleaned_data["category"]
        return wanted != self.conversation.category_id if self.conversation else wanted is not None

    @property
    def has_new_priority(self) -> bool:
        """True if the priority is to change."""
        wanted = self.cleaned_data["priority"]
        present = self.conversation.priority if self.conversation else None
        return wanted is not None and wanted != present
