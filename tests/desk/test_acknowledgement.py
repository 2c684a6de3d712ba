"""設定 › 窓口 › 自動受付メール, and the quiet line in the history."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.acknowledgements import make_answering_inbox, run_acknowledgements
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.acknowledgements.queries import find_acknowledgement
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return browser_of(make_admin(language="en"))


def values(**changes):
    return {
        "is_on": "on",
        "most_per_hour": "50",
        "version": "0",
        "ja_within_subject": "受付",
        "ja_within_body": "{{宛名}}\r\n受け付けました。",
        **changes,
    }


def test_saving_keeps_it_and_says_so(browser):
    inbox = make_inbox()

    saved = browser.post(url("acknowledgement", inbox.pk), values(), follow=True)

    found = find_acknowledgement(inbox)
    assert (found.is_on, found.most_per_hour, found.version) == (True, 50, 1)
    assert found.texts == {"ja_within": {"subject": "受付", "body": "{{宛名}}\n受け付けました。"}}
    assert "Saved." in text_of(saved)


def test_what_is_refused_stays_typed_with_the_reason_beside_it(browser):
    inbox = make_inbox()

    refused = browser.post(url("acknowledgement", inbox.pk), values(ja_within_body="{{お客様名}} 様"))

    assert refused.status_code == 422
    assert "{{お客様名}} is not known of every mail" in text_of(refused)
    assert "{{お客様名}} 様</textarea>" in text_of(refused)
    assert find_acknowledgement(inbox).version == 0


def test_who_was_slower_is_told_and_keeps_what_they_typed(browser):
    inbox = make_answering_inbox()

    refused = browser.post(url("acknowledgement", inbox.pk), values())

    assert refused.status_code == 409
    assert "Somebody else has changed these texts" in text_of(refused)
    assert "受け付けました。</textarea>" in text_of(refused)


def test_the_preview_reads_as_a_customer_would(browser):
    inbox = make_inbox(name="修理窓口")

    shown = browser.post(
        url("acknowledgement-preview", inbox.pk),
        values(ja_within_body="{{宛名}}\n{{窓口名}}です。{{?何か}}"),
        headers=HTMX,
    )

    assert "修理窓口です。" in text_of(shown)
    assert "<mark>{{?何か}}</mark>" in text_of(shown)


def test_the_page_of_the_desk_leads_there(browser):
    inbox = make_inbox()

    assert url("acknowledgement", inbox.pk) in text_of(browser.get(url("mailbox", inbox.pk)))


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_others_may_not(role):
    assert browser_of(make_user(role=role)).get(url("acknowledgement", make_inbox().pk)).status_code == 403


def test_in_the_history_it_is_a_quiet_line_that_opens():
    conversation = make_conversation(make_answering_inbox())
    [sent] = run_acknowledgements()
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT)

    page = text_of(browser_of(make_user(language="en")).get(url("conversation", conversation.pk)))

    line = page[page.index(f'id="message-{sent.pk}"') :].partition("</li>")[0]
    assert "<details" in line
    assert "Acknowledgement" in line
    assert "受け付けました。" in line
    assert f'popovertarget="message-menu-{sent.pk}"' not in page
