"""Opening again what was done, and saying why."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.linking import REOPENED
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.core.errors import Invalid
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record

MAX_REASON = 200


@transaction.atomic
def reopen_conversation(conversation: Conversation, reason: str, *, user: User) -> UndoStep:
    """再開する: 対応中 again, with the reason in the history; Invalid for what is open, or without a reason."""
    said = cut_whole(" ".join(reason.split()), MAX_REASON)
    if not said:
        raise Invalid(_("Write why the conversation is opened again."), field="reason")
    step = change_status([conversation], Status.OPEN, user=user)
    if not any(not each.get("is_open", True) for each in step.data["before"].values()):
        raise Invalid(_("This conversation is open already."))
    data = {"reason": said}
    record(REOPENED, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    return step
