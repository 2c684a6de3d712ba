"""Colleagues' drafts on the screen: at the conversation, on the page of drafts, kept private, taken over."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url
from tests.factories.writing import letter

from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return make_user(language="en", name="小林 あかり")


@pytest.fixture
def colleague():
    return make_user(language="en", name="渡辺 由紀")


def begun(user, conversation, text="本日発送いたします。"):
    return save_draft(user, conversation, DraftKind.REPLY, values={"text": text})


def test_a_colleague_reads_it_and_takes_it_over(writer, colleague):
    conversation = make_conversation()
    draft = begun(writer, conversation)
    browser = browser_of(colleague)

    shown = text_of(browser.get(url("shared-drafts", conversation.pk), headers=HTMX))
    taken = browser.post(url("take-draft", draft.pk), {"writer": writer.pk})
    opened = text_of(browser.get(url("reply", conversation.pk), {"mode": "reply"}, headers=HTMX))

    assert "小林 あかり has begun a reply" in shown
    assert "本日発送いたします。" in shown
    assert taken.status_code == 302
    assert "本日発送いたします。" in opened
    assert Draft.objects.get().user == colleague


def test_one_that_somebody_else_took_first_is_not_taken_from_them(writer, colleague):
    draft = begun(writer, make_conversation())
    browser_of(colleague).post(url("take-draft", draft.pk), {"writer": writer.pk})

    late = browser_of(make_user(language="en")).post(url("take-draft", draft.pk), {"writer": writer.pk})

    assert late.status_code == 404
    assert Draft.objects.get().user == colleague


def test_its_writer_keeps_it_private_in_the_composer(writer, colleague):
    conversation = make_conversation()
    browser_of(writer).post(url("draft", conversation.pk) + "?mode=reply", letter(conversation, is_private="1"))

    opened = text_of(browser_of(writer).get(url("reply", conversation.pk), {"mode": "reply"}, headers=HTMX))
    shown = text_of(browser_of(colleague).get(url("shared-drafts", conversation.pk), headers=HTMX))

    assert 'name="is_private" value="1" checked' in opened
    assert "has begun a reply" not in shown


def test_where_one_does_not_see_the_conversation_nothing_is_told(writer):
    conversation = make_conversation(private_inbox(writer))
    draft = begun(writer, conversation)
    stranger = browser_of(make_user())

    assert stranger.get(url("shared-drafts", conversation.pk)).status_code == 404
    assert stranger.post(url("take-draft", draft.pk), {"writer": writer.pk}).status_code == 404


def test_the_page_of_drafts_shows_colleagues_apart(writer, colleague):
    begun(writer, make_conversation())

    page = text_of(browser_of(colleague).get(url("drafts")))

    assert "Replies that colleagues have begun" in page
    assert "小林 あかり" in page


@pytest.mark.parametrize("amount", [1, 3])
def test_more_drafts_ask_no_more(colleague, amount):
    conversation = make_conversation()
    for _each in range(amount):
        begun(make_user(), conversation)
    browser = browser_of(colleague)
    browser.get(url("shared-drafts", conversation.pk), headers=HTMX)

    with CaptureQueriesContext(connection) as queries:
        browser.get(url("shared-drafts", conversation.pk), headers=HTMX)

    assert len([each for each in queries.captured_queries if "conversations_draft" in each["sql"]]) == 2
