"""Drafts: saved as typed, with their files; new mails; the list of one's own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.writing import make_writer

from madoguchi.accounts.choices import Role
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models import Conversation, Draft, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_writer()


def upload(name="見積書.pdf", content=b"%PDF-1.7"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_what_is_typed_is_saved(agent):
    conversation = make_conversation()
    values = {"to": "髙橋 <yumiko@mail.example>", "subject": "件名", "text": "一行\r\n二行", "seen_event_id": "7"}

    answer = browser_of(agent).post(f"/c/{conversation.pk}/draft?mode=reply", values)

    draft = Draft.objects.get()
    assert answer.status_code == 204
    assert (draft.user, draft.kind, draft.text, draft.seen_event_id) == (agent, DraftKind.REPLY, "一行\n二行", 7)
    assert draft.to == [{"email": "yumiko@mail.example", "name": "髙橋"}]


def test_reply_and_note_are_two_drafts(agent):
    conversation = make_conversation()
    client = browser_of(agent)

    for mode in ("reply", "reply_all", "note", "nonsense"):
        client.post(f"/c/{conversation.pk}/draft?mode={mode}", {"text": mode})

    assert sorted(Draft.objects.values_list("kind", "text")) == [("note", "note"), ("reply", "nonsense")]


def test_a_file_is_kept_and_taken_off_again(agent):
    conversation = make_conversation()
    client = browser_of(agent)
    kept = client.post(f"/c/{conversation.pk}/draft/files?mode=reply", {"file": upload()}).json()

    client.post(f"/c/{conversation.pk}/draft?mode=reply", {"text": "x"})
    assert Draft.objects.get().attachments.get().pk == kept["id"]
    client.post(f"/c/{conversation.pk}/draft?mode=reply", {"text": "x", "removed": str(kept["id"])})

    assert Draft.objects.get().attachments.count() == 0


def test_too_large_and_missing_files_are_refused_in_words(agent):
    conversation = make_conversation()
    client = browser_of(agent)
    path = f"/c/{conversation.pk}/draft/files?mode=reply"

    large = client.post(path, {"file": upload(content=b"x" * (18 * 1024 * 1024 + 1))})
    missing = client.post(path)

    assert (large.status_code, missing.status_code) == (422, 422)
    assert "18 MB" in large.json()["error"]
    assert missing.json()["error"] == "No file arrived. Please choose it again."


def test_a_new_mail_opens_with_desk_and_signature(agent):
    make_inbox(name="サポート窓口", address="support@shop.example", signature="はるかぜ日用品店")
    client = browser_of(agent)

    page = text_of(client.get("/new"))
    pane = text_of(client.get("/new", headers=HTMX))

    assert "サポート窓口 &lt;support@shop.example&gt;</option>" in page
    assert "はるかぜ日用品店\n担当:小林" in page
    assert '<div class="work" id="work">' in pane
    assert "<html" not in pane


def test_a_new_mail_is_saved_continued_and_sent(agent):
    inbox = make_inbox()
    client = browser_of(agent)
    values = {"inbox": str(inbox.pk), "to": "taro@mail.example", "subject": "ご連絡", "text": "お知らせです。"}
    client.post("/new/abc/draft", values)
    file = client.post("/new/abc/files", {"file": upload()}).json()["id"]
    other = client.post("/new/abc/files", {"file": upload("外す.pdf")}).json()["id"]
    client.post("/new/abc/draft", {**values, "removed": str(other)})

    continued = text_of(client.get("/new/abc"))
    answer = client.post("/new/abc", {**values, "file": str(file), "status_after": "wait"}, headers=HTMX)

    message = Message.objects.get()
    assert "お知らせです。</textarea>" in continued
    assert "見積書.pdf" in continued
    assert answer["HX-Redirect"] == f"/c/{message.conversation_id}"
    assert [each.name for each in message.attachments.all()] == ["見積書.pdf"]
    assert Draft.objects.count() == 0


def test_a_new_mail_by_a_plain_browser_without_desk_takes_the_first(agent):
    make_inbox()

    answer = browser_of(agent).post("/new/abc", {"to": "taro@mail.example", "subject": "件名", "text": "本文"})

    assert answer.url == f"/c/{Conversation.objects.get().pk}"


def test_a_refused_new_mail_keeps_what_was_written(agent):
    inbox = make_inbox()

    answer = browser_of(agent).post("/new/abc", {"inbox": str(inbox.pk), "to": "taro@mail.example", "text": "本文です"})

    assert answer.status_code == 422
    assert "The subject is empty" in text_of(answer)
    assert "本文です</textarea>" in text_of(answer)


def test_a_mail_from_a_desk_one_may_not_see_is_refused(agent):
    closed = make_inbox(is_open_to_all=False)

    answer = browser_of(agent).post("/new/abc/draft", {"inbox": str(closed.pk), "text": "x"})

    assert answer.status_code == 404


def test_without_any_desk_there_is_nothing_to_write_from(agent):
    page = browser_of(agent).get("/new")

    assert page.status_code == 200
    assert "There is no desk from which you could write." in text_of(page)


def test_the_list_leads_back_to_each_draft(agent):
    conversation = make_conversation()
    make_inbox()
    client = browser_of(agent)
    client.post(f"/c/{conversation.pk}/draft?mode=note", {"text": "メモ"})
    client.post("/new/abc/draft", {"subject": "新規", "text": "x"})

    page = text_of(client.get("/drafts"))

    assert f'href="/c/{conversation.pk}/write?mode=note"' in page
    assert 'href="/new/abc"' in page


def test_an_empty_list_of_drafts_says_why(agent):
    assert "No drafts" in text_of(browser_of(agent).get("/drafts"))


def test_only_ones_own_drafts_can_be_thrown_away(agent):
    conversation = make_conversation()
    browser_of(agent).post(f"/c/{conversation.pk}/draft?mode=reply", {"text": "x"})
    draft = Draft.objects.get()

    other = browser_of(make_user()).post(f"/drafts/{draft.pk}/discard")
    own = browser_of(agent).post(f"/drafts/{draft.pk}/discard")

    assert (other.status_code, own.url) == (404, "/drafts")
    assert Draft.objects.count() == 0


def test_a_guest_writes_no_mail():
    assert browser_of(make_user(Role.GUEST)).get("/new").status_code == 403
