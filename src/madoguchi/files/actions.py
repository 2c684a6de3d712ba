"""Keeping bytes."""

import hashlib
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from madoguchi.files.models import Blob

#: Up to here the bytes live in the row: one write, one backup, no second system for the usual mail of 3 KB.
INLINE_MAX_BYTES = 64 * 1024


def store_blob(content: bytes) -> Blob:
    """Keep these bytes and return their row; the same bytes twice are one row.

    Large contents are written to the storage (and synced) before the row is, so that a row never points to nothing;
    a crash between leaves at most an unused file.
    """
    return store_blobs([content])[0]


def store_blobs(contents: Sequence[bytes]) -> list[Blob]:
    """Keep the bytes of each; their rows in the order given. Two statements, however many there are."""
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    rows = {blob.sha256: blob for blob in Blob.objects.defer("inline", "text").filter(sha256__in=digests)}
    fresh = {
        digest: _new_blob(digest, content)
        for digest, content in zip(digests, contents, strict=True)
        if digest not in rows
    }
    # In one order everywhere, so that two processes that store the same bytes do not wait for each other in a circle.
    ordered = [fresh[digest] for digest in sorted(fresh)]
    Blob.objects.bulk_create(ordered, update_conflicts=True, unique_fields=["sha256"], update_fields=["sha256"])
    rows |= fresh
    return [rows[digest] for digest in digests]


def _new_blob(digest: str, content: bytes) -> Blob:
    if len(content) > INLINE_MAX_BYTES:
        return Blob(sha256=digest, size_bytes=len(content), storage_key=_write(digest, content))
    return Blob(sha256=digest, size_bytes=len(content), inline=content)


def _write(digest: str, content: bytes) -> str:
    key = f"blobs/{digest[:2]}/{digest}"
    if default_storage.exists(key):
        return key
    return default_storage.save(key, ContentFile(content))


def keep_text(blob: Blob, text: str) -> None:
    """Remember what was read inside a file; "" when there was nothing, so that nobody tries again."""
    Blob.objects.filter(pk=blob.pk).update(text=text.replace("\x00", ""))
