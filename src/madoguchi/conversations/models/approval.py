"""Tables of the approval: rules, who is away, requests with their versions and decisions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.approval_choices import DecisionKind, Reason, RequestState, VersionKind
from madoguchi.conversations.models.message import Message


class ApprovalRule(models.Model):
    """Whose or which replies wait for approval, and by whom; all its conditions must hold."""

    name = models.CharField(max_length=60, blank=True)
    conditions = models.JSONField(default=list)  #: approval.Condition as plain values
    steps = models.JSONField(default=list)  #: approval.Step as plain values, one after the other
    inboxes = models.ManyToManyField(Inbox, related_name="+", blank=True)  #: none: every 窓口
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name or f"rule {self.pk}"


def built_in_reasons() -> list[str]:
    """The reason codes of a new workspace."""
    return list(Reason.values)


class ApprovalPolicy(models.Model):
    """What holds for all approval: one row, or none while nothing was changed."""

    reasons = ArrayField(models.CharField(max_length=40), default=built_in_reasons)  #: a `Reason` or words of one's own
    unchanged_needed = models.PositiveSmallIntegerField(default=20)  #: in a row, until 新人 may end; 0 is never
    ends_by_itself = models.BooleanField(default=False)  #: else it is proposed to those who approve

    class Meta:
        constraints = [models.CheckConstraint(name="approval_policy_single", condition=Q(pk=1))]

    def __str__(self) -> str:
        return "approval policy"


class Absence(models.Model):
    """That somebody does not decide for a while, and who does instead."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="absence")
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    substitute = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="absence_order", condition=Q(until__gt=models.F("starts_at")))]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until:%Y-%m-%d}"


class ApprovalRequest(models.Model):
    """A reply on its way through the approval; after 差し戻し the author's next try is the same request."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="approval")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.WAITING)
    reasons = models.JSONField(default=list)  #: which rules applied and why: approval.Applied as plain values
    steps = models.JSONField(default=list)  #: as the rules said when it was asked for
    step = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    #: Who may decide the present step; kept up by `actions.approval_deadlines` and looked up anew at each decision.
    approver_ids = ArrayField(models.BigIntegerField(), default=list)
    is_fallback = models.BooleanField(default=False)  #: nobody named could decide, so everybody who may approve does
    approved_hash = models.CharField(max_length=64, blank=True)  #: of what was approved last: approval_letters
    asked_at = models.DateTimeField(default=timezone.now)
    step_at = models.DateTimeField(default=timezone.now)  #: when the present step or version began
    due_at = models.DateTimeField(null=True)  #: of the present step
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    #: For the statistics: business minutes from each asking to its decision, and what became of it.
    waited_minutes = models.PositiveIntegerField(null=True)
    was_edited = models.BooleanField(default=False)
    was_sent_back = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["step_at"], name="approval_waiting", condition=Q(state=RequestState.WAITING)),
            models.Index(fields=["author", "-decided_at"], name="approval_author"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def seen(self) -> str:
        """What an approver has before their eyes: version and step, as they come back with the decision."""
        return f"{self.version}.{self.step}"


class ApprovalVersion(models.Model):
    """A letter as it stood when it was asked for, asked for again, or edited."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="versions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")  #: whose letter it is
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=VersionKind)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    letter = models.JSONField()  #: approval_letters.kept_letter
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="approval_version_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ApprovalDecision(models.Model):
    """What somebody decided about a version, in which step, why."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField(default=0)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    comment = models.TextField(blank=True)
    stands = models.BooleanField(default=True)  #: False for an approval of what was changed afterwards
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "version", "step", "by"],
                name="approval_decision_once",
                condition=Q(kind=DecisionKind.APPROVED, stands=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
