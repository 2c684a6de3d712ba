"""What administrators make their own: statuses that stand for one of the system's, and folders within a 窓口."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import Status, Tone


class OwnStatus(models.Model):
    """A status (返品待ち) that stands for one of the system's (お客様の返信待ち), from which all else follows."""

    name = models.CharField(max_length=30, unique=True)
    name_en = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=12, choices=Status)
    tone = models.CharField(max_length=10, choices=Tone, default=Tone.WAIT)
    icon = models.CharField(max_length=30, blank=True)  #: none for that of the tone
    inboxes = ArrayField(models.BigIntegerField(), default=list, blank=True)  #: offered at these 窓口; none for all
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)  #: not offered since; conversations keep it
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.word

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"own_status:{self.pk}"

    @property
    def word(self) -> str:
        """What it is called in the reader's language."""
        return own_word(self.name, self.name_en)

    @property
    def key(self) -> str:
        """How forms name it among the system's statuses."""
        return f"own-{self.pk}"

    @property
    def shape(self) -> str:
        """The icon before its name."""
        return self.icon or f"s-{self.tone}"

    def is_for(self, inbox_id: int | None) -> bool:
        """True where it may be chosen; None asks for lists over several 窓口."""
        return self.retired_at is None and (inbox_id is None or not self.inboxes or inbox_id in self.inboxes)


def own_word(name: str, name_en: str) -> str:
    """The name of a status in the reader's language."""
    return name if not name_en or (get_language() or "ja").startswith("ja") else name_en


class Folder(models.Model):
    """フォルダ of a 窓口; a conversation lies in one at most."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="folders")
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inbox", "parent", "name"], name="folder_name", nulls_distinct=False),
            models.CheckConstraint(name="folder_not_self", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"folder:{self.pk}"


class FiledDelta(models.Model):
    """Maintained counts of conversations by own status, and of open ones by folder: the sum of `delta` is the count.

    Written by a trigger of the database as `CountDelta` is (ADR 12); of conversations without either, nothing.
    """

    inbox_id = models.BigIntegerField()
    own_status_id = models.BigIntegerField(null=True)
    folder_id = models.BigIntegerField(null=True)
    delta = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["inbox_id"], name="filed_delta")]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.own_status_id or self.folder_id} {self.delta:+}"
