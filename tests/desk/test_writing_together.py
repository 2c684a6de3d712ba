"""Two people, or two browsers, at one letter: the lock, taking over, what happened meanwhile."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.writing import letter, make_signed_conversation, make_writer, sent

from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.locks import living_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_writer()


@pytest.fixture
def conversation():
    return make_signed_conversation()


def test_what_happened_meanwhile_stops_the_reply_and_is_shown(agent):
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    values = letter(conversation)
    other_matter = receive_mail(inbox, subject="別の件")
    add_note(conversation, "確認中", user=make_user(name="中村 大輔"))
    client = browser_of(agent)

    refused = client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)
    page = text_of(refused)
    shown = page.partition('name="shown_event_id" value="')[2].partition('"')[0]
    again = client.post(
        f"/c/{conversation.pk}/write",
        {**values, "shown_event_id": shown, "override": "1", "reason": "お客様にお電話済み"},
        headers=HTMX,
    )

    assert refused.status_code == 409
    assert f"(conversation {other_matter.conversation_id})" in page
    assert "中村 大輔 added an internal note at" in page
    assert f'href="/m/{other_matter.pk}"' in page
    assert values["text"] in page
    assert again.status_code == 200
    assert sent().count() == 1


def test_a_colleague_who_is_replying_keeps_the_composer_closed(agent, conversation):
    take_lock(conversation, user=make_user(name="中村 大輔"))
    client = browser_of(agent)

    opened = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    whole = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply"))
    note = text_of(client.get(f"/c/{conversation.pk}/write?mode=note", headers=HTMX))
    sending = client.post(f"/c/{conversation.pk}/write", letter(conversation), headers=HTMX)

    assert "data-composer" not in opened
    assert '<hx-partial hx-target="#dialog" hx-swap="innerHTML"><form method="post" action="' in opened
    assert opened.count("中村 大輔 is replying") == 2
    assert "data-composer" not in whole
    assert "data-composer" in note
    assert sending.status_code == 423
    assert sent().count() == 0


def test_the_lock_is_taken_kept_and_given_back(agent, conversation):
    client = browser_of(agent)

    first = client.post(f"/c/{conversation.pk}/lock", {"open": "1"}, headers=HTMX)
    assert (first.status_code, living_lock(conversation).user) == (200, agent)
    again = client.post(f"/c/{conversation.pk}/lock", headers=HTMX)
    other = browser_of(make_user()).post(f"/c/{conversation.pk}/lock", headers=HTMX)
    closed = client.post(f"/c/{conversation.pk}/write/close", {"mode": "reply"}, headers=HTMX)

    assert again.status_code == 200
    assert other.status_code == 423
    assert "小林 あかり" in text_of(other)
    assert 'class="reply-bar"' in text_of(closed)
    assert living_lock(conversation) is None


def test_taking_over_needs_a_reason(agent, conversation):
    take_lock(conversation, user=make_user(name="中村 大輔"))
    client = browser_of(agent)
    path = f"/c/{conversation.pk}/take-over"

    asked = text_of(client.get(path, headers=HTMX))
    page = text_of(client.get(path))
    refused = client.post(path, {"reason": " "}, headers=HTMX)
    taken = client.post(path, {"reason": "退勤のため"}, headers=HTMX)

    assert "中村 大輔 is replying" in asked
    assert 'id="rail-body"' in page
    assert (refused.status_code, "Write why you take over this reply." in text_of(refused)) == (422, True)
    assert living_lock(conversation).user == agent
    assert "data-composer" in text_of(taken)
    assert "dialog-close" in taken["HX-Trigger"]


def test_a_plain_browser_takes_over_and_writes(agent, conversation):
    answer = browser_of(agent).post(f"/c/{conversation.pk}/take-over", {"reason": "退勤のため"})

    assert answer.url == f"/c/{conversation.pk}/write?mode=reply"


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_send_at_once_one_mail_leaves():
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    agents = [make_user(name="中村 大輔"), make_user(name="小林 あかり")]
    clients = [browser_of(each) for each in agents]
    values = [letter(conversation, request_key=f"key-{number}") for number in range(2)]
    start, answers = Barrier(2), []

    def send(number: int) -> None:
        start.wait()
        try:
            answer = clients[number].post(f"/c/{conversation.pk}/write", values[number], headers=HTMX)
            answers.append(answer.status_code)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 409]
    assert sent().count() == 1
