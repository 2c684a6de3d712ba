"""Asking others in the browser: the dialog, the panel, the answer in the reply."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Attachment, Conversation, Draft

pytestmark = pytest.mark.django_db
SUPPLIER = Address("ito@touki.example", "伊藤製陶所")
WORDS = {"to": "ito@touki.example", "name": "伊藤製陶所", "subject": "土鍋の在庫"}


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


@pytest.fixture
def parent():
    picture = InboundAttachment("欠け.png", "image/png", b"png")
    return make_conversation(make_inbox(signature="--\nはるかぜ日用品店"), attachments=(picture,))


def asked_and_answered(parent, agent, text="3個あります。"):
    message = ask_aside(parent, Question(SUPPLIER, "土鍋の在庫", "在庫は?"), user=agent)
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id, text=text)
    return Conversation.objects.get(pk=message.conversation_id)


def test_the_dialog_begins_a_letter_with_what_was_chosen(client, agent, parent):
    add_note(parent, "社内だけの話", user=agent)
    customers = parent.messages.order_by("pk").first()
    file = Attachment.objects.get()

    dialog = text_of(client.get(f"/c/{parent.pk}/ask", headers=HTMX))
    chosen = {**WORDS, "message": customers.pk, "file": file.pk}
    answer = client.post(f"/c/{parent.pk}/ask", chosen, headers=HTMX)

    draft = Draft.objects.get()
    assert ("Please check: 商品がまだ届きません" in dialog, "社内だけの話" in dialog) == (True, False)
    assert answer["HX-Redirect"] == f"/c/{draft.conversation_id}/write?mode=reply"
    assert draft.text.startswith("伊藤製陶所 様\n\n下記についてご確認のうえ")
    assert "土鍋がまだ届きません。" in draft.text
    assert draft.text.rstrip().endswith("はるかぜ日用品店")
    assert [each.name for each in draft.attachments.all()] == ["欠け.png"]
    page = text_of(client.get(answer["HX-Redirect"]))
    assert f"A request to others about #{parent.pk}" in page
    assert "Waiting for an answer" in page


def begun(client, parent, **more):
    """The request as its letter opens in the composer."""
    url = client.post(f"/c/{parent.pk}/ask", {**WORDS, **more}, headers=HTMX)["HX-Redirect"]
    draft = Draft.objects.get()
    to = f"{draft.to[0]['name']} <{draft.to[0]['email']}>"
    return url, {"mode": "reply", "to": to, "subject": draft.subject, "text": draft.text, "request_key": "k"}


@pytest.mark.parametrize("more", [{}, {"wanted_on": "2099-03-01"}, {"way": "page"}])
def test_a_request_that_asks_nothing_does_not_leave(client, parent, more):
    url, letter = begun(client, parent, **more)

    refused = client.post(url, letter, headers=HTMX)
    worded = letter | {"text": letter["text"].replace("下記について", "在庫は何個ですか。下記について")}
    sent = client.post(url, worded, headers=HTMX)

    assert (refused.status_code, "Nothing is asked yet." in text_of(refused)) == (422, True)
    assert sent.status_code == 200


@pytest.mark.parametrize("way", ["mail", "page"])
def test_a_message_that_goes_along_is_question_enough(client, parent, way):
    url, letter = begun(client, parent, message=parent.messages.get().pk, way=way)

    assert client.post(url, letter, headers=HTMX).status_code == 200


def test_refusals_stand_in_the_dialog(client, parent):
    answer = client.post(f"/c/{parent.pk}/ask", {**WORDS, "to": "yumiko@mail.example"}, headers=HTMX)

    assert answer.status_code == 422
    assert "belongs to the customer" in text_of(answer)
    assert not Draft.objects.exists()


def test_the_panel_shows_the_answer_until_it_was_seen(client, agent, parent):
    side = asked_and_answered(parent, agent)

    panel = text_of(client.get(f"/c/{parent.pk}/asides", headers=HTMX))
    client.get(f"/c/{side.pk}")
    later = text_of(client.get(f"/c/{parent.pk}", {"side": "asides"}))

    assert ("Answered" in panel, "Unread" in panel, "3個あります。" in panel) == (True, True, True)
    assert ("3個あります。" in later, ">Unread<" in later) == (True, False)


def test_the_answer_goes_into_the_reply_above_the_signature(client, agent, parent):
    side = asked_and_answered(parent, agent)

    sheet = text_of(client.post(f"/c/{side.pk}/take", headers=HTMX))

    draft = Draft.objects.get(conversation=parent)
    assert draft.text.index("3個あります。") < draft.text.index("はるかぜ日用品店")
    assert [party["email"] for party in draft.to] == ["yumiko@mail.example"]
    assert "3個あります。" in sheet


def test_what_stands_in_the_open_composer_is_kept(client, agent, parent):
    side = asked_and_answered(parent, agent)
    written = {
        "mode": "reply",
        "to": "yumiko@mail.example",
        "subject": "Re: 鍋",
        "text": "書きかけ\n\n--\nはるかぜ日用品店",
    }

    client.post(f"/c/{side.pk}/take", written, headers=HTMX)

    assert Draft.objects.get().text == "書きかけ\n\n3個あります。\n\n--\nはるかぜ日用品店"


def test_nothing_is_taken_while_somebody_else_replies(client, agent, parent):
    side = asked_and_answered(parent, agent)
    take_lock(parent, user=make_user())

    answer = client.post(f"/c/{side.pk}/take", headers=HTMX)

    assert answer.status_code == 204
    assert not Draft.objects.exists()


def test_a_request_is_finished_and_opened_again(client, agent, parent):
    side = asked_and_answered(parent, agent)

    client.post(f"/c/{side.pk}/settle-request", headers=HTMX)
    finished = Conversation.objects.get(pk=side.pk).status
    client.post(f"/c/{side.pk}/settle-request", {"again": "1"}, headers=HTMX)

    assert (finished, Conversation.objects.get(pk=side.pk).status) == (Status.DONE, Status.WAIT)


def test_requests_have_a_list_of_their_own(client, agent, parent):
    side = asked_and_answered(parent, agent)

    every, own = text_of(client.get("/")), text_of(client.get("/", {"sides": "1"}))

    assert (f"/c/{side.pk}" in every, f"/c/{side.pk}" in own, f'"/c/{parent.pk}' in own) == (False, True, False)


def test_the_panel_costs_the_same_however_many(client, agent, parent):
    client.get(f"/c/{parent.pk}/asides", headers=HTMX)
    counted = []
    for amount in (1, 2):
        for _n in range(amount):
            asked_and_answered(parent, agent)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/c/{parent.pk}/asides", headers=HTMX)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_a_reply_in_a_request_offers_its_own_states(client, agent, parent):
    side = asked_and_answered(parent, agent)

    sheet = text_of(client.get(f"/c/{side.pk}/write", headers=HTMX))
    reply_to(side, agent, to=(SUPPLIER,))

    assert "Waiting for an answer" in sheet
    assert "Waiting for customer" not in sheet


def test_a_request_waits_for_whom_was_asked_and_not_for_the_customer(parent):
    asker = make_user(language="ja")
    client = browser_of(asker)
    message = ask_aside(parent, Question(SUPPLIER, "土鍋の在庫", "在庫は?"), user=asker)

    page, listed = (text_of(client.get(url)) for url in (f"/c/{message.conversation_id}", "/?sides=1"))

    assert "伊藤製陶所さんの回答を待っています" in page
    work = page[page.index('id="work"') :]
    assert ("回答待ち" in work, "お客様の返信待ち" in work) == (True, False)
    assert '<span class="status">回答待ち</span>' in listed
    receive_mail(parent.inbox, sender=SUPPLIER, in_reply_to=message.external_id, text="3個あります。")
    assert "回答を待っています" not in text_of(client.get(f"/c/{message.conversation_id}"))


def test_who_was_only_asked_is_no_customer_until_they_write_themselves(parent):
    agent = make_user(language="ja")
    client = browser_of(agent)
    asked_and_answered(parent, agent)

    before = text_of(client.get("/customers"))
    by_name = text_of(client.get("/customers?q=伊藤製陶所"))
    receive_mail(parent.inbox, sender=SUPPLIER, text="注文したいのですが。")
    after = text_of(client.get("/customers"))

    assert ("伊藤製陶所" in before, "<b>伊藤製陶所" in by_name, "伊藤製陶所" in after) == (False, False, True)
    assert parent.customer.label in before


def test_an_answer_nobody_has_looked_at_marks_the_tab(client, agent, parent):
    side = asked_and_answered(parent, agent)
    mark = 'aria-label="There is an answer nobody has looked at"'

    before = text_of(client.get(f"/c/{parent.pk}"))
    client.get(f"/c/{side.pk}")
    after = text_of(client.get(f"/c/{parent.pk}"))

    assert (mark in before, mark in after) == (True, False)
