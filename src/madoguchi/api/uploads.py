"""Files that wait to be sent: their bytes are kept, and a signed name leads back to them for the person who sent them.

No table is needed: what the name says is signed, bound to the person, and ends after a day. The file's own name is
sealed in it: for some roles numbers and addresses in it are masked.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.api.schemas.messages import FileOut
from madoguchi.conversations.letters import MAX_ATTACHMENT_BYTES, Enclosure
from madoguchi.conversations.models import Attachment, DraftAttachment
from madoguchi.core.errors import Invalid
from madoguchi.core.sealing import SealBroken, seal, unseal
from madoguchi.files.actions import store_blob

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

VALID_FOR = timedelta(hours=24)
_SALT = "madoguchi.api.uploads"


class TooLarge(Invalid):
    """A file that no mail could carry."""

    code = "too_large"
    status = 413


def keep_upload(user: User, upload: "UploadedFile[bytes]") -> FileOut:
    """Store what was uploaded and give it a name."""
    if (upload.size or 0) > MAX_ATTACHMENT_BYTES:
        raise TooLarge(_("The file is larger than 18 MB. Send it in another way."), field="file")
    name = safe_name(upload.name or "")
    content_type = (upload.content_type or "application/octet-stream")[:255]
    content = upload.read()
    blob = store_blob(content)
    return show_file(user, Enclosure(blob.pk, name, content_type, len(content)))


def show_file(user: User, enclosure: Enclosure) -> FileOut:
    """A stored file as this person may send it."""
    name = seal({"name": enclosure.name})
    said = [user.pk, enclosure.blob_id, name, enclosure.content_type, enclosure.size_bytes]
    return FileOut(
        id=signing.dumps(said, salt=_SALT, compress=True),
        name=enclosure.name,
        content_type=enclosure.content_type,
        size_bytes=enclosure.size_bytes,
    )


def enclosures_of(user: User, file_ids: Iterable[str]) -> list[Enclosure]:
    """The files behind these names; Invalid for names that are old, foreign, or were never ours."""
    return [_opened(user, file_id) for file_id in file_ids]


def _opened(user: User, file_id: str) -> Enclosure:
    try:
        owner, blob_id, name, content_type, size_bytes = signing.loads(file_id, salt=_SALT, max_age=VALID_FOR)
        if owner != user.pk:
            raise _unknown()
        return Enclosure(blob_id, unseal(name)["name"], content_type, size_bytes)
    except (signing.BadSignature, SealBroken) as error:
        raise _unknown() from error


def _unknown() -> Invalid:
    return Invalid(_("This file is not known any more. Upload it again."), field="attachments")


def enclosure_of(row: Attachment | DraftAttachment) -> Enclosure:
    """A file of a message or draft, to go with another letter."""
    size = row.size_bytes if isinstance(row, Attachment) else row.blob.size_bytes
    return Enclosure(row.blob_id, row.name, row.content_type, size)


def safe_name(name: str) -> str:
    """The last part of a path, without what cannot be shown; never empty."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in bare if char.isprintable())[-255:] or "file"
