"""Tables of the conversations."""

from madoguchi.conversations.models.alarms import DeadlineAlarm
from madoguchi.conversations.models.approval import (
    Absence,
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalRule,
    ApprovalVersion,
)
from madoguchi.conversations.models.conversation import (
    FAR_FUTURE,
    Category,
    Conversation,
    ConversationQuerySet,
    CountDelta,
    ReplyLock,
    Tag,
)
from madoguchi.conversations.models.field import CustomField, FieldValue
from madoguchi.conversations.models.guests import GuestLink
from madoguchi.conversations.models.links import ConversationLink
from madoguchi.conversations.models.message import Attachment, Message, MessageQuerySet
from madoguchi.conversations.models.own import FiledDelta, Folder, OwnStatus
from madoguchi.conversations.models.sides import SideRequest
from madoguchi.conversations.models.work import Draft, DraftAttachment, SavedView, UndoStep

__all__ = [
    "FAR_FUTURE",
    "Absence",
    "ApprovalDecision",
    "ApprovalPolicy",
    "ApprovalRequest",
    "ApprovalRule",
    "ApprovalVersion",
    "Attachment",
    "Category",
    "Conversation",
    "ConversationLink",
    "ConversationQuerySet",
    "CountDelta",
    "CustomField",
    "DeadlineAlarm",
    "Draft",
    "DraftAttachment",
    "FieldValue",
    "FiledDelta",
    "Folder",
    "GuestLink",
    "Message",
    "MessageQuerySet",
    "OwnStatus",
    "ReplyLock",
    "SavedView",
    "SideRequest",
    "Tag",
    "UndoStep",
]
