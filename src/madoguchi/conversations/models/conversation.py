"""The conversation itself, what it is filed under, who is replying, and the maintained counts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import Inbox, eyes_of
from madoguchi.conversations.choices import OPEN_STATUSES, Priority, Status
from madoguchi.conversations.models.own import Folder, OwnStatus
from madoguchi.core.prepared import OneOf, Slot
from madoguchi.customers.models import Customer, CustomerSpared

#: The queue time of what has no deadline: sorts last, and unlike NULL it can be compared.
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
_PERSON, _INBOXES = Slot("person"), Slot("inboxes")


class Category(models.Model):
    """分類, two levels: 大分類 without a parent, 中分類 below one."""

    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word put on conversations."""

    name = models.CharField(max_length=50, unique=True)

    def __str__(self) -> str:
        return self.name


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Selections of conversations."""

    def visible_to(self, user: User) -> "ConversationQuerySet":
        """What a person may see: all of the 窓口 open to them, but what they are spared; guests what they follow.

        A mail that arrived in two 窓口 is one conversation, seen from both (`also_in`).
        """
        return self.visible_in(sight_of(user), **eyes_of(user))

    def visible_in(
        self, sight: Sight, *, person: int | Slot = _PERSON, inboxes: Sequence[int] | Slot = _INBOXES
    ) -> "ConversationQuerySet":
        """`visible_to` for a prepared read, which is given the values (`eyes_of`) with each call."""
        match sight:
            case Sight.NOTHING:
                return self.none()
            case Sight.FOLLOWED:
                followed = Conversation.followers.through.objects.filter(user=person).values("conversation_id")
                return self.filter(Q(pk__in=followed) | Q(side_of__in=followed))
            case Sight.EVERYTHING:
                return self.all()
        within = OneOf(F("inbox_id"), inboxes) if isinstance(inboxes, Slot) else Q(inbox_id__in=inboxes)
        also = Conversation.also_in.through.objects.filter(within).values("conversation_id")
        hidden = Conversation.hidden_from.through.objects.filter(user=person, conversation=OuterRef("pk"))
        # Few are spared anything: two lists of numbers, worked out once a read, leave the order of the rows alone.
        spared = CustomerSpared.objects.filter(person=person).values("customer")
        about = Conversation.objects.filter(side_of__customer__in=spared).values("pk")
        return self.filter(Q(within) | Q(pk__in=also), ~Exists(hidden), ~Q(customer__in=spared), ~Q(pk__in=about))

    def of_customers(self) -> "ConversationQuerySet":
        """Without requests to others (依頼), which are nobody's inquiry."""
        return self.filter(side_of=None)

    def unmerged(self) -> "ConversationQuerySet":
        """Without the empty shells of merged conversations."""
        return self.filter(merged_into=None)


class Conversation(models.Model):
    """One matter of one customer; its number is the 受付番号."""

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="conversations")
    also_in = models.ManyToManyField(Inbox, related_name="+", blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations", db_index=False)
    subject = models.CharField(max_length=1000, blank=True)
    base_subject = models.CharField(max_length=200, blank=True)  #: without Re:, for threading of phones
    status = models.CharField(max_length=12, choices=Status, default=Status.NEW)
    own_status = models.ForeignKey(
        OwnStatus, on_delete=models.SET_NULL, null=True, blank=True, related_name="conversations", db_index=False
    )  #: stands for `status`; cleared whenever that changes by itself
    is_open = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    folder = models.ForeignKey(
        Folder, on_delete=models.SET_NULL, null=True, blank=True, related_name="conversations", db_index=False
    )
    tags = models.ManyToManyField(Tag, related_name="conversations", blank=True)
    followers = models.ManyToManyField(User, related_name="+", blank=True)
    hidden_from = models.ManyToManyField(User, related_name="+", blank=True)  #: who is spared it, whatever their 窓口
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    side_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="sides")  #: 依頼
    hold_reason = models.CharField(max_length=200, blank=True)
    resume_at = models.DateTimeField(null=True, blank=True)  #: when a conversation on hold comes back
    due_at = models.DateTimeField(null=True, blank=True)  #: 返信期限; None while nobody waits for us
    queue_at = models.DateTimeField(default=FAR_FUTURE)  #: due_at, or FAR_FUTURE: what lists sort by
    preview = models.CharField(max_length=200, blank=True)  #: the beginning of the last words
    language = models.CharField(max_length=10, blank=True)
    has_attachments = models.BooleanField(default=False)
    has_failed = models.BooleanField(default=False)  #: our last mail could not be sent, or may have not been
    planned_at = models.DateTimeField(null=True)  #: when the next planned mail of it leaves
    #: エスカレーションの回数, of the clock; of merged ones the sum.
    escalation_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    message_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(default=timezone.now)
    last_inbound_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  #: grows with every change; a conditional update checks it

    objects: ClassVar[models.Manager["Conversation"]] = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="conversation_is_open",
                condition=Q(is_open=True, status__in=OPEN_STATUSES) | Q(is_open=False) & ~Q(status__in=OPEN_STATUSES),
            ),
            models.CheckConstraint(
                name="conversation_queue_at",
                condition=Q(due_at=None, queue_at=FAR_FUTURE) | Q(due_at=models.F("queue_at")),
            ),
            models.CheckConstraint(name="conversation_not_self", condition=~Q(merged_into=models.F("pk"))),
        ]
        indexes = [
            models.Index(fields=["inbox", "status", "queue_at", "id"], name="conv_box_status_due"),
            models.Index(fields=["inbox", "status", "-last_message_at", "-id"], name="conv_box_status_new"),
            models.Index(fields=["queue_at", "id"], name="conv_open_due", condition=Q(is_open=True)),
            models.Index(fields=["-last_message_at", "-id"], name="conv_newest"),
            models.Index(fields=["assignee", "queue_at", "id"], name="conv_mine_due", condition=Q(is_open=True)),
            models.Index(fields=["customer", "-last_message_at"], name="conv_customer"),
            models.Index(fields=["customer", "id"], include=["inbox"], name="conv_of_customer"),
            models.Index(fields=["customer"], name="conv_customer_open", condition=Q(is_open=True)),
            models.Index(
                fields=["own_status", "queue_at", "id"], name="conv_own_due", condition=Q(own_status__isnull=False)
            ),
            models.Index(
                fields=["folder", "queue_at", "id"], name="conv_folder_due", condition=Q(folder__isnull=False)
            ),
            models.Index(fields=["id"], name="conv_failed", condition=Q(has_failed=True)),
            models.Index(fields=["resume_at"], name="conv_resume", condition=Q(resume_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"conversation:{self.pk}"

    @property
    def letter_language(self) -> str:
        """The language in which the customer is answered."""
        return self.language or self.customer.language or self.inbox.language or settings.LANGUAGE_CODE

    @property
    def honorific(self) -> str:
        """What stands behind the customer's name on screens: as in their own language, else the one of the answer."""
        return self.customer.honorific_in(self.customer.language or self.letter_language)

    def set_status(self, status: str) -> None:
        """Set the status with everything that must agree with it; the caller saves `STATUS_FIELDS`."""
        self.status, self.own_status = status, None
        self.is_open = status in OPEN_STATUSES
        if not self.is_open or status in (Status.WAIT, Status.HOLD):
            self.set_due(None)
        if status != Status.HOLD:
            self.hold_reason, self.resume_at = "", None
        self.done_at = (self.done_at or timezone.now()) if not self.is_open else None

    def set_due(self, due_at: datetime | None) -> None:
        """Set or clear 返信期限; where we are the ones who wait (依頼) there is none."""
        self.due_at = due_at if self.side_of_id is None else None
        self.queue_at = self.due_at or FAR_FUTURE


#: What `set_status` may touch.
STATUS_FIELDS = [
    "status",
    "own_status",
    "is_open",
    "due_at",
    "queue_at",
    "hold_reason",
    "resume_at",
    "done_at",
    "version",
]


class ReplyLock(models.Model):
    """Who is writing the reply right now; at most one person a conversation."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="lock", primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    typed_at = models.DateTimeField(default=timezone.now)  #: the last key
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.user_id}"

    @property
    def is_alive(self) -> bool:
        """False once it has expired; an expired lock stops nobody."""
        return self.expires_at > timezone.now()


class CountDelta(models.Model):
    """Maintained counts of conversations by 窓口, status and assignee: the sum of `delta` is the count.

    Written by a trigger of the database in the same transaction as the change (migration `conversation_counts`), as
    increments, so that intake never queues on one hot row; folded together by `actions.counts.fold_counts`.
    """

    inbox_id = models.BigIntegerField()
    status = models.CharField(max_length=12)
    assignee_id = models.BigIntegerField(null=True)
    delta = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["inbox_id", "status"], name="count_delta")]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.status} {self.delta:+}"
