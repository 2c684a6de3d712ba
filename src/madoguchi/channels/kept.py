"""What would have left but stayed inside (demo, development), over all channels, as far as a person may see it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.contract import KeptMessage, KeptReader
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.registry import channel_classes
from madoguchi.core.errors import NotFound


def kept_messages(user: User, *, before: int | None, limit: int) -> list[KeptMessage]:
    """The newest ones sent from the 窓口 a person may see, after the one numbered `before`; without their bytes."""
    reader = _reader(user)
    found = [
        kept
        for channel in channel_classes().values()
        for kept in channel.kept_messages(reader, before=before, limit=limit)
    ]
    return sorted(found, key=lambda kept: -kept.pk)[:limit]


def get_kept_message(user: User, pk: int) -> KeptMessage:
    """One of them with its bytes; NotFound for what the person may not see."""
    reader = _reader(user)
    for channel in channel_classes().values():
        if kept := channel.kept_message(reader, pk):
            return kept
    raise NotFound(_("This mail is not in the local mailbox."))


def _reader(user: User) -> KeptReader:
    senders = None
    if not user.sees_every_inbox:
        senders = frozenset(address for inbox in inboxes_of(user) for address in inbox.addresses)
    return KeptReader(senders, user.email, is_owner=user.role == Role.OWNER)
