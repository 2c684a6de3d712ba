"""Reading bytes."""

from io import BytesIO
from typing import BinaryIO, cast

from django.core.files.storage import default_storage

from madoguchi.files.models import Blob


def read_blob(blob: Blob) -> bytes:
    """All the bytes of a blob."""
    if blob.inline is not None:
        return bytes(blob.inline)
    with default_storage.open(blob.storage_key, "rb") as stored:
        content: bytes = stored.read()
    return content


def open_blob(blob: Blob) -> BinaryIO:
    """The bytes as a file that can be searched, for what is too large for memory; to be closed."""
    if blob.inline is not None:
        return BytesIO(bytes(blob.inline))
    return cast("BinaryIO", default_storage.open(blob.storage_key, "rb"))


def get_blobs(ids: "list[int]") -> dict[int, Blob]:
    """Blobs by id, without their bytes' text."""
    return Blob.objects.defer("text").in_bulk(ids)
