"""Taking over what a colleague has begun to reply (引き取る)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.signatures import signed_anew
from madoguchi.conversations.actions.approval_requests import hand_on
from madoguchi.conversations.actions.locks import check_lock
from madoguchi.conversations.begun import begun
from madoguchi.conversations.choices import DRAFT_TAKEN
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Draft
from madoguchi.conversations.shared_drafts import get_shared_draft
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import record


@transaction.atomic
def take_draft(draft: Draft, *, user: User) -> Draft:
    """Make a colleague's draft one's own, with its files; they are told, and may read it and take it back.

    It is signed by who has it now. What was sent back or withdrawn stays so: it is approved before it leaves.

    Of two at once the second gets NotFound. `LockedByOther` while somebody is writing: take over the reply first. Who
    has begun a reply here themselves is asked to finish it first (Invalid), so that neither text is lost.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    assert draft.conversation_id is not None
    conversation = hold_surviving(draft.conversation_id)
    Draft.objects.select_for_update().filter(pk=draft.pk).first()  # what its writer does at this moment is through then
    taken = get_shared_draft(user, draft.pk, writer=draft.user_id)
    check_lock(conversation, user=user)
    if begun(user, conversation, [taken.kind]).exists():
        raise Invalid(_("You have begun a reply here yourself. Send or discard it first, then take this one over."))
    writer = taken.user
    hand_on(conversation, writer, user)
    taken.text = signed_anew(taken.text, conversation.inbox, writer, user)
    taken.user, taken.conversation, taken.updated_at = user, conversation, timezone.now()
    taken.save(update_fields=["user", "conversation", "text", "updated_at"])
    data = {"people": [writer.pk], "previous": writer.pk}
    record(DRAFT_TAKEN, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
    return taken
