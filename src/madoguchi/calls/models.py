"""The table of calls."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.calls.choices import (
    MAX_CALL_ID,
    MAX_EXTENSION,
    MAX_KEY,
    MAX_NAME,
    MAX_NOTE,
    MAX_NUMBER,
    MAX_SLIP,
    MAX_SLIP_ANSWER,
    MAX_SLUG,
    MAX_SUBJECT,
    MAX_TOPIC,
    CallbackState,
    CallState,
    Direction,
    Outcome,
    Result,
    RingState,
    Source,
    Wish,
)
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Conversation, Message
from madoguchi.customers.models import Customer


class CallQuerySet(models.QuerySet["Call"]):
    """Selections of calls."""

    def visible_to(self, user: User) -> "CallQuerySet":
        """Kept ones in conversations a person may see."""
        visible = Conversation.objects.visible_to(user).values("pk")
        return self.filter(state=CallState.KEPT, message__conversation__in=visible)

    def written_by(self, user: User) -> "CallQuerySet":
        """Those that a person has not finished."""
        return self.filter(user=user, state=CallState.WRITING)


class Call(models.Model):
    """One call and the memo of it. In which conversation it is says its note, which may be moved to another one."""

    key = models.CharField(max_length=MAX_KEY)  #: chosen by the window before anything was written
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calls")
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WRITING)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    number = models.CharField(max_length=MAX_NUMBER, blank=True)  #: of the other side, as it is read in Japan
    inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, related_name="+")  #: for a new conversation
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="+")  #: the chosen one
    joins = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="+")  #: the chosen one
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="call")
    name = models.CharField(max_length=MAX_NAME, blank=True)  #: as the other side gave it
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    text = models.TextField(blank=True)
    answers = models.JSONField(default=dict)  #: 5W1H: choices.QUESTIONS
    script = models.CharField(max_length=100, blank=True)  #: the name of the talk script that was followed
    way = ArrayField(models.CharField(max_length=300), default=list)  #: the choices taken in it
    result = models.CharField(max_length=10, choices=Result, default=Result.DONE)
    after = models.JSONField(default=dict)  #: what is to follow, as the window holds it: when to call back, and who
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)  #: of the talk; then after-call work begins
    kept_at = models.DateTimeField(null=True)  #: the end of after-call work
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Call"]] = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="call_key"),
            models.CheckConstraint(
                name="call_kept",
                condition=~Q(state=CallState.KEPT)
                | Q(message__isnull=False, kept_at__isnull=False, ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-updated_at"], name="call_writing", condition=Q(state=CallState.WRITING)),
            models.Index(fields=["-id"], name="call_newest", condition=Q(state=CallState.KEPT)),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.pk}"

    @property
    def talk_seconds(self) -> int | None:
        """How long was talked; None while the talk goes on."""
        return None if self.ended_at is None else max(0, int((self.ended_at - self.started_at) / timedelta(seconds=1)))

    @property
    def wrap_up_seconds(self) -> int | None:
        """後処理: from the end of the talk until the memo was kept; None before that."""
        if self.kept_at is None or self.ended_at is None:
            return None
        return max(0, int((self.kept_at - self.ended_at) / timedelta(seconds=1)))


class CallbackLink(models.Model):
    """A page on which a customer chooses when to be called. The link itself is not stored, only its hash."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="callback_links")
    nonce = models.CharField(max_length=32)  #: with our secret key it makes the link; alone it is worth nothing
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["CallbackLink"]] = models.Manager()

    def __str__(self) -> str:
        return f"#{self.conversation_id} until {self.expires_at:%Y-%m-%d}"

    @property
    def is_alive(self) -> bool:
        """False once it was revoked or has expired."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class CallbackPage(models.Model):
    """The public form of a 窓口 in which anybody asks to be called; its address has nothing secret."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="callback_page", primary_key=True)
    slug = models.CharField(max_length=MAX_SLUG, unique=True)  #: its own part of the address
    is_open = models.BooleanField(default=False)
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )  #: is told and calls, unless somebody takes it over
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["CallbackPage"]] = models.Manager()

    def __str__(self) -> str:
        return self.slug


class CallbackQuerySet(models.QuerySet["Callback"]):
    """Selections of callbacks."""

    def visible_to(self, user: User) -> "CallbackQuerySet":
        """Those in conversations a person may see."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user).values("pk"))

    def within(self, number: int) -> "CallbackQuerySet":
        """Those of a conversation and of what was merged into it."""
        return self.filter(Q(conversation=number) | Q(conversation__merged_into=number))


class Callback(models.Model):
    """折り返し: a time in which we said we would call somebody."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="callbacks")
    call = models.OneToOneField(
        Call, on_delete=models.SET_NULL, null=True, related_name="callback"
    )  #: that asked for it
    link = models.ForeignKey(CallbackLink, on_delete=models.SET_NULL, null=True, related_name="callbacks")
    number = models.CharField(max_length=MAX_NUMBER)
    name = models.CharField(max_length=MAX_NAME, blank=True)
    topic = models.CharField(max_length=MAX_TOPIC, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="callbacks")
    state = models.CharField(max_length=10, choices=CallbackState, default=CallbackState.OPEN)
    source = models.CharField(max_length=10, choices=Source, default=Source.AGENT)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)  #: the first attempt since its time was set
    warned_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)  #: its time was over, and nobody had tried
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )  #: None is the customer
    reason = models.CharField(max_length=MAX_NOTE, blank=True)

    objects: ClassVar[models.Manager["Callback"]] = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="callback_times", condition=Q(ends_at__gt=models.F("starts_at"))),
            models.CheckConstraint(
                name="callback_decided",
                condition=Q(state=CallbackState.OPEN, decided_at=None)
                | ~Q(state=CallbackState.OPEN) & Q(decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["link"], name="callback_of_link", condition=Q(state=CallbackState.OPEN, link__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="callback_open", condition=Q(state=CallbackState.OPEN)),
            models.Index(fields=["owner", "starts_at"], name="callback_mine", condition=Q(state=CallbackState.OPEN)),
            models.Index(fields=["-starts_at", "-id"], name="callback_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Somebody has to call still."""
        return self.state == CallbackState.OPEN

    @property
    def is_red(self) -> bool:
        """Its time is over, and nobody has tried."""
        return self.is_open and self.tried_at is None and self.ends_at <= timezone.now()


class CallbackAttempt(models.Model):
    """One try to reach somebody."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="attempts")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=MAX_NOTE, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


class SlipQuerySet(models.QuerySet["Slip"]):
    """Selections of messages to colleagues."""

    def visible_to(self, user: User) -> "SlipQuerySet":
        """Those about conversations a person may see, without what was taken back."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user).values("pk"), withdrawn_at=None)


class Slip(models.Model):
    """伝言メモ: a message to a colleague about a conversation, which waits for an answer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="slips")
    call = models.OneToOneField(Call, on_delete=models.SET_NULL, null=True, related_name="slip")  #: of whose memo
    sender = models.ForeignKey(User, on_delete=models.PROTECT, related_name="slips_sent")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="slips")
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.CALL)
    text = models.CharField(max_length=MAX_SLIP, blank=True)
    by_mail = models.BooleanField(default=False)  #: it left by mail too
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=MAX_SLIP_ANSWER, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Slip"]] = SlipQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "-id"], name="slip_open", condition=Q(answered_at=None, withdrawn_at=None)
            ),
            models.Index(fields=["sender", "-id"], name="slip_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.wish} {self.pk}"


class Extension(models.Model):
    """The number under which the telephone system knows a person."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="extension", primary_key=True)
    number = models.CharField(max_length=MAX_EXTENSION, unique=True)

    def __str__(self) -> str:
        return self.number


class Ring(models.Model):
    """A call at somebody's telephone, as the telephone system tells of it; forgotten after a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=MAX_CALL_ID)  #: the telephone system's own
    number = models.CharField(max_length=MAX_NUMBER, blank=True)  #: of the other side; empty when withheld
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    state = models.CharField(max_length=10, choices=RingState, default=RingState.RINGING)
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)  #: the person has seen it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "external_id"], name="ring_once")]
        indexes = [models.Index(fields=["at"], name="ring_at")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
