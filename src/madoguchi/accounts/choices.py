"""Roles, permissions, languages, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person of the staff is; permissions.py says what each may do."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    SUPERVISOR = "supervisor", _("Supervisor (leader)")
    AGENT = "agent", _("Agent")
    TRAINEE = "trainee", _("Trainee (approval needed)")
    VIEWER = "viewer", _("View only")
    GUEST = "guest", _("Guest")


class Language(models.TextChoices):
    """Languages of the screen."""

    JA = "ja", "日本語"
    EN = "en", "English"


class Theme(models.TextChoices):
    """Light, dark, or as the device says."""

    AUTO = "auto", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


USER_CREATED = "user_created"
USER_CHANGED = "user_changed"
USER_DEACTIVATED = "user_deactivated"
USER_SIGNED_IN = "user_signed_in"
USER_SIGN_IN_FAILED = "user_sign_in_failed"
PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event kind
SESSION_REVOKED = "session_revoked"
TOKEN_CREATED = "token_created"  # noqa: S105 - an event kind
TOKEN_REVOKED = "token_revoked"  # noqa: S105 - an event kind
TEAM_CHANGED = "team_changed"
WORKSPACE_CHANGED = "workspace_changed"
