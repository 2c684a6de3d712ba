"""The ledger: one row a promise, whatever became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation, Message
from madoguchi.promises.choices import MADE, MAX_REASON, MAX_WORDS, PromiseState


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Selections of promises."""

    def visible_to(self, user: User) -> "PromiseQuerySet":
        """Those made in conversations a person may see, without what was said to be none."""
        visible = Conversation.objects.visible_to(user).values("pk")
        return self.filter(conversation__in=visible, state__in=MADE)

    def within(self, number: int) -> "PromiseQuerySet":
        """Those of a conversation and of what was merged into it."""
        return self.filter(Q(conversation=number) | Q(conversation__merged_into=number))


class Promise(models.Model):
    """One thing we said we would do by some moment."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="promises")
    #: The mail or note that says it; None for one that was entered by hand.
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="promises")
    place = models.PositiveIntegerField(default=0)  #: where in its text the date begins
    words = models.CharField(max_length=MAX_WORDS)  #: 「25日(水)17時までにご連絡いたします」
    due_at = models.DateTimeField()
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="promises")
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.OPEN)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")  #: None is the clock
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    warned_at = models.DateTimeField(null=True)  #: when the owner was told that its time comes near
    #: When somebody did after all what a broken promise said, or spoke with the customer: red no longer.
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Promise"]] = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "place"], name="promise_once", condition=Q(message__isnull=False)
            ),
            models.CheckConstraint(
                name="promise_decided",
                condition=Q(state=PromiseState.OPEN, decided_at=None)
                | ~Q(state=PromiseState.OPEN) & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(name="promise_settled", condition=Q(settled_at=None) | Q(state=PromiseState.BROKEN)),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="promise_open", condition=Q(state=PromiseState.OPEN)),
            models.Index(fields=["owner", "due_at"], name="promise_mine", condition=Q(state=PromiseState.OPEN)),
            models.Index(
                fields=["due_at", "id"], name="promise_red", condition=Q(state=PromiseState.BROKEN, settled_at=None)
            ),
            models.Index(fields=["decided_at"], name="promise_decided_at"),
        ]

    def __str__(self) -> str:
        return f"{self.words} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_red(self) -> bool:
        """True when its time has passed and nothing was done about it."""
        is_late = self.state == PromiseState.OPEN and self.due_at <= timezone.now()
        return is_late or (self.state == PromiseState.BROKEN and self.settled_at is None)
