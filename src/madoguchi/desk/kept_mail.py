"""What stayed inside, over all channels, of the 窓口 a person may see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.channels.contract import InboundMessage, KeptMessage
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.registry import channel_classes
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line of the list."""

    pk: int
    subject: str
    sender: str
    recipients: str
    when: str
    at: str
    full: str


def kept_page(user: User, *, before: int | None, limit: int) -> list[KeptMessage]:
    """The newest ones, after the one numbered `before`."""
    senders = _senders(user)
    found = [
        kept
        for channel in channel_classes().values()
        for kept in channel.kept_messages(senders=senders, before=before, limit=limit)
    ]
    return sorted(found, key=lambda kept: -kept.pk)[:limit]


def find_kept(user: User, pk: int) -> KeptMessage | None:
    """One of them with its bytes; None for what the person may not see."""
    senders = _senders(user)
    for channel in channel_classes().values():
        kept = channel.kept_message(pk)
        if kept is not None and (senders is None or kept.sender in senders):
            return kept
    return None


def _senders(user: User) -> set[str] | None:
    if user.sees_every_inbox:
        return None
    return {address for inbox in inboxes_of(user) for address in inbox.addresses}


def read_kept(kept: KeptMessage) -> InboundMessage | None:
    """The mail as its receiver reads it; None when nobody could."""
    readings = (channel.reinterpret(kept.raw, "") for channel in channel_classes().values())
    return next((mail for mail in readings if mail is not None), None)


def kept_lines(found: Iterable[KeptMessage], words: Words) -> list[KeptLine]:
    """The list in words."""
    return [
        KeptLine(
            pk=kept.pk,
            subject=kept.subject or _("(No subject)"),
            sender=kept.sender,
            recipients=", ".join(kept.recipients),
            when=words.short(kept.at),
            at=iso(kept.at),
            full=words.full(kept.at),
        )
        for kept in found
    ]
