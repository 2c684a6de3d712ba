"""Each content once."""

import pytest
from django.core.files.storage import default_storage

from madoguchi.files.actions import INLINE_MAX_BYTES, keep_text, store_blob
from madoguchi.files.models import Blob
from madoguchi.files.queries import get_blobs, read_blob

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [0, 1, INLINE_MAX_BYTES, INLINE_MAX_BYTES + 1])
def test_bytes_come_back_and_are_stored_once(size):
    content = b"\x00a" * (size // 2) + b"b" * (size % 2)

    first, second = store_blob(content), store_blob(content)

    assert first.pk == second.pk
    assert read_blob(Blob.objects.get()) == content
    assert first.size_bytes == size


def test_large_content_lies_in_the_storage():
    blob = store_blob(b"z" * (INLINE_MAX_BYTES + 7))

    assert (blob.inline, default_storage.exists(blob.storage_key)) == (None, True)


def test_file_left_by_a_crash_is_used():
    content = b"y" * (INLINE_MAX_BYTES + 9)
    key = store_blob(content).storage_key
    Blob.objects.all().delete()

    assert store_blob(content).storage_key == key


def test_text_is_kept_without_nul():
    blob = store_blob(b"x")

    keep_text(blob, "a\x00b")

    assert Blob.objects.get().text == "ab"
    assert get_blobs([blob.pk])[blob.pk].sha256 == str(blob.sha256)
    assert str(blob) == blob.sha256[:12]
