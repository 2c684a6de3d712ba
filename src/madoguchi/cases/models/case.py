"""The record itself, who is named in it, its steps, and what two people decide."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import (
    MAX_REASON,
    MAX_TITLE,
    CaseKind,
    CaseState,
    DecisionKind,
    DecisionState,
    SignKind,
    StepState,
)
from madoguchi.conversations.models import Conversation
from madoguchi.customers.models import Customer


def case_number() -> int:
    """A number that tells nobody how many cases there are, nor that one was opened meanwhile."""
    return 100_000_000 + secrets.randbelow(900_000_000)


class CaseQuerySet(models.QuerySet["Case"]):
    """Selections of cases."""

    def visible_to(self, user: User) -> "CaseQuerySet":
        """What a person may see: where they are named; everything for those who oversee cases.

        A complaint that is not confidential is seen by whoever answers customers and sees one of its conversations.
        """
        if not may(user, Permission.REPLY):
            return self.none()
        if may(user, Permission.OVERSEE_CASES):
            return self.all()
        named = CaseMember.objects.filter(user=user).values("case_id")
        seen = Conversation.objects.visible_to(user).values("pk")
        told = CaseConversation.objects.filter(conversation__in=seen).values("case_id")
        complaint = Q(kind=CaseKind.COMPLAINT, is_confidential=False, pk__in=told)
        return self.filter(Q(pk__in=named) | complaint)

    def about(self, number: int) -> "CaseQuerySet":
        """Those linked with a conversation, or with what was merged into it."""
        links = CaseConversation.objects.filter(Q(conversation=number) | Q(conversation__merged_into=number))
        return self.filter(pk__in=links.values("case_id"))


class Case(models.Model):
    """One complaint, harassment or data incident."""

    id = models.BigIntegerField(primary_key=True, default=case_number)
    kind = models.CharField(max_length=12, choices=CaseKind)
    title = models.CharField(max_length=MAX_TITLE)
    state = models.CharField(max_length=8, choices=CaseState, default=CaseState.OPEN)
    is_confidential = models.BooleanField(default=False)  #: a complaint for those named in it only
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="cases")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  #: who is responsible
    #: Who deals with it together with the owner; harassment is never one person's.
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)  #: when it reached us, or became known
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  #: grows with every change of the fields
    evidence_count = models.PositiveIntegerField(default=0)
    evidence_head = models.CharField(max_length=64, blank=True)  #: the last hash of the chain

    objects: ClassVar[models.Manager["Case"]] = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_two_people", condition=Q(second=None) | ~Q(second=F("owner"))),
            models.CheckConstraint(
                name="case_harassment_two", condition=~Q(kind=CaseKind.HARASSMENT) | Q(second__isnull=False)
            ),
            models.CheckConstraint(
                name="case_closed",
                condition=Q(state=CaseState.OPEN, closed_at=None) | Q(state=CaseState.CLOSED, closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "-received_at", "-id"], name="case_list"),
            models.Index(fields=["customer", "-received_at", "-id"], name="case_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def event_subject(self) -> str:
        """How events speak of it."""
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.state == CaseState.OPEN

    @property
    def detail(self) -> "models.Model":
        """The row with the fields of its kind."""
        found = getattr(self, self.kind)
        assert isinstance(found, models.Model)
        return found


class CaseMember(models.Model):
    """A person who may see a case because they are named in it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_member_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class CaseConversation(models.Model):
    """A conversation that belongs to a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "conversation"], name="case_conversation_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.conversation_id}"


class CaseShield(models.Model):
    """A colleague who wished to be spared the conversations of a case, those that are linked later too."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="shields")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="case_shield_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"


class CaseStep(models.Model):
    """One step of a case: by when it is meant to be done, and who did it when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=StepState, default=StepState.OPEN)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  #: when it was done in the world, as far as somebody says so
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=MAX_REASON, blank=True)
    warned_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)  #: when its time was over and it was not done

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="case_step_once"),
            models.CheckConstraint(
                name="case_step_done",
                condition=Q(state=StepState.OPEN, done_at=None) | ~Q(state=StepState.OPEN) & Q(done_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="case_step_due", condition=Q(state=StepState.OPEN))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class CaseDecision(models.Model):
    """What one person proposes and a second one decides."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=DecisionKind)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.ASKED)
    value = models.CharField(max_length=20, blank=True)  #: what a judgement would say
    words = models.CharField(max_length=MAX_REASON)  #: why, or what exactly
    review_on = models.DateField(null=True)  #: when it is looked at again
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=MAX_REASON, blank=True)
    reviewed_at = models.DateTimeField(null=True)  #: when the members were told that its review is due

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="case_decision_place"),
            models.UniqueConstraint(
                fields=["case", "kind"], name="case_decision_waits_once", condition=Q(state=DecisionState.ASKED)
            ),
            models.CheckConstraint(
                name="case_decision_two",
                condition=Q(state__in=[DecisionState.ASKED, DecisionState.WITHDRAWN], decided_by=None)
                | Q(state__in=[DecisionState.APPROVED, DecisionState.REJECTED], decided_by__isnull=False)
                & ~Q(decided_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_on"],
                name="case_decision_review",
                condition=Q(state=DecisionState.APPROVED, review_on__isnull=False, reviewed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.state}"


class DismissedSign(models.Model):
    """That a person looked at what a conversation's words may be, and said that it is not so."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=SignKind)
    message_id = models.BigIntegerField()  #: the last message they had before them; later ones speak up anew
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind"], name="case_sign_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.kind}"
