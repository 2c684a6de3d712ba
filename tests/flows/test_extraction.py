"""What stands in files is found, and shown where it stands."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.contract import InboundAttachment
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Attachment
from madoguchi.conversations.searching import search_conversations
from madoguchi.files.actions import store_blob
from madoguchi.flows import extraction
from madoguchi.flows.extraction import extract_attachments
from madoguchi.flows.reactor import drain

pytestmark = pytest.mark.django_db


def mail(body, *, subject="転送された件", files=b"", number=1):
    return (
        f"From: =?utf-8?q?=E9=88=B4=E6=9C=A8?= <suzuki@mail.example>\r\nMessage-ID: <n{number}@mail.example>\r\n"
        f"Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b{number}\r\n\r\n"
        f"--b{number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode() + (files + f"--b{number}--\r\n".encode())


def passed_on(inner, *, number):
    return f"--b{number}\r\nContent-Type: message/rfc822\r\n\r\n".encode() + inner + b"\r\n"


def part_of(text):
    head = "--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n"
    return f"{head}{text}\r\n".encode()


def make_with(*files, **values):
    attachments = tuple(InboundAttachment(name, content_type, content) for name, content_type, content in files)
    conversation = make_conversation(make_inbox(), attachments=attachments, **values)
    extract_attachments(conversation.messages.get().pk)
    return conversation


def hits(pieces):
    return [text for text, is_hit in pieces if is_hit]


def test_a_hit_inside_a_file_names_the_file_and_shows_its_words():
    text = ("よみもの\n" * 300 + "琥珀糖の見積もりです。").encode("cp932")
    conversation = make_with(("表紙.txt", "text/plain", b"cover"), ("見積.csv", "text/csv", text))

    (found,) = search_conversations(make_user(), "琥珀糖").found

    assert found.conversation == conversation
    assert found.file is not None
    assert Attachment.objects.get(pk=found.file.attachment_id).name == "見積.csv"
    assert hits(found.snippet) == ["琥珀糖"]
    assert "見積もりです" in "".join(text for text, _ in found.snippet)


def test_a_hit_in_the_name_of_a_file_is_marked_there():
    make_with(("琥珀糖の写真.bin", "application/octet-stream", b"\x00\x01"))

    (found,) = search_conversations(make_user(), "琥珀糖").found

    assert found.file is not None
    assert hits(found.file.name) == ["琥珀糖"]


def test_a_hit_in_the_mails_own_words_names_no_file():
    make_with(("琥珀糖.txt", "text/plain", "琥珀糖".encode()), text="琥珀糖をください。")

    (found,) = search_conversations(make_user(), "琥珀糖").found

    assert (found.file, hits(found.snippet)) == (None, ["琥珀糖"])


@pytest.mark.parametrize(
    ("name", "content_type"), [("forward.eml", "application/octet-stream"), ("mail", "message/rfc822")]
)
def test_a_mail_passed_on_as_a_file_is_read(name, content_type):
    conversation = make_with((name, content_type, mail("ツチノコを見ました。", subject="Kamaboko")))

    for words in ("ツチノコ", "kamaboko", "suzuki@mail.example"):
        (found,) = search_conversations(make_user(), words).found
        assert found.conversation == conversation


def test_mails_within_mails_are_read_so_deep_and_no_deeper():
    content = mail("ろくろ首", number=4)
    for number, words in ((3, "だいだらぼっち"), (2, "ぬりかべ"), (1, "ツチノコ")):
        content = mail(words, files=passed_on(content, number=number), number=number)
    make_with(("forward.eml", "message/rfc822", content))
    user = make_user()

    counts = [
        search_conversations(user, words).count for words in ("ツチノコ", "ぬりかべ", "だいだらぼっち", "ろくろ首")
    ]

    assert counts == [1, 1, 1, 0]


def test_only_so_many_files_of_a_message_are_read(monkeypatch):
    monkeypatch.setattr(extraction, "MAX_FILES", 3)
    inner = mail("ツチノコ", files=part_of("ろくろ首") + part_of("ぬりかべ"))
    make_with(
        ("photo.bin", "", b"\x00"),
        ("forward.eml", "message/rfc822", inner),
        ("a.txt", "text/plain", "琥珀糖".encode()),
    )
    user = make_user()

    counts = [search_conversations(user, words).count for words in ("ツチノコ", "ろくろ首", "ぬりかべ", "琥珀糖")]

    assert counts == [1, 1, 1, 0]
    assert list(Attachment.objects.filter(name="a.txt").values_list("blob__text", flat=True)) == [None]


def test_only_so_much_time_is_spent_on_a_message(monkeypatch):
    monkeypatch.setattr(extraction, "MAX_SECONDS", 0.0)
    make_with(("a.txt", "text/plain", "琥珀糖".encode()))

    assert search_conversations(make_user(), "琥珀糖").count == 0


def test_a_broken_mail_is_noted_as_empty():
    make_with(("forward.eml", "message/rfc822", b""), ("x.bin", "", b"\x00"))

    assert set(Attachment.objects.values_list("blob__text", flat=True)) == {""}


def test_files_of_notes_are_read_as_well():
    user, conversation = make_user(), make_conversation()
    blob = store_blob("ぬりかべ".encode())
    enclosure = Enclosure(blob_id=blob.pk, name="memo.txt", content_type="text/plain", size_bytes=blob.size_bytes)
    note = add_note(conversation, "確認しました。", user=user, enclosures=[enclosure])
    add_note(conversation, "こちらは文字だけです。", user=user)

    drain()

    jobs = ProcrastinateJob.objects.filter(task_name="madoguchi.flows.extract")
    assert [job.args for job in jobs] == [{"message_id": note.pk}]


def test_a_message_that_is_gone_is_left_alone():
    extract_attachments(1)
