"""Directions and results of calls, bounds, event kinds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    """Who called."""

    IN = "in", _("Incoming call")
    OUT = "out", _("Outgoing call")


class CallState(models.TextChoices):
    """Where a memo stands."""

    WRITING = "writing", _("Being written")
    KEPT = "kept", pgettext_lazy("phone memo", "Kept")
    DISCARDED = "discarded", _("Thrown away")  #: by its author, who may bring it back


class Result(models.TextChoices):
    """How a call ended."""

    DONE = "done", _("Settled on the phone")
    TODO = "todo", _("Something is to be done")
    CALLBACK = "callback", _("Call back")
    HANDED = "handed", _("Message to a colleague")
    NO_ANSWER = "no_answer", _("Nobody answered")
    WRONG = "wrong", _("Wrong number")


#: Results after which nobody has anything to do.
SETTLED = (Result.DONE, Result.WRONG)
#: 5W1H: what a memo asks for beside its text, in this order.
QUESTIONS = {
    "who": pgettext_lazy("5W1H", "Who"),
    "what": pgettext_lazy("5W1H", "What"),
    "when": pgettext_lazy("5W1H", "When"),
    "where": pgettext_lazy("5W1H", "Where"),
    "why": pgettext_lazy("5W1H", "Why"),
    "how": pgettext_lazy("5W1H", "How"),
}

#: What a memo holds of what is to follow it: when to call back and who calls; whom to tell, and how.
AFTER = ("callback_at", "callback_owner", "slip_to", "slip_wish", "slip_mail")
MAX_NUMBER = 60
MAX_NAME = 100
MAX_SUBJECT = 200
MAX_TEXT = 20_000
MAX_ANSWER = 300
MAX_KEY = 40
#: Choices of a talk script that a memo keeps.
MAX_WAY = 50
#: A call that is said to have begun earlier, or to be longer, is a slip of the clock.
LONGEST_CALL = timedelta(hours=12)
#: Who holds the line for so long is asked whether to hand over.
PROMPT_AFTER = timedelta(minutes=30)
#: After-call work that goes on for longer was forgotten.
LONGEST_WRAP_UP = timedelta(minutes=60)
#: Memos that one person may leave unfinished; the oldest are still there, only not offered.
UNFINISHED_SHOWN = 5

CALL_KEPT = "call_kept"


class CallbackState(models.TextChoices):
    """Where a callback stands."""

    OPEN = "open", _("To be called back")
    DONE = "done", _("Reached")
    GIVEN_UP = "given_up", _("Given up")  #: after attempts that reached nobody
    CANCELLED = "cancelled", _("Not needed any more")


class Source(models.TextChoices):
    """Who asked for a callback."""

    AGENT = "agent", _("Entered by us")
    MEMO = "memo", _("On the phone")
    PAGE = "page", _("Chosen by the customer")
    API = "api", _("By the API")
    FORM = "form", _("Asked for in the form")
    CHAT = "chat", _("Asked for in the chat")


#: What customers themselves asked for: half hours that are free, and nothing they say is taken as proven.
BY_CUSTOMERS = (Source.FORM, Source.CHAT)


class Outcome(models.TextChoices):
    """What an attempt came to."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    VOICEMAIL = "voicemail", _("Left a message")
    WRONG = "wrong", _("Wrong number")


#: Customers choose half hours, and are called within the one they chose.
SLOT = timedelta(minutes=30)
#: The first slot begins at least so long from now: whoever calls has to be found and to read first.
NOTICE = timedelta(minutes=30)
FURTHEST_SLOT = timedelta(days=21)
#: Days on which something is free that are offered at once.
DAYS_SHOWN = 5
#: As many callbacks of one 窓口 customers may choose for the same half hour; we ourselves may enter more.
MOST_AT_ONCE = 3
#: Where a 窓口 has no calendar: weekdays from and until.
FROM_HOUR, UNTIL_HOUR = 9, 18
FURTHEST_CALLBACK = timedelta(days=366)
MOST_OPEN = 5  #: of one conversation
MOST_ATTEMPTS = 50
MAX_TOPIC = 200
MAX_NOTE = 300
WARNED_BEFORE = timedelta(minutes=15)
#: How long the page on which a customer chooses is open.
LINK_VALID_FOR = timedelta(days=7)
#: The part of the address of a public form that an administrator chooses.
MIN_SLUG, MAX_SLUG = 3, 40

CALLBACK_REQUESTED = "callback_requested"
CALLBACK_MOVED = "callback_moved"
CALLBACK_TRIED = "callback_tried"
CALLBACK_DECIDED = "callback_decided"
CALLBACK_REOPENED = "callback_reopened"
CALLBACK_DUE_SOON = "callback_due_soon"
CALLBACK_MISSED = "callback_missed"
CALLBACK_LINK_MADE = "callback_link_made"
CALLBACK_LINK_REVOKED = "callback_link_revoked"
CALLBACK_PAGE_CHANGED = "callback_page_changed"


class Wish(models.TextChoices):
    """What a colleague is asked to do (伝言メモ)."""

    CALL = "call", _("Please call them")
    AGAIN = "again", _("They will call again")
    MAIL = "mail", _("Please write to them")
    KNOW = "know", _("For your information")


MAX_SLIP = 1_000
MAX_SLIP_ANSWER = 500

SLIP_SENT = "slip_sent"
SLIP_ANSWERED = "slip_answered"
SLIP_WITHDRAWN = "slip_withdrawn"


class RingState(models.TextChoices):
    """What a telephone says of a call."""

    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", _("Talking")
    ENDED = "ended", _("Ended")


MAX_EXTENSION = 20
MAX_CALL_ID = 100
#: What rings for longer was answered by nobody, and its end was not told.
RINGS_FOR = timedelta(minutes=3)
TALKS_FOR = timedelta(hours=2)
#: Afterwards the telephone's own list is the place to look.
RINGS_KEPT = timedelta(days=1)

CALL_RANG = "call_rang"
