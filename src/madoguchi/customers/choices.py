"""Kinds of identity, honorifics, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityKind(models.TextChoices):
    """What sort of address an identity is."""

    MAIL = "mail", _("Mail address")
    PHONE = "phone", _("Phone number")


class Honorific(models.TextChoices):
    """How a letter addresses the customer."""

    SAMA = "様", "様"
    ONCHU = "御中", "御中"
    SENSEI = "先生", "先生"
    NONE = "", _("none")


CUSTOMER_CREATED = "customer_created"
CUSTOMER_CHANGED = "customer_changed"
IDENTITY_ADDED = "identity_added"
IDENTITY_BOUNCED = "identity_bounced"
IDENTITY_CHANGED = "identity_changed"
