"""Texts of many pages: the timeline shows their beginning, and the rest is one click away."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.actions.notes import add_note

pytestmark = pytest.mark.django_db

LONG = "\n".join(f"{number:05d} 土鍋がまだ届きません。" for number in range(2_000))
LAST = "01999"


@pytest.fixture
def agent():
    return make_user(language="en")


def test_the_timeline_shows_the_beginning_and_the_way_to_the_rest(agent):
    conversation = make_conversation(text=LONG)
    pk = conversation.messages.get().pk
    browser = browser_of(agent)

    page = text_of(browser.get(f"/c/{conversation.pk}"))
    dialog = text_of(browser.get(f"/m/{pk}/whole", headers=HTMX))
    alone = text_of(browser.get(f"/m/{pk}/whole"))

    assert "00000 土鍋" in page
    assert LAST not in page
    assert f'<a class="text-link" href="/m/{pk}/whole"' in page
    assert LAST in dialog
    assert "<html" not in dialog
    assert LAST in alone
    assert "<html" in alone


def test_a_text_that_fits_has_nothing_behind_it(agent):
    conversation = make_conversation()

    page = text_of(browser_of(agent).get(f"/c/{conversation.pk}"))

    assert "The text goes on." not in page


def test_a_long_note_is_cut_too_and_read_whole(agent):
    conversation = make_conversation()
    note = add_note(conversation, LONG, user=agent)
    browser = browser_of(agent)

    page = text_of(browser.get(f"/c/{conversation.pk}"))
    dialog = text_of(browser.get(f"/m/{note.pk}/whole", headers=HTMX))

    assert LAST not in page
    assert LAST in dialog
    assert "Internal note" in dialog


def test_paper_takes_more(agent):
    conversation = make_conversation(text=LONG)
    endless = make_conversation(text=LONG * 3, subject="別の件")

    page, cut = (text_of(browser_of(agent).get(f"/c/{each.pk}/print")) for each in (conversation, endless))

    assert LAST in page
    assert "The text goes on. Open the original to read all of it." not in page
    assert "The text goes on. Open the original to read all of it." in cut


def test_a_page_of_long_mails_stays_a_page(agent):
    conversation = make_conversation(text=LONG)
    for _mail in range(24):
        receive_mail(conversation.inbox, in_reply_to=conversation.messages.first().external_id, text=LONG * 12)

    page = browser_of(agent).get(f"/c/{conversation.pk}")

    assert conversation.messages.count() == 25
    assert len(page.content) < 2_000_000


def test_the_whole_text_of_a_hidden_desk_is_not_found(agent):
    hidden = make_conversation(make_inbox(is_open_to_all=False), text=LONG)

    assert browser_of(agent).get(f"/m/{hidden.messages.get().pk}/whole").status_code == 404
