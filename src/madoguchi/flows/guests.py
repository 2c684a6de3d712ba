"""A guest's answer: it comes in by the one door, like the mail it stands for."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.contract import Address, InboundAttachment, InboundMessage
from madoguchi.conversations.guests import LinkEnded, living_link, questions_of
from madoguchi.conversations.models import GuestLink, Message
from madoguchi.conversations.subjects import reply_subject
from madoguchi.core.errors import Invalid
from madoguchi.core.storable import storable
from madoguchi.flows.inbound import receive

MAX_TEXT_CHARS = 20_000
MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024


@transaction.atomic
def answer_as_guest(token: str, text: str, files: Sequence[InboundAttachment] = ()) -> Message:
    """Take the answer written on a guest's page; the link ends with it. Twice at once: the second gets LinkEnded.

    The row of the link is locked first of all, before customer and conversation.
    """
    GuestLink.objects.select_for_update(no_key=True).filter(pk=living_link(token).pk).first()
    link = living_link(token)
    _check(text, files)
    asked = questions_of(link)
    side = link.side
    shown = storable(text.strip())
    message = receive(
        side.inbox,
        InboundMessage(
            external_id=f"guest-{link.token_hash}@{settings.BASE_URL.partition('://')[2]}",
            sender=Address(link.address, link.name),
            to=(Address(side.inbox.address),),
            subject=reply_subject(side.subject, side.pk, language=side.letter_language),
            text=shown,
            fingerprint=hashlib.sha256(shown.encode()).hexdigest(),
            in_reply_to=asked[-1].external_id if asked else "",
            attachments=tuple(files),
            warnings=("guest_page",),
            sent_at=timezone.now(),
        ),
    )
    if message is None:  # its id is the link's own: it was here before
        raise LinkEnded
    GuestLink.objects.filter(pk=link.pk).update(answered_at=timezone.now())
    return message


def _check(text: str, files: Sequence[InboundAttachment]) -> None:
    if not text.strip():
        raise Invalid(_("The answer is empty. Write it first."), field="text")
    if len(text) > MAX_TEXT_CHARS:
        raise Invalid(_("The answer is too long. Send long documents as a file."), field="text")
    if len(files) > MAX_FILES:
        raise Invalid(_("Five files at most can be sent."), field="files")
    if sum(len(each.content) for each in files) > MAX_FILE_BYTES:
        raise Invalid(_("The files are larger than 10 MB together. Send fewer or smaller ones."), field="files")
