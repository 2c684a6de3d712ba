"""The checks there are, how strict each is by default, limits, event kinds. Numbers: the 18 checks of the trade."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """What a finding means for sending."""

    OFF = "off", _("Off")
    NOTE = "note", _("Show only")  #: seen in the panel, asked about by nobody
    WARN = "warn", _("Ask before sending")  #: the sender has to say that they have seen it
    BLOCK = "block", _("Block sending")


#: From harmless to grave.
LEVELS: tuple[Level, ...] = (Level.OFF, Level.NOTE, Level.WARN, Level.BLOCK)


class Check(models.TextChoices):
    """What is looked at, in the order in which it is shown and set."""

    GREETING = "greeting", _("Name of the addressee")  #: 1
    RECIPIENTS = "recipients", _("Unusual recipient")  #: 2
    MANY = "many", _("Several outside addresses in To and Cc")  #: 3
    ATTACHMENT = "attachment", _("Attachment mentioned and missing")  #: 4
    PLACEHOLDERS = "placeholders", _("Blanks not filled in")  #: 5
    WORDS = "words", _("Watched words")  #: 6
    NUMBERS = "numbers", _("Card and personal numbers")  #: 7, first half
    OTHERS = "others", _("Another customer's name, number or address")  #: 1, 4 and 7: whose it is
    DATES = "dates", _("Dates and weekdays")  #: 8
    ENCODING = "encoding", _("Characters the encoding lacks")  #: 9
    SUBJECT = "subject", _("Subject")  #: 10
    SIGNATURE = "signature", _("Signature")  #: 11
    MEANWHILE = "meanwhile", _("Something happened meanwhile")  #: 12
    REPEATED = "repeated", _("The same letter once more")  #: 13
    FILES = "files", _("Size and kind of attachments")  #: 14
    APPROVAL = "approval", _("Approval")  #: 15
    HOURS = "hours", _("Sending at night")  #: 16
    POLITENESS = "politeness", _("Polite wording")  #: 17
    LANGUAGE = "language", _("Language of the letter")  #: 18
    TICKS = "ticks", _("Tick every address and attachment")  #: F49


#: What holds until somebody sets something else; what is not named asks before sending.
DEFAULTS: dict[Check, Level] = dict.fromkeys(Check, Level.WARN) | {
    Check.PLACEHOLDERS: Level.BLOCK,
    Check.NUMBERS: Level.BLOCK,
    Check.WORDS: Level.BLOCK,  # at most: each word says for itself
    Check.APPROVAL: Level.NOTE,
    Check.HOURS: Level.NOTE,
    Check.TICKS: Level.OFF,
}
#: 敬語 is a matter of taste in the end: it never keeps a letter from leaving.
MOST: dict[Check, Level] = {Check.POLITENESS: Level.WARN, Check.APPROVAL: Level.NOTE}
#: What sending refuses by itself, whatever is set here: the panel only says so in good time.
DECIDED_ELSEWHERE = frozenset({Check.MEANWHILE, Check.ENCODING, Check.APPROVAL})

MAX_WORDS = 2_000
MAX_WORD = 100
MAX_ADVICE = 200
MAX_REASON = 300

CHECKS_CHANGED = "checks_changed"
WORDS_CHANGED = "watched_words_changed"
RULE_SILENCED = "politeness_rule_silenced"
RULE_RESTORED = "politeness_rule_restored"
