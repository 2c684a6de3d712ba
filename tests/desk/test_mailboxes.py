"""設定 › 窓口: health, the form, the connection test, the provider's permission, and the alarm on every page."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.calendars import WEEKDAYS, make_calendar
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.calendars.plan import Opening
from madoguchi.channels.actions import mark_failing
from madoguchi.channels.contract import Channel, KeptReader
from madoguchi.channels.models import Inbox
from madoguchi.core.errors import DomainError

pytestmark = pytest.mark.django_db

LOCAL = {"incoming": "listener", "outgoing": "local"}


@pytest.fixture
def browser():
    return browser_of(make_admin(language="en"))


def values(**changes):
    return {
        "name": "卸売窓口", "address": "b2b@shop.example", "aliases": "", "language": "ja", "send_charset": "utf-8",
        "undo_seconds": "15", "reply_within": "24", "access": "all", **LOCAL, **changes,
    }  # fmt: skip


def test_the_list_shows_the_health_of_each(browser):
    now = timezone.now()
    make_inbox(name="故障", failing_since=now, failure="The server refused the password.")
    make_inbox(name="良好", settings={"incoming": "imap"}, checked_at=now)
    make_inbox(name="新規", settings={"incoming": "imap"})
    make_inbox(name="停止", is_active=False)

    page = text_of(browser.get(url("mailboxes")))

    assert "The server refused the password." in page
    for word in ("Not working since", "Last fetched", "Not fetched yet", "Switched off", "Fetched by IMAP"):
        assert word in page


def test_no_desk_yet_says_what_to_do(browser):
    assert "There is no desk yet" in text_of(browser.get(url("mailboxes")))


def test_the_list_asks_as_often_for_three_as_for_one(browser):
    counts = []
    for _number in range(3):
        make_inbox()
        browser.get(url("mailboxes"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("mailboxes"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_a_desk_is_added(browser):
    shown = browser.get(url("mailbox-new"))
    answer = browser.post(url("mailbox-new"), values(aliases="a@shop.example\nb@shop.example", reply_within="4"))

    inbox = Inbox.objects.get()
    assert shown.status_code == 200
    assert answer["Location"] == url("mailbox", inbox.pk)
    assert inbox.aliases == ["a@shop.example", "b@shop.example"]
    assert inbox.reply_within_minutes == 240
    assert inbox.settings["outgoing"] == "local"


def test_a_desk_is_changed_and_opened_to_some(browser):
    inbox, team, person = make_inbox(sealed_secrets=""), make_team("卸売担当"), make_user()

    answer = browser.post(url("mailbox", inbox.pk), values(access="some", teams=[str(team.pk)], users=[str(person.pk)]))

    inbox.refresh_from_db()
    shown = text_of(browser.get(url("mailbox", inbox.pk)))
    assert answer.status_code == 302
    assert (inbox.name, inbox.is_open_to_all) == ("卸売窓口", False)
    assert [*inbox.teams.all(), *inbox.users.all()] == [team, person]
    assert 'value="some"' in shown


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"access": "some"}, "Choose at least one team or person."),
        ({"aliases": "not an address"}, "Check the format of"),
        ({"incoming": "imap"}, "Enter the name of the server."),
        ({"undo_seconds": "900"}, "300"),
        ({"address": "taken@shop.example"}, "already belongs to another desk"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_field(browser, changes, word):
    make_inbox(address="taken@shop.example")

    answer = browser.post(url("mailbox-new"), values(**changes))

    assert answer.status_code == 422
    assert word in text_of(answer)
    assert Inbox.objects.count() == 1


def test_the_connection_is_tried_without_saving(browser):
    answer = browser.post(url("mailbox-new"), values(**{"try": "1"}))

    assert "check-list" in text_of(answer)
    assert not Inbox.objects.exists()


def test_stored_secrets_are_used_to_try_and_never_shown(browser):
    browser.post(url("mailbox-new"), values(smtp_password="geheim-123"))
    inbox = Inbox.objects.get()

    shown = text_of(browser.get(url("mailbox", inbox.pk)))
    tried = browser.post(url("mailbox", inbox.pk), values(**{"try": "1"}))

    assert inbox.secrets["smtp_password"] == "geheim-123"
    assert "geheim-123" not in shown
    assert "check-list" in text_of(tried)


def test_a_desk_is_switched_off_and_on(browser):
    inbox = make_inbox()

    browser.post(url("mailbox-switch", inbox.pk))
    off = Inbox.objects.get().is_active
    page = text_of(browser.get(url("mailbox", inbox.pk)))
    browser.post(url("mailbox-switch", inbox.pk))

    assert off is False
    assert "Switch on" in page
    assert Inbox.objects.get().is_active is True


def test_a_listener_that_is_off_is_said_to_be(browser):
    with override_settings(SMTP_PORT=0):
        page = text_of(browser.get(url("mailbox-new")))

    assert "MADOGUCHI_SMTP_PORT" in page


def test_the_alarm_stands_on_every_page_of_those_who_can_help(browser):
    inbox = make_inbox(name="故障", failing_since=timezone.now(), failure="The password is wrong.")

    page = text_of(browser.get(url("inbox")))
    others = text_of(browser_of(make_user(language="en")).get(url("inbox")))

    assert "The password is wrong." in page
    assert url("mailbox", inbox.pk) in page
    assert "The password is wrong." not in others
    assert "故障 does not work at the moment" in others
    assert url("mailbox", inbox.pk) not in others


def test_the_alarm_comes_and_goes_without_a_reload(browser):
    inbox = make_inbox(name="故障")
    hidden = make_inbox(name="秘密", is_open_to_all=False)
    quiet = text_of(browser.get(url("alarms"), headers=HTMX))

    for each in (inbox, hidden):
        mark_failing(each, "The password is wrong.")
    loud = text_of(browser.get(url("alarms"), headers=HTMX))
    others = text_of(browser_of(make_user(language="en")).get(url("alarms"), headers=HTMX))

    assert "The password is wrong." not in quiet
    assert re.search(r'data-live="[^"]*inbox_failing inbox_recovered', quiet)
    assert loud.count("The password is wrong.") == 2
    assert "故障" in others
    assert "秘密" not in others


def test_only_those_who_manage_desks_get_in():
    browser = browser_of(make_user())

    assert browser.get(url("mailboxes")).status_code == 403


GOOGLE = {"oauth_provider": "google", "oauth_client_id": "abc", **LOCAL}


def test_permission_is_asked_at_the_provider(browser):
    inbox = make_inbox(settings=GOOGLE)

    shown = text_of(browser.get(url("mailbox", inbox.pk)))
    answer = browser.post(url("mailbox-ask", inbox.pk))

    assert url("mailbox-ask", inbox.pk) in shown
    assert answer["Location"].startswith("https://accounts.google.com/")
    assert "client_id=abc" in answer["Location"]


def test_without_a_provider_there_is_nobody_to_ask(browser):
    inbox = make_inbox(settings=LOCAL)

    answer = browser.post(url("mailbox-ask", inbox.pk), headers={"HX-Request": "true"})

    assert answer.status_code == 422


def test_who_comes_back_without_having_left_is_refused(browser):
    assert browser.get(url("mailbox-permitted"), {"state": "x", "code": "y"}).status_code == 422


def test_a_refusal_at_the_provider_is_told(browser):
    inbox = make_inbox(settings=GOOGLE)
    browser.post(url("mailbox-ask", inbox.pk))
    state = browser.session["mailbox_errand"]["state"]

    answer = browser.get(url("mailbox-permitted"), {"state": state, "error": "access_denied"}, follow=True)

    assert "The provider gave no permission" in text_of(answer)


def test_the_code_is_handed_to_the_channel(browser, monkeypatch):
    inbox, given = make_inbox(settings=GOOGLE), {}

    def keep(_class, kept, **values):
        given.update(values, inbox=kept.pk)

    monkeypatch.setattr("madoguchi.connectors.mail.channel.MailChannel.keep_permission", classmethod(keep))
    browser.post(url("mailbox-ask", inbox.pk))
    errand = browser.session["mailbox_errand"]

    answer = browser.get(url("mailbox-permitted"), {"state": errand["state"], "code": "c"}, follow=True)

    assert "The provider gave its permission." in text_of(answer)
    assert (given["inbox"], given["code"], given["verifier"]) == (inbox.pk, "c", errand["verifier"])


def test_a_channel_offers_nothing_it_does_not_have():
    reader = KeptReader(None, "staff@shop.example", is_owner=True)
    assert Channel.reinterpretations(b"") == []
    assert Channel.reinterpret(b"", "utf-8") is None
    assert Channel.kept_messages(reader, before=None, limit=1) == []
    assert Channel.kept_message(reader, 1) is None
    assert Channel.ask_permission(make_inbox(), redirect_uri="") is None
    with pytest.raises((NotImplementedError, DomainError)):
        Channel.keep_permission(make_inbox(), code="", verifier="", redirect_uri="", by=make_user().actor)


def test_steps_after_the_due_time_are_kept_changed_and_left_out(browser):
    leader, pk = make_user(name="主任 一郎"), make_inbox().pk
    steps = {"step0-after": "30", "step0-told": ["assignee"], "step1-after": "90", "step1-people": [str(leader.pk)]}

    browser.post(url("mailbox", pk), values(**steps, warn_at_percent="80"))

    inbox = Inbox.objects.get(pk=pk)
    assert (inbox.warn_at_percent, inbox.escalations) == (
        80,
        [
            {"after": 30, "assignee": True, "leaders": False, "people": []},
            {"after": 90, "assignee": False, "leaders": False, "people": [leader.pk]},
        ],
    )
    assert 'value="90"' in browser.get(url("mailbox", pk)).text
    browser.post(url("mailbox", pk), values(**{"step0-after": ""}))
    assert Inbox.objects.get(pk=pk).escalations == []


def test_a_step_that_tells_nobody_says_so_and_loses_nothing(browser):
    pk = make_inbox().pk

    response = browser.post(url("mailbox", pk), values(**{"step0-after": "45"}))

    assert response.status_code == 422
    assert "Say for each step who is told." in text_of(response)
    assert 'value="45"' in response.text


def test_business_hours_that_do_not_reach_are_told_where_the_due_time_is_set_and_where_it_counts(browser):
    plan = replace(WEEKDAYS, week=((),) * 7, openings=(Opening(date(2026, 1, 5), ((600, 1020),)),))
    inbox = make_inbox(calendar=make_calendar(plan))
    conversation = make_conversation(inbox)

    assert "The business hours do not reach this far" in text_of(browser.get(url("mailbox", inbox.pk)))
    assert "Counted day and night" in text_of(browser.get(url("conversation", conversation.pk)))
    assert "do not reach" not in text_of(browser.get(url("mailbox", make_inbox(calendar=make_calendar()).pk)))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("30分", 30),
        ("１時間３０分", 90),
        ("0:45", 45),
        ("4h", 240),
        ("90 min", 90),
        ("4", 240),
        ("2 hours 5 minutes", 125),
    ],
)
def test_a_time_to_reply_is_typed_in_hours_and_minutes(browser, typed, minutes):
    inbox = make_inbox(sealed_secrets="")

    browser.post(url("mailbox", inbox.pk), values(reply_urgent=typed))

    inbox.refresh_from_db()
    assert inbox.reply_within_by_priority == {"3": minutes}


@pytest.mark.parametrize("typed", ["soon", "0分", "5000時間", "30分1時間", "-1", "1.5"])
def test_a_time_that_is_none_is_refused_and_kept_as_typed(browser, typed):
    inbox = make_inbox(sealed_secrets="")

    answer = browser.post(url("mailbox", inbox.pk), values(reply_urgent=typed))

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert 'id="id_reply_urgent_error"' in answer.content.decode()


def test_minutes_are_shown_as_they_are_stored_and_survive_saving(browser):
    inbox = make_inbox(sealed_secrets="", reply_within_minutes=90)

    page = browser.get(url("mailbox", inbox.pk)).content.decode()
    browser.post(url("mailbox", inbox.pk), values(reply_within="1 h 30 min"))

    inbox.refresh_from_db()
    assert 'value="1 h 30 min"' in page
    assert inbox.reply_within_minutes == 90


@pytest.mark.parametrize(
    ("rule", "days", "field"), [("end", "", "reply_days"), ("", "3", "reply_rule"), ("length", "", "reply_days")]
)
def test_business_days_and_how_they_count_belong_together(browser, rule, days, field):
    inbox = make_inbox(sealed_secrets="")

    answer = browser.post(url("mailbox", inbox.pk), values(reply_rule=rule, reply_days=days))

    inbox.refresh_from_db()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert (inbox.reply_rule, inbox.reply_days) == ("", 1)
