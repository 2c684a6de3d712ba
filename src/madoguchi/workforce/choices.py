"""Presence states, event kinds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Presence(models.TextChoices):
    """What somebody on duty is doing; without any of these they are offline."""

    READY = "ready", _("Available")
    WRAP_UP = "wrap_up", _("After-call work")
    AWAY = "away", _("Away")
    BREAK = "break", _("On break")
    TRAINING = "training", _("Training")
    MEETING = "meeting", _("In a meeting")


#: States in which new work may be given to somebody.
AVAILABLE = (Presence.READY, Presence.WRAP_UP)
#: Open windows say every minute that they are there; whoever was not heard of for so long has left the desk,
AWAY_AFTER = timedelta(minutes=4)
#: and after so long the shift is over for them.
OFFLINE_AFTER = timedelta(minutes=45)

PRESENCE_CHANGED = "presence_changed"
HANDED_OVER = "conversations_handed_over"
BULLETIN_POSTED = "bulletin_posted"
BULLETIN_REMINDED = "bulletin_reminded"
BULLETIN_WITHDRAWN = "bulletin_withdrawn"


class BulletinKind(models.TextChoices):
    """What the staff is told."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    HANDOVER_NOTE = "handover_note", _("Handover note")
