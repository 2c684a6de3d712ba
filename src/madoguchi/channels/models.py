"""Tables of the channels."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from madoguchi.accounts.choices import Language
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.channels.choices import RawState, SendCharset
from madoguchi.core.prepared import Shaped, Slot
from madoguchi.core.sealing import unseal
from madoguchi.files.models import Blob


def one_escalation() -> list[dict[str, Any]]:
    """What a new 窓口 does after 返信期限: its SVs are told an hour later."""
    return [{"after": 60, "assignee": False, "leaders": True, "people": []}]


class InboxQuerySet(models.QuerySet["Inbox"]):
    """Selections of 窓口."""

    def visible_to(self, user: User) -> "InboxQuerySet":
        """The 窓口 whose conversations a person may see; guests see none (only what they were asked)."""
        return self.visible_in(sight_of(user), person=user.pk)

    def visible_in(self, sight: Sight, *, person: int | Slot) -> "InboxQuerySet":
        """`visible_to` for a prepared read, which is given the person with each call."""
        if sight is Sight.EVERYTHING:
            return self.all()
        if sight is not Sight.DESKS:
            return self.none()
        through = models.Q(is_open_to_all=True) | models.Q(users=person) | models.Q(teams__members=person)
        return self.filter(pk__in=self.model._default_manager.filter(through).values("pk"))  # noqa: SLF001


class Inbox(models.Model):
    """A 窓口: one shared address of one channel, with who may see it and how it sends."""

    name = models.CharField(max_length=60, unique=True)  #: 「サポート窓口」
    kind = models.CharField(max_length=20)  #: of the channel in the registry: "mail"
    address = models.CharField(max_length=320, blank=True)  #: the address customers write to and read in From
    aliases = ArrayField(models.CharField(max_length=320), default=list, blank=True)  #: further addresses, folded
    from_name = models.CharField(max_length=100, blank=True)
    signature = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=Language, default=Language.JA)
    send_charset = models.CharField(max_length=12, choices=SendCharset, default=SendCharset.UTF_8)
    undo_seconds = models.PositiveSmallIntegerField(default=15)  #: how long a reply can be taken back (0–300)
    reply_within_minutes = models.PositiveIntegerField(default=24 * 60)  #: sets 返信期限; 24 h is the trade's ideal
    #: The same for single priorities: {"3": 240} gives what is urgent four hours; others take the one above.
    reply_within_by_priority = models.JSONField(default=dict, blank=True)
    #: A rule of days instead of minutes (1営業日以内), for priorities that have no minutes of their own.
    reply_rule = models.CharField(max_length=10, choices=DayRule, blank=True)
    reply_days = models.PositiveSmallIntegerField(default=1)  #: for that rule
    #: Before 返信期限 it is amber, and people are told; in business minutes, as what follows.
    warn_before_minutes = models.PositiveIntegerField(default=60)
    warn_at_percent = models.PositiveSmallIntegerField(default=0)  #: or when so much of the time has passed; 0 is never
    escalations = models.JSONField(default=one_escalation, blank=True)  #: who is told after it (channels.warning)
    #: In whose open minutes that is counted; None is always open.
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="inboxes", null=True)
    settings = models.JSONField(default=dict, blank=True)  #: the channel's own: servers, ports, folders
    sealed_secrets = models.TextField(blank=True)  #: passwords and tokens (core.sealing)
    is_open_to_all = models.BooleanField(default=True)
    teams = models.ManyToManyField(Team, related_name="inboxes", blank=True)
    users = models.ManyToManyField(User, related_name="inboxes", blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)  #: when fetching last worked
    failing_since = models.DateTimeField(null=True)  #: set while fetching or sending does not work
    failure = models.TextField(blank=True)  #: why, in words for a person

    objects: ClassVar[models.Manager["Inbox"]] = InboxQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(name="inbox_undo_seconds", condition=models.Q(undo_seconds__lte=300)),
            models.CheckConstraint(name="inbox_warn_at_percent", condition=models.Q(warn_at_percent__lt=100)),
            models.UniqueConstraint(name="inbox_address", fields=["kind", "address"], condition=~models.Q(address="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """The decrypted secrets; raises SealBroken under another secret key."""
        return unseal(self.sealed_secrets)

    @property
    def addresses(self) -> list[str]:
        """Every address that belongs to this 窓口."""
        return [self.address, *self.aliases] if self.address else list(self.aliases)


def visible_inbox_ids(user: User) -> list[int]:
    """The 窓口 a person may see; not asked again after `remember_visible_inboxes`."""
    remembered: list[Inbox] | None = getattr(user, _REMEMBERED, None)
    if remembered is None:
        return list(Inbox.objects.visible_to(user).values_list("pk", flat=True))
    return [inbox.pk for inbox in remembered]


def remember_visible_inboxes(user: User) -> list[Inbox]:
    """Ask once what this object of a person may see: for the length of one request, in which it is read a lot."""
    remembered: list[Inbox] | None = getattr(user, _REMEMBERED, None)
    if remembered is None:
        remembered = list(_VISIBLE(sight_of(user))(person=user.pk))
        setattr(user, _REMEMBERED, remembered)
    return remembered


_REMEMBERED = "_remembered_inboxes"
_VISIBLE: Shaped[InboxQuerySet] = Shaped(
    lambda sight: Inbox.objects.visible_in(sight, person=Slot("person")).select_related("calendar")
)


def eyes_of(user: User) -> dict[str, Any]:
    """The values that belong to the sight of a person: who they are, and the 窓口 they see if not all."""
    return {"person": user.pk, "inboxes": visible_inbox_ids(user) if sight_of(user) is Sight.DESKS else []}


class RawMessage(models.Model):
    """The bytes of one delivery exactly as they came, kept before anything else is done with them.

    The table is also the queue of the intake: rows in STORED are waiting to be read.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="raw_messages", null=True)
    source = models.CharField(max_length=20)  #: smtp, lmtp, imap, import, archive, form
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    envelope_from = models.CharField(max_length=998, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=998), default=list, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=RawState, default=RawState.STORED)
    reason = models.CharField(max_length=60, blank=True)  #: why it is quarantined: a stable key
    detail = models.TextField(blank=True)  #: the same in words
    attempts = models.PositiveSmallIntegerField(default=0)
    external_id = models.CharField(max_length=1000, blank=True)  #: known once it was read
    charset_override = models.CharField(max_length=40, blank=True)  #: a person chose how to decode it

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="raw_waiting", condition=models.Q(state=RawState.STORED)),
            models.Index(fields=["-id"], name="raw_quarantined", condition=models.Q(state=RawState.QUARANTINED)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"
