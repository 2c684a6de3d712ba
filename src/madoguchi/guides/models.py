"""Checklists: their templates, and those in use."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Category, Conversation


class ChecklistTemplate(models.Model):
    """What must not be forgotten in matters of one kind; put onto conversations by hand, or by their 分類 and 窓口."""

    name = models.CharField(max_length=100, unique=True)
    items = models.JSONField(default=list)  #: one text each
    #: None is every 分類: so one that is named here is not deleted, or the list would be put on everything.
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("checklist")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Checklist(models.Model):
    """A checklist in use. It follows its conversation when that is merged, and goes back to where it was begun."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="checklists")
    begun_in = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    template = models.ForeignKey(ChecklistTemplate, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)  #: kept, so that it is not put on by itself again

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["begun_in", "template"], name="checklist_once", condition=Q(template__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One thing to do; ticked by whom and when."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    is_own = models.BooleanField(default=False)  #: added on this conversation, not from the template
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class TalkScript(models.Model):
    """トークスクリプト: steps with what to say, and choices that lead to the next."""

    name = models.CharField(max_length=100, unique=True)
    source = models.TextField()  #: as it is written and edited: guides.scripts
    #: Where it is offered first; None is nowhere.
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)  #: so that of two editors at once the second is told
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("talk script")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScriptRun(models.Model):
    """A script being followed on a conversation, as it was when it was started, with the way taken so far."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="script_runs")
    begun_in = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    script = models.ForeignKey(TalkScript, on_delete=models.SET_NULL, null=True, related_name="runs")
    name = models.CharField(max_length=100)
    steps = models.JSONField(default=list)  #: guides.scripts.Step as plain values
    path = models.JSONField(default=list)  #: [{"step": …, "choice": …}, …] before the present step
    current = models.CharField(max_length=100, blank=True)  #: empty when it has ended
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
