"""設定 › 送信前チェック in the browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_inbox
from tests.factories.desk import browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.preflight.actions import add_watch_words, set_levels
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.models import CheckPlan, SilencedRule, WatchWord

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin(language="en")


@pytest.fixture
def client(admin):
    return browser_of(admin)


def test_levels_are_set_for_a_desk_and_a_role(client):
    inbox = make_inbox(name="法人窓口")
    values = {"inbox": inbox.pk, "role": "trainee", "version": "0", "level-dates": "block", "level-subject": ""}

    answer = client.post("/settings/checks/", values, follow=True)

    plan = CheckPlan.objects.get()
    assert (plan.inbox, plan.role, plan.levels) == (inbox, "trainee", {"dates": "block"})
    assert "法人窓口 / Trainee" in text_of(answer)
    assert '<option value="block" selected>' in text_of(answer)


def test_the_page_says_what_is_inherited(client, admin):
    set_levels(None, "", {Check.DATES: Level.BLOCK}, version=0, user=admin)

    page = text_of(client.get("/settings/checks/?role=agent"))

    assert page.count("As usual (Block sending)") == 4


def test_whoever_is_late_is_told_and_keeps_the_page(client, admin):
    set_levels(None, "", {Check.DATES: Level.BLOCK}, version=0, user=admin)

    answer = client.post("/settings/checks/", {"version": "0", "level-dates": "off"})

    assert answer.status_code == 409
    assert "Somebody else has changed these checks" in text_of(answer)


def test_a_list_of_words_is_pasted(client):
    pasted = "絶対\t断定しない\n必ず、言い切らない\n\nお得\n"

    client.post("/settings/checks/words/", {"words": pasted, "level": "warn", "inbox": ""})

    assert set(WatchWord.objects.values_list("word", "advice")) == {
        ("絶対", "断定しない"),
        ("必ず", "言い切らない"),
        ("お得", ""),
    }


def test_a_list_that_cannot_be_read_stays_typed(client):
    answer = client.post("/settings/checks/words/", {"words": "あ" * 200, "level": "warn"})

    assert answer.status_code == 422
    assert "あ" * 200 in text_of(answer)


def test_a_word_is_removed(client, admin):
    add_watch_words([("絶対", "")], inbox=None, level=Level.WARN, user=admin)

    client.post(f"/settings/checks/words/{WatchWord.objects.get().pk}/remove/")

    assert not WatchWord.objects.exists()


def test_a_rule_is_silenced_and_heard_again(client):
    client.post("/settings/checks/rules/ryokai/", {"reason": "社風のため"})
    page = text_of(client.get("/settings/checks/"))
    client.post("/settings/checks/rules/ryokai/", {"restore": "1"})

    assert "社風のため" in page
    assert not SilencedRule.objects.exists()


def test_the_page_asks_as_often_for_many_as_for_one(client, admin):
    def asked(*words):
        add_watch_words([(word, "") for word in words], inbox=make_inbox(), level=Level.WARN, user=admin)
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/checks/")
        return len(queries)

    asked("零")

    assert asked("一") == asked("二", "三")


def test_only_administrators_come_in():
    leader = browser_of(make_user(Role.SUPERVISOR))

    assert leader.get("/settings/checks/").status_code == 403
    assert leader.post("/settings/checks/words/", {"words": "x"}).status_code == 403
