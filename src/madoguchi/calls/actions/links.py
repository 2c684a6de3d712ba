"""Making and revoking the pages on which customers choose when to be called."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import CALLBACK_LINK_MADE, CALLBACK_LINK_REVOKED, LINK_VALID_FOR
from madoguchi.calls.links import hash_of, token_of
from madoguchi.calls.models import CallbackLink
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotAllowed
from madoguchi.events.record import record


@transaction.atomic
def make_callback_link(conversation: Conversation, *, user: User) -> CallbackLink:
    """The page of a conversation: the one that lives, else a new one for a week."""
    _check_right(user)
    held = hold_surviving(conversation.pk)
    living = CallbackLink.objects.filter(conversation=held, revoked_at=None, expires_at__gt=timezone.now()).first()
    if living is not None:
        return living
    nonce = secrets.token_hex(16)
    link = CallbackLink.objects.create(
        conversation=held,
        nonce=nonce,
        token_hash=nonce,  # until the number is known, of which the link is made
        made_by=user,
        expires_at=timezone.now() + LINK_VALID_FOR,
    )
    CallbackLink.objects.filter(pk=link.pk).update(token_hash=hash_of(token_of(link)))
    record(CALLBACK_LINK_MADE, held.event_subject, by=user.actor, scope_id=held.inbox_id)
    return link


@transaction.atomic
def revoke_callback_links(conversation: Conversation, *, user: User) -> int:
    """End the pages of a conversation; how many lived. What was chosen stays."""
    _check_right(user)
    now = timezone.now()
    rows = CallbackLink.objects.filter(conversation=conversation, revoked_at=None, expires_at__gt=now)
    ended = rows.update(revoked_at=now)
    if ended:
        by, scope = user.actor, conversation.inbox_id
        record(CALLBACK_LINK_REVOKED, conversation.event_subject, by=by, scope_id=scope)
    return ended


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
