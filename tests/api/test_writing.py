"""Replies, notes and the lock through the API: nobody answers twice, the same request twice is one mail."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from tests.factories.accounts import make_user
from tests.factories.api_writing import letter
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.writing import sent

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_reply_is_queued_with_everything_said(caller):
    number = make_conversation().pk
    wanted = letter(
        caller,
        number,
        cc=[{"email": "cc@mail.example"}],
        bcc=[{"email": "bcc@mail.example"}],
        text="",
        html="<p>本日<b>発送</b></p><script>alert(1)</script>",
        status_after="done",
    )

    response = caller.post(f"/conversations/{number}/replies", wanted)

    written = response.json()
    assert response.status_code == 201
    assert (written["kind"], written["state"], written["conversation"]) == ("outbound", "queued", number)
    assert written["to"] == [{"email": "yumiko@mail.example", "name": "髙橋 由美子"}]
    assert [written["cc"][0]["email"], written["bcc"][0]["email"]] == ["cc@mail.example", "bcc@mail.example"]
    assert (written["text"], written["html"]) == ("本日発送", "<p>本日<b>発送</b></p>")
    assert caller.get(f"/conversations/{number}").json()["status"] == "done"


def test_reply_of_a_trainee_waits_for_approval_and_leaves_with_it(caller_of):
    trainee, leader = caller_of("trainee"), caller_of("supervisor")
    number = make_conversation().pk

    written = trainee.post(f"/conversations/{number}/replies", letter(trainee, number)).json()
    approved = leader.post(f"/messages/{written['id']}/approve").json()

    assert (written["state"], approved["state"]) == ("awaiting_approval", "queued")
    assert approved["approved_by"]["id"] == leader.user.pk


def test_reply_is_refused_after_news_and_goes_once_they_were_read(caller):
    conversation = make_conversation()
    wanted = letter(caller, conversation.pk)
    newest = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)
    path = f"/conversations/{conversation.pk}/replies"

    refused = caller.post(path, wanted)
    facts = refused.json()["error"]["facts"]
    again = caller.post(
        path, wanted | {"seen_event_id": facts["latest_event_id"], "override_reason": "内容を確認しました"}
    )

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "something_happened")
    assert [each["message"] for each in facts["disturbances"]] == [newest.pk]
    assert again.status_code == 201
    assert Event.objects.get(kind="reply_written").data["override_reason"] == "内容を確認しました"


def test_refusal_says_nothing_of_a_desk_the_caller_does_not_see(caller):
    conversation = make_conversation()
    wanted = letter(caller, conversation.pk)
    hidden = make_conversation(make_inbox(is_open_to_all=False), subject="内密の件")
    add_note(hidden, "内密です", user=make_user("admin"))

    facts = caller.post(f"/conversations/{conversation.pk}/replies", wanted).json()["error"]["facts"]

    (told,) = facts["disturbances"]
    assert (told["kind"], told["conversation"], told["message"], told["actor"]) == ("unseen", None, None, "")
    assert told["event_id"] == facts["latest_event_id"] == latest_event_id(conversation)


def test_reply_without_seen_event_id_is_refused(caller):
    number = make_conversation().pk
    wanted = letter(caller, number)
    del wanted["seen_event_id"]

    response = caller.post(f"/conversations/{number}/replies", wanted)

    assert (response.status_code, response.json()["error"]["field"]) == (422, "seen_event_id")
    assert sent().count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_person", [True, False])
def test_of_two_replies_at_once_exactly_one_leaves(caller_of, same_person):
    number = make_conversation().pk
    user = make_user()
    callers = [caller_of(user), caller_of(user) if same_person else caller_of()]
    wanted = letter(callers[0], number)
    callers[1].get("/me")  # both have been here before
    start = Barrier(2)
    outcomes = []

    def reply(caller):
        start.wait()
        try:
            outcomes.append(caller.post(f"/conversations/{number}/replies", wanted).status_code)
        finally:
            connection.close()

    threads = [Thread(target=reply, args=[caller]) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [201, 409]
    assert sent().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["replies", "notes"])
def test_same_request_twice_at_once_is_one_message(caller_of, what):
    number = make_conversation().pk
    caller, again = (caller_of(user) for user in [make_user()] * 2)
    again.get("/me")
    wanted = letter(caller, number) if what == "replies" else {"text": "在庫を確認"}
    start = Barrier(2)
    answers = []

    def send(who):
        start.wait()
        try:
            answers.append(who.post(f"/conversations/{number}/{what}", wanted, idempotency_key="4f2a"))
        finally:
            connection.close()

    threads = [Thread(target=send, args=[who]) for who in (caller, again)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize("what", ["replies", "notes"])
def test_key_of_another_request_is_refused(caller, what):
    first, second = make_conversation(), make_conversation(sender=Address("else@mail.example"))
    caller.post(f"/conversations/{first.pk}/notes", {"text": "メモ"}, idempotency_key="k1")
    wanted = letter(caller, second.pk) if what == "replies" else {"text": "別のメモ"}

    response = caller.post(f"/conversations/{second.pk}/{what}", wanted, idempotency_key="k1")

    assert (response.status_code, response.json()["error"]["code"]) == (409, "key_used")
    assert second.messages.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"text": "別の本文"},
        {"to": [{"email": "else@mail.example", "name": "髙橋 由美子"}]},
        {"cc": [{"email": "else@mail.example"}]},
        {"text": "", "html": "<p>別</p>"},
    ],
)
def test_key_of_another_body_is_refused(caller, change):
    number = make_conversation().pk
    wanted = letter(caller, number)
    first = caller.post(f"/conversations/{number}/replies", wanted, idempotency_key="k1").json()

    again = caller.post(f"/conversations/{number}/replies", wanted, idempotency_key="k1")
    other = caller.post(f"/conversations/{number}/replies", wanted | change, idempotency_key="k1")

    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_used")
    assert other.json()["error"]["facts"] == {"message": first["id"], "conversation": number}
    assert sent().count() == 1


def test_key_of_a_reply_begins_no_new_mail(caller):
    conversation = make_conversation()
    wanted = letter(caller, conversation.pk)
    caller.post(f"/conversations/{conversation.pk}/replies", wanted, idempotency_key="k1")
    del wanted["seen_event_id"]

    response = caller.post("/conversations", wanted | {"inbox": conversation.inbox_id}, idempotency_key="k1")

    assert (response.status_code, response.json()["error"]["code"]) == (409, "key_used")


def test_new_mail_twice_is_one_mail_and_another_is_refused(caller):
    inbox = make_inbox()
    wanted = {
        "inbox": inbox.pk,
        "to": [{"email": "yumiko@mail.example"}],
        "subject": "入荷のお知らせ",
        "text": "入荷。",
    }

    answers = [
        caller.post("/conversations", wanted | change, idempotency_key="k1") for change in ({}, {}, {"text": "他"})
    ]

    assert [each.status_code for each in answers] == [201, 201, 409]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_key_of_another_note_is_refused(caller):
    number = make_conversation().pk

    answers = [
        caller.post(f"/conversations/{number}/notes", {"text": text}, idempotency_key="k1")
        for text in (" 在庫を確認\n", " 在庫を確認\n", "別のメモ")
    ]

    assert [each.status_code for each in answers] == [201, 201, 409]


@pytest.mark.parametrize("key", ["x" * 41, "with blank", "日本語"])
def test_key_that_is_too_long_or_odd_is_refused(caller, key):
    number = make_conversation().pk

    response = caller.post(f"/conversations/{number}/notes", {"text": "メモ"}, idempotency_key=key)

    assert response.status_code == 422
    assert response.json()["error"]["field"] == "Idempotency-Key"


def test_lock_of_somebody_else_refuses_the_reply(caller):
    conversation = make_conversation()
    wanted = letter(caller, conversation.pk)
    take_lock(conversation, user=make_user(name="中村 大輔"))

    response = caller.post(f"/conversations/{conversation.pk}/replies", wanted)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["facts"]["user"]) == (423, "locked", "中村 大輔")


def test_lock_is_taken_seen_and_given_back(caller, caller_of):
    number = make_conversation().pk
    path = f"/conversations/{number}/lock"

    taken = caller.post(path).json()["lock"]
    seen = caller_of().get(path).json()["lock"]
    listed = caller.get("/conversations").json()["items"][0]["lock"]
    released = caller.delete(path)

    assert taken["user"] == {"id": caller.user.pk, "name": caller.user.name}
    assert (seen, listed) == (taken, taken)
    assert released.status_code == 204
    assert caller.get(path).json() == {"lock": None}


def test_lock_is_taken_over_only_with_a_reason(caller, caller_of):
    number = make_conversation().pk
    path = f"/conversations/{number}/lock"
    caller_of().post(path)

    refusals = [caller.post(path), caller.post(path, {"take_over": True})]
    taken = caller.post(path, {"take_over": True, "reason": "退席のため"})

    assert [each.status_code for each in refusals] == [423, 422]
    assert refusals[1].json()["error"]["field"] == "reason"
    assert taken.json()["lock"]["user"]["id"] == caller.user.pk


def test_new_mail_opens_a_conversation_once(caller):
    inbox = make_inbox()
    wanted = {
        "inbox": inbox.pk,
        "to": [{"email": "new@mail.example", "name": "新規 客"}],
        "subject": "ご案内",
        "text": "本文",
    }

    first = caller.post("/conversations", wanted, idempotency_key="new-1")
    second = caller.post("/conversations", wanted, idempotency_key="new-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert caller.get(f"/conversations/{first.json()['conversation']}").json()["customer"]["name"] == "新規 客"


def test_new_mail_does_not_leave_from_a_desk_that_is_switched_off(caller):
    inbox = make_inbox(is_active=False)

    response = caller.post(
        "/conversations", {"inbox": inbox.pk, "to": [{"email": "a@mail.example"}], "subject": "x", "text": "x"}
    )

    assert (response.status_code, response.json()["error"]["field"]) == (422, "inbox")


def test_note_names_people_and_tells_them(caller):
    number = make_conversation().pk
    named = make_user(name="中村 大輔")

    written = caller.post(f"/conversations/{number}/notes", {"text": "@中村 在庫を確認"}).json()

    assert (written["kind"], written["user"]["id"]) == ("note", caller.user.pk)
    assert Event.objects.get(kind="note_added").data["mentions"] == [named.pk]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"to": []}, "to"),
        ({"to": [{"email": "nothing"}]}, "to"),
        ({"to": [{"email": "a@mail.example", "nickname": "x"}]}, "to.0.nickname"),
        ({"cc": [{"email": "x@y@"}]}, "cc"),
        ({"text": "  \n"}, "text"),
        ({"to": [{"email": f"a{n}@mail.example"} for n in range(51)]}, "to"),
        ({"status_after": "closed"}, "status_after"),
        ({"attachments": ["nonsense"]}, "attachments"),
        ({"seen_event_id": -1}, "seen_event_id"),
        ({"seen_event_id": 10**30}, "seen_event_id"),
    ],
)
def test_letter_that_cannot_leave_names_its_field(caller, values, field):
    number = make_conversation().pk

    response = caller.post(f"/conversations/{number}/replies", letter(caller, number, **values))

    assert (response.status_code, response.json()["error"]["field"]) == (422, field)
    assert sent().count() == 0


@pytest.mark.parametrize("subject", [None, "", "  "])
def test_reply_without_a_subject_answers_the_last_mail_with_our_number(caller, subject):
    conversation = make_conversation(subject="【質問】鉄瓶のお手入れ")
    receive_mail(
        conversation.inbox, in_reply_to=conversation.messages.get().external_id, subject="RE: 【質問】鉄瓶のお手入れ(2)"
    )
    wanted = letter(caller, conversation.pk, subject=subject)
    if subject is None:
        del wanted["subject"]

    sent = caller.post(f"/conversations/{conversation.pk}/replies", wanted).json()

    assert sent["subject"] == f"Re: 【質問】鉄瓶のお手入れ(2)(受付番号:{conversation.pk})"
