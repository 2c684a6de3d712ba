"""Statuses, states of messages, event kinds."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.core.fields.kinds import FieldKind


class Status(models.TextChoices):
    """Where a conversation stands. Custom statuses will map to one of these."""

    NEW = "new", _("New")
    OPEN = "open", _("In progress")
    WAIT = "wait", _("Waiting for customer")
    INTERNAL = "internal", _("Waiting internally")
    APPROVAL = "approval", _("Awaiting approval")
    HOLD = "hold", _("On hold")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed")
    NOREPLY = "noreply", _("No reply needed")
    SPAM = "spam", _("Spam")


#: Statuses in which somebody still has something to do.
OPEN_STATUSES = (Status.NEW, Status.OPEN, Status.INTERNAL, Status.APPROVAL, Status.HOLD, Status.WAIT)
#: Statuses in which the customer waits for us, so that 返信期限 counts.
OUR_TURN = (Status.NEW, Status.OPEN, Status.INTERNAL, Status.APPROVAL)
#: What people may choose by hand; APPROVAL comes and goes with a reply.
CHOOSABLE = tuple(status for status in Status if status is not Status.APPROVAL)


#: What a status of one's own may stand for; APPROVAL and SPAM have a meaning of their own, CLOSED is final.
OWN_STATES = (Status.NEW, Status.OPEN, Status.WAIT, Status.INTERNAL, Status.HOLD, Status.DONE, Status.NOREPLY)


class Tone(models.TextChoices):
    """The colours a status of one's own may have: those the system's statuses have."""

    NEW = "new", _("Red")
    OPEN = "open", _("Blue")
    WAIT = "wait", _("Ochre")
    INTERNAL = "internal", _("Violet")
    HOLD = "hold", _("Grey")
    DONE = "done", _("Green")


class Priority(models.IntegerChoices):
    """How urgent."""

    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    URGENT = 3, _("Urgent")


class LetterLanguage(models.TextChoices):
    """The languages in which templates and articles are kept; those of the answer are offered first."""

    JA = "ja", "日本語"
    EN = "en", "English"
    ZH = "zh", "中文"
    KO = "ko", "한국어"


class MessageKind(models.TextChoices):
    """Which way a message goes."""

    INBOUND = "inbound", _("Received")
    OUTBOUND = "outbound", _("Sent")
    NOTE = "note", _("Internal note")


class MessageState(models.TextChoices):
    """Where a message stands on its way."""

    RECEIVED = "received", _("Received")
    NOTED = "noted", _("Noted")
    AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
    SENT_BACK = "sent_back", _("Sent back")
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Sending…")
    SENT = "sent", _("Sent")
    RETRYING = "retrying", _("Trying again")  #: a transient failure; the next try is planned
    FAILED = "failed", _("Not sent")  #: a permanent failure; a person decides
    UNCERTAIN = "uncertain", _("Sent or not?")  #: we stopped between sending and noting it; a person decides
    CANCELLED = "cancelled", _("Taken back")
    STOPPED = "stopped", _("Held back")  #: planned, and something happened before its time; a person decides


#: Written, but never on the way to anybody.
NEVER_LEFT = (MessageState.CANCELLED, MessageState.SENT_BACK)
#: What was received, or is on its way out of the house: only this has been said.
HAS_LEFT = (MessageState.RECEIVED, MessageState.SENDING, MessageState.SENT, MessageState.UNCERTAIN)


class DraftKind(models.TextChoices):
    """What a draft will become."""

    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")
    FORWARD = "forward", _("Forward")
    NEW = "new", _("New mail")


#: Kinds of which events tell what stood there; a text may hold personal data, and events are never forgotten.
TOLD_FIELDS = (FieldKind.NUMBER, FieldKind.DATE, FieldKind.CHOICE, FieldKind.MULTI, FieldKind.CHECK)


#: The columns of a table that are always to be had, in the order in which they are offered; own fields are "field-12".
TABLE_COLUMNS: dict[str, Promise] = {
    "number": _("Number"),
    "customer": _("Customer"),
    "subject": _("Subject"),
    "status": _("Status"),
    "assignee": _("Assignee"),
    "due": _("Reply by"),
    "category": _("Category"),
    "tags": _("Tags"),
    "folder": _("Folder"),
    "priority": _("Priority"),
    "inbox": _("Desk"),
    "created": _("Came in"),
    "last": _("Last mail"),
}

MESSAGE_RECEIVED = "message_received"
CONVERSATION_OPENED = "conversation_opened"
STATUS_CHANGED = "status_changed"
ASSIGNED = "assigned"
TEAM_ASSIGNED = "team_assigned"
PRIORITY_CHANGED = "priority_changed"
CATEGORY_CHANGED = "category_changed"
TAGS_CHANGED = "tags_changed"
FOLLOWERS_CHANGED = "followers_changed"
NOTE_ADDED = "note_added"
REPLY_WRITTEN = "reply_written"
REPLY_QUEUED = "reply_queued"
REPLY_SENT_BACK = "reply_sent_back"
REPLY_CANCELLED = "reply_cancelled"
REPLY_SENT = "reply_sent"
REPLY_RETRYING = "reply_retrying"
REPLY_FAILED = "reply_failed"
REPLY_UNCERTAIN = "reply_uncertain"
REPLY_BOUNCED = "reply_bounced"
REPLY_PLANNED = "reply_planned"
REPLY_STOPPED = "reply_stopped"
APPROVAL_GIVEN = "approval_given"  #: the last step was approved
APPROVAL_STEPPED = "approval_stepped"  #: one step of several has been approved
APPROVAL_EDITED = "approval_edited"
APPROVAL_EDIT_KEPT = "approval_edit_kept"  #: somebody edited what had been withdrawn meanwhile
APPROVAL_REMINDED = "approval_reminded"
APPROVAL_ESCALATED = "approval_escalated"
APPROVAL_REDIRECTED = "approval_redirected"  #: others decide now, since people came, went or are away
APPROVAL_RULE_CREATED = "approval_rule_created"
APPROVAL_RULE_CHANGED = "approval_rule_changed"
APPROVAL_RULE_DELETED = "approval_rule_deleted"
APPROVAL_POLICY_CHANGED = "approval_policy_changed"
ABSENCE_CHANGED = "absence_changed"
TRAINING_DONE = "training_done"  #: so many replies in a row needed no change
TRAINING_ENDED = "training_ended"
LOCK_TAKEN = "lock_taken"
DRAFT_TAKEN = "draft_taken"  #: a colleague writes on what somebody had begun
LOCK_STOLEN = "lock_stolen"
LOCK_RELEASED = "lock_released"
SPLIT = "conversation_split"
MERGED = "conversation_merged"
UNDONE = "change_undone"
REINTERPRETED = "message_reinterpreted"
DUE_SOON = "due_soon"
DUE_PASSED = "due_passed"
ESCALATED = "escalated"
RESUMED = "conversation_resumed"
ALSO_ARRIVED = "message_also_arrived"
SUBJECT_CHANGED = "subject_changed"
TAG_CREATED = "tag_created"
TAG_RENAMED = "tag_renamed"
TAG_DELETED = "tag_deleted"
CATEGORY_CREATED = "category_created"
CATEGORY_RENAMED = "category_renamed"
CATEGORY_DELETED = "category_deleted"
FOLDER_CHANGED = "folder_changed"
FOLDER_CREATED = "folder_created"
FOLDER_UPDATED = "folder_updated"
FOLDER_DELETED = "folder_deleted"
OWN_STATUS_CREATED = "own_status_created"
OWN_STATUS_UPDATED = "own_status_updated"
OWN_STATUS_RETIRED = "own_status_retired"
OWN_STATUS_RESTORED = "own_status_restored"
OWN_STATUS_DELETED = "own_status_deleted"
VIEW_CREATED = "view_created"
VIEW_UPDATED = "view_updated"
VIEW_DELETED = "view_deleted"
FIELD_CHANGED = "field_changed"
FIELD_DIFFERED = "field_differed"
FIELD_CREATED = "field_created"
FIELD_UPDATED = "field_updated"
FIELD_RETIRED = "field_retired"
FIELD_RESTORED = "field_restored"
FIELD_DELETED = "field_deleted"

#: What a person who is writing must know before their reply may leave (idea I1).
DISTURBING = (
    MESSAGE_RECEIVED,
    REPLY_WRITTEN,
    NOTE_ADDED,
    STATUS_CHANGED,
    ASSIGNED,
    MERGED,
    SPLIT,
    LOCK_STOLEN,
)

#: What keeps a planned mail from leaving by itself: all of that but who is responsible or held the lock.
STOPPING = tuple(kind for kind in DISTURBING if kind not in (ASSIGNED, LOCK_STOLEN))
