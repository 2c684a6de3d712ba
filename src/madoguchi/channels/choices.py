"""States of raw messages, sending charsets, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RawState(models.TextChoices):
    """Where a raw message stands."""

    STORED = "stored", _("Waiting")  #: safe with us, not read yet
    PARSED = "parsed", _("Received")  #: a message of a conversation
    DUPLICATE = "duplicate", _("Duplicate")  #: the same message was already here
    QUARANTINED = "quarantined", _("Quarantined")  #: could not be read; a person decides
    DISCARDED = "discarded", _("Discarded")  #: a person decided not to want it; the bytes stay until retention ends


class SendCharset(models.TextChoices):
    """How mail of a 窓口 is encoded."""

    UTF_8 = "utf-8", "UTF-8"
    ISO_2022_JP = "iso-2022-jp", "ISO-2022-JP"


INBOX_CREATED = "inbox_created"
INBOX_CHANGED = "inbox_changed"
INBOX_FAILING = "inbox_failing"
INBOX_RECOVERED = "inbox_recovered"
RAW_QUARANTINED = "raw_quarantined"
RAW_RELEASED = "raw_released"
RAW_DISCARDED = "raw_discarded"
