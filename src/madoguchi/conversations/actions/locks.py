"""「◯◯さんが返信処理中です」: taking, keeping, taking over and releasing the reply lock. All of it is logged."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import LOCK_RELEASED, LOCK_STOLEN, LOCK_TAKEN
from madoguchi.conversations.holding import check_not_merged
from madoguchi.conversations.locks import LOCK_FOR
from madoguchi.conversations.models import Conversation, ReplyLock
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.record import record


class LockedByOther(DomainError):
    """Somebody else is writing the reply; `facts["user"]` is their name."""

    code = "locked"
    status = 423


@transaction.atomic
def take_lock(conversation: Conversation, *, user: User) -> ReplyLock:
    """Begin a reply: the lock is the user's, or `LockedByOther` says who has it. Taking one's own again prolongs it."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    lock = _locked_row(conversation)
    if lock is not None and lock.is_alive and lock.user_id != user.pk:
        raise _locked(lock)
    is_new = lock is None or not lock.is_alive or lock.user_id != user.pk
    held = _hold(conversation, user)
    if is_new:
        _log(LOCK_TAKEN, conversation, user)
    return held


@transaction.atomic
def keep_lock(conversation: Conversation, *, user: User) -> ReplyLock:
    """Prolong the lock while its owner types; `LockedByOther` when it has been taken over."""
    return take_lock(conversation, user=user)


@transaction.atomic
def take_over_lock(conversation: Conversation, *, user: User, reason: str) -> ReplyLock:
    """Continue what somebody else has begun; needs a reason, which is logged. Their draft stays theirs."""
    if not may(user, Permission.TAKE_OVER_LOCK):
        raise NotAllowed(_("You do not have the right to take over a reply. Ask a supervisor."))
    if not reason.strip():
        raise Invalid(_("Write why you take over this reply."), field="reason")
    lock = _locked_row(conversation)
    held = _hold(conversation, user)
    if lock is not None and lock.user_id != user.pk:
        _log(LOCK_STOLEN, conversation, user, reason=cut_whole(reason.strip(), 200), previous=lock.user_id)
    return held


@transaction.atomic
def release_lock(conversation: Conversation, *, user: User) -> None:
    """Stop replying; somebody else's lock stays as it is."""
    lock = _locked_row(conversation)
    if lock is not None and lock.user_id == user.pk:
        lock.delete()
        _log(LOCK_RELEASED, conversation, user)


def check_lock(conversation: Conversation, *, user: User) -> None:
    """Raise LockedByOther if somebody else is replying; call it inside the transaction that sends."""
    lock = _locked_row(conversation)
    if lock is not None and lock.is_alive and lock.user_id != user.pk:
        raise _locked(lock)


def _locked_row(conversation: Conversation) -> ReplyLock | None:
    """The lock's row, locked; the conversation's row stands in for it while there is none."""
    Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).values_list("pk").first()
    return ReplyLock.objects.select_related("user").filter(conversation=conversation).first()


def _hold(conversation: Conversation, user: User) -> ReplyLock:
    check_not_merged(Conversation.objects.only("merged_into").get(pk=conversation.pk))  # its row is locked
    now = timezone.now()
    lock, created = ReplyLock.objects.get_or_create(
        conversation=conversation, defaults={"user": user, "expires_at": now + LOCK_FOR}
    )
    if not created:
        if lock.user_id != user.pk or not lock.is_alive:
            lock.user, lock.since = user, now
        lock.typed_at, lock.expires_at = now, now + LOCK_FOR
        lock.save(update_fields=["user", "since", "typed_at", "expires_at"])
    return lock


def _locked(lock: ReplyLock) -> LockedByOther:
    message = _("%(name)s is replying. You can read on, or take over the reply with a reason.")
    return LockedByOther(message % {"name": lock.user.name}, user=lock.user.name, since=lock.since.isoformat())


def _log(kind: str, conversation: Conversation, user: User, **data: object) -> None:
    record(kind, conversation.event_subject, by=user.actor, scope_id=conversation.inbox_id, data=data)
