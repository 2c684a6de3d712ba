"""The figures of the rail and of the head of a list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_many
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address
from madoguchi.conversations import amounts
from madoguchi.conversations.actions.triage import assign, change_tags
from madoguchi.desk import numbers

pytestmark = pytest.mark.django_db


def test_the_rail_counts_by_desk_and_status():
    inbox = make_inbox(name="サポート窓口")
    make_many(inbox, 3)
    agent = make_user(language="en")
    mine = make_conversation(inbox, sender=Address("z@mail.example"))
    assign([mine], agent, user=agent)

    rail = text_of(browser_of(agent).get("/rail", headers=HTMX))

    assert 'aria-label="サポート窓口 4"' in rail
    assert 'aria-label="New 3"' in rail
    assert 'aria-label="In progress 1"' in rail
    assert 'aria-label="Assigned to me 1"' in rail


def test_the_rail_and_the_head_of_the_list_follow_what_the_browser_shows():
    inbox = make_inbox(name="サポート窓口")
    make_many(inbox, 3)
    at = {"HX-Current-URL": f"http://testserver/?inbox={inbox.pk}&status=new"}

    answer = text_of(browser_of(make_user(language="en")).get("/rail", headers=HTMX | at))

    assert re.search(rf'href="/\?inbox={inbox.pk}&amp;status=new"[^>]*aria-current="page"', answer)
    assert answer.count('aria-current="page"') == 1
    assert '<span class="soft" id="list-amount">3' in answer
    assert 'id="list-sieve"' in answer


def test_beside_no_list_the_rail_brings_no_head_of_one():
    at = {"HX-Current-URL": "http://testserver/settings/"}

    assert "list-sieve" not in text_of(browser_of(make_user()).get("/rail", headers=HTMX | at))


def amounts_of(page):
    """The figure beside the title, then those of the sieve."""
    head = re.search(r'id="list-amount">([^<]*)<', page)[1]
    sieve = re.search(r'id="list-sieve".*?</nav>', page, re.DOTALL)[0]
    return [head, *(word.rsplit(" ", 1)[-1] for word in re.findall(r">([^<]+)</a>", sieve))]


@pytest.mark.parametrize(
    ("query", "figures"),
    [
        ("tag=苦情", ["3", "3", "1", "1"]),
        ("tag=苦情&assignee=me", ["1", "3", "1", "1"]),
        ("inbox={inbox}", ["4", "4", "1", "2"]),
        ("inbox={inbox}&assignee=me", ["1", "4", "1", "2"]),
        ("assignee={other}", ["1", "4", "1", "2"]),
        ("vip=1", ["0", "", "", ""]),
    ],
)
def test_a_narrowed_list_says_how_many_it_has(query, figures):
    inbox, me, other = make_inbox(), make_user(language="en"), make_user()
    rows = make_many(inbox, 4)
    change_tags(rows[:3], add=["苦情"], user=me)
    assign([rows[0]], me, user=me)
    assign([rows[1]], other, user=me)

    page = text_of(browser_of(me).get("/?" + query.format(inbox=inbox.pk, other=other.pk)))

    assert amounts_of(page) == figures


def test_counting_a_narrowed_list_stops_at_a_limit(monkeypatch):
    monkeypatch.setattr(amounts, "MAX_COUNTED", 2)
    monkeypatch.setattr(numbers, "MAX_COUNTED", 2)
    amounts._AMOUNTS._of.cache_clear()
    me = make_user(language="en")
    change_tags(make_many(make_inbox(), 3), add=["苦情"], user=me)

    page = text_of(browser_of(me).get("/?tag=苦情"))

    amounts._AMOUNTS._of.cache_clear()
    assert amounts_of(page) == ["2+", "2+", "", "2+"]


def test_the_figures_of_a_narrowed_list_cost_no_round_trip():
    make_conversation()
    client = browser_of(make_user())
    client.get("/")

    with CaptureQueriesContext(connection) as whole:
        client.get("/?sort=newest")
    with CaptureQueriesContext(connection) as narrowed:
        client.get("/?sort=newest&priority=2")

    assert len(narrowed) == len(whole)
