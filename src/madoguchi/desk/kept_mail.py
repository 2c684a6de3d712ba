"""What stayed inside, in words and as its receiver reads it; who may see what is decided by `channels.kept`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.channels.contract import InboundMessage, KeptMessage
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
