"""One message: its parts, its source, its files, and what a person decides about it."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbound, make_inbox, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.actions import store_raw
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Attachment, Message
from madoguchi.files.actions import store_blob
from madoguchi.flows.inbound import receive

pytestmark = pytest.mark.django_db

SOURCE = b"From: yumiko@mail.example\r\nSubject: =?utf-8?b?5Zyf6Y2L?=\r\n\r\n\xff raw"


@pytest.fixture
def received():
    inbox = make_inbox()
    raw = store_raw(SOURCE, source="smtp", inbox=inbox)
    files = (InboundAttachment("写真.jpg", "image/jpeg", b"jpeg"),)
    return receive(inbox, make_inbound(attachments=files, text="届きません。\n\n> 以前のメール"), raw=raw)


def test_message_says_everything(caller, received):
    shown = caller.get(f"/messages/{received.pk}").json()

    assert (shown["kind"], shown["state"], shown["conversation"]) == ("inbound", "received", received.conversation_id)
    assert shown["sender"] == {"email": "yumiko@mail.example", "name": "髙橋 由美子"}
    assert shown["external_id"] == received.external_id
    assert shown["folds"][0]["kind"] == "written"
    assert [(each["name"], each["size_bytes"]) for each in shown["attachments"]] == [("写真.jpg", 4)]
    assert shown["has_raw"] is True


def test_message_that_nobody_has_folded_says_so(caller, received):
    Message.objects.filter(pk=received.pk).update(spans=None)

    assert caller.get(f"/messages/{received.pk}").json()["folds"] is None


def test_bounce_is_shown_at_the_message(caller):
    message = reply_to(make_conversation(), caller.user)
    report = {"recipient": "x@mail.example", "status": "5.1.1", "reason": "userunknown", "is_hard": True}
    Message.objects.filter(pk=message.pk).update(bounced_at=timezone.now(), bounce=[report | {"diagnostic": "550"}])

    shown = caller.get(f"/messages/{message.pk}").json()

    assert shown["bounce"] == [report | {"diagnostic": "550"}]


def test_source_is_downloaded_as_it_came(caller, received):
    response = caller.get(f"/messages/{received.pk}/raw")

    assert (response.content, response["Content-Type"]) == (SOURCE, "message/rfc822")
    assert response["Content-Disposition"].startswith("attachment")


def test_what_we_wrote_has_no_source(caller):
    message = reply_to(make_conversation(), caller.user)

    assert caller.get(f"/messages/{message.pk}/raw").status_code == 404


def test_file_is_described_and_downloaded(caller, received):
    row = received.attachments.get()

    about = caller.get(f"/attachments/{row.pk}").json()
    content = caller.get(f"/attachments/{row.pk}/content")

    assert (about["name"], about["message"], about["is_inline"]) == ("写真.jpg", received.pk, False)
    assert (content.content, content["Content-Type"]) == (b"jpeg", "image/jpeg")
    assert content["Content-Disposition"] == "attachment; filename*=utf-8''%E5%86%99%E7%9C%9F.jpg"
    assert content["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert content["X-Content-Type-Options"] == "nosniff"


def test_all_files_of_a_message_come_as_one_archive(caller, received):
    answer = caller.get(f"/messages/{received.pk}/attachments/archive")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"写真.jpg": b"jpeg"}
    assert answer["Content-Type"] == "application/zip"


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "a\r\nSet-Cookie: x/y", ""],
)
def test_file_that_could_run_is_said_to_be_plain_bytes(caller, received, content_type):
    row = Attachment.objects.create(
        message=received, blob=store_blob(b"<script>"), name="a", content_type=content_type, size_bytes=8
    )

    assert caller.get(f"/attachments/{row.pk}/content")["Content-Type"] == "application/octet-stream"


def test_reply_is_taken_back_as_a_draft(caller):
    message = reply_to(make_conversation(), caller.user, text="間違えた")

    draft = caller.post(f"/messages/{message.pk}/cancel").json()

    assert (draft["kind"], draft["text"], draft["conversation"]) == ("reply", "間違えた", message.conversation_id)
    assert caller.get(f"/messages/{message.pk}").json()["state"] == "cancelled"


def test_reply_is_not_taken_back_after_its_time(caller):
    message = reply_to(make_conversation(), caller.user)

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        response = caller.post(f"/messages/{message.pk}/cancel")

    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_cancellable")


def test_reply_is_sent_back_with_a_reason_once(caller_of):
    author, leader = caller_of("trainee"), caller_of("supervisor")
    message = reply_to(make_conversation(), author.user, text="案")
    path = f"/messages/{message.pk}/send-back"

    silent = leader.post(path, {"reason": " "})
    back = leader.post(path, {"reason": "敬称を確認"})
    again = leader.post(path, {"reason": "敬称を確認"})

    assert (silent.status_code, silent.json()["error"]["field"]) == (422, "reason")
    assert (back.json()["state"], back.json()["failure"]) == ("sent_back", "敬称を確認")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_decided")
    assert [draft["text"] for draft in author.get("/drafts").json()["items"]] == ["案"]


def test_failed_mail_is_sent_again_once(caller):
    message = reply_to(make_conversation(), caller.user)
    Message.objects.filter(pk=message.pk).update(state="failed", failure="宛先不明")

    again, twice = (caller.post(f"/messages/{message.pk}/send-again") for _ in range(2))

    assert (again.json()["state"], again.json()["failure"]) == ("queued", "")
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "not_in_trouble")


def test_failed_mail_says_what_happened_before_it_is_sent_again(caller):
    conversation = make_conversation()
    message = reply_to(conversation, caller.user)
    Message.objects.filter(pk=message.pk).update(state="failed", failure="宛先不明")
    add_note(conversation, "返信しないでください", user=make_user())
    path = f"/messages/{message.pk}/send-again"

    first = caller.post(path)
    seen = first.json()["error"]["facts"]["latest_event_id"]
    without = caller.post(path, {"seen_event_id": seen})
    through = caller.post(path, {"seen_event_id": seen, "override_reason": "電話で確認した"})

    assert (first.status_code, first.json()["error"]["code"]) == (409, "something_happened")
    assert (without.status_code, without.json()["error"]["field"]) == (422, "override_reason")
    assert through.json()["state"] == "queued"


def test_uncertain_mail_is_confirmed(caller):
    message = reply_to(make_conversation(), caller.user)
    Message.objects.filter(pk=message.pk).update(state="uncertain", claimed_at=timezone.now())

    assert caller.post(f"/messages/{message.pk}/confirm-sent").json()["state"] == "sent"
    assert caller.post(f"/messages/{message.pk}/confirm-sent").status_code == 422


def test_approval_asks_again_when_something_happened(caller_of):
    conversation = make_conversation()
    message = reply_to(conversation, make_user(Role.TRAINEE))
    receive_mail(conversation.inbox, text="もう解決しました。")
    boss = caller_of(Role.SUPERVISOR)
    path = f"/messages/{message.pk}/approve"

    refused = boss.post(path)
    seen = {"seen_event_id": refused.json()["error"]["facts"]["latest_event_id"]}

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "something_happened")
    assert boss.post(path, seen).status_code == 422
    assert boss.post(path, seen | {"override_reason": "別件です"}).json()["state"] == "queued"


def test_a_mail_that_came_back_becomes_a_draft_to_the_right_address(caller):
    conversation = make_conversation(sender=Address("a@gmial.com"))
    message = reply_to(conversation, caller.user, to=(Address("a@gmial.com"),))
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED)
    corrections = [{"old": "a@gmial.com", "new": "a@gmail.com"}]

    draft = caller.post(f"/messages/{message.pk}/readdress", {"corrections": corrections}).json()

    assert draft["to"] == [{"email": "a@gmail.com", "name": ""}]
