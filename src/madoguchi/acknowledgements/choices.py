"""When and in which language a text is used, and bounds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occasion(models.TextChoices):
    """Whether somebody is at the 窓口 when the mail comes in."""

    WITHIN = "within", _("Within business hours")
    OUTSIDE = "outside", _("Outside business hours and on closed days")


MAX_SUBJECT = 300
MAX_BODY = 5_000
#: One address hears of us once in this time, whatever it writes to whichever 窓口 (RFC 3834 §2 asks for a limit).
ONCE_IN = timedelta(hours=24)
#: A mail that reached us or was written earlier than this is not news: its sender knows by now.
FRESH_FOR = timedelta(hours=24)
#: The time in which a 窓口 sends so many at most, and how many unless it says otherwise.
CAP_OVER = timedelta(hours=1)
#: So many in that time to addresses of one domain, all 窓口 together: nobody's server is flooded by mail with its names
#: as senders. Mailers for everybody (gmail.com) have no such bound.
MOST_PER_DOMAIN = 10
USUAL_CAP, HIGHEST_CAP = 100, 1_000
