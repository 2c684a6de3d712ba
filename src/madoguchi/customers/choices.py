"""Kinds of identity, honorifics, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityKind(models.TextChoices):
    """What sort of address an identity is."""

    MAIL = "mail", _("Mail address")
    PHONE = "phone", _("Phone number")
    CHAT = "chat", _("Chat")
    LINE = "line", "LINE"
    X = "x", "X"
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"


class Honorific(models.TextChoices):
    """How a letter addresses the customer."""

    SAMA = "様", "様"
    ONCHU = "御中", "御中"
    SENSEI = "先生", "先生"
    NONE = "", _("none")


class ConsentPurpose(models.TextChoices):
    """What a customer agrees to."""

    NEWS_MAIL = "news_mail", _("News by mail")
    NEWS_PHONE = "news_phone", _("Offers by phone")
    NEWS_POST = "news_post", _("Offers by post")
    SURVEY = "survey", _("Surveys")
    RECORDING = "recording", _("Recording of calls")
    THIRD_PARTY = "third_party", _("Passing on to third parties")
    OTHER = "other", _("Other")


class ChangeKind(models.TextChoices):
    """Which part of a record changed."""

    FIELDS = "fields", _("Record")
    TAGS = "tags", _("Tags")
    IDENTITY = "identity", _("Contact")
    ADDRESS = "address", _("Address")
    FILE = "file", _("File")
    CONSENT = "consent", _("Consent")
    CUSTOM = "custom", _("Custom fields")


class SuggestionState(models.TextChoices):
    """What was decided about two records that may be one person."""

    OPEN = "open", _("To be decided")
    DIFFERENT = "different", _("Different people")
    MERGED = "merged", _("Merged")


class ImportState(models.TextChoices):
    """How far an import of customers is."""

    READING = "reading", _("Reading the file")
    MAPPING = "mapping", _("Columns to be chosen")
    CHECKING = "checking", _("Trial run")
    CHECKED = "checked", _("Ready to import")
    RUNNING = "running", _("Importing")
    DONE = "done", _("Imported")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


#: A job is at work on it.
AT_WORK = (ImportState.READING, ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)


class ExportFormat(models.TextChoices):
    """How a table of customers is written."""

    XLSX = "xlsx", _("Excel (.xlsx)")
    CSV_BOM = "csv_bom", _("CSV in UTF-8 that Excel opens (with BOM)")
    CSV = "csv", _("CSV in UTF-8 (without BOM)")
    CSV_CP932 = "csv_cp932", _("CSV in Shift_JIS (CP932), for old systems")


class ExportState(models.TextChoices):
    """How far a table of customers is."""

    RUNNING = "running", _("Being written")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class NameKind(models.TextChoices):
    """What an import makes besides customers."""

    COMPANY = "company", "company"
    TAG = "tag", "tag"


class MatchBy(models.TextChoices):
    """How a line of a table finds the customer it is about."""

    MAIL = "mail", _("By mail address")
    MAIL_PHONE = "mail_phone", _("By mail address, else by phone number")
    NEVER = "never", _("Never: each line is a new customer")


class Existing(models.TextChoices):
    """What becomes of customers who are there already."""

    FILL = "fill", _("Fill in what is empty")
    OVERWRITE = "overwrite", _("Overwrite with what the table says")
    SKIP = "skip", _("Leave as they are")


CUSTOMER_CREATED = "customer_created"
CUSTOMER_CHANGED = "customer_changed"
IDENTITY_ADDED = "identity_added"
IDENTITY_BOUNCED = "identity_bounced"
IDENTITY_CHANGED = "identity_changed"
IDENTITY_SHOWN = "identity_shown"
FILE_SHOWN = "file_shown"
IDENTITY_REMOVED = "identity_removed"
COMPANY_CHANGED = "company_changed"
CUSTOMER_MERGED = "customer_merged"
CUSTOMER_UNMERGED = "customer_unmerged"
CUSTOMER_FIELD_CREATED = "customer_field_created"
CUSTOMER_FIELD_UPDATED = "customer_field_updated"
CUSTOMER_FIELD_RETIRED = "customer_field_retired"
CUSTOMER_FIELD_RESTORED = "customer_field_restored"
CUSTOMER_FIELD_DELETED = "customer_field_deleted"
CUSTOMER_IMPORT_ASKED = "customer_import_asked"
CUSTOMERS_IMPORTED = "customers_imported"
CUSTOMER_IMPORT_UNDONE = "customer_import_undone"
CUSTOMERS_EXPORTED = "customers_exported"
CUSTOMER_EXPORT_ASKED = "customer_export_asked"
CUSTOMER_EXPORT_FETCHED = "customer_export_fetched"
TIMELINE_EXPORTED = "timeline_exported"
SEGMENT_CREATED = "segment_created"
SEGMENT_CHANGED = "segment_changed"
SEGMENT_DELETED = "segment_deleted"
