"""お知らせ and 申し送り on the screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.flows.reactor import drain
from madoguchi.workforce.actions.bulletins import Posting, post_bulletin
from madoguchi.workforce.models import Bulletin, BulletinReceipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR, language="en", name="渡辺 由紀")


@pytest.fixture
def agent():
    return make_user(language="en", name="小林 あかり")


def post(boss, title="年末の営業", **values):
    return post_bulletin(Posting(title, "12/28まで営業します。", **values), user=boss)


def test_it_is_posted_and_shown_with_who_has_read_it(boss, agent):
    conversation = make_conversation()
    values = {
        "kind": "announcement", "title": "年末の営業", "text": "12/28まで", "must_confirm": "on",
        "people": [str(agent.pk)], "conversations": f"#{conversation.pk}",
    }  # fmt: skip

    browser = browser_of(boss)
    answer = browser.post("/bulletins/new", values)
    bulletin = Bulletin.objects.get()
    page = text_of(browser.get(answer["Location"]))

    assert answer["Location"] == f"/bulletins/{bulletin.pk}"
    assert "小林 あかり" in page
    assert f'href="/c/{conversation.pk}"' in page
    assert BulletinReceipt.objects.get().user == agent


def test_it_stands_at_the_top_until_it_is_read(boss, agent):
    bulletin, browser = post(boss, must_confirm=True), browser_of(agent)

    before = text_of(browser.get("/bulletins/pinned", headers=HTMX))
    after = text_of(browser.post(f"/bulletins/{bulletin.pk}/read", headers=HTMX))

    assert "年末の営業" in before
    assert "I have read this" in before
    assert "年末の営業" not in after
    assert 'hx-get="/bulletins/pinned"' in text_of(browser.get("/"))


def test_what_is_missing_is_said_and_the_text_stays(boss):
    answer = browser_of(boss).post("/bulletins/new", {"kind": "announcement", "title": "", "text": "書いた文"})

    assert answer.status_code == 422
    assert "書いた文</textarea>" in text_of(answer)


def test_agents_are_offered_handover_notes_only(agent):
    page = text_of(browser_of(agent).get("/bulletins/new"))

    assert 'value="handover_note"' in page
    assert 'value="announcement"' not in page


def test_reminding_and_withdrawing(boss, agent):
    bulletin, browser = post(boss), browser_of(boss)

    browser.post(f"/bulletins/{bulletin.pk}/remind")
    drain()
    notices = text_of(browser_of(agent).get("/notices"))
    browser.post(f"/bulletins/{bulletin.pk}/withdraw")

    assert "渡辺 由紀 reminds you of something you have not read" in notices
    assert f'href="/bulletins/{bulletin.pk}"' in notices
    assert "Taken down" in text_of(browser.get("/bulletins"))


def test_the_list_asks_as_often_for_three_as_for_one(boss, agent):
    browser = browser_of(agent)

    def amount():
        with CaptureQueriesContext(connection) as asked:
            browser.get("/bulletins")
        return len(asked)

    post(boss)
    amount()
    one = amount()
    post(boss, "二つ目")
    post(boss, "三つ目")

    assert amount() == one


def test_one_stands_at_the_top_a_handover_note_first_and_the_others_are_counted(boss, agent):
    note = post(boss, "夜の申し送り", kind="handover_note")
    for number in range(6):
        post(boss, f"お知らせ{number}", must_confirm=True)

    page = text_of(browser_of(agent).get("/bulletins/pinned", headers=HTMX))
    shown, folded = page.split("<details", 1)

    assert (shown.count('class="strip bulletin"'), folded.count('class="strip bulletin"')) == (1, 6)
    assert f'href="/bulletins/{note.pk}"' in shown
    assert "6 more unread" in folded
    assert folded.index("お知らせ5") < folded.index("お知らせ0")


def test_reading_one_of_the_others_leaves_them_unfolded(boss, agent):
    posted, browser = [post(boss, f"お知らせ{number}") for number in range(3)], browser_of(agent)

    first = text_of(browser.post(f"/bulletins/{posted[2].pk}/read", headers=HTMX))
    page = text_of(browser.post(f"/bulletins/{posted[0].pk}/read", {"unfolded": "1"}, headers=HTMX))
    alone = text_of(browser.get("/bulletins/pinned", headers=HTMX))

    assert '<details class="fold bulletins-more">' in first
    assert "お知らせ1" in page
    assert "<details" not in alone


def test_more_than_can_be_offered_are_counted_all(boss, agent, monkeypatch):
    monkeypatch.setattr("madoguchi.workforce.bulletins.PINNED", 2)
    for number in range(4):
        post(boss, f"お知らせ{number}")

    page = text_of(browser_of(agent).get("/bulletins/pinned", headers=HTMX))

    assert "3 more unread" in page
    assert page.count('class="strip bulletin"') == 2
