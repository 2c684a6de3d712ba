"""Why a day is open or closed, how a business day counts, limits, event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayReason(models.TextChoices):
    """Why a day is open or closed; of several reasons the first of this list decides."""

    OPENING = "opening", _("Special opening")  #: 臨時営業
    CLOSURE = "closure", _("Closed day")  #: one's own: 年末年始, 棚卸
    HOLIDAY = "holiday", _("Public holiday")  #: of Japan
    HOURS = "hours", _("Open as every week")  #: as in every week
    WEEKDAY = "weekday", _("Closed on this weekday")


class DayRule(models.TextChoices):
    """What 「1営業日以内」 means."""

    LENGTH = "length", _("Business hours of as many days")  #: counted in open time; for our own deadlines
    END = "end", _("End of the business day")  #: until the day's end; what customers understand


#: More than a person would enter, and little enough to compile in a moment.
MAX_SPANS = 12  #: of one day
MAX_CLOSURES = 200
MAX_OPENINGS = 200
MAX_CLOSURE_DAYS = 366
MAX_NAME = 60
#: Years in which a date of a calendar makes sense.
FIRST_YEAR, LAST_YEAR = 2000, 2199

CALENDAR_CREATED = "calendar_created"
CALENDAR_CHANGED = "calendar_changed"
CALENDAR_DELETED = "calendar_deleted"
