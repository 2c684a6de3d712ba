"""States of a bulk reply and of each of its letters; event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkState(models.TextChoices):
    """Where a bulk reply stands."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped by hand")
    DONE = "done", _("Finished")


class ItemState(models.TextChoices):
    """Where one letter of it stands."""

    WAITING = "waiting", _("Not written yet")
    WRITTEN = "written", _("Written")
    SET_ASIDE = "set_aside", _("Set aside")
    TAKEN_BACK = "taken_back", _("Taken back")


BULK_REPLY_STARTED = "bulk_reply_started"
BULK_REPLY_STOPPED = "bulk_reply_stopped"

#: More than this at once is a mailing, for which there are other rules and tools.
MAX_CONVERSATIONS = 200
#: Of one text: each customer's letter is made and looked at while somebody waits for the preview.
MAX_BULK_CHARS = 20_000
#: Why the second letter to one customer is set aside; it is not tried again.
SAME_CUSTOMER = "same_customer"
#: Why a letter that could have been tried again was not.
LEFT_OUT = "left_out"
#: Why a letter is not written to somebody whom its author may not see any more; it is not tried again either.
NO_ACCESS = "no_access"
