"""Keeping bytes."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from madoguchi.files.models import Blob

#: Up to here the bytes live in the row: one write, one backup, no second system for the usual mail of 3 KB.
INLINE_MAX_BYTES = 64 * 1024


def store_blob(content: bytes) -> Blob:
    """Keep these bytes and return their row; the same bytes twice are one row.

    Large contents are written to the storage (and synced) before the row is, so that a row never points to nothing;
    a crash between leaves at most an unused file.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = Blob.objects.defer("inline", "text").filter(sha256=digest).first()
    if known:
        return known
    inline: bytes | None = content
    key = ""
    if len(content) > INLINE_MAX_BYTES:
        inline, key = None, _write(digest, content)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO files_blob (sha256, size_bytes, inline, storage_key, created_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256 RETURNING id",
            [digest, len(content), inline, key, timezone.now()],
        )
        (pk,) = cursor.fetchone()
    return Blob(pk=pk, sha256=digest, size_bytes=len(content), inline=inline, storage_key=key)


def _write(digest: str, content: bytes) -> str:
    key = f"blobs/{digest[:2]}/{digest}"
    if default_storage.exists(key):
        return key
    return default_storage.save(key, ContentFile(content))


def keep_text(blob: Blob, text: str) -> None:
    """Remember what was read inside a file; "" when there was nothing, so that nobody tries again."""
    Blob.objects.filter(pk=blob.pk).update(text=text.replace("\x00", ""))
