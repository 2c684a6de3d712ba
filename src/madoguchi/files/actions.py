"""Keeping bytes."""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madoguchi.files.models import Blob

#: Up to here the bytes live in the row: one write, one backup, no second system for the usual mail of 3 KB.
INLINE_MAX_BYTES = 64 * 1024
_CHUNK = 1024 * 1024

_LOOK = "SELECT id, sha256, size_bytes, storage_key FROM files_blob WHERE sha256 = ANY(%s)"
#: Beside the ORM, which takes as long for these two as for the rest of a delivery.
_WRITE = """
INSERT INTO files_blob (created_at, sha256, size_bytes, inline, storage_key)
SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::text[])
ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256 RETURNING id
"""


def store_blob(content: bytes) -> Blob:
    """Keep these bytes and return their row; the same bytes twice are one row.

    Large contents are written to the storage (and synced) before the row is, so that a row never points to nothing;
    a crash between leaves at most an unused file.
    """
    return store_blobs([content])[0]


def store_file(file: BinaryIO) -> Blob:
    """The same for a file of any size, which is never in memory as a whole; it is read from its beginning, twice."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    if size <= INLINE_MAX_BYTES:
        return store_blob(file.read())
    known = _known([digest.hexdigest()])
    if not known:
        key = _key(digest.hexdigest())
        if not default_storage.exists(key):
            key = default_storage.save(key, File(file))
        known = _create([Blob(sha256=digest.hexdigest(), size_bytes=size, storage_key=key)])
    blob = known[digest.hexdigest()]
    if not default_storage.exists(blob.storage_key):  # `forget_blob` was at work on the same bytes
        file.seek(0)
        default_storage.save(blob.storage_key, File(file))
    return blob


def store_blobs(contents: Sequence[bytes]) -> list[Blob]:
    """Keep the bytes of each; their rows in the order given. Two statements, however many there are."""
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    by_digest = dict(zip(digests, contents, strict=True))
    rows = _known(digests)
    rows |= _create([_new_blob(digest, by_digest[digest]) for digest in sorted(by_digest.keys() - rows.keys())])
    for blob in rows.values():
        if blob.storage_key:  # `forget_blob` may have been at work on the same bytes
            _write(blob.sha256, by_digest[blob.sha256])
    return [rows[digest] for digest in digests]


def _known(digests: list[str]) -> dict[str, Blob]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [digests])
        rows = cursor.fetchall()
    return {
        digest: Blob(pk=pk, sha256=digest, size_bytes=size, storage_key=key)  # without the bytes: nobody asked for them
        for pk, digest, size, key in rows
    }


def _new_blob(digest: str, content: bytes) -> Blob:
    if len(content) > INLINE_MAX_BYTES:
        return Blob(sha256=digest, size_bytes=len(content), storage_key=_write(digest, content))
    return Blob(sha256=digest, size_bytes=len(content), inline=content)


def _create(blobs: Sequence[Blob]) -> dict[str, Blob]:
    """Write new rows; in one order everywhere, so that nobody who stores the same bytes waits in a circle."""
    if not blobs:
        return {}
    columns = [[getattr(blob, name) for blob in blobs] for name in ("sha256", "size_bytes", "inline", "storage_key")]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [timezone.now(), *columns])
        for blob, (pk,) in zip(blobs, cursor.fetchall(), strict=True):
            blob.pk = pk
            blob._state.adding = False  # noqa: SLF001 - as save() does
    return {blob.sha256: blob for blob in blobs}


def _key(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest}"


def _write(digest: str, content: bytes) -> str:
    key = _key(digest)
    if default_storage.exists(key):
        return key
    return default_storage.save(key, ContentFile(content))


def forget_blob(pk: int) -> bool:
    """Delete bytes to which no row of any table points; False where one does, or where they are gone already.

    The database decides, and its row is held until the file is gone: whoever stores the same bytes waits for it, and
    then looks whether there is a file. A crash between leaves a row that nobody points to.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DELETE FROM files_blob WHERE id = %s RETURNING storage_key", [pk])
            gone: tuple[str] | None = cursor.fetchone()
            if gone and gone[0]:
                default_storage.delete(gone[0])
    except IntegrityError:
        return False
    return gone is not None


def keep_text(blob: Blob, text: str) -> None:
    """Remember what was read inside a file; "" when there was nothing, so that nobody tries again."""
    Blob.objects.filter(pk=blob.pk).update(text=text.replace("\x00", ""))
