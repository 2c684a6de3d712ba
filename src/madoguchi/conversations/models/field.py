"""Custom fields (カスタム項目): what administrators want to know of every conversation beside what mail says."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.conversations.choices import FieldKind
from madoguchi.conversations.models.conversation import Category, Conversation

#: A value as JSON and the API have it: text, a number as text, a day in ISO 8601, options by id, a tick.
type Plain = str | bool | int | list[int] | None


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a field. Values point to its id, so that it can be renamed."""

    id: int
    name: str
    when: tuple[int, ...] = ()  #: only while the field above has one of these options (or the category is one of them)
    is_retired: bool = False  #: not offered any more; conversations keep showing it


class CustomField(models.Model):
    """One field: what it is called, what may stand in it, and at which conversations it is shown."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=FieldKind)
    help_text = models.CharField(max_length=300, blank=True)
    section = models.CharField(max_length=60, blank=True)  #: the heading it stands below
    position = models.PositiveSmallIntegerField(default=0)
    default = models.JSONField(null=True, blank=True)  #: what a new conversation begins with, as `Plain`
    is_required = models.BooleanField(default=False)  #: must be filled in before a conversation is done
    inboxes = ArrayField(models.BigIntegerField(), default=list, blank=True)  #: shown at these 窓口; none for all
    categories = ArrayField(models.BigIntegerField(), default=list, blank=True)  #: shown in these; none for all
    depends_on = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="dependents")
    by_category = models.BooleanField(default=False)  #: its options depend on the category instead
    options = models.JSONField(default=list)  #: `Option` as objects, in their order
    next_option = models.PositiveIntegerField(default=1)  #: the id of the next option; ids are never used again
    retired_at = models.DateTimeField(null=True, blank=True)  #: not offered since; its values are kept
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)  #: goes up with each change: of two people at once one is told

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="field_name"),
            models.CheckConstraint(name="field_one_parent", condition=Q(by_category=False) | Q(depends_on=None)),
            models.CheckConstraint(name="field_not_self", condition=~Q(depends_on=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"field:{self.pk}"

    @property
    def has_options(self) -> bool:
        """True for a field in which one chooses."""
        return self.kind in (FieldKind.CHOICE, FieldKind.MULTI)

    @property
    def all_options(self) -> list[Option]:
        """Its options, retired ones too, in their order."""
        return [Option(**each | {"when": tuple(each.get("when", ()))}) for each in self.options]

    def set_options(self, options: list[Option]) -> None:
        """Replace the options; those without an id (0) get one."""
        numbered = []
        for option in options:
            if not option.id:
                option, self.next_option = replace(option, id=self.next_option), self.next_option + 1  # noqa: PLW2901
            numbered.append(option)
        self.options = [asdict(option) | {"when": list(option.when)} for option in numbered]

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


class FieldValue(models.Model):
    """What a conversation has in a field; of several chosen options one row each, of an empty field none (ADR 24)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="field_values")
    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values")
    option = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)
    folded = models.CharField(max_length=200, blank=True)  #: the beginning of the text as searches compare it
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)  #: a tick is 1
    day = models.DateField(null=True)

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

    @property
    def plain(self) -> str | bool | int | None:
        """The value of this one row."""
        return plain_of(self.option, self.text, self.number, self.day)


def plain_of(option: int | None, text: str, number: Decimal | None, day: date | None) -> str | int | None:
    """The value in the columns of one row; a tick is the number 1."""
    if option is not None:
        return option
    if number is not None:
        return f"{number.normalize():f}"
    return day.isoformat() if day is not None else text or None


def columns_of(kind: str, value: Any) -> dict[str, Any]:
    """The columns of one row that hold a `Plain` value of this kind."""
    match kind:
        case FieldKind.CHOICE | FieldKind.MULTI:
            return {"option": value}
        case FieldKind.NUMBER:
            return {"number": Decimal(value)}
        case FieldKind.DATE:
            return {"day": date.fromisoformat(value)}
        case FieldKind.CHECK:
            return {"number": Decimal(1)}
        case _:
            return {"text": value}
