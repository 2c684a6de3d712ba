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
USER_INVITED = "user_invited"
INVITATION_ACCEPTED = "invitation_accepted"
USER_CHANGED = "user_changed"
ADDRESS_CHANGE_ASKED = "address_change_asked"
ADDRESS_CHANGED = "address_changed"
USER_DEACTIVATED = "user_deactivated"
USER_REACTIVATED = "user_reactivated"
USER_SIGNED_IN = "user_signed_in"
USER_SIGN_IN_FAILED = "user_sign_in_failed"
USER_SIGNED_OUT = "user_signed_out"
PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event kind
PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 - an event kind
TWO_STEP_ADDED = "two_step_added"
TWO_STEP_REMOVED = "two_step_removed"
RECOVERY_CODES_MADE = "recovery_codes_made"
SESSION_REVOKED = "session_revoked"
TOKEN_CREATED = "token_created"  # noqa: S105 - an event kind
TOKEN_USED = "token_used"  # noqa: S105 - an event kind, once a day and token
TOKEN_REVOKED = "token_revoked"  # noqa: S105 - an event kind
TEAM_CREATED = "team_created"
TEAM_CHANGED = "team_changed"
TEAM_DELETED = "team_deleted"
WORKSPACE_CHANGED = "workspace_changed"
ROLE_LIMIT_CHANGED = "role_limit_changed"
WORKSPACE_SET_UP = "workspace_set_up"
