"""One letter open in two windows: what is written on after it was sent in the other one is never lost."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, url
from tests.factories.writing import letter, sent

from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.drafts import attach_to_draft, save_draft
from madoguchi.conversations.models import Draft, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user(language="ja")


@pytest.fixture
def client(me):
    return browser_of(me)


@pytest.fixture
def conversation():
    return make_conversation()


def test_what_the_second_window_sends_is_kept_and_said(client, conversation) -> None:
    values = letter(conversation)
    client.post(url("reply", conversation.pk), values, headers=HTMX)

    again = client.post(url("reply", conversation.pk), values, headers=HTMX)
    other = client.post(url("reply", conversation.pk), values | {"text": "別の大事な文です。"}, headers=HTMX)

    page, draft = other.content.decode(), Draft.objects.get()
    assert (again.status_code, other.status_code, sent().count()) == (200, 409, 1)
    assert "この下書きはすでに送信されています" in page
    assert "別の大事な文です。" in page
    assert (draft.text, f'value="{draft.request_key}"' in page) == ("別の大事な文です。", True)


def test_it_leaves_as_a_new_reply_when_sent_again(client, conversation) -> None:
    values = letter(conversation)
    client.post(url("reply", conversation.pk), values)
    client.post(url("reply", conversation.pk), values | {"text": "別の文です。"})
    again = letter(conversation, text="別の文です。", request_key=Draft.objects.get().request_key)

    client.post(url("reply", conversation.pk), again)

    assert [each.text for each in sent().order_by("pk")] == ["本日発送いたします。", "別の文です。"]


def test_files_of_the_sent_letter_are_in_the_new_draft(me, client, conversation) -> None:
    draft = save_draft(me, conversation, "reply", values={"request_key": "key-1"})
    kept = attach_to_draft(draft, name="図.txt", content_type="text/plain", content=b"x", user=me)
    values = letter(conversation, file=str(kept.pk))
    client.post(url("reply", conversation.pk), values)

    again = client.post(url("reply", conversation.pk), values, headers=HTMX)
    client.post(url("reply", conversation.pk), values | {"text": "別の文です。"}, headers=HTMX)

    assert (again.status_code, sent().count()) == (200, 1)
    assert [each.name for each in Draft.objects.get().attachments.all()] == ["図.txt"]


def test_a_letter_does_not_leave_without_files_it_shows(client, conversation) -> None:
    answer = client.post(url("reply", conversation.pk), letter(conversation, file="99"), headers=HTMX)

    assert (answer.status_code, sent().count()) == (422, 0)


def test_after_taking_back_the_old_form_sends_what_was_corrected(me, client, conversation) -> None:
    client.post(url("reply", conversation.pk), letter(conversation))
    cancel_reply(sent().get(), user=me)

    same = client.post(url("reply", conversation.pk), letter(conversation), headers=HTMX)
    Draft.objects.all().delete()
    client.post(url("reply", conversation.pk), letter(conversation, text="直した文です。"), headers=HTMX)

    assert same.status_code == 409
    assert "取り消" in same.content.decode()
    assert [(each.text, each.state) for each in sent().order_by("pk")][1:] == [("直した文です。", "queued")]


def test_a_note_is_kept_too(client, conversation) -> None:
    note = {"mode": "note", "text": "一つ目", "request_key": "key-1"}
    client.post(url("reply", conversation.pk), note)

    answer = client.post(url("reply", conversation.pk), note | {"text": "足したメモ"}, headers=HTMX)

    assert (answer.status_code, Draft.objects.get().text) == (409, "足したメモ")


def test_saving_after_sending_goes_on_as_a_new_draft_when_asked(client, conversation) -> None:
    client.post(url("reply", conversation.pk), letter(conversation))
    late = letter(conversation, text="書き続けた文です。")

    refused = client.post(url("draft", conversation.pk), late)
    kept = client.post(url("draft", conversation.pk), late | {"anew": "1"})
    taken = client.post(url("draft", conversation.pk), late | {"text": "まだ", "anew": "1"})

    draft = Draft.objects.get()
    assert (refused.status_code, refused.headers["X-Anew"], taken.status_code) == (409, "1", 409)
    assert (draft.text, kept.json()["key"]) == ("書き続けた文です。", draft.request_key)
    assert "X-Anew" not in taken.headers


def test_a_new_mail_in_two_windows(client, conversation) -> None:
    values = letter(conversation, inbox=str(make_inbox().pk), subject="件名")
    client.post(url("new-mail", "abc"), values)

    late = client.post(url("new-draft", "abc"), values)
    drafts = Draft.objects.count()
    other = client.post(url("new-mail", "abc"), values | {"text": "まったく別の文です。"}, headers=HTMX)

    draft = Draft.objects.get()
    assert (late.status_code, drafts, other.status_code) == (409, 0, 409)
    assert (draft.text, Message.objects.filter(kind="outbound").count()) == ("まったく別の文です。", 1)
    assert url("new-mail", draft.request_key) in other.content.decode()
    assert client.get(url("new-mail", "abc")).status_code == 302
