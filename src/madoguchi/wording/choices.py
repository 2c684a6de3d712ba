"""Kinds and scopes of templates, bounds, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """A whole letter, or a few words put in at the caret."""

    TEMPLATE = "template", _("Template")
    PHRASE = "phrase", _("Phrase")


class Scope(models.TextChoices):
    """Who may use it."""

    ALL = "all", _("Everybody")
    TEAM = "team", _("Team")
    PERSONAL = "personal", _("Only me")


MAX_NAME = 100
MAX_SUBJECT = 300
MAX_BODY = 20_000
MAX_PHRASE = 2_000
MAX_KEYWORDS = 300
MAX_ABBREVIATION = 20
MAX_NOTE = 1_000
MAX_FOLDER = 120
#: Folders within folders; deeper ones nobody finds again.
MAX_DEPTH = 4
#: Together, like the files of a letter.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES = 10

TEMPLATE_CREATED = "template_created"
TEMPLATE_CHANGED = "template_changed"
TEMPLATE_RESTORED = "template_restored"  #: says again what one of its versions said
TEMPLATE_GIVEN = "template_given"  #: somebody else looks after it
TEMPLATES_IMPORTED = "templates_imported"
TEMPLATE_ARCHIVED = "template_archived"
TEMPLATE_UNARCHIVED = "template_unarchived"
TEMPLATE_DELETED = "template_deleted"
FOLDER_RENAMED = "template_folder_renamed"
