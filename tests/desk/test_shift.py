"""Presence, the board and handing over on the screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.workforce.actions.presence import set_presence
from madoguchi.workforce.choices import Presence
from madoguchi.workforce.queries import current_span

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR, language="en", name="渡辺 由紀")


@pytest.fixture
def agent():
    return make_user(language="en", name="中村 大輔")


def give(agent, amount, user):
    rows = [make_conversation(sender=Address(f"c{n}@mail.example")) for n in range(amount)]
    assign(rows, agent, user=user)


def test_an_open_window_makes_ready_and_shows_the_states(agent):
    chip = text_of(browser_of(agent).post("/presence/seen", headers=HTMX))

    assert current_span(agent).state == Presence.READY
    assert "Available" in chip
    assert '<button name="state" value="ready" aria-pressed="true">' in chip
    assert '<button name="state" value="training">' in chip


def test_a_state_is_chosen_and_an_unknown_one_refused(agent):
    browser = browser_of(agent)

    chip = text_of(browser.post("/presence", {"state": "break"}, headers=HTMX))
    refused = browser.post("/presence", {"state": "asleep"}, headers=HTMX)

    assert "On break" in chip
    assert refused.status_code == 422
    assert current_span(agent).state == Presence.BREAK


def test_the_board_shows_times_to_supervisors_only(boss, agent):
    set_presence(agent, Presence.MEETING)
    give(agent, 2, boss)

    to_boss, to_agent = (text_of(browser_of(each).get("/board")) for each in (boss, agent))

    assert "In a meeting" in to_boss
    assert f'href="/handover/{agent.pk}"' in to_boss
    assert 'data-label="Today"' in to_boss
    assert 'data-label="Today"' not in to_agent


def test_the_board_asks_as_often_for_more_people(boss):
    browser = browser_of(boss)

    def amount():
        with CaptureQueriesContext(connection) as asked:
            browser.get("/board")
        return len(asked)

    set_presence(make_user(), Presence.READY)
    amount()
    one = amount()
    for _ in range(2):
        set_presence(make_user(), Presence.BREAK)

    assert amount() == one


def test_handing_over_shows_what_there_is_and_gives_it_away(boss, agent):
    give(agent, 3, boss)
    other, browser = make_user(name="小林 あかり"), browser_of(boss)

    asked = text_of(browser.get(f"/handover/{agent.pk}"))
    done = text_of(browser.post(f"/handover/{agent.pk}", {"to": [str(other.pk)], "note": "お願いします"}))
    browser.post(f"/undo/{UndoStep.objects.latest('pk').pk}")

    assert "Hand over 3 conversations" in asked
    assert "小林 あかり (not there)" in asked
    assert "<dt>小林 あかり</dt><dd>3</dd>" in done
    assert Conversation.objects.filter(assignee=agent).count() == 3


def test_requests_are_counted_apart_and_each_number_opens_its_list(boss, agent):
    give(agent, 3, boss)
    parent = Conversation.objects.earliest("pk")
    for number in range(2):
        ask_aside(parent, Question(Address(f"s{number}@touki.example"), "在庫", "在庫はありますか。"), user=agent)
    Conversation.objects.filter(side_of__isnull=False).update(assignee=agent)
    browser = browser_of(boss)

    page = text_of(browser.get("/board"))
    listed = text_of(browser.get(f"/?assignee={agent.pk}"))
    asked = text_of(browser.get(f"/?assignee={agent.pk}&sides=1"))
    handing = text_of(browser.get(f"/handover/{agent.pk}"))

    assert f'?assignee={agent.pk}">3</a>' in page
    assert "and 2 requests</a>" in page
    assert (listed.count("data-row "), asked.count("data-row ")) == (3, 2)
    assert "<b>5</b> (2 of them requests)" in handing
    assert "Hand over 5 conversations" in handing


def test_a_team_stands_for_its_members_who_are_there(boss, agent):
    give(agent, 2, boss)
    ready, absent = make_user(), make_user()
    set_presence(ready, Presence.READY)
    team = make_team("サポートチーム", ready, absent)

    browser_of(boss).post(f"/handover/{agent.pk}", {"team": str(team.pk)})

    assert Conversation.objects.filter(assignee=ready).count() == 2


def test_nobody_chosen_is_said_and_others_things_are_for_supervisors(boss, agent):
    give(agent, 1, boss)

    empty = browser_of(boss).post(f"/handover/{agent.pk}", {})
    foreign = browser_of(make_user()).get(f"/handover/{agent.pk}")

    assert empty.status_code == 422
    assert "Choose at least one person who takes over." in text_of(empty)
    assert foreign.status_code == 403
