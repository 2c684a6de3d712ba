"""The files of a reply under approval, as an approver changes them; called by whoever holds its conversation."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.actions.messages import attachments_of
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.core.errors import Invalid
from madoguchi.files.queries import get_blobs

MAX_FILES = 50


def put_files(message: Message, conversation: Conversation, files: Sequence[Enclosure]) -> None:
    """Let a waiting reply have exactly these files: those it has stay as they are, the others go, new ones follow."""
    _check_number(files)
    wanted = [_key(each) for each in files]
    present = list(message.attachments.all())
    staying = [each for each in present if _take(wanted, (each.blob_id, each.name))]
    message.attachments.exclude(pk__in=[each.pk for each in staying]).delete()
    last = max((each.position for each in staying), default=-1)
    new = [each for each in files if _take(wanted, _key(each))]
    Attachment.objects.bulk_create(attachments_of(message, new, after=last))
    if new and not conversation.has_attachments:
        conversation.has_attachments = True
        conversation.save(update_fields=["has_attachments"])


def files_with_contents(message: Message, files: Sequence[Enclosure]) -> list[Attachment]:
    """Rows for these files with what they hold at hand, not saved."""
    _check_number(files)
    blobs = get_blobs([each.blob_id for each in files])
    rows = attachments_of(message, files)
    for each in rows:
        each.blob = blobs[each.blob_id]
    return rows


def _check_number(files: Sequence[Enclosure]) -> None:
    if len(files) > MAX_FILES:
        raise Invalid(_("A letter takes 50 files at most. Send some of them separately."), field="files")


def _key(file: Enclosure) -> tuple[int, str]:
    return file.blob_id, file.name[:255]


def _take(wanted: list[tuple[int, str]], key: tuple[int, str]) -> bool:
    """Take one of those wanted off the list, if it is there."""
    if key not in wanted:
        return False
    wanted.remove(key)
    return True
