"""What every table of custom fields, and of what stands in them, has in common."""

from dataclasses import asdict, replace

from django.db import models
from django.utils import timezone

from madoguchi.core.fields.kinds import FieldKind, Option, plain_of


class FieldBase(models.Model):
    """One field: what it is called, and what may stand in it."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=FieldKind)
    help_text = models.CharField(max_length=300, blank=True)
    section = models.CharField(max_length=60, blank=True)  #: the heading it stands below
    position = models.PositiveSmallIntegerField(default=0)
    options = models.JSONField(default=list)  #: `Option` as objects, in their order
    next_option = models.PositiveIntegerField(default=1)  #: the id of the next option; ids are never used again
    retired_at = models.DateTimeField(null=True, blank=True)  #: not offered since; its values are kept
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)  #: goes up with each change: of two people at once one is told

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def has_options(self) -> bool:
        """True for a field in which one chooses."""
        return self.kind in (FieldKind.CHOICE, FieldKind.MULTI)

    @property
    def all_options(self) -> list[Option]:
        """Its options, retired ones too, in their order."""
        return [Option(**each | {"when": tuple(each.get("when", ()))}) for each in self.options]

    @property
    def offered(self) -> list[Option]:
        """Its options that are not retired."""
        return [option for option in self.all_options if not option.is_retired]

    def set_options(self, options: list[Option]) -> None:
        """Replace the options; those without an id (0) get one."""
        numbered = []
        for option in options:
            if not option.id:
                option, self.next_option = replace(option, id=self.next_option), self.next_option + 1  # noqa: PLW2901
            numbered.append(option)
        self.options = [asdict(option) | {"when": list(option.when)} for option in numbered]


class ValueBase(models.Model):
    """What stands in a field; of several chosen options one row each, of an empty field none (ADR 24)."""

    option = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)
    folded = models.CharField(max_length=200, blank=True)  #: the beginning of the text as searches compare it
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)  #: a tick is 1
    day = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def plain(self) -> str | bool | int | None:
        """The value of this one row."""
        return plain_of(self.option, self.text, self.number, self.day)
