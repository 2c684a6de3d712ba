"""The page of a guest in the browser, without any login."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories.accounts import make_user, make_workspace
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.guests import PLACE, token_of
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Attachment, Draft, GuestLink, Message
from madoguchi.desk.views.guest import ANSWERS, LOOKS

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    """A request whose page shares one message and one of two files."""
    make_workspace()
    agent = make_user(language="en")
    files = (InboundAttachment("欠け.png", "image/png", b"png"), InboundAttachment("住所.txt", "text/plain", b"x"))
    parent = make_conversation(make_inbox(), attachments=files, text="土鍋が欠けていました。")
    add_note(parent, "社内だけの話", user=agent)
    shared = Attachment.objects.get(name="欠け.png")
    chosen = {
        "to": "ito@touki.example",
        "name": "伊藤",
        "subject": "欠けの件",
        "way": "page",
        "message": shared.message_id,
        "file": shared.pk,
    }
    browser_of(agent).post(f"/c/{parent.pk}/ask", chosen, headers=HTMX)
    draft = Draft.objects.get()
    letter = Letter(to=(Address("ito@touki.example", "伊藤"),), subject=draft.subject, text=draft.text)
    write_reply(draft.conversation, letter, user=agent, sending=Sending(latest_event_id(draft.conversation)))
    return GuestLink.objects.get()


@pytest.fixture
def url(link):
    return f"/ask/{token_of(link)}"


def test_the_page_shows_the_question_and_what_was_shared_and_nothing_else(url):
    page = Client().get(url)
    text = text_of(page)

    assert page.status_code == 200
    for shown in ("欠けの件", "土鍋が欠けていました。", "欠け.png"):
        assert shown in text
    for hidden in ("社内だけの話", "住所.txt", "yumiko@mail.example", "髙橋", PLACE):
        assert hidden not in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_answering_thanks_and_closes_the_page(url, link):
    file = SimpleUploadedFile("写真.png", b"png", "image/png")
    said = Client().post(url, {"text": "交換します。\r\n伊藤", "files": [file]})
    again = Client().get(url)

    answer = Message.objects.latest("pk")
    assert "ありがとうございました" in text_of(said)
    assert (again.status_code, "使えなくなりました" in text_of(again)) == (410, True)
    assert (answer.conversation_id, answer.text) == (link.side_id, "交換します。\n伊藤")
    assert [each.name for each in answer.attachments.all()] == ["写真.png"]


def test_a_refused_answer_keeps_what_was_written(url):
    answer = Client().post(url, {"text": "あ" * 20_001})

    assert answer.status_code == 422
    assert "回答が長すぎます" in text_of(answer)
    assert "あ" * 20_001 in text_of(answer)


def test_an_answer_from_a_second_tab_is_shown_back_with_the_names_of_its_files(url, link):
    file = SimpleUploadedFile("見積.pdf", b"pdf", "application/pdf")
    Client().post(url, {"text": "交換します。"})

    refused = Client().post(url, {"text": "\r\nやはり<返金>をお願いします。\r\n伊藤", "files": [file]})

    page = text_of(refused)
    assert refused.status_code == 410
    assert "readonly>\nやはり&lt;返金&gt;をお願いします。\n伊藤</textarea>" in page
    assert "見積.pdf" in page
    assert "送信されていません" in page
    assert Message.objects.filter(conversation=link.side_id, text__contains="返金").count() == 0


def test_an_answer_sent_too_often_can_be_sent_again_from_where_it_stands(url):
    for _try in range(ANSWERS.capacity):
        ANSWERS.take("127.0.0.1")

    refused = Client().post(url, {"text": "交換します。"})

    page = text_of(refused)
    assert refused.status_code == 429
    assert "交換します。</textarea>" in page
    assert "readonly" not in page
    assert "回答を送る" in page


def test_the_page_speaks_as_the_guests_browser_does(url):
    page = Client().get(url, headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert (page["Content-Language"], "Your answer" in text_of(page)) == ("en", True)


def test_too_many_files_are_refused_unread(url):
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]

    assert Client().post(url, {"text": "はい", "files": files}).status_code == 422


def test_only_shared_files_are_given_out(url):
    shared, other = Attachment.objects.get(name="欠け.png"), Attachment.objects.get(name="住所.txt")

    given = Client().get(f"{url}/files/{shared.pk}")
    refused = Client().get(f"{url}/files/{other.pk}")

    assert (given.status_code, given.content) == (200, b"png")
    assert given["Content-Disposition"].startswith("attachment")
    assert refused.status_code == 404


def test_a_wrong_link_says_the_same_as_an_ended_one(link, url):
    wrong = Client().get(url[:-1] + ("0" if url[-1] != "0" else "1"))

    assert wrong.status_code == 410


def test_guessing_is_slow(url):
    for _try in range(LOOKS.capacity):
        LOOKS.take("127.0.0.1")

    assert Client().get(url).status_code == 429


def test_the_page_is_closed_from_the_panel(link, url):
    browser = browser_of(make_user(language="en"))
    panel = text_of(browser.get(f"/c/{link.side.side_of_id}/asides", headers=HTMX))

    browser.post(f"/c/{link.side_id}/revoke", headers=HTMX)

    assert "page is open until" in panel
    assert Client().get(url).status_code == 410
