"""Saying that what a conversation's words may be is not so."""

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import SignKind
from madoguchi.cases.models import DismissedSign
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid, NotAllowed


@transaction.atomic
def dismiss_sign(conversation: Conversation, kind: str, *, user: User) -> None:
    """What was read so far is no such thing; later messages speak up anew. Twice is once."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(REFUSAL)
    if kind not in SignKind.values:
        raise Invalid(_("There is no such sign."), field="kind")
    last = Message.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True).first() or 0
    DismissedSign.objects.update_or_create(
        conversation=conversation, kind=kind, defaults={"message_id": last, "by": user}
    )


@transaction.atomic
def recall_sign(conversation: Conversation, kind: str, *, user: User) -> None:
    """Take that back."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(REFUSAL)
    DismissedSign.objects.filter(conversation=conversation, kind=kind).delete()
