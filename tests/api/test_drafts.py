"""Drafts: one's own, as typed, with files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of

from madoguchi.conversations.models import Draft

pytestmark = pytest.mark.django_db


def test_draft_of_a_conversation_is_begun_changed_and_thrown_away(caller):
    number = make_conversation().pk
    values = {"conversation": number, "text": "髙橋様", "to": [{"email": "yumiko@mail.example"}], "seen_event_id": 3}

    begun = caller.post("/drafts", values)
    saved = caller.post("/drafts", {"conversation": number, "text": "髙橋 由美子 様"}).json()
    put = caller.put(f"/drafts/{saved['id']}", {"subject": "Re: 土鍋", "is_rich": True}).json()
    gone = caller.delete(f"/drafts/{saved['id']}")

    assert (begun.status_code, begun.json()["kind"], begun.json()["seen_event_id"]) == (201, "reply", 3)
    assert (saved["id"], saved["text"]) == (begun.json()["id"], "髙橋 由美子 様")
    assert (put["text"], put["subject"], put["is_rich"]) == ("髙橋 由美子 様", "Re: 土鍋", True)
    assert put["to"] == [{"email": "yumiko@mail.example", "name": ""}]
    assert gone.status_code == 204
    assert caller.get(f"/drafts/{saved['id']}").status_code == 404


def test_new_mail_is_drafted(caller):
    inbox = make_inbox()

    draft = caller.post("/drafts", {"kind": "new", "inbox": inbox.pk, "subject": "ご案内"}).json()

    assert (draft["kind"], draft["inbox"], draft["conversation"], draft["subject"]) == ("new", inbox.pk, None, "ご案内")


def test_new_mail_is_continued_on_the_desk(caller):
    inbox = make_inbox()
    caller.post("/drafts", {"kind": "new", "inbox": inbox.pk, "subject": "ご案内", "text": "続きはこちら"})
    key = Draft.objects.get().request_key

    listed = browser_of(caller.user).get("/drafts").content.decode()

    assert f'href="/new/{key}"' in listed
    assert "続きはこちら</textarea>" in browser_of(caller.user).get(f"/new/{key}").content.decode()


@pytest.mark.parametrize(
    ("values", "field"), [({}, "conversation"), ({"kind": "new"}, "inbox"), ({"kind": "x"}, "kind")]
)
def test_draft_of_nothing_is_refused(caller, values, field):
    response = caller.post("/drafts", values)

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)


def test_drafts_are_ones_own(caller, caller_of):
    draft = caller.post("/drafts", {"conversation": make_conversation().pk, "text": "x"}).json()
    other = caller_of()

    answers = [
        other.get(f"/drafts/{draft['id']}"),
        other.put(f"/drafts/{draft['id']}", {"text": "y"}),
        other.put(f"/drafts/{draft['id']}/files", {"attachments": []}),
        other.delete(f"/drafts/{draft['id']}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert other.get("/drafts").json()["items"] == []


def test_files_of_a_draft_are_set_and_can_be_sent(caller):
    number = make_conversation().pk
    draft = caller.post("/drafts", {"conversation": number, "kind": "note", "text": "控え"}).json()
    path = f"/drafts/{draft['id']}/files"
    files = [
        caller.client.post("/api/v1/files", {"file": SimpleUploadedFile(name, name.encode(), "text/plain")}).json()
        for name in ("a.txt", "b.txt")
    ]

    both = caller.put(path, {"attachments": [file["id"] for file in files]}).json()
    one = caller.put(path, {"attachments": [both["attachments"][1]["id"]]}).json()
    note = caller.post(
        f"/conversations/{number}/notes", {"text": "控え", "attachments": [one["attachments"][0]["id"]]}
    ).json()

    assert [file["name"] for file in both["attachments"]] == ["a.txt", "b.txt"]
    assert [file["name"] for file in one["attachments"]] == ["b.txt"]
    assert [file["name"] for file in note["attachments"]] == ["b.txt"]


def test_drafts_are_paged(caller):
    inbox = make_inbox()
    made = [caller.post("/drafts", {"kind": "new", "inbox": inbox.pk}).json()["id"] for _ in range(3)]

    assert [draft["id"] for draft in caller.all("/drafts", limit=2)] == made[::-1]
