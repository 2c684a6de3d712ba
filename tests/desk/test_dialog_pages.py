"""Dialogs opened as pages of their own: each says where one is, and is answered by a page."""

import re

import pytest
from tests.factories.accounts import make_admin
from tests.factories.conversations import make_conversation
from tests.factories.desk import browser_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return make_conversation()


@pytest.fixture
def client():
    return browser_of(make_admin(language="en"))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("merge", "Merge with another"),
        ("link", "Link with another conversation"),
        ("ask", "Ask others"),
        ("later", "Later (snooze)"),
        ("reminder", "Reminder"),
    ],
)
def test_a_form_page_has_its_own_title_and_way_back(client, conversation, path, title):
    page = text_of(client.get(f"/c/{conversation.pk}/{path}"))

    head, bar = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1], page.partition('class="page-bar"')[2]
    assert head.strip().startswith(title)
    assert title in bar.partition("</header>")[0]


@pytest.mark.parametrize("path", ["merge", "link", "ask", "later"])
def test_the_form_of_a_page_is_answered_by_a_page(client, conversation, path):
    page = text_of(client.get(f"/c/{conversation.pk}/{path}"))
    answer = client.post(f"/c/{conversation.pk}/{path}", {"resume_at": "2020-01-01T10:00", "when": "own"})

    assert re.search(r'<div class="card" hx-ignore>.*<form', page, re.DOTALL)
    assert answer.status_code == 422
    assert text_of(answer).count("<form") == page.count("<form")
