"""Files in an S3-compatible store: the real client against a server that speaks S3."""

from collections.abc import Iterator

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from madoguchi.files.actions import INLINE_MAX_BYTES, store_blob
from madoguchi.files.models import Blob
from madoguchi.files.queries import read_blob

pytestmark = pytest.mark.django_db

LARGE = b"%PDF-1.7 " + b"x" * INLINE_MAX_BYTES
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


@pytest.fixture
def bucket(settings) -> Iterator[object]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    bucket = boto3.resource("s3", endpoint_url=endpoint, **KEYS).create_bucket(Bucket="madoguchi")
    options = {
        "endpoint_url": endpoint, "access_key": "test", "secret_key": "test", "bucket_name": "madoguchi",
        "file_overwrite": True, "default_acl": None,
    }  # fmt: skip
    settings.STORAGES = {"default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}
    yield bucket
    server.stop()


def test_a_large_file_is_kept_once_in_the_store_and_read_back(bucket):
    blob = store_blob(LARGE)
    again = store_blob(LARGE)

    kept = [each.key for each in bucket.objects.all()]
    assert kept == [blob.storage_key]
    assert again.pk == blob.pk
    assert read_blob(Blob.objects.get(pk=blob.pk)) == LARGE


def test_a_store_that_cannot_be_reached_leaves_no_row_behind(bucket, settings):
    broken = {**settings.STORAGES["default"]["OPTIONS"], "bucket_name": "no-such-bucket"}
    settings.STORAGES = {"default": {**settings.STORAGES["default"], "OPTIONS": broken}}

    with pytest.raises(default_storage.bucket.meta.client.exceptions.ClientError):
        store_blob(LARGE)

    assert not Blob.objects.exists()
