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


class SuggestionState(models.TextChoices):
    """What was decided about two records that may be one person."""

    OPEN = "open", _("To be decided")
    DIFFERENT = "different", _("Different people")
    MERGED = "merged", _("Merged")


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
