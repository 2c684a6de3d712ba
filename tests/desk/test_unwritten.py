"""Letters without a word of ours do not leave."""

import html
import re

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db

SIGNATURE = "────────\nはるかぜ日用品店\n────────"


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="ja", signature="担当:小林"))


def composed(client, url):
    """The fields of the composer as a browser would send them."""
    page = text_of(client.get(url, headers=HTMX))
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    quotation = re.search(r'<template id="quotable">(.*?)</template>', page, re.DOTALL)
    return {
        **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)),
        "to": "yumiko@mail.example",
        "subject": "商品について",
        "text": html.unescape(text[1]),
        "quotation": html.unescape(quotation[1]) if quotation else "",
        "status_after": "wait",
    }


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND).count()


def test_a_reply_of_greeting_and_signature_only_is_refused(client):
    conversation = make_conversation(make_inbox(signature=SIGNATURE))
    values = composed(client, f"/c/{conversation.pk}/write?mode=reply")

    bare = client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)
    quoting = client.post(
        f"/c/{conversation.pk}/write", values | {"text": values["text"] + values["quotation"]}, headers=HTMX
    )

    assert "担当:小林" in values["text"]
    assert values["quotation"].startswith("\n20")
    for answer in (bare, quoting):
        assert answer.status_code == 422
        assert "本文が空です" in text_of(answer)
        assert "担当:小林" in text_of(answer)
    assert sent() == 0


def test_one_word_is_enough(client):
    conversation = make_conversation(make_inbox(signature=SIGNATURE))
    values = composed(client, f"/c/{conversation.pk}/write?mode=reply")
    text = values["text"].replace("\n\n\n", "\n\n承知いたしました。\n\n", 1)

    answer = client.post(f"/c/{conversation.pk}/write", values | {"text": text}, headers=HTMX)

    assert answer.status_code == 200
    assert "承知いたしました。" in Message.objects.get(kind=MessageKind.OUTBOUND).text


def test_passing_a_mail_on_needs_no_word(client):
    conversation = make_conversation(make_inbox(signature=SIGNATURE))
    values = composed(client, f"/c/{conversation.pk}/write?mode=forward")

    answer = client.post(f"/c/{conversation.pk}/write", values | {"to": "ware@house.example"}, headers=HTMX)

    assert answer.status_code == 200
    assert sent() == 1


def test_a_new_mail_of_another_desks_signature_is_refused(client):
    make_inbox(name="1", signature=SIGNATURE)
    other = make_inbox(name="2", signature="法人窓口")
    values = composed(client, "/new/abc")

    answer = client.post("/new/abc", values | {"inbox": str(other.pk)}, headers=HTMX)

    assert "はるかぜ日用品店" in values["text"]
    assert answer.status_code == 422
    assert "本文が空です" in text_of(answer)
    assert sent() == 0


def test_a_refused_new_mail_is_the_sheet_alone_for_htmx_and_a_page_without(client):
    inbox = make_inbox(signature=SIGNATURE)
    values = {"inbox": str(inbox.pk), "text": "本文です", "subject": "件名", "to": ""}

    fragment = text_of(client.post("/new/abc", values, headers=HTMX))
    page = text_of(client.post("/new/abc", values))

    assert (fragment.count("<h1"), fragment.count('id="composer"')) == (0, 1)
    assert fragment.lstrip().startswith('<form class="composer"')
    assert page.count("<h1>メール作成</h1>") == 1
    assert page.count('id="composer"') == 1
    assert "宛先" in fragment
