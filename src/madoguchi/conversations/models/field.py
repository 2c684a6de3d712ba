"""Custom fields (カスタム項目): what administrators want to know of every conversation beside what mail says."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from madoguchi.conversations.models.conversation import Category, Conversation
from madoguchi.core.fields.models import FieldBase, ValueBase


class CustomField(FieldBase):
    """One field: what it is called, what may stand in it, and at which conversations it is shown."""

    default = models.JSONField(null=True, blank=True)  #: what a new conversation begins with, as `Plain`
    is_required = models.BooleanField(default=False)  #: must be filled in before a conversation is done
    inboxes = ArrayField(models.BigIntegerField(), default=list, blank=True)  #: shown at these 窓口; none for all
    categories = ArrayField(models.BigIntegerField(), default=list, blank=True)  #: shown in these; none for all
    depends_on = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="dependents")
    by_category = models.BooleanField(default=False)  #: its options depend on the category instead

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="field_name"),
            models.CheckConstraint(name="field_one_parent", condition=Q(by_category=False) | Q(depends_on=None)),
            models.CheckConstraint(name="field_not_self", condition=~Q(depends_on=models.F("pk"))),
        ]

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"field:{self.pk}"

    def is_for(self, conversation: Conversation) -> bool:
        """True where a conversation of this 窓口 and category shows the field."""
        if self.inboxes and conversation.inbox_id not in self.inboxes:
            return False
        return not self.categories or bool(set(self.categories) & category_ids(conversation.category))


def category_ids(category: Category | None) -> set[int]:
    """A category and the main one above it."""
    if category is None:
        return set()
    return {category.pk, category.parent_id} if category.parent_id else {category.pk}


class FieldValue(ValueBase):
    """What a conversation has in a field; of several chosen options one row each, of an empty field none (ADR 24)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="field_values")
    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "field", "option"], name="field_value_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["field", "option", "conversation"], name="field_by_option"),
            models.Index(fields=["field", "folded", "conversation"], name="field_by_text", condition=~Q(folded="")),
            models.Index(
                fields=["field", "number", "conversation"], name="field_by_number", condition=Q(number__isnull=False)
            ),
            models.Index(fields=["field", "day", "conversation"], name="field_by_day", condition=Q(day__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.plain}"
