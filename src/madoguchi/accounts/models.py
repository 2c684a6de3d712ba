"""Tables of the staff."""

import hashlib
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from madoguchi.accounts.choices import Language, Role, Theme
from madoguchi.events.actor import Actor, ActorKind


class UserManager(BaseUserManager["User"]):
    """What Django's sign-in needs of a user model."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of an address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person of the staff."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)  #: 「小林 あかり」
    public_name = models.CharField(max_length=100, blank=True)  #: what customers read in From; empty is the 窓口's name
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)
    language = models.CharField(max_length=5, choices=Language, default=Language.JA)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    #: The address asked for and not confirmed yet, and the one before the present one.
    new_email = models.EmailField(max_length=254, blank=True, default="", db_default="")
    new_email_asked_at = models.DateTimeField(null=True)
    former_email = models.EmailField(max_length=254, blank=True, default="", db_default="")
    invited_at = models.DateTimeField(null=True)  #: set while an invitation waits to be accepted
    created_at = models.DateTimeField(default=timezone.now)
    preferences = models.JSONField(default=dict, blank=True)  #: pane widths, sort order: small things of the screen

    #: What the role is limited in, where a person was read for a request (`limits.limited`).
    masks_contacts: bool = False
    keeps_files: bool = False

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """The person as the one who acts."""
        return Actor(ActorKind.USER, self.pk, self.name)

    @property
    def is_invited(self) -> bool:
        """True until this person has chosen a password."""
        return self.invited_at is not None

    @property
    def family_name(self) -> str:
        """The part before the first space; Japanese names are written family name first."""
        return self.name.replace("\u3000", " ").split(" ")[0]

    @property
    def sees_every_inbox(self) -> bool:
        """Owners and administrators see all 窓口 without being named there."""
        return self.role in (Role.OWNER, Role.ADMIN)

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Django's own permissions are not used; the product's are in permissions.py."""
        return False


class Team(models.Model):
    """People who work together; conversations can be given to a team."""

    name = models.CharField(max_length=60, unique=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A key for the API, acting as its user. Only the hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)  #: sha256 of the token
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)  #: to the minute
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class SessionInfo(models.Model):
    """What a person wants to know of one of their sessions; the session itself is Django's row of the same key."""

    key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=300, blank=True)  #: the browser's User-Agent, cut
    network = models.GenericIPAddressField(null=True)  #: where it was last used from
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)  #: to five minutes

    class Meta:
        indexes = [models.Index(fields=["user", "-used_at"], name="session_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device}"


def token_digest(text: str) -> str:
    """What is stored of a token; it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


class RoleLimit(models.Model):
    """What people of a role do not see or take along; no row is no limit."""

    role = models.CharField(max_length=12, choices=Role, unique=True)
    masks_contacts = models.BooleanField(default=False)  #: mail addresses and phone numbers of customers are masked
    keeps_files = models.BooleanField(default=False)  #: nothing is downloaded

    def __str__(self) -> str:
        return self.role


class Workspace(models.Model):
    """The shop itself: one row."""

    name = models.CharField(max_length=100)
    language = models.CharField(max_length=5, choices=Language, default=Language.JA)
    is_demo = models.BooleanField(default=False)  #: outgoing mail stays inside
    set_up_at = models.DateTimeField(null=True)  #: when the first-run wizard was finished

    class Meta:
        constraints = [models.CheckConstraint(name="workspace_single", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """A token bucket in the database: how many tries are left for one key (an address, a network)."""

    key = models.CharField(max_length=200, primary_key=True)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
