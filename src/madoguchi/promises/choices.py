"""States of promises, limits, event kinds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseState(models.TextChoices):
    """Where a promise stands."""

    OPEN = "open", _("Open promise")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")  #: its time has passed
    CANCELLED = "cancelled", _("Not needed any more")
    DECLINED = "declined", _("No promise")  #: was found in a text, and a person said it is none


#: Those that ever were promises.
MADE = (PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN, PromiseState.CANCELLED)

MAX_WORDS = 200
MAX_REASON = 200
#: Nobody promises further ahead, and a slip of the year is told.
FURTHEST = timedelta(days=2 * 366)
#: So long before its time the owner is told.
WARNED_BEFORE = timedelta(minutes=60)
#: As many promises as one conversation may have open.
MOST_OPEN = 50

PROMISE_MADE = "promise_made"
PROMISE_CHANGED = "promise_changed"
PROMISE_KEPT = "promise_kept"
PROMISE_CANCELLED = "promise_cancelled"
PROMISE_REOPENED = "promise_reopened"
PROMISE_DUE_SOON = "promise_due_soon"
PROMISE_BROKEN = "promise_broken"
PROMISE_SETTLED = "promise_settled"
