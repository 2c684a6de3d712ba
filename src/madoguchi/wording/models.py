"""Tables of the wording: templates with their files and versions, favourites, and what was put into which letter."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models.put_in import PutIn
from madoguchi.files.models import Blob
from madoguchi.wording.choices import MAX_ABBREVIATION, MAX_FOLDER, MAX_KEYWORDS, MAX_NAME, MAX_SUBJECT, Kind, Scope


class TemplateQuerySet(models.QuerySet["Template"]):
    """Selections of templates."""

    def visible_to(self, user: User) -> "TemplateQuerySet":
        """One's own, everybody's, and those of one's teams; who keeps the shared ones sees those of every team."""
        if not may(user, Permission.REPLY):
            return self.none()
        own = Q(scope=Scope.PERSONAL, owner=user)
        if may(user, Permission.SHARE_TEMPLATES):
            return self.filter(own | ~Q(scope=Scope.PERSONAL))
        mine = Team.objects.filter(members=user).values("pk")
        return self.filter(own | Q(scope=Scope.ALL) | Q(scope=Scope.TEAM, team__in=mine))

    def living(self) -> "TemplateQuerySet":
        """Those that are offered: not put away."""
        return self.filter(archived_at=None)


class Template(models.Model):
    """A text to begin a letter with, or a phrase to put into one. A deactivated owner's shared ones stay."""

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEMPLATE)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.ALL)
    #: A team with templates is not deleted. None of a team's template is from before that rule: its team is gone, and
    #: only those see it who keep the shared ones.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="templates")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="templates")  #: who looks after it
    folder = models.CharField(max_length=MAX_FOLDER, blank=True)  #: 「配送/遅延」
    name = models.CharField(max_length=MAX_NAME)
    abbreviation = models.CharField(max_length=MAX_ABBREVIATION, blank=True)  #: 「よろ」, typed behind the slash
    keywords = models.CharField(max_length=MAX_KEYWORDS, blank=True)  #: what else it is found by
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True)  #: empty is every channel
    language = models.CharField(max_length=10, default="ja")
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    body = models.TextField(blank=True)  #: empty only where something is done along with it
    actions = models.JSONField(default=list, blank=True)  #: what is done along with it (deeds.py)
    note = models.TextField(blank=True)  #: when to use it, and what to mind
    review_on = models.DateField(null=True, blank=True)  #: by when somebody should read it again
    is_suggested = models.BooleanField(default=True)  #: for similar inquiries; not what leaves by itself
    version = models.PositiveIntegerField(default=1)  #: goes up with each change
    used_count = models.PositiveIntegerField(default=0)  #: letters that left with it
    used_at = models.DateTimeField(null=True)
    vector = SearchVectorField(default="")  #: as in the index of messages (search.lexemes), in a column of its own
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Template"]] = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        constraints = [
            models.CheckConstraint(name="template_team", condition=Q(scope=Scope.TEAM) | Q(team=None)),
            models.CheckConstraint(name="template_named", condition=~Q(name="")),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="template_vector", fastupdate=False),
            models.Index(fields=["folder", "name"], name="template_folder"),
            models.Index(fields=["owner", "scope"], name="template_owner"),
            models.Index(fields=["-used_count", "id"], name="template_used"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Others use it too."""
        return self.scope != Scope.PERSONAL

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"template:{self.pk}"


class TemplateFile(models.Model):
    """A file that comes with a template, from one of its versions to another; still there while `until` is empty."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    since = models.PositiveIntegerField()  #: the first version that has it,
    until = models.PositiveIntegerField(null=True)  #: and the last

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """How a template was saved, each time; the newest is what stands in the template."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=MAX_NAME)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    body = models.TextField(blank=True)
    actions = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="template_version", fields=["template", "number"])]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Favourite(models.Model):
    """A template that somebody wants at hand."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="favourites")

    class Meta:
        constraints = [models.UniqueConstraint(name="template_favourite", fields=["user", "template"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.template_id}"


class Use(PutIn):
    """A template put into a letter."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="uses")

    objects: ClassVar[models.Manager["Use"]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"], name="use_recent"),
            models.Index(fields=["template", "sent_at"], name="use_counted", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["conversation"], name="use_conversation"),
            models.Index(F("message"), name="use_message"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.at}"
