"""Files through the API: uploaded, enclosed, forwarded; what is too large or somebody else's is refused."""

import base64
import zlib
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.factories.api_writing import letter
from tests.factories.conversations import make_conversation

from madoguchi.conversations.models import Attachment
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db


def upload(caller, content=b"hello", name="請求書.pdf", content_type="application/pdf"):
    file = SimpleUploadedFile(name, content, content_type)
    return caller.client.post("/api/v1/files", {"file": file})


def test_uploaded_file_leaves_with_a_reply_and_a_note(caller):
    number = make_conversation().pk
    file = upload(caller).json()

    reply = caller.post(f"/conversations/{number}/replies", letter(caller, number, attachments=[file["id"]])).json()
    note = caller.post(f"/conversations/{number}/notes", {"text": "控え", "attachments": [file["id"]]}).json()

    assert (file["name"], file["content_type"], file["size_bytes"]) == ("請求書.pdf", "application/pdf", 5)
    assert [each["name"] for each in reply["attachments"]] == ["請求書.pdf"]
    assert caller.get(f"/attachments/{note['attachments'][0]['id']}/content").content == b"hello"


def test_uploaded_file_is_only_for_its_person_and_a_day(caller, caller_of):
    number = make_conversation().pk
    file_id = upload(caller).json()["id"]
    other = caller_of()

    foreign = other.post(f"/conversations/{number}/notes", {"text": "x", "attachments": [file_id]})
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        old = caller.post(f"/conversations/{number}/notes", {"text": "x", "attachments": [file_id]})

    assert [each.status_code for each in (foreign, old)] == [422, 422]
    assert [each.json()["error"]["field"] for each in (foreign, old)] == ["attachments"] * 2


def test_id_of_a_file_does_not_tell_its_name(caller):
    file_id = upload(caller, name="yumiko@mail.example.pdf").json()["id"]

    payload = file_id.removeprefix(".").split(":")[0]
    said = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert b"yumiko" not in (zlib.decompress(said) if file_id.startswith(".") else said)


def test_file_name_is_made_harmless(caller):
    assert upload(caller, name="C:\\temp\\a\x07b.txt").json()["name"] == "ab.txt"


def test_upload_without_a_file_is_refused(caller):
    response = caller.client.post("/api/v1/files", {"other": "x"})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "file")


def test_file_larger_than_mail_carries_is_refused(caller):
    response = upload(caller, content=b"x" * (18 * 1024 * 1024 + 1))

    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


def test_request_larger_than_any_is_refused_unread(caller):
    response = caller.client.generic(
        "POST", "/api/v1/files", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )

    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


def test_attachment_of_a_seen_message_can_be_forwarded(caller):
    conversation = make_conversation()
    row = Attachment.objects.create(
        message=conversation.messages.get(),
        blob=store_blob(b"photo"),
        name="photo.jpg",
        content_type="image/jpeg",
        size_bytes=5,
    )

    written = caller.post(
        f"/conversations/{conversation.pk}/replies",
        letter(caller, conversation.pk, forwarded_attachments=[row.pk], to=[{"email": "factory@maker.example"}]),
    ).json()

    assert [(each["name"], each["size_bytes"]) for each in written["attachments"]] == [("photo.jpg", 5)]
