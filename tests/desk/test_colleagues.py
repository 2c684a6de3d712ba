"""Completion after the @ of a note."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.notes import mentioned_users
from madoguchi.desk.colleagues import colleagues_like

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return [
        make_user(name="中村 大輔", email="nakamura@shop.example"),
        make_user(name="髙橋 蓮", email="ren@shop.example"),
        make_user(name="田中 結衣", email="tanaka@shop.example"),
    ]


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("中", ["中村 大輔", "田中 結衣"]),
        ("中村大", ["中村 大輔"]),
        ("高橋", ["髙橋 蓮"]),
        ("NAKA", ["中村 大輔", "田中 結衣"]),
        ("鈴木", []),
        ("", ["中村 大輔", "田中 結衣", "髙橋 蓮"]),
    ],
)
def test_people_are_found_however_they_are_written(staff, begun, expected):
    assert [each.name for each in colleagues_like(begun)] == expected


def test_what_is_offered_is_understood(staff):
    written = "".join(each.mention for each in colleagues_like(""))

    assert {person.pk for person in mentioned_users(written)} == {person.pk for person in staff}


def test_at_most_eight_and_nobody_who_has_left():
    for number in range(12):
        make_user(name=f"山田 {number:02}", email=f"y{number}@shop.example", is_active=number > 0)

    assert [each.name for each in colleagues_like("山田")] == [f"山田 {number:02}" for number in range(1, 9)]


def test_the_note_asks_for_them_and_the_reply_does_not(staff):
    conversation = make_conversation()
    client = browser_of(staff[0])

    note = text_of(client.get(f"/c/{conversation.pk}/write?mode=note", headers=HTMX))
    reply = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    options = text_of(client.get("/colleagues?q=髙橋", headers=HTMX))

    assert 'data-mentions="/colleagues"' in note
    assert "data-mentions" not in reply
    assert 'aria-selected="true" id="mention-1" data-value="@髙橋蓮 "' in options


def test_who_may_not_write_notes_is_not_told_of_the_staff():
    assert browser_of(make_user(Role.VIEWER)).get("/colleagues?q=a").status_code == 403
